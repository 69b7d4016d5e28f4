package ari

import "reflect"

// EventTypes are the types of event that the package describes.
func EventTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for name, described := range eventTypes {
		types[name] = reflect.TypeOf(described.construct()).Elem()
	}
	return types
}

// The two ways to decode, of which one is fast and gives up, and the other decides.
var (
	DecodePlain = decodePlain
	DecodeOdd   = decodeOdd
	ParseTime   = parseTime
)

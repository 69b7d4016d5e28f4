package httpapi

import (
	"reflect"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// How a field of a document is shown to who may not see customers' numbers: the values of
// its tag `mask`.
const (
	maskNumber = "number" // a number, however it is written: its beginning and its end
	maskText   = "text"   // text in which numbers may stand: each likewise
	maskWords  = "words"  // what people wrote about the customer: nothing
)

// maskAnswer masks what an operation answers where the guard says so.
func maskAnswer(ctx huma.Context, _ string, v any) (any, error) {
	if ctx.Context().Value(sightKey{}) == masked {
		return maskDocument(v), nil
	}
	return v, nil
}

// maskDocument is a copy of a document with all that is tagged masked.
func maskDocument(v any) any {
	if v == nil {
		return nil
	}
	return maskValue(reflect.ValueOf(v), "").Interface()
}

// maskValue is a copy of v, which stands in a field with this tag.
func maskValue(v reflect.Value, tag string) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		return reflect.ValueOf(maskString(v.String(), tag)).Convert(v.Type())
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		to := reflect.New(v.Type().Elem())
		to.Elem().Set(maskValue(v.Elem(), tag))
		return to
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			to.Index(i).Set(maskValue(v.Index(i), tag))
		}
		return to
	case reflect.Struct:
		to := reflect.New(v.Type()).Elem()
		to.Set(v)
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				to.Field(i).Set(maskValue(v.Field(i), field.Tag.Get("mask")))
			}
		}
		return to
	}
	return v // nothing else in these documents has words of its own
}

func maskString(text, tag string) string {
	switch tag {
	case maskNumber:
		return callback.MaskNumber(text)
	case maskText:
		return numberInText.ReplaceAllStringFunc(text, callback.MaskNumber)
	case maskWords:
		return ""
	}
	return text
}

// numberInText is what may be a number among words: many digits, or what begins like one
// and has separators. A date isn't one.
var numberInText = regexp.MustCompile(`(?:\+|\b0)[0-9][0-9 ()/-]{4,}[0-9]|\+?[0-9]{7,}`)

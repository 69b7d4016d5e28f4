package ari

// EventTypes are the types of event that the package describes.
var EventTypes = eventTypes

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
	if seesMasked(ctx.Context()) {
		return maskDocument(v), nil
	}
	return v, nil
}

// maskDocument is a copy of a document with all that is tagged masked, and of a problem
// with all numbers in its words, wherever they come from.
func maskDocument(v any) any {
	tag := ""
	switch v.(type) {
	case nil:
		return nil
	case *Problem:
		tag = maskText
	}
	return maskValue(reflect.ValueOf(v), tag).Interface()
}

// maskValue is a copy of v, which stands in a field with this tag: it goes for what is
// within v and has none of its own.
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
				within, own := field.Tag.Lookup("mask")
				if !own {
					within = tag
				}
				to.Field(i).Set(maskValue(v.Field(i), within))
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
		return numberInText.ReplaceAllStringFunc(text, maskNumberInText)
	case maskWords:
		return ""
	}
	return text
}

// numberInText is what may be a number among words: what begins like one and has
// separators, groups of digits with blanks or dots between them, or many digits. A date
// isn't one, and comes first, so that no part of it is taken for one either.
var numberInText = regexp.MustCompile(`\b(?P<date>20[0-9]{2}-[0-9]{2}-[0-9]{2})\b|(?:\+|\b0)[0-9][0-9 ().\x{a0}/-]{4,}[0-9]|\+?[0-9]+(?:[ .\x{a0}][0-9]+){2,}|\+?[0-9]{7,}`)

// digitsOfNumber is how many digits a number in text has at least.
const digitsOfNumber = 7

func maskNumberInText(found string) string {
	digits := 0
	for _, r := range found {
		if '0' <= r && r <= '9' {
			digits++
		}
	}
	if digits < digitsOfNumber || numberInText.FindStringSubmatch(found)[numberInText.SubexpIndex("date")] == found {
		return found
	}
	return callback.MaskNumber(found)
}

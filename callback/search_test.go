package callback_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"callbackd/callback"
)

func TestParseSearch(t *testing.T) {
	for text, want := range map[string]callback.Search{
		"":                     {},
		"  ":                   {},
		"offer":                {Words: "offer"},
		" the offer ":          {Words: "the offer"},
		"12":                   {Words: "12", Digits: "12", ID: 12},
		"070-123 45 67":        {Words: "070-123 45 67", Digits: "701234567"},
		"(070) 123.45/67":      {Words: "(070) 123.45/67", Digits: "701234567"},
		"0701234567":           {Words: "0701234567", Digits: "701234567", ID: 701234567},
		"+46 70 123":           {Words: "+46 70 123", Digits: "4670123", Begins: true},
		"0046701":              {Words: "0046701", Digits: "46701", Begins: true, ID: 46701},
		"+46":                  {Words: "+46", Digits: "46", Begins: true},
		"+":                    {Words: "+"},
		"000":                  {Words: "000"},
		"-3":                   {Words: "-3", Digits: "3"},
		"room 12":              {Words: "room 12"},
		"٣":                    {Words: "٣"},
		"99999999999999999999": {Words: "99999999999999999999", Digits: "99999999999999999999"},
	} {
		assert.Equal(t, want, callback.ParseSearch(text), "%q", text)
	}
}

package app

import (
	"fmt"
	"regexp"
)

// tokenForm is what may be a token: long enough not to be guessed, and fit for
// a header. Operators may choose their own.
var tokenForm = regexp.MustCompile(`^[\x21-\x7e]{32,}$`)

// adminToken reads the token, or makes one at the first start. A file that holds
// something else is left alone: programs may know what is in it.
func adminToken(path string) (string, error) {
	file := secretFile{path: path, what: "the admin token"}
	token, err := file.readOrMake()
	if err != nil {
		return "", err
	}
	if !tokenForm.MatchString(token) {
		return "", fmt.Errorf("the admin token in %s can't be used: delete the file, and callbackd makes a new one, "+
			"or write at least 32 visible ASCII characters without blanks into it", path)
	}
	return token, file.keep()
}

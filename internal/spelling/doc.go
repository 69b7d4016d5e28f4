// Package spelling finds the name that somebody meant who wrote one that there
// isn't: a key of a file, a queue, an account.
package spelling

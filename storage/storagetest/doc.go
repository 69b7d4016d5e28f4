// Package storagetest says in tests what a callback.Store must keep, whatever
// database is below. A store's own tests call [Run] and add what is peculiar to
// it.
//
// Rows are made by plan, claimed and the like in rows.go; each test begins with
// an empty store. Tests that want to see a refusal try it inside an Update and
// roll back (see attempt), so that hundreds of them need no commit.
package storagetest

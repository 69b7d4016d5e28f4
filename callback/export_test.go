package callback

// Attribute is who lost a call, in the account's names.
func (a *Account) Attribute(l Loss) Target { return a.attribute(l) }

// Update is the flag -update: golden files and tables in the docs are written anew.
var Update = update

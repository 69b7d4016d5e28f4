package callback

// Form is the page on which an account's customers ask for a callback themselves.
type Form struct {
	Title  string  // in the words of whoever runs the account
	Topics []Topic // what customers can choose; none: Requests.Forward calls them
	// Appointments is the id of the book of which customers may choose a slot; "": they
	// are called as soon as possible.
	Appointments string
	Language     string   // where the customer's own isn't there, like sv or en_GB
	Origins      []string // sites that may show the form within a page of theirs: https://www.example.com
}

// Topic is what a customer wants to talk about, and who calls because of it.
type Topic struct {
	Name  string
	Queue Target
}

// ByForm is who asks for a customer who has written into the form, and looks up promises
// for those who hold a link.
const ByForm = "web"

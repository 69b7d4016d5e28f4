// Package httpapi is callbackd's HTTP side: /api/v1 for programs and for the
// verbs of the command line, /openapi.json which describes it, and /healthz and
// /readyz for whoever supervises the daemon.
//
// # How a request passes
//
// [New] gives one http.Handler. From the outside in, a request meets: the
// recovery from panics, the security headers, the door (token.go), which lets in
// for everything under /api whoever brings a token that holds and notes who that
// is, the answer to addresses and methods that don't exist, the guard (guard.go),
// which goes by the one table of who may do what (roles.go), and then huma, which
// reads and checks the parameters, calls the operation, has numbers masked for
// those who don't need them (mask.go) and writes JSON. An operation is one short
// function: it asks the store in one transaction, hands the domain's rows to the
// functions that make the API's documents of them, and decides nothing itself.
//
// Between guard and operation stands what refuses requests in which it isn't plain what is
// meant (wellformed.go). What a customer may read of a promise, and do with it, whose
// secret a form brings, are operations of their own (promises.go): the form's token says
// who asks, the secret about what.
//
// /docs is a page made in the browser from the document (manual.go); its script and style
// are in the folder manual.
//
// What the operations stand on is a store, the rules in force, and narrow
// ports that [Options] names: who switches things off and on ([Control]), who
// reads the rules files ([RulesFiles], [Drafts]), and how the PBXs stand. So this
// package knows the domain alone, and its tests need no daemon.
//
// Whatever switches something off or on answers it as it stands afterwards, with
// whether that changed anything and how many tasks were cancelled; asking again
// succeeds and changes nothing.
//
// A token of one account knows no other. The guard refuses what a path, a query or an id
// names of another account as if it weren't there; what is about several accounts is
// read through the directory, which leaves the others out (seen.go). An operation
// that reads the store itself goes by askerOf.
//
// The types named like the things (Task, Attempt, MissedCall, Account, Rule) are
// the documents that travel. They are what the package apiclient reads, so that
// the two ends can't drift apart. Words with a closed set are the domain's own types; their
// enums in the OpenAPI document are made from the domain's lists.
//
// # What changes
//
// One operation answers for longer than a minute: the stream of events (events.go). It
// reads a feed (package feed) into which the daemon puts what was committed; whoever
// is slow, or comes back late, is told to read everything anew. Such an answer ends when
// its asker may no longer, which [While] has asked every few seconds.
//
// # Errors
//
// Every error is a problem document (RFC 9457, application/problem+json) whose
// detail says what to change. What went wrong inside callbackd is in its log,
// never in an answer.
//
// # Why neither CORS nor a check of Host and Origin
//
// No answer carries CORS headers, so a browser lets no foreign page read one. A
// foreign page can't act either, not even by rebinding its own name to
// 127.0.0.1: everything under /api wants a token that the browser doesn't know
// and never adds by itself, as it would a cookie. What such a page could learn
// is /readyz, the OpenAPI document and the page that shows it, in which there is nothing about
// customers. That page has a token only while somebody types it there, in its memory, and its
// policy lets it speak with callbackd alone.
package httpapi

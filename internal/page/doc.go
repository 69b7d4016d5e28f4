// Package page is what people see of callbackd in a browser: the admin's pages, the
// agent's view and the customer's form, made as HTML on the server.
//
// # How a page comes about
//
// [New] gives one http.Handler. A request passes the recovery from panics, the security
// headers, the check of the standard library that it comes from no other site, and the
// door (session.go), which sends whoever hasn't signed in to /sign-in. Then the one table
// of routes (routes.go) says which function answers. It is given a visit: the request, who
// makes it, and the account that they look at. It asks the API, through the client of
// the package apiclient, within this process and as that person: roles, masking, accounts
// and limits are decided where they are for every program, in the table of internal/httpapi
// (roles.go), and whatever a page can do, a program can. What the pages need and the API
// lacks becomes an operation of the API. Nothing here reads the store, but for who may sign
// in.
//
// What the API answers is made into a view, a struct of words that are ready to be read;
// the words of internal/wording are those of the command line, too. The template turns it
// into HTML and decides nothing.
//
// # Who comes in
//
// Users sign in with a name and a password (signin.go); callback.Users checks it, tries
// slows down who guesses (tries.go). The browser then has the secret of a session in a
// cookie (session.go) that neither scripts nor other sites' pages can use. A form that is
// sent after the session has run out is kept and offered again (kept_form.go). What a page
// asks by itself, a stream too, doesn't keep a session alive, and ends with it.
//
// # Customers
//
// Whoever never signs in has pages and a layout of their own (customer.go,
// templates/customer): the form (form.go) and the promise that comes of it (promise.go).
// The API is asked as a program for intake would ask, in the one account that the address
// names, so its refusals, its merging and its masks hold; form_refusal.go says them in
// words for customers. The link to a promise is all that its holder needs, and there is no
// cookie: within a page of another site browsers send none. What may frame the pages stands
// in the account's file. formLimits keep the form from being used against others. Every
// word is in a file of languages (language.go), which an operator may add to.
//
// # How to add a page
//
//  1. A row in allRoutes (routes.go): method, path, function, the operation without which
//     the page is of no use, and how the navigation calls it.
//  2. A file named like the thing, with the function and its view. A function reads, and
//     ends in v.render(status, template, title, view), or returns an error: what the API has
//     refused, and what went wrong, becomes an error page (trouble.go).
//  3. templates/NAME.html, which defines "content". It is given .Frame and .Content.
//  4. Its style in assets/style, in a file of its own, from the custom properties of base.css;
//     all files are served as one. There is no style and no script within HTML: the content
//     security policy doesn't let it through.
//  5. Tests against a real store and the real API: the empty page, the full one, each role,
//     another account's, each action and its refusals.
//
// What people can do is a plain form: POST, then 303 to the page that shows the result
// (v.sees), which tells it by a key (said.go), for words in an address could be anybody's. A
// form that is refused is shown again, with status 422 or 409, with what was typed and what
// to change; v.reads then says where the page itself can be read. A form that wants a
// second look stands in a <dialog>: between the parts "dialog-begin" and "dialog-end" of
// templates/parts.html, which are given an act
// (act.go). A link to the page with ?do=ID and
// data-dialog="ID" opens it: the script on the spot, without one the server. The dialog says
// beforehand what comes of it (act.Points), with the numbers that the API knows, and hidden
// fields say what it is done to (act.Hidden): names of rules and accounts may have any
// character, so they stand in no path. v.came answers the form. An action is
// offered only to those who may: v.may(operation).
//
// A page about one thing of one account says so in v.about before it writes a time. One
// that can only be about one account asks v.oneAccount for it, which lets the person choose.
//
// # What is live
//
// An element with an id and the attribute data-live is kept as it is on the server: when
// the stream at /events tells of a change, the script (assets/live.js) reads the same
// address again and changes what has changed within such elements, and nothing else. What
// somebody types, an open dialog, the focus and a recording that plays stay. data-tick on a
// <time> has its age counted on by the second. Without JavaScript everything works by
// reloading.
//
// # Words of others
//
// Notes, names and what a caller's telephone sends as its number are other people's words.
// html/template keeps them from being HTML; every page passes harmless, which leaves no
// control character and nothing that turns the direction of text; a <bdi> around them keeps
// what is written from right to left to itself.
//
// # Times and numbers
//
// Times are in the account's zone (v.at), which the foot of the page names; where a page
// shows accounts of several zones, each time that isn't in the page's names its own.
// Telephone numbers are written in groups ({{number .}}), counts with their thousands apart
// ({{count .}}).
package page

// Package reload puts in force what the rules files say, while the daemon runs.
//
// Four steps, in this order, and only the last touches what the others stand on:
//
//	watch      events of the file system, a look every two seconds, SIGHUP
//	settle     a file is believed once its content has been the same for a moment
//	judge      config.ReadRules, every file on its own; numbers that two accounts claim
//	enforce    commit the texts, swap the rulebook, rouse the tasks that wait
//
// Everything above enforce may fail, and changes nothing then. It is all or
// nothing for each account, and one account's fault never touches another's. A
// file that is faulty, unreadable, empty or gone leaves the account's last good
// rules in force; they are kept in the database, so that a restart finds them
// too. Nothing is ever cancelled because a file is broken.
//
// What is said about a file (log, Status, metrics) is said once for each
// content, not at each look.
//
// If the program dies between the commit and the swap, the next start finds the
// same text in the file and in the database. At each start all tasks that rest
// are roused: the files may have changed while nobody looked.
package reload

// Package metrics tells Prometheus how callbackd does.
//
// What is a state is read when it is asked for: rules from the reloader, open
// tasks from the database, PBXs and their logs from whoever serves them. What is an
// event is counted as it happens, what is stored after its commit. The registry belongs
// to one daemon; nothing is global. Labels are names that people write into files, or
// come from closed sets of the code; never a number, never what a caller sends.
//
// docs/operations.md lists them all; its table is printed from the code.
package metrics

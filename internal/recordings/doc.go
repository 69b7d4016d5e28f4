// Package recordings looks after what was recorded, from the end of a conversation
// to the deletion of its files.
//
// The files lie with Asterisk, in its recording folder, and are reached over ARI
// alone, so that it doesn't matter on which machine Asterisk is. The index, a row
// for each recording, is the database's: the commit that ends an attempt makes it.
// What lies between the two is this package's matter:
//
//   - [Keeper] verifies recordings at which nobody could look when their
//     conversation ended, because callbackd or its connection was away; and deletes
//     those whose time is over, each hour.
//   - [Keeper.Open] gives a recording as one sound, with a right header whatever
//     the files' own say, and with two channels where each side has a file.
//
// # What can die between file and index
//
// A file is deleted first and its row marked after. If callbackd dies in between,
// the row says that there is a file, and the next run finds it gone, which is what
// was wanted. The other way round a crash would leave a file of which nobody knows.
// Nothing is ever looked for in Asterisk's folder: what isn't in the index was made
// by somebody else.
//
// A clock that is wrong would delete everything, for good. So it decides only while what
// else callbackd knows of the time agrees with it (clock.go); else the alarm
// clock_doubtful is raised, and a day passes in which somebody can set it right.
//
// A PBX that is away is asked later. One that refuses, because the disk is mounted
// read-only or the folder belongs to somebody else, raises the alarm
// recording_not_deleted, once for each recording, and is asked again each hour.
package recordings

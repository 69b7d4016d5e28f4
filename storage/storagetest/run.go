package storagetest

import (
	"testing"

	"callbackd/callback"
)

// Run tests the stores that open makes: each empty, and closed by open's own
// t.Cleanup. Observers are tested where the store has the method
// Observe(func([]callback.Change)).
func Run(t *testing.T, open func(t *testing.T) callback.Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, callback.Store)
	}{
		{"a task comes back as it was stored", testTaskRoundTrip},
		{"an attempt comes back as it was stored", testAttemptRoundTrip},
		{"a missed call comes back as it was stored", testMissedCallRoundTrip},
		{"what isn't there is not found", testNotFound},
		{"times are UTC with milliseconds", testTimes},

		{"a failed update leaves nothing", testErrorRollsBack},
		{"a panic leaves nothing", testPanicRollsBack},
		{"an overlooked error isn't committed", testOverlookedError},
		{"nothing shows before the commit", testIsolation},
		{"a context ends the wait", testContext},
		{"two updates never interleave", testOneWriter},
		{"a due task is claimed once", testClaimOnce},

		{"tasks take the steps of their table only", testTaskTransitions},
		{"attempts take the steps of their table only", testAttemptTransitions},
		{"a change fits its row", testChangeFits},
		{"what a row is about stays", testIdentity},
		{"a claimed attempt keeps its settings and names", testClaimedPlanStays},
		{"words outside the lists are refused", testClosedLists},
		{"only E.164 is stored", testNumbers},
		{"rows don't contradict themselves", testContradictions},
		{"an open task has the attempt that it needs", testPromiseKept},

		{"one open missed task per customer", testOneOpenMissedTask},
		{"one live attempt per number", testOneLiveAttempt},
		{"one open attempt per task", testOneOpenAttempt},
		{"a call is missed once", testMissedOnce},
		{"channels have one name", testNamesUnique},
		{"a missed call belongs to its customer's task", testMissedCallTask},

		{"due tasks come in the order of service", testDueTasks},
		{"due tasks of each target", testDueTasksOfEach},
		{"the next due time", testNextDue},
		{"why a task waits", testWaiting},
		{"a task that waits for a known time rests", testResting},
		{"rousing ends the rest", testRouse},
		{"tasks are given up when they are too old", testGiveUps},
		{"open tasks of an account", testOpenTasks},
		{"open missed tasks of targets", testOpenMissed},
		{"lines and live attempts", testLines},
		{"the last task and the open one", testCustomerTasks},
		{"the newest missed call is the one lost last", testNewestMissedCall},
		{"trunk faults since the last leg that worked", testTrunkFaults},
		{"legs that say nothing about the trunk", testLegsWithoutVerdict},
		{"the newest of many trunk faults", testManyTrunkFaults},
		{"lines of a region", testRegionLines},
		{"customer legs since a time", testCustomerLegs},
		{"customer legs that may yet be sent", testUnsentLegs},
		{"lists are filtered and paged", testTaskList},
		{"missed calls are filtered and paged", testMissedCallList},
		{"missed calls since a time", testMissedCallsSince},
		{"tasks are searched, filtered and sorted", testTaskSearch},
		{"tasks are paged in each order", testTaskPlaces},
		{"missed calls are filtered by what was decided", testMissedCallSearch},
		{"what happened, by quarters of an hour", testHappenings},
		{"how tasks ended", testEndings},
		{"to whom a call is owed since when", testOwed},
		{"what open tasks wait for", testWaitingTasks},
		{"brief calls from a block of numbers", testBriefCalls},

		{"what is switched off stays off as it was", testSwitches},
		{"a switch has a place, a time and somebody", testSwitchRules},
		{"who is on the do-not-call list stays on it as they were", testDoNotCall},
		{"the do-not-call list is by number and paged", testDoNotCallList},
		{"an entry of the do-not-call list is whole", testDoNotCallRules},
		{"a token comes back as it was stored", testToken},
		{"a revoked token stays so", testRevokedToken},
		{"a token is whole and of its own name", testTokenRules},
		{"a user comes back as they were stored", testUser},
		{"a revoked user stays so", testRevokedUser},
		{"a user is whole and of a role for people", testUserRules},
		{"users and tokens share no name", testUsersAndTokensShareNoName},
		{"sessions are used, ended and forgotten", testSessions},
		{"the last good rules are kept", testKeptRules},
		{"how far logs are read", testLogPositions},

		{"a request comes back as it was stored", testRequestRoundTrip},
		{"open tasks of a customer", testOpenTasksOfACustomer},
		{"open tasks of all kinds of targets", testOpenAny},
		{"keys of requests are kept for a while", testAskKeys},
		{"an appointment comes back as it was stored", testAppointmentRoundTrip},
		{"a seat has one appointment", testSeats},
		{"an appointment that is over has no seat", testSeatsOfTasksThatEnd},
		{"only open appointments have seats", testWhoHasSeats},
		{"one of many has the last seat", testLastSeat},
		{"appointments whose time has passed", testLateAppointments},

		{"a task comes back with its owner", testOwner},
		{"an owner is whole", testOwnerRules},
		{"tasks are handed over when their owner's time is over", testHandOvers},
		{"open tasks of owners", testOpenOfOwners},
		{"when a customer was rung last", testLastRung},

		{"a recording comes back as it was stored", testRecording},
		{"recordings take the steps of their table only", testRecordingSteps},
		{"a recording belongs to an attempt that has ended", testRecordingRules},
		{"recordings are filtered and paged", testRecordingList},
		{"recordings to verify and to delete", testRecordingsToLookAt},

		{"every change is in the history", testHistory},
		{"the last change", testLastChange},
		{"observers hear of commits in their order", testObservers},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

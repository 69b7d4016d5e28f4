package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// sight is whether a role may do something, and how it sees customers in the answer.
type sight int

const (
	no     sight = iota
	masked       // numbers are masked, and what people wrote about the customer is left out
	whole
)

// permission is who may do an operation besides admins, who may all and see all, and how
// it is kept within the asker's account.
type permission struct {
	supervisor, agent, intake sight
	reach                     reach
}

// permissions says of every operation who may do it. One that isn't here is nobody's.
var permissions = map[string]permission{
	"list-tasks":  {whole, whole, no, inQuery},
	"show-task":   {whole, whole, no, ofTask},
	"cancel-task": {whole, whole, no, ofTask},
	"hold-task":   {whole, whole, no, ofTask},

	// A program that hands in requests learns no more about a customer than it has sent.
	"ask-callback":    {whole, whole, masked, inAnswer},
	"edit-task":       {whole, whole, no, ofTask},
	"reschedule-task": {whole, whole, no, ofTask},
	"call-task-now":   {whole, whole, no, ofTask},
	"close-task":      {whole, whole, no, ofTask},
	"take-task":       {whole, whole, no, ofTask},

	// Who can call customers back is for those who ask for callbacks in the account's name.
	"list-targets": {whole, whole, no, inPath},

	// What may be booked a form has to show; what is booked it needn't know.
	"list-schedules":    {whole, whole, whole, inPath},
	"list-slots":        {whole, whole, whole, inPath},
	"list-appointments": {whole, whole, no, inPath},
	"book-appointment":  {whole, whole, masked, inPath},

	"show-form": {whole, whole, whole, inPath},

	// Of customers who hold a secret: the form knows their numbers from them, or not at all.
	"show-promise":       {whole, whole, masked, inAnswer},
	"list-promise-slots": {whole, whole, whole, inAnswer},
	"cancel-promise":     {whole, whole, masked, inAnswer},
	"reschedule-promise": {whole, whole, masked, inAnswer},

	"release-task":  {whole, whole, no, ofTask},
	"release-tasks": {whole, no, no, inPath},

	// Agents call those whom tasks are about; whom nobody calls back they needn't know.
	"list-missed-calls": {whole, masked, no, inQuery},

	"list-accounts":    {whole, no, no, inAnswer},
	"freeze-account":   {whole, no, no, inPath},
	"unfreeze-account": {whole, no, no, inPath},
	"forget-account":   {no, no, no, everywhere},

	"list-do-not-call": {whole, no, no, inPath},
	"block-customer":   {whole, whole, no, inPath},
	"unblock-customer": {whole, no, no, inPath},

	"list-rules":         {whole, no, no, inAnswer},
	"list-account-rules": {whole, no, no, inPath},
	"activate-rule":      {whole, no, no, inPath},
	"deactivate-rule":    {whole, no, no, inPath},
	"diff-rules":         {no, no, no, inAnswer},

	"list-sounds":  {whole, no, no, inPath},
	"get-sound":    {whole, no, no, inPath},
	"put-sound":    {no, no, no, inPath},
	"delete-sound": {no, no, no, inPath},

	"list-recordings":  {whole, no, no, inQuery},
	"get-recording":    {whole, no, no, ofRecording},
	"delete-recording": {no, no, no, ofRecording},

	"explain":         {whole, no, no, inAnswer},
	"explain-request": {whole, no, no, inAnswer},
	"replay":          {whole, no, no, inAnswer},

	"show-state": {whole, whole, no, inAnswer},
	"stop":       {no, no, no, everywhere},
	"resume":     {no, no, no, everywhere},

	"show-summary":   {whole, whole, no, inQuery},
	"follow-events":  {whole, whole, no, inAnswer},
	"list-alarms":    {whole, no, no, inQuery},
	"show-system":    {whole, no, no, everywhere},
	"examine-system": {no, no, no, everywhere},
	// What was found names files and phones, as the system page does.
	"show-examination": {whole, no, no, everywhere},

	"show-self":    {whole, whole, whole, inAnswer},
	"list-tokens":  {no, no, no, inAnswer},
	"add-token":    {no, no, no, inAnswer},
	"revoke-token": {no, no, no, ofToken},

	"list-users":   {no, no, no, inAnswer},
	"add-user":     {no, no, no, inAnswer},
	"edit-user":    {no, no, no, ofUser},
	"revoke-user":  {no, no, no, ofUser},
	"end-sessions": {no, no, no, ofUser},

	metricsPage: {whole, no, no, everywhere},
}

// metricsPage is /metrics, which is no operation of the OpenAPI document.
const metricsPage = "metrics"

// sightOf is how a role sees the answer of an operation; no if it may not do it.
func sightOf(operation string, role callback.Role) sight {
	p, known := permissions[operation]
	if !known {
		return no
	}
	switch role {
	case callback.RoleAdmin:
		return whole
	case callback.RoleSupervisor:
		return p.supervisor
	case callback.RoleAgent:
		return p.agent
	case callback.RoleIntake:
		return p.intake
	}
	return no
}

// sourcesOf lists as what a role asks for callbacks; the first is meant where a request
// doesn't say. Those who only hand in requests, or only talk with customers, can't pass
// for others.
func sourcesOf(role callback.Role) []callback.Via {
	switch role {
	case callback.RoleIntake:
		return []callback.Via{callback.ViaAPI, callback.ViaWeb}
	case callback.RoleAgent:
		return []callback.Via{callback.ViaAgent}
	case callback.RoleAdmin, callback.RoleSupervisor:
	}
	return []callback.Via{callback.ViaAPI, callback.ViaWeb, callback.ViaIVR, callback.ViaAgent, callback.ViaAdmin}
}

// rolesOf lists who may do an operation, the mightiest first.
func rolesOf(operation string) []string {
	var roles []string
	for _, role := range callback.Roles {
		if sightOf(operation, role) != no {
			roles = append(roles, string(role))
		}
	}
	return roles
}

// reach is how an operation is kept within the account of an asker who knows only one.
type reach struct {
	way reachWay
	// owner finds whose the thing is that the id in the path names, missing answers that
	// there is none.
	owner   func(tx callback.ReadTx, id int64) (account string, err error)
	missing func(id int64) huma.StatusError
}

type reachWay int

const (
	reachEverywhere reachWay = iota // it is about all accounts: for those who know all
	reachPath                       // the path names the account
	reachQuery                      // the query may
	reachID                         // the path names a thing of some account
	reachAnswer                     // the operation itself answers what there is for the asker
)

var (
	everywhere = reach{way: reachEverywhere}
	inPath     = reach{way: reachPath}
	inQuery    = reach{way: reachQuery}
	inAnswer   = reach{way: reachAnswer}

	ofTask = reach{way: reachID, missing: noTask, owner: func(tx callback.ReadTx, id int64) (string, error) {
		t, err := tx.Task(id)
		return t.Account, err
	}}
	ofRecording = reach{way: reachID, missing: noRecording, owner: func(tx callback.ReadTx, id int64) (string, error) {
		r, err := tx.Recording(id)
		return r.Account, err
	}}
	ofToken = reach{way: reachID, missing: noToken, owner: func(tx callback.ReadTx, id int64) (string, error) {
		t, err := tx.Token(id)
		return t.Account, err
	}}
	ofUser = reach{way: reachID, missing: noUser, owner: func(tx callback.ReadTx, id int64) (string, error) {
		u, err := tx.User(id)
		return u.Account, err
	}}
)

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/internal/feed"
)

// System is what callbackd stands on.
type System struct {
	Version  string          `json:"version" example:"1.0.0" doc:"callbackd's."`
	Started  time.Time       `json:"started" example:"2026-11-20T06:00:00Z"`
	Database SystemDatabase  `json:"database"`
	PBXs     []SystemPBX     `json:"pbxs" nullable:"false"`
	Accounts []SystemAccount `json:"accounts" nullable:"false" doc:"How the rules files stand. GET /api/v1/rules has each file's problems."`
	Events   SystemEvents    `json:"events" doc:"The stream of GET /api/v1/events."`
}

// SystemDatabase is the database and the disk that it lies on. Sizes are in bytes.
type SystemDatabase struct {
	Path     string `json:"path" example:"/var/lib/callbackd/callbackd.db"`
	Size     int64  `json:"size" minimum:"0" example:"73400320"`
	WAL      int64  `json:"wal" minimum:"0" example:"4152992" doc:"Of the write-ahead log beside it."`
	DiskFree int64  `json:"disk_free" minimum:"0" example:"52613349376" doc:"What callbackd's user may still write there."`
	DiskSize int64  `json:"disk_size" minimum:"0" example:"105226698752"`
}

// SystemPBX is one Asterisk.
type SystemPBX struct {
	PBX
	URL      string     `json:"url" example:"http://127.0.0.1:8088"`
	Since    time.Time  `json:"since,omitzero" example:"2026-11-20T06:00:02Z" doc:"Since when it is ready, or isn't."`
	Version  string     `json:"version,omitempty" example:"22.10.1" doc:"Asterisk's, as of the last connect. Absent before the first."`
	Lag      float64    `json:"lag_seconds,omitempty" minimum:"0" example:"0.0021" doc:"How long the newest heartbeat took, there and back through the stream of events. Absent while it is away."`
	Heard    time.Time  `json:"heard,omitzero" example:"2026-11-20T13:24:00Z" doc:"When it was heard of last."`
	Channels int        `json:"channels" minimum:"0" example:"12" doc:"How many channels callbackd remembers, because their calls aren't over."`
	Gaps     int        `json:"gaps" minimum:"0" example:"1" doc:"Times since callbackd's start in which events may have been missed."`
	LastGap  time.Time  `json:"last_gap,omitzero" example:"2026-11-20T09:11:40Z" doc:"When the last of them began."`
	Logs     *SystemLog `json:"logs,omitempty" doc:"How its logs are read; absent without catch_up."`
}

// SystemLog is how the logs of one PBX are read.
type SystemLog struct {
	CDR      string    `json:"cdr,omitempty" example:"/var/log/asterisk/cdr-csv/Master.csv"`
	QueueLog string    `json:"queue_log,omitempty" example:"/var/log/asterisk/queue_log"`
	Until    time.Time `json:"until,omitzero" example:"2026-11-20T13:24:00Z" doc:"All calls that ended until then are taken in, as far as the logs tell. Absent before the first reading."`
	Trouble  string    `json:"trouble,omitempty" doc:"Why they can't be read. Absent if the last reading went well."`
}

// SystemAccount is how one rules file stands.
type SystemAccount struct {
	Account  string     `json:"account,omitempty" example:"acme" doc:"Absent where the file doesn't tell."`
	File     string     `json:"file" example:"rules/acme.yaml"`
	State    RulesState `json:"state" example:"in_force"`
	Errors   int        `json:"errors" minimum:"0"`
	Warnings int        `json:"warnings" minimum:"0"`
	Since    time.Time  `json:"since,omitzero" example:"2026-11-20T06:00:02Z" doc:"Since when what is in force is that."`
}

// SystemEvents is how many follow the stream of events.
type SystemEvents struct {
	Subscribers int `json:"subscribers" minimum:"0" example:"3"`
}

// system has the operation on what callbackd stands on.
type system struct {
	read   func() System // all but Events
	events *feed.Feed[Event]
}

func (s *system) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "show-system", Method: http.MethodGet, Path: "/api/v1/system",
		Summary: "What does callbackd stand on?",
		Description: "Versions, the database and its disk, each Asterisk with its heartbeat, its gaps and how its logs are read, and the rules files. " +
			"Everything is known already, so asking costs nothing; POST /api/v1/system/examine looks more closely.",
		Tags: []string{"state"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusUnprocessableEntity},
	}, s.show)
}

type systemAnswer struct{ Body System }

func (s *system) show(context.Context, *struct{}) (*systemAnswer, error) {
	now := s.read()
	now.Events = SystemEvents{Subscribers: s.events.Followers()}
	return &systemAnswer{Body: now}, nil
}

package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
	"callbackd/sounds"
)

// serveDocument serves the OpenAPI document of api, whose operations are all
// registered.
func serveDocument(mux *http.ServeMux, api huma.API) {
	document := sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(api.OpenAPI(), "", "  ") })
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		text, err := document()
		if err != nil {
			panic(err) // the types of this package; every test would fail
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text) // a client that has gone can't be told about it
	})
}

// describeDoor says of an operation that wants a token which roles it is for, and how the
// door and the guard refuse it. Role names in a security requirement are OpenAPI 3.1's.
func describeDoor(_ *huma.OpenAPI, op *huma.Operation) {
	if !wantsToken(op.Path) {
		return
	}
	op.Security = []map[string][]string{{tokenScheme: rolesOf(op.OperationID)}}
	problem := op.Responses["401"]
	if problem == nil {
		return // an operation without errors of its own; a test says so
	}
	refusals := map[string]string{
		"403": "The token's role, or its account, may not do this.",
		"422": "What to change in the request.",
		"429": "Too many wrong tokens came from this address; Retry-After says how many seconds to wait.",
	}
	if permissions[op.OperationID].reach.way == reachQuery {
		refusals["404"] = "There is no such account for this token."
	}
	for status, says := range refusals {
		if op.Responses[status] == nil {
			refusal := *problem
			refusal.Description = says
			op.Responses[status] = &refusal
		}
	}
}

// nameWords gives the domain's closed sets their enums in the document.
func nameWords(registry huma.Registry) {
	alias := func(word, schema reflect.Type) { registry.RegisterTypeAlias(word, schema) }
	alias(reflect.TypeFor[callback.TaskState](), reflect.TypeFor[taskStateWords]())
	alias(reflect.TypeFor[callback.AttemptState](), reflect.TypeFor[attemptStateWords]())
	alias(reflect.TypeFor[callback.Kind](), reflect.TypeFor[kindWords]())
	alias(reflect.TypeFor[callback.Result](), reflect.TypeFor[resultWords]())
	alias(reflect.TypeFor[callback.Decision](), reflect.TypeFor[decisionWords]())
	alias(reflect.TypeFor[callback.Reason](), reflect.TypeFor[reasonWords]())
	alias(reflect.TypeFor[callback.Source](), reflect.TypeFor[sourceWords]())
	alias(reflect.TypeFor[callback.Target](), reflect.TypeFor[targetWord]())
	alias(reflect.TypeFor[callback.Mode](), reflect.TypeFor[modeWords]())
	alias(reflect.TypeFor[callback.MissedIn](), reflect.TypeFor[missedInWords]())
	alias(reflect.TypeFor[callback.Effect](), reflect.TypeFor[effectWords]())
	alias(reflect.TypeFor[callback.ZoneSource](), reflect.TypeFor[zoneSourceWords]())
	alias(reflect.TypeFor[callback.VoicemailAction](), reflect.TypeFor[voicemailWords]())
	alias(reflect.TypeFor[callback.RecordingState](), reflect.TypeFor[recordingStateWords]())
	alias(reflect.TypeFor[callback.Role](), reflect.TypeFor[roleWords]())
	alias(reflect.TypeFor[callback.Via](), reflect.TypeFor[viaWords]())
	alias(reflect.TypeFor[callback.AskReason](), reflect.TypeFor[askReasonWords]())
	alias(reflect.TypeFor[PromiseState](), reflect.TypeFor[promiseStateWords]())
	alias(reflect.TypeFor[RulesState](), reflect.TypeFor[rulesStateWords]())
	alias(reflect.TypeFor[RulesVerdict](), reflect.TypeFor[rulesVerdictWords]())
	alias(reflect.TypeFor[RulesAbsence](), reflect.TypeFor[rulesAbsenceWords]())
	alias(reflect.TypeFor[sounds.Source](), reflect.TypeFor[soundSourceWords]())
	alias(reflect.TypeFor[callback.TaskSort](), reflect.TypeFor[taskSortWords]())
	alias(reflect.TypeFor[EventKind](), reflect.TypeFor[eventKindWords]())
	alias(reflect.TypeFor[OffReason](), reflect.TypeFor[offReasonWords]())
}

type (
	taskStateWords      struct{}
	attemptStateWords   struct{}
	kindWords           struct{}
	resultWords         struct{}
	decisionWords       struct{}
	reasonWords         struct{}
	sourceWords         struct{}
	targetWord          struct{}
	modeWords           struct{}
	missedInWords       struct{}
	effectWords         struct{}
	zoneSourceWords     struct{}
	voicemailWords      struct{}
	recordingStateWords struct{}
	roleWords           struct{}
	viaWords            struct{}
	askReasonWords      struct{}
	promiseStateWords   struct{}
	rulesStateWords     struct{}
	rulesVerdictWords   struct{}
	rulesAbsenceWords   struct{}
	offReasonWords      struct{}
	soundSourceWords    struct{}
	taskSortWords       struct{}
	eventKindWords      struct{}
)

// Schema implements huma.SchemaProvider.
func (taskStateWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.TaskStates) }

// Schema implements huma.SchemaProvider.
func (attemptStateWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.AttemptStates) }

// Schema implements huma.SchemaProvider.
func (kindWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.Kind{callback.KindMissed, callback.KindRequest, callback.KindAppointment})
}

// Schema implements huma.SchemaProvider.
func (resultWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Results) }

// Schema implements huma.SchemaProvider.
func (decisionWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Decisions) }

// Schema implements huma.SchemaProvider.
func (reasonWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Reasons) }

// Schema implements huma.SchemaProvider.
func (sourceWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.Source{callback.SourceEvents, callback.SourceLogs})
}

// Schema implements huma.SchemaProvider.
func (targetWord) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(queue|agent|group|scenario):.+$`}
}

// Schema implements huma.SchemaProvider.
func (modeWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.Mode{callback.ModeLive, callback.ModeShadow})
}

// Schema implements huma.SchemaProvider.
func (missedInWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.MissedIn{callback.MissedInScenario, callback.MissedInContactCenter})
}

// Schema implements huma.SchemaProvider.
func (effectWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Effects) }

// Schema implements huma.SchemaProvider.
func (zoneSourceWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.ZoneSource{callback.ZonesFromNumber, callback.ZonesFromRule, callback.ZonesFromAccount})
}

// Schema implements huma.SchemaProvider.
func (voicemailWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]callback.VoicemailAction{callback.VoicemailHangUp, callback.VoicemailLeave})
}

// Schema implements huma.SchemaProvider.
func (recordingStateWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.RecordingStates) }

// Schema implements huma.SchemaProvider.
func (roleWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Roles) }

// Schema implements huma.SchemaProvider.
func (viaWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.Vias) }

// Schema implements huma.SchemaProvider.
func (askReasonWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.AskReasons) }

// Schema implements huma.SchemaProvider.
func (promiseStateWords) Schema(huma.Registry) *huma.Schema { return oneOf(PromiseStates) }

// Schema implements huma.SchemaProvider.
func (rulesStateWords) Schema(huma.Registry) *huma.Schema { return oneOf(RulesStates) }

// Schema implements huma.SchemaProvider.
func (rulesVerdictWords) Schema(huma.Registry) *huma.Schema { return oneOf(RulesVerdicts) }

// Schema implements huma.SchemaProvider.
func (rulesAbsenceWords) Schema(huma.Registry) *huma.Schema { return oneOf(RulesAbsences) }

// Schema implements huma.SchemaProvider.
func (taskSortWords) Schema(huma.Registry) *huma.Schema { return oneOf(callback.TaskSorts) }

// Schema implements huma.SchemaProvider.
func (eventKindWords) Schema(huma.Registry) *huma.Schema { return oneOf(EventKinds) }

// Schema implements huma.SchemaProvider.
func (offReasonWords) Schema(huma.Registry) *huma.Schema { return oneOf(OffReasons) }

// Schema implements huma.SchemaProvider.
func (soundSourceWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]sounds.Source{sounds.FromAccount, sounds.FromLibrary, sounds.FromBinary})
}

func oneOf[Word ~string](words []Word) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, w := range words {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

package ari_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/asterisk-config/private"
)

// What Asterisk says of its own interface, in rest-api/*.json of its data folder.
type (
	restAPI struct {
		models     map[string]model
		operations []operation
	}
	model struct {
		Properties map[string]property `json:"properties"`
		SubTypes   []string            `json:"subTypes"`
	}
	property struct {
		Type      string    `json:"type"`
		Required  bool      `json:"required"`
		Allowable allowable `json:"allowableValues"`
	}
	allowable struct {
		Values []string `json:"values"`
	}
	operation struct {
		Path       string
		Method     string      `json:"httpMethod"`
		Parameters []parameter `json:"parameters"`
		Errors     []struct {
			Code json.RawMessage `json:"code"` // a number, twice a text
		} `json:"errorResponses"`
	}
	parameter struct {
		Name      string    `json:"name"`
		In        string    `json:"paramType"`
		Required  bool      `json:"required"`
		Type      string    `json:"dataType"`
		Allowable allowable `json:"allowableValues"`
	}
)

// asterisksOwn reads the files of the Asterisk on this machine. It fetches one if there is
// none; without it the test fails, for facts can't be skipped.
func asterisksOwn(t *testing.T) restAPI {
	t.Helper()
	installed, err := private.Install(t.Context(), io.Discard)
	require.NoError(t, err)
	var files []string
	for _, data := range []string{"usr/share/asterisk", "var/lib/asterisk"} {
		found, err := filepath.Glob(filepath.Join("/", installed.Root, data, "rest-api", "*.json"))
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.NotEmpty(t, files, "Asterisk %s has no rest-api folder", installed.Version)
	api := restAPI{models: map[string]model{}}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		var file struct {
			Models map[string]model `json:"models"`
			APIs   []struct {
				Path       string      `json:"path"`
				Operations []operation `json:"operations"`
			} `json:"apis"`
		}
		require.NoError(t, json.Unmarshal(raw, &file), name)
		maps.Copy(api.models, file.Models)
		for _, resource := range file.APIs {
			for _, o := range resource.Operations {
				o.Path = resource.Path
				api.operations = append(api.operations, o)
			}
		}
	}
	return api
}

// notDescribed are the events that come as Unknown. One that a later Asterisk adds makes
// the test fail: then decide.
var notDescribed = []string{
	"ApplicationMoveFailed", "ApplicationRegistered", "ApplicationUnregistered", "BridgeAttendedTransfer", "BridgeBlindTransfer", "BridgeMerged",
	"BridgeVideoSourceChanged", "CallBroadcast", "CallClaimed", "ChannelCallerId", "ChannelConnectedLine",
	"ChannelHold", "ChannelTalkingFinished", "ChannelTalkingStarted", "ChannelToneDetected", "ChannelTransfer",
	"ChannelUnhold", "RESTResponse", "TextMessageReceived",
}

// leftOut are fields that a type does without.
var leftOut = []string{
	"AsteriskInfo.build", "ConfigInfo.max_channels", "ConfigInfo.max_open_files", "ConfigInfo.max_load", "ConfigInfo.setid",
}

// alwaysThere are parts that rest-api calls optional. A request may leave AsteriskInfo's
// out, which Info doesn't; the event without its channel isn't sent (res_stasis.c packs
// both), and would be Malformed.
var alwaysThere = []string{
	"AsteriskInfo.system", "AsteriskInfo.config", "AsteriskInfo.status", "ChannelEnteredBridge.channel",
}

func TestEventsAgainstAsterisksOwn(t *testing.T) {
	api := asterisksOwn(t)
	described := slices.Sorted(maps.Keys(ari.EventTypes()))
	all := slices.Clone(api.models["Event"].SubTypes)
	slices.Sort(all)
	known := slices.Concat(described, notDescribed)
	slices.Sort(known)
	assert.Equal(t, all, known, "every event of Asterisk is described, or left out on purpose")

	common := map[string]property{}
	maps.Copy(common, api.models["Message"].Properties)
	maps.Copy(common, api.models["Event"].Properties)
	c := comparison{t: t, api: api, done: map[string]bool{}}
	for _, name := range described {
		properties := maps.Clone(api.models[name].Properties)
		maps.Copy(properties, common)
		c.compare(name, ari.EventTypes()[name], properties)
	}
	for name, value := range map[string]any{
		"AsteriskInfo": ari.AsteriskInfo{}, "Application": ari.Application{}, "Endpoint": ari.Endpoint{},
		"DeviceState": ari.DeviceState{}, "StoredRecording": ari.StoredRecording{}, "LiveRecording": ari.LiveRecording{},
		"Playback": ari.Playback{}, "Module": ari.Module{}, "Bridge": ari.Bridge{}, "Channel": ari.Channel{},
	} {
		c.model(name, reflect.TypeOf(value))
	}
	assert.Len(t, c.skipped, len(leftOut), "what is left out is there to be left out")
}

// comparison holds Go types against Asterisk's models.
type comparison struct {
	t       *testing.T
	api     restAPI
	done    map[string]bool
	skipped []string
}

func (c *comparison) model(name string, goType reflect.Type) {
	if !c.done[name] {
		c.done[name] = true
		described, exists := c.api.models[name]
		if assert.True(c.t, exists, "Asterisk has no model %s", name) {
			c.compare(name, goType, described.Properties)
		}
	}
}

func (c *comparison) compare(name string, goType reflect.Type, properties map[string]property) {
	fields := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(goType) {
		if field.Anonymous {
			continue
		}
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		require.NotEmpty(c.t, key, "%s.%s", name, field.Name)
		fields[key] = field
		assert.Contains(c.t, properties, key, "%s has a field that Asterisk's %s hasn't", goType, name)
	}
	for key, p := range properties {
		field, exists := fields[key]
		switch {
		case exists:
			c.field(name+"."+key, field.Type, p)
		case slices.Contains(leftOut, name+"."+key):
			c.skipped = append(c.skipped, key)
		default:
			c.t.Errorf("%s lacks %s %s", goType, key, p.Type)
		}
	}
}

func (c *comparison) field(where string, goType reflect.Type, p property) {
	pointer := goType.Kind() == reflect.Pointer
	if pointer {
		goType = goType.Elem()
		assert.False(c.t, p.Required, "%s is always there, and needs no pointer", where)
	}
	kind := goType.Kind()
	element, isList := strings.CutPrefix(p.Type, "List[")
	var right bool
	switch {
	case isList:
		right = kind == reflect.Slice
		if right && element == "string]" {
			right = goType.Elem().Kind() == reflect.String
		}
	case p.Type == "string":
		right = kind == reflect.String
	case p.Type == "int" || p.Type == "long":
		right = kind == reflect.Int || kind == reflect.Int64
	case p.Type == "boolean":
		right = kind == reflect.Bool
	case p.Type == "object":
		right = kind == reflect.Map
	case p.Type == "Date":
		right = goType == reflect.TypeFor[ari.Time]()
	default:
		right = kind == reflect.Struct
		if right {
			c.model(p.Type, goType)
		}
		if !p.Required && !slices.Contains(alwaysThere, where) {
			assert.True(c.t, pointer, "%s may be missing: without a pointer nobody can tell", where)
		}
	}
	assert.True(c.t, right, "%s is a %s, and here a %s", where, p.Type, goType)
}

// The values that Go constants name are those that Asterisk has.
func TestConstantsAgainstAsterisksOwn(t *testing.T) {
	api := asterisksOwn(t)
	values := func(model, name string) []string { return api.models[model].Properties[name].Allowable.Values }
	assert.Subset(t, values("Channel", "state"), texts(ari.StateDown, ari.StateRing, ari.StateRinging, ari.StateUp, ari.StateBusy))
	assert.Subset(t, texts(ari.PlaybackQueued, ari.PlaybackPlaying, ari.PlaybackNext, ari.PlaybackDone, ari.PlaybackFailed),
		values("Playback", "state"))
	assert.ElementsMatch(t, values("LiveRecording", "state"), texts(ari.RecordingQueued, ari.RecordingRunning,
		ari.RecordingPaused, ari.RecordingDone, ari.RecordingBroken, ari.RecordingCanceled))
	hangup, _ := api.operation(t, "DELETE", []string{"channels", "x"})
	for _, p := range hangup.Parameters {
		if p.Name == "reason" {
			assert.Subset(t, p.Allowable.Values, texts(ari.HangupNormal, ari.HangupBusy, ari.HangupNoAnswer,
				ari.HangupRejected, ari.HangupAnsweredElsewhere, ari.HangupCongestion))
		}
	}
}

func texts[T ~string](values ...T) (list []string) {
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

// operation finds what a request is to Asterisk: as it does, a fixed segment before an open
// one. It gives the open segments too, decoded.
func (api restAPI) operation(t *testing.T, method string, segments []string) (found operation, open map[string]string) {
	t.Helper()
	fewest := len(segments) + 1
	for _, o := range api.operations {
		pattern := strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
		if o.Method != method || len(pattern) != len(segments) {
			continue
		}
		filled, matches := map[string]string{}, true
		for i, p := range pattern {
			if name, is := strings.CutPrefix(p, "{"); is {
				decoded, err := asAsteriskReads(segments[i])
				require.NoError(t, err)
				filled[strings.TrimSuffix(name, "}")] = decoded
			} else if p != segments[i] {
				matches = false
			}
		}
		if matches && len(filled) < fewest {
			found, open, fewest = o, filled, len(filled)
		}
	}
	require.NotEmpty(t, found.Path, "Asterisk has no %s /%s", method, strings.Join(segments, "/"))
	return found, open
}

// Every request is one that Asterisk has, with parameters of its names and types, none of
// those missing that it requires; and every refusal that it announces has its Err value.
func TestRequestsAgainstAsterisksOwn(t *testing.T) {
	api := asterisksOwn(t)
	used := map[string]bool{}
	for _, c := range requestCases() {
		method, path, _ := strings.Cut(c.path, " ")
		o, given := api.operation(t, method, strings.Split(strings.TrimPrefix(path, "/"), "/"))
		used[o.Method+" "+o.Path] = true
		for name, values := range c.query {
			given[name] = values[0]
		}
		if c.body != "" {
			var body map[string]any
			require.NoError(t, json.Unmarshal([]byte(c.body), &body))
			for name, value := range body {
				raw, err := json.Marshal(value)
				require.NoError(t, err)
				if name == "disallowed" {
					name = "filter" // what Asterisk calls the body as a whole
				}
				given[name] = strings.Trim(string(raw), `"`)
			}
		}
		for _, p := range o.Parameters {
			value, is := given[p.Name]
			delete(given, p.Name)
			assert.True(t, is || !p.Required, "%s lacks %s", c.path, p.Name)
			if !is {
				continue
			}
			if len(p.Allowable.Values) > 0 {
				assert.Contains(t, p.Allowable.Values, value, "%s: %s", c.path, p.Name)
			}
			if p.Type == "int" || p.Type == "long" {
				_, err := strconv.Atoi(value)
				assert.NoError(t, err, "%s: %s", c.path, p.Name)
			}
		}
		assert.Empty(t, given, "%s: Asterisk has no such parameters", c.path)
		for _, e := range o.Errors {
			code, err := strconv.Atoi(strings.Trim(string(e.Code), `"`))
			require.NoError(t, err)
			assert.True(t, hasSentinel(code), "%s can answer %d, which has no Err value", c.path, code)
		}
	}
	methods := -3 // PlayFrom and PlayIn are Play's operation, CreateMixer is CreateBridge's
	for method := range reflect.TypeFor[*ari.Client]().Methods() {
		if method.Type.NumIn() > 1 && method.Type.In(1) == reflect.TypeFor[context.Context]() && method.Name != "Run" {
			methods++
		}
	}
	assert.Len(t, used, methods, "each method but three has its own operation, and its case in requestCases")
}

func hasSentinel(status int) bool {
	for _, sentinel := range []error{ari.ErrNotFound, ari.ErrConflict, ari.ErrUnauthorized, ari.ErrInvalid} {
		if (&ari.Error{Status: status}).Is(sentinel) {
			return true
		}
	}
	return false
}

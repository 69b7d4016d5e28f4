package httpapi_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/callback"
	"callbackd/internal/httpapi"
)

var theSystem = httpapi.System{
	Version: "1.2.3", Started: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC),
	Database: httpapi.SystemDatabase{Path: "/var/lib/callbackd/callbackd.db", Size: 4096, DiskFree: 1, DiskSize: 2},
	PBXs:     []httpapi.SystemPBX{{PBX: httpapi.PBX{Name: "pbx1", Ready: true}, URL: "http://127.0.0.1:8088", Logs: &httpapi.SystemLog{CDR: "Master.csv"}}},
	Accounts: []httpapi.SystemAccount{{Account: "acme", File: "rules/acme.yaml", State: httpapi.RulesInForce}},
}

func TestSystem(t *testing.T) {
	s := newService(t)
	assert.Equal(t, theSystem, get[httpapi.System](s, "/api/v1/system"))
}

func TestExaminationsAreMadeOnceAMinute(t *testing.T) {
	s := newService(t)
	var made int
	s.examine = func() []httpapi.Finding {
		made++ // one at a time
		return []httpapi.Finding{
			{About: "machine", Level: "error", Message: "no room"}, {About: "asterisk", PBX: "pbx1", Level: "warning", Message: "old"},
			{About: "asterisk", PBX: "pbx1", Level: "warning", Message: "older"}, {About: "daemon", Level: "ok", Message: "it runs"},
		}
	}
	var everybody sync.WaitGroup
	for range 4 {
		everybody.Go(func() { assert.Equal(t, http.StatusOK, s.send(http.MethodPost, "/api/v1/system/examine", "").Code) })
	}
	everybody.Wait()
	found := post[httpapi.Examination](s, "/api/v1/system/examine", "")
	assert.Equal(t, 1, made)
	assert.Equal(t, 1, found.Errors)
	assert.Equal(t, 2, found.Warnings)
	assert.Len(t, found.Findings, 4)
	assert.WithinDuration(t, time.Now(), found.Made, time.Minute)
	assert.Equal(t, found, get[httpapi.Examination](s, "/api/v1/system/examination"))
}

func TestTheNewestExaminationCanBeReadWithoutMakingOne(t *testing.T) {
	s := newService(t)
	s.examine = func() []httpapi.Finding { panic("nothing is looked at") }
	assert.Equal(t, httpapi.Examination{Findings: []httpapi.Finding{}}, get[httpapi.Examination](s, "/api/v1/system/examination"))
}

func TestAlarms(t *testing.T) {
	s := newService(t)
	s.alarms = []httpapi.Alarm{
		{Name: "trunk_paused", Account: "acme", About: "region sweden", Message: "the trunk fails", Count: 2, First: theSystem.Started, Last: theSystem.Started},
		{Name: "target_missing", About: "pbx pbx1, name support", Message: "callbackd needs help", Count: 1, First: theSystem.Started, Last: theSystem.Started},
		{Name: "giving_up_soon", Account: "globex", Message: "tasks will expire", Count: 1, First: theSystem.Started, Last: theSystem.Started},
	}
	names := func(list httpapi.AlarmList) (all []string) {
		for _, a := range list.Alarms {
			all = append(all, a.Name)
		}
		return all
	}
	all := get[httpapi.AlarmList](s, "/api/v1/alarms")
	assert.Equal(t, s.alarms, all.Alarms)
	assert.Equal(t, theSystem.Started, all.Since)
	assert.Equal(t, []string{"giving_up_soon"}, names(get[httpapi.AlarmList](s, "/api/v1/alarms?account=globex")))
	seen := s.sendAs(s.bearer("lead", callback.RoleSupervisor, "acme"), http.MethodGet, "/api/v1/alarms", "")
	require.Equal(t, http.StatusOK, seen.Code)
	assert.Contains(t, seen.Body.String(), "trunk_paused")
	assert.NotContains(t, seen.Body.String(), "target_missing", "it is about all accounts")
	assert.NotContains(t, seen.Body.String(), "globex")
	assert.Len(t, s.alarms, 3)
}

package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Health is the answer of /healthz and /readyz when all is well.
type Health struct {
	Status string `json:"status" enum:"ok,ready" example:"ready"`
}

type healthAnswer struct{ Body Health }

// registerHealth serves /healthz, which says that the program runs, and
// /readyz, which says whether it sees and dials.
func registerHealth(api huma.API, ready func() []string) {
	huma.Register(api, huma.Operation{
		OperationID: "healthz", Method: http.MethodGet, Path: "/healthz", Tags: []string{"health"},
		Summary:     "Does callbackd run?",
		Description: "200 as long as the program answers at all.",
	}, func(context.Context, *struct{}) (*healthAnswer, error) {
		return &healthAnswer{Body: Health{Status: "ok"}}, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Tags: []string{"health"},
		Summary:     "Does callbackd see and dial?",
		Description: "200 once the token is written, the rules are loaded, and every PBX is connected and caught up with; else 503 with the reasons.",
		Errors:      []int{http.StatusServiceUnavailable},
	}, func(context.Context, *struct{}) (*healthAnswer, error) {
		reasons := ready()
		if len(reasons) == 0 {
			return &healthAnswer{Body: Health{Status: "ready"}}, nil
		}
		wrong := make([]error, len(reasons))
		for i, reason := range reasons {
			wrong[i] = errors.New(reason)
		}
		return nil, huma.Error503ServiceUnavailable("callbackd isn't ready: "+strings.Join(reasons, "; "), wrong...)
	})
}

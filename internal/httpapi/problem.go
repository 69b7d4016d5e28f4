package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"
)

// Problem is an error as the API answers it (RFC 9457). Title is the status in
// words, Detail says what to change, Errors has what is wrong item by item.
type Problem = huma.ErrorModel

// insideDetail is all that a client hears of a failure inside callbackd.
const insideDetail = "callbackd failed to answer; its log says why. Try again, and look there if it goes on."

// writeProblem answers with a problem document outside of any operation.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// A client that has gone can't be told about it.
	_ = json.NewEncoder(w).Encode(Problem{Status: status, Title: http.StatusText(status), Detail: detail})
}

// inside is the answer to a failure inside callbackd: logged, not shown.
func inside(ctx context.Context, log zerolog.Logger, err error) huma.StatusError {
	if ctx.Err() == nil { // else the client has gone, which is no failure
		log.Error().Err(err).Msg("a request could not be answered")
	}
	return huma.Error500InternalServerError(insideDetail)
}

// withProblems answers requests for which mux has nothing.
func withProblems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fallback, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		refusal := refusal{header: http.Header{}}
		fallback.ServeHTTP(&refusal, r)
		switch refusal.status {
		case http.StatusNotFound:
			writeProblem(w, refusal.status, fmt.Sprintf("There is nothing at %s: /openapi.json lists what there is.", cut(r.URL.Path)))
		case http.StatusMethodNotAllowed:
			allowed := refusal.header.Get("Allow")
			w.Header().Set("Allow", allowed)
			writeProblem(w, refusal.status, fmt.Sprintf("%s doesn't take %s: use %s.", cut(r.URL.Path), cut(r.Method), allowed))
		default: // a redirect to the clean form of the address
			fallback.ServeHTTP(w, r)
		}
	})
}

// refusal catches how http.ServeMux would refuse a request.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) Write(b []byte) (int, error) { return len(b), nil }
func (r *refusal) WriteHeader(status int)      { r.status = status }

// explainProblem gives huma's problem documents about a request's parameters
// and body a detail that stands for itself.
func explainProblem(ctx huma.Context, _ string, v any) (any, error) {
	problem, ok := v.(*Problem)
	if ok && problem.Status == http.StatusRequestEntityTooLarge {
		problem.Detail = fmt.Sprintf("The body is too large: send at most %d bytes.", ctx.Operation().MaxBodyBytes)
		return problem, nil
	}
	if ok && problem.Status == http.StatusRequestTimeout {
		problem.Detail = fmt.Sprintf("The body didn't come in whole within %s: send it over a faster connection, or a smaller one.", ctx.Operation().BodyReadTimeout)
		return problem, nil
	}
	if !ok || len(problem.Errors) == 0 {
		return v, nil
	}
	more := max(len(problem.Errors)-shownErrors, 0)
	problem.Errors = problem.Errors[:len(problem.Errors)-more]
	wrong := make([]string, len(problem.Errors))
	for i, e := range problem.Errors {
		if e.Message == "unknown query parameter" {
			e.Message += "; known: " + strings.Join(queryParameters(ctx.Operation()), ", ")
		}
		if e.Location == "body" && problem.Status == http.StatusBadRequest {
			e.Message, e.Value = "it isn't JSON: "+e.Message, nil
		}
		e.Location, e.Message, e.Value = cut(e.Location), cut(e.Message), shown(withoutPassword(e.Location, e.Value))
		wrong[i] = e.Location + ": " + e.Message
	}
	if more > 0 {
		wrong = append(wrong, fmt.Sprintf("and %d more", more))
	}
	if problem.Detail == "validation failed" {
		problem.Detail = "Change the request: " + strings.Join(wrong, "; ") + "."
	}
	return problem, nil
}

// What a problem says of a request is bounded: it would else be many times as long as what
// was sent, for huma tells of each thing that is wrong with all that is in it.
const (
	shownErrors = 10
	shownLength = 300 // in bytes
)

func cut(text string) string {
	if len(text) <= shownLength {
		return text
	}
	return strings.ToValidUTF8(text[:shownLength], "") + "…"
}

// shown is a value as a problem repeats it: what is made of others is left out.
func shown(value any) any {
	switch v := value.(type) {
	case string:
		return cut(v)
	case bool, float64:
		return v
	}
	return nil
}

func queryParameters(op *huma.Operation) []string {
	var names []string
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	if names == nil {
		return []string{"none"}
	}
	return names
}

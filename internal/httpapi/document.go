package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
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

// nameWords gives the domain's closed sets their enums in the document.
func nameWords(registry huma.Registry) {
	alias := func(word, schema reflect.Type) { registry.RegisterTypeAlias(word, schema) }
	alias(reflect.TypeFor[callback.TaskState](), reflect.TypeFor[taskStateWords]())
	alias(reflect.TypeFor[callback.AttemptState](), reflect.TypeFor[attemptStateWords]())
	alias(reflect.TypeFor[callback.Kind](), reflect.TypeFor[kindWords]())
	alias(reflect.TypeFor[callback.Result](), reflect.TypeFor[resultWords]())
	alias(reflect.TypeFor[callback.Decision](), reflect.TypeFor[decisionWords]())
	alias(reflect.TypeFor[callback.Reason](), reflect.TypeFor[reasonWords]())
	alias(reflect.TypeFor[callback.Target](), reflect.TypeFor[targetWord]())
}

type (
	taskStateWords    struct{}
	attemptStateWords struct{}
	kindWords         struct{}
	resultWords       struct{}
	decisionWords     struct{}
	reasonWords       struct{}
	targetWord        struct{}
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
func (targetWord) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(queue|agent|group|scenario):.+$`}
}

func oneOf[Word ~string](words []Word) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, w := range words {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}

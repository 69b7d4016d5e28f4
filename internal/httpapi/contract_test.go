package httpapi_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contract is the OpenAPI document as it is served: every answer in these tests is held
// to it, whichever test it is that asks.
type contract struct {
	paths    map[string]any
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema
}

const contractAddress = "urn:callbackd:openapi"

var contractOnce struct {
	sync.Mutex
	document *contract
}

// contract reads the document once for all tests: it is the same in all of them.
func (s *service) contract() *contract {
	s.t.Helper()
	contractOnce.Lock()
	defer contractOnce.Unlock()
	if contractOnce.document != nil {
		return contractOnce.document
	}
	w := s.serve(httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, "/openapi.json", nil))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	require.NoError(s.t, err)
	c := &contract{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	require.NoError(s.t, c.compiler.AddResource(contractAddress, document))
	c.paths = document.(map[string]any)["paths"].(map[string]any)
	contractOnce.document = c
	return c
}

// operation finds what the document says of a request; "" if it has no such address.
func (c *contract) operation(method, path string) (template string, operation map[string]any) {
	segments := strings.Split(path, "/")
	for template, item := range c.paths {
		described, ok := item.(map[string]any)[strings.ToLower(method)].(map[string]any)
		if ok && fitsTemplate(strings.Split(template, "/"), segments) {
			return template, described
		}
	}
	return "", nil
}

func fitsTemplate(template, segments []string) bool {
	if len(template) != len(segments) {
		return false
	}
	for i, part := range template {
		if part != segments[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}

// check holds an answer to the document.
func (c *contract) check(t testing.TB, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	template, operation := c.operation(r.Method, r.URL.EscapedPath())
	if operation == nil {
		return
	}
	what := fmt.Sprintf("%s %s: %d", r.Method, template, w.Code)
	described, ok := operation["responses"].(map[string]any)[strconv.Itoa(w.Code)].(map[string]any)
	if !assert.True(t, ok, "%s isn't in the document", what) {
		return
	}
	content, _ := described["content"].(map[string]any)
	mediaType, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if !strings.HasSuffix(mediaType, "json") {
		return
	}
	if !assert.Contains(t, content, mediaType, what) {
		return
	}
	answer, err := jsonschema.UnmarshalJSON(bytes.NewReader(w.Body.Bytes()))
	require.NoError(t, err, what)
	pointer := strings.Join([]string{"", "paths", escaped(template), strings.ToLower(r.Method), "responses", strconv.Itoa(w.Code), "content", escaped(mediaType), "schema"}, "/")
	schema, err := c.schema(pointer)
	require.NoError(t, err, what)
	assert.NoError(t, schema.Validate(answer), what)
}

// escaped is a key as a segment of a JSON pointer in an address.
func escaped(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(key)
}

func (c *contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.schemas[pointer]; ok {
		return known, nil
	}
	schema, err := c.compiler.Compile(contractAddress + "#" + pointer)
	if err == nil {
		c.schemas[pointer] = schema
	}
	return schema, err
}

package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"callbackd/internal/config"
)

func rulesSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("urn:callbackd:rules", document))
	schema, err := compiler.Compile("urn:callbackd:rules")
	require.NoError(t, err)
	return schema
}

// readAsEditorsDo reads YAML with types, by a parser that isn't ours.
func readAsEditorsDo(t *testing.T, path string) any {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document), path)
	return typed(t, document.Content[0])
}

func typed(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.AliasNode:
		return typed(t, n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, typed(t, item))
		}
		return list
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			value := typed(t, n.Content[i+1])
			if merged, ok := value.(map[string]any); ok && n.Content[i].Tag == "!!merge" {
				for k, v := range merged {
					if _, written := object[k]; !written {
						object[k] = v
					}
				}
				continue
			}
			object[n.Content[i].Value] = value
		}
		return object
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		value, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64)
		require.NoError(t, err)
		return json.Number(strconv.FormatInt(value, 10))
	case "!!float":
		return json.Number(n.Value)
	}
	return n.Value
}

// An editor marks nothing that callbackd takes.
func TestTheSchemaAcceptsGoodFiles(t *testing.T) {
	schema := rulesSchema(t)
	for _, folder := range []string{"good", "warned"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "rules", folder, "*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, path := range files {
			assert.NoError(t, schema.Validate(readAsEditorsDo(t, path)), path)
		}
	}
}

// An editor marks what can be seen without knowing what names refer to.
func TestTheSchemaRefusesBadFiles(t *testing.T) {
	schema := rulesSchema(t)
	for _, name := range []string{
		"accept", "account-name", "account-name-path", "agent-endpoint", "agent-name", "announcement", "appointments", "area", "burst", "caller-id", "callable", "callable-empty", "cut-off",
		"cut-off-in-rules", "dial", "duration", "enabled", "from-empty", "give-up-after", "group-empty", "intervals", "intervals-empty", "just-a-word",
		"lines", "long-line", "max-calls", "missed-in", "mode", "not-a-mapping", "not-built", "null", "max-call", "numbers", "numbers-empty", "queue-name", "recording", "recording-empty",
		"reference", "region-name", "region-named-none", "region-words", "requests", "required", "ringing", "rule-name", "rule-of-the-other-kind", "rules-as-mapping",
		"rules-as-word", "scenario", "schedule-always", "schedule-date", "schedule-day", "schedule-shape", "schedule-window", "speech", "stop-key", "treatments",
		"treatments-empty", "trunk", "trunks-empty", "unknown-key", "value-empty", "voicemail", "words-of-losses", "wrong-shape",
	} {
		path := filepath.Join("..", "..", "testdata", "rules", "bad", name+".yaml")
		assert.Error(t, schema.Validate(readAsEditorsDo(t, path)), path)
	}
}

// The keys that the schema has, those that the decoder asks for and those of
// the files that are to have them all are the same: a path of keys, * standing for
// a name, or for a result of treatments, and [] for an item.
func TestTheSchemaKnowsEveryKey(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(config.Schema(), &schema))
	known := keySet{}
	known.ofSchema(schema, schema, "")

	asked, written := keySet{}, keySet{}
	for _, name := range []string{"everything.yaml", "heard.yaml"} {
		path := filepath.Join("..", "..", "testdata", "rules", "good", name)
		_, _, err := loadRules(path, config.RecordKeys(func(path, key string) {
			path = item.ReplaceAllString(path, "[]")
			asked.add(join(nameless(path), key))
		}))
		require.NoError(t, err)
		written.ofValue(readAsEditorsDo(t, path), "")
	}
	assert.Equal(t, known.sorted(), asked.sorted(), "schema and decoder")
	for key := range known {
		assert.True(t, written[key], "the files lack %s", key)
	}
}

var (
	item  = regexp.MustCompile(`\[[0-9]+\]`)
	named = regexp.MustCompile(`^(regions|agents|groups|areas|queues|scenarios|schedules|appointments|defaults\.treatments|rules\[\]\.treatments|requests\.treatments)\.[^.]+`)
	below = regexp.MustCompile(`^(appointments\.\*\.treatments)\.[^.]+`)
)

// nameless has * for each name in a path.
func nameless(path string) string {
	return below.ReplaceAllString(named.ReplaceAllString(path, "$1.*"), "$1.*")
}

type keySet map[string]bool

func (s keySet) add(path string) { s[path] = true }

func (s keySet) sorted() []string {
	var list []string
	for path := range s {
		list = append(list, path)
	}
	slices.Sort(list)
	return list
}

func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

// ofSchema adds the keys of mappings at path.
func (s keySet) ofSchema(root, schema map[string]any, path string) {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		s.ofSchema(root, root["$defs"].(map[string]any)[name].(map[string]any), path)
	}
	for _, word := range []string{"anyOf", "allOf", "oneOf"} {
		alternatives, _ := schema[word].([]any)
		for _, alternative := range alternatives {
			s.ofSchema(root, alternative.(map[string]any), path)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for key, value := range properties {
		s.add(join(path, key))
		s.ofSchema(root, value.(map[string]any), nameless(join(path, key)))
	}
	if names, ok := schema["additionalProperties"].(map[string]any); ok {
		s.ofSchema(root, names, join(path, "*"))
	}
	if items, ok := schema["items"].(map[string]any); ok {
		s.ofSchema(root, items, path+"[]")
	}
}

// ofValue adds the keys of a file.
func (s keySet) ofValue(value any, path string) {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			s.add(join(path, key))
			s.ofValue(v, nameless(join(path, key)))
		}
	case []any:
		for _, v := range value {
			s.ofValue(v, path+"[]")
		}
	}
}

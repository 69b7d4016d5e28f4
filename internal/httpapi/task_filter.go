package httpapi

import (
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// filter is what a request for tasks selects.
func (in *listTasksRequest) filter() (callback.TaskFilter, huma.StatusError) {
	f := callback.TaskFilter{
		Account: string(in.Account), States: in.State, Number: string(in.Number), Kind: in.Kind, Rule: in.Rule, Target: in.Target.target(),
		Search: callback.ParseSearch(in.Search), Created: callback.Span{From: in.From, To: in.To}, Due: callback.Span{From: in.DueFrom, To: in.DueTo},
		Sort: in.Sort, Before: in.Before, Limit: in.Limit + 1,
	}
	if in.After == "" {
		return f, nil
	}
	place, ok := parsePlace(in.After, in.Sort)
	switch {
	case !ok:
		return f, huma.Error422UnprocessableEntity("after isn't the next of a page with this sort: take it as that page has it.")
	case in.Before != 0:
		return f, huma.Error422UnprocessableEntity("after and before say the same: give one of them.")
	case place.Time.IsZero():
		f.Before = place.ID
	default:
		f.After = place
	}
	return f, nil
}

// placeOf writes where a task stands in an order, for the page behind it.
func placeOf(t callback.Task, sort callback.TaskSort) string {
	id := strconv.FormatInt(t.ID, 10)
	if sort == "" || sort == callback.SortNewest {
		return id
	}
	return string(sort) + "_" + t.Place(sort).Time.UTC().Format(time.RFC3339Nano) + "_" + id
}

// parsePlace reads what placeOf wrote, for the same order. A place newest first has no
// time.
func parsePlace(text string, sort callback.TaskSort) (callback.TaskPlace, bool) {
	var place callback.TaskPlace
	if sort != "" && sort != callback.SortNewest {
		rest, same := strings.CutPrefix(text, string(sort)+"_")
		at, id, _ := strings.Cut(rest, "_")
		var err error
		if place.Time, err = time.Parse(time.RFC3339Nano, at); err != nil || !same {
			return place, false
		}
		text = id
	}
	var err error
	place.ID, err = strconv.ParseInt(text, 10, 64)
	return place, err == nil && place.ID > 0
}

// targetParam is a target in a query: queue:support.
type targetParam string

var _ huma.ResolverWithPath = (*targetParam)(nil)

// Resolve implements huma.ResolverWithPath.
func (p *targetParam) Resolve(_ huma.Context, path *huma.PathBuffer) []error {
	if _, err := callback.ParseTarget(string(*p)); err != nil {
		return []error{&huma.ErrorDetail{Location: path.String(), Value: string(*p), Message: "write it like queue:support, agent:alice or group:sales"}}
	}
	return nil
}

// target is what was written, which Resolve has read before.
func (p targetParam) target() callback.Target {
	t, _ := callback.ParseTarget(string(p))
	return t
}

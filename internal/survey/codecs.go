package survey

import (
	"context"
	"slices"
	"strings"
)

// Where the phone of an agent doesn't speak what the leg to it carries, callbackd has
// the conversation mixed, for else half of them would be silent (internal/pbx).

// judgeCodec notes a phone that doesn't speak the codec of its account's regions.
func (v *visit) judgeCodec(ref reference, phone place, allow []string) {
	for _, r := range v.wanted.regions {
		if !ref.rung || allow == nil || r.account != ref.account || slices.Contains(allow, r.Formats) {
			continue
		}
		v.lacks(Warning, ref, "write one codec that agents' phones speak in regions."+r.Name+".formats, or allow it in their endpoints: until then these callbacks are mixed, "+
			"which costs processor time, and hold music may be lost", "allows %s %s, and not %s, which legs to agents carry in region %s",
			phone, strings.Join(allow, ", "), r.Formats, r.Name)
	}
}

// askMembers asks for the codecs of a queue's phones, as far as they are its members
// themselves.
func (v *visit) askMembers(ctx context.Context, q reference) error {
	if !v.modules["func_pjsip_endpoint.so"] {
		return nil
	}
	list, known, err := v.read(ctx, "QUEUE_MEMBER_LIST("+q.name+")")
	if err != nil || !known {
		return err
	}
	for member := range strings.SplitSeq(list, ",") {
		p := placeOf(member)
		if p.technology != "PJSIP" {
			continue
		}
		allow, known, err := v.read(ctx, "PJSIP_ENDPOINT("+p.endpoint+",allow)")
		if err != nil {
			return err
		}
		if known {
			v.judgeCodec(q, p, formatsIn(allow))
		}
	}
	return nil
}

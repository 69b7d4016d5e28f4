package httpapi

import "strings"

// Remark is the optional body of a request by which a person does something to a task.
type Remark struct {
	_ struct{} `additionalProperties:"false"`

	// Characters that can't be seen would make a line read otherwise than it is.
	Reason string `json:"reason,omitempty" maxLength:"200" pattern:"^([^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[\u200c\u200d])*$" patternDescription:"one line of text" example:"the customer is in a meeting until noon" doc:"Why, in the person's own words; the task's history has them."`
}

// words are what the person said; "" if nothing.
func (r *Remark) words() string {
	if r == nil {
		return ""
	}
	return strings.TrimSpace(r.Reason)
}

// Nothing is the body of a request that has nothing to say: none, or {}.
type Nothing struct {
	_ struct{} `additionalProperties:"false"`
}

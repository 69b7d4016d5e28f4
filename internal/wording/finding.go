package wording

// FindingTitle is what a finding of the doctor is about; pbx is the Asterisk, if it is one.
func FindingTitle(about, pbx string) string {
	if pbx != "" {
		return "Asterisk " + pbx
	}
	return map[string]string{"files": "Configuration and rules", "machine": "This machine", "daemon": "The daemon"}[about]
}

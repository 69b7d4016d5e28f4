package callback

// Role is what the bearer of a token is to callbackd. Which operation is open to
// which role is decided by whoever takes requests.
type Role string

// The roles.
const (
	RoleAdmin      Role = "admin"      // runs callbackd, or one account of it
	RoleSupervisor Role = "supervisor" // leads those who talk with customers
	RoleAgent      Role = "agent"      // talks with customers
	RoleIntake     Role = "intake"     // a program that hands in what customers ask for: a form, a shop, another system
)

// Roles lists all roles, the mightiest first.
var Roles = []Role{RoleAdmin, RoleSupervisor, RoleAgent, RoleIntake}

package apiclient

import (
	"context"
	"net/http"

	"callbackd/internal/httpapi"
)

// State says whether callbackd dials.
func (c *Client) State(ctx context.Context) (state httpapi.State, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/state", nil, nil, &state)
	return state, err
}

// Stop has nothing dialled anywhere.
func (c *Client) Stop(ctx context.Context) (change httpapi.StateChange, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/stop", nil, nil, &change)
	return change, err
}

// Resume ends a stop.
func (c *Client) Resume(ctx context.Context) (change httpapi.StateChange, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/resume", nil, nil, &change)
	return change, err
}

// Accounts lists all accounts, by name.
func (c *Client) Accounts(ctx context.Context) (list httpapi.AccountList, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/accounts", nil, nil, &list)
	return list, err
}

// FreezeAccount has nothing dialled in an account.
func (c *Client) FreezeAccount(ctx context.Context, name string) (httpapi.AccountChange, error) {
	return c.turnAccount(ctx, name, "freeze")
}

// UnfreezeAccount ends a freeze.
func (c *Client) UnfreezeAccount(ctx context.Context, name string) (httpapi.AccountChange, error) {
	return c.turnAccount(ctx, name, "unfreeze")
}

// ForgetAccount forgets an account whose rules file is gone for good.
func (c *Client) ForgetAccount(ctx context.Context, name string) (httpapi.AccountChange, error) {
	return c.turnAccount(ctx, name, "forget")
}

func (c *Client) turnAccount(ctx context.Context, name, verb string) (change httpapi.AccountChange, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/accounts/"+segment(name)+"/"+verb, nil, nil, &change)
	return change, err
}

// Rules lists the rules files of an account, or with "" of all, with the rules
// in force.
func (c *Client) Rules(ctx context.Context, account string) (list httpapi.RulesList, err error) {
	path := "/api/v1/rules"
	if account != "" {
		path = "/api/v1/accounts/" + segment(account) + "/rules"
	}
	err = c.ask(ctx, http.MethodGet, path, nil, nil, &list)
	return list, err
}

// ActivateRule switches a rule on.
func (c *Client) ActivateRule(ctx context.Context, account, rule string) (httpapi.RuleChange, error) {
	return c.turnRule(ctx, account, rule, "activate")
}

// DeactivateRule switches a rule off.
func (c *Client) DeactivateRule(ctx context.Context, account, rule string) (httpapi.RuleChange, error) {
	return c.turnRule(ctx, account, rule, "deactivate")
}

func (c *Client) turnRule(ctx context.Context, account, rule, verb string) (change httpapi.RuleChange, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/accounts/"+segment(account)+"/rules/"+segment(rule)+"/"+verb, nil, nil, &change)
	return change, err
}

// DiffRules tells what a draft, or with an empty one each file on the disk,
// would change.
func (c *Client) DiffRules(ctx context.Context, draft httpapi.Draft) (diffs httpapi.RulesDiffs, err error) {
	err = c.ask(ctx, http.MethodPost, "/api/v1/rules/diff", nil, draft, &diffs)
	return diffs, err
}

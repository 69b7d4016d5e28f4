package page

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"callbackd/callback"
	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
)

// doNotCallView is whom an account doesn't call.
type doNotCallView struct {
	Account     string
	Begins      string // how the numbers begin that are looked for
	Refused     string
	MayList     bool
	Add, Remove *act      // the forms; Remove only where one asks for it
	Numbers     [2]string // in the forms: to be added, to be removed
	Rows        []blockedRow
	First, Next string
}

// blockedRow is one customer who isn't called.
type blockedRow struct {
	Number, By, Reason string
	Since              moment
	Remove             string // the address with the question
}

// doNotCallForm is a form that is to be filled in, or was refused.
type doNotCallForm struct {
	do, number, reason, why string
}

const (
	doBlock   = "block"
	doUnblock = "unblock"
)

func listDoNotCall(v *visit) error {
	do, number, _ := strings.Cut(v.r.URL.Query().Get("do"), "-")
	return v.doNotCallPage(http.StatusOK, doNotCallForm{do: do, number: number})
}

// doNotCallPage shows the list; a form that was refused is shown again, to be put right.
func (v *visit) doNotCallPage(status int, form doNotCallForm) error {
	const path = "/do-not-call"
	if ok, err := v.oneAccount("Do-not-call", path); !ok {
		return err
	}
	asked := v.r.URL.Query()
	view := doNotCallView{Account: v.account, Begins: asked.Get("number"), MayList: v.may("list-do-not-call")}
	if v.may("block-customer") {
		view.Add = &act{
			ID: doBlock, Title: "Never call a customer", Does: "Put on the list", Grave: true, AsksReason: true, Action: v.here(path, nil), Back: v.here(path, nil), Show: v.here(path, url.Values{"do": {doBlock}}),
			Words: "Nobody calls this number from " + v.account + " any more: missed calls aren't called back, and open tasks are cancelled, appointments too.",
		}
	}
	if form.do == doUnblock && form.number != "" && v.may("unblock-customer") {
		view.Remove = &act{
			ID: doUnblock, Title: "Call this customer again?", Does: "Take off the list", AsksReason: false, Open: true, Refused: form.why,
			Action: v.here(path+"/remove", nil), Back: v.here(path, nil),
			Words: number(form.number) + " is called back again. What was cancelled stays cancelled.",
		}
		view.Numbers[1] = form.number
	}
	if form.do == doBlock && view.Add != nil {
		view.Add.Open, view.Add.Refused, view.Add.Reason, view.Numbers[0] = true, form.why, form.reason, form.number
	}
	if view.MayList {
		list, err := v.client.DoNotCallFrom(v.ctx(), v.account, digitsOf(view.Begins), asked.Get("after"), pageLength)
		if view.Refused = refusedFilter(err); view.Refused != "" {
			status, view.Refused = http.StatusUnprocessableEntity, "Write how the number begins, with its country: +46 70."
		} else if err != nil {
			return err
		}
		for _, b := range list.Customers {
			view.Rows = append(view.Rows, v.blockedRow(b))
		}
		view.First, view.Next = v.otherPages(path, list.NextAfter)
	}
	return v.render(status, "do_not_call", "Do-not-call", view)
}

// digitsOf is a number, or its beginning, as people write it, without what only separates.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()/.\u00a0", r) {
			return -1
		}
		return r
	}, text)
}

func (v *visit) blockedRow(b httpapi.Blocked) blockedRow {
	row := blockedRow{Number: b.Number, By: b.By, Reason: b.Reason, Since: v.at(v.account, b.Since)}
	if b.By == callback.ByCustomer {
		row.By = "the customer"
	}
	if v.may("unblock-customer") {
		query := clone(v.r.URL.Query())
		query.Del("said")
		query.Set("do", doUnblock+"-"+b.Number)
		row.Remove = v.here("/do-not-call", query)
	}
	return row
}

// blockCustomer puts a number on the list, unblockCustomer takes it off.
func blockCustomer(v *visit) error {
	return v.changeDoNotCall(doBlock, "on-list", func(form doNotCallForm) error {
		return second(v.client.BlockCustomer(v.ctx(), v.account, form.number, form.reason))
	})
}

func unblockCustomer(v *visit) error {
	return v.changeDoNotCall(doUnblock, "off-list", func(form doNotCallForm) error {
		return second(v.client.UnblockCustomer(v.ctx(), v.account, form.number))
	})
}

func (v *visit) changeDoNotCall(do, said string, change func(doNotCallForm) error) error {
	if ok, err := v.oneAccount("Do-not-call", "/do-not-call"); !ok {
		return err
	}
	v.reads = v.here("/do-not-call", nil)
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestForm)
	form := doNotCallForm{do: do}
	if err := v.r.ParseForm(); err != nil {
		form.why = "That was too much, or no form: try again."
		return v.doNotCallPage(http.StatusBadRequest, form)
	}
	form.number, form.reason = strings.TrimSpace(v.r.PostForm.Get("number")), oneLine(v.r.PostForm.Get("reason"))
	if form.number == "" {
		form.why = "Write the customer's number."
		return v.doNotCallPage(http.StatusUnprocessableEntity, form)
	}
	err := change(form)
	var refused *apiclient.RefusedError
	switch {
	case err == nil:
		return v.sees("/do-not-call", said)
	case errors.As(err, &refused) && mendable(refused.Problem.Status):
		form.why = refused.Problem.Detail
		return v.doNotCallPage(refused.Problem.Status, form)
	}
	return err
}

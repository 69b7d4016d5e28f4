package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"callbackd/callback"
)

// RequestForm is what an account's customers are shown who ask for a callback on the web.
type RequestForm struct {
	Title        string           `json:"title" example:"We call you" doc:"Stands above the form."`
	Topics       []FormTopic      `json:"topics" nullable:"false" doc:"What customers can choose. Empty: a request needs no target."`
	Appointments *AppointmentBook `json:"appointments,omitempty" doc:"Of which customers may choose a slot. Absent: they are called as soon as possible."`
	Language     string           `json:"language" example:"sv" doc:"Where the customer's own isn't there."`
	Origins      []string         `json:"origins" nullable:"false" example:"https://www.example.com" doc:"Sites that may show the form within a page of theirs."`
	Country      string           `json:"country" example:"SE" doc:"In which numbers are read."`
	Timezone     string           `json:"timezone,omitempty" example:"Europe/Stockholm" doc:"Of the account, if its file says so."`
	Mode         callback.Mode    `json:"mode" example:"live" doc:"shadow: whatever is asked for, nobody is called."`
}

// FormTopic is what a customer wants to talk about.
type FormTopic struct {
	Name   string          `json:"name" example:"Offer"`
	Target callback.Target `json:"target" example:"queue:sales" doc:"Who calls back: write it into the request."`
}

// forms has the operation that says what a form for customers shows.
type forms struct{ *requests }

func (s *forms) register(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "show-form", Method: http.MethodGet, Path: "/api/v1/accounts/{account}/form",
		Summary:     "Show what customers are asked on the web",
		Description: "The section requests.form of the account's file, of which callbackd makes /request/ACCOUNT, for a form of your own. 404: the file has none.",
		Tags:        []string{"accounts"}, Security: secured, Errors: []int{http.StatusUnauthorized, http.StatusNotFound},
	}, s.show)
}

type showFormRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
}

type showFormAnswer struct{ Body RequestForm }

func (s *forms) show(ctx context.Context, in *showFormRequest) (*showFormAnswer, error) {
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	account, ok := r.book.Account(in.Account)
	if !ok {
		return nil, r.noAccount(in.Account, "there is no form for its customers")
	}
	if account.Requests == nil || account.Requests.Form == nil {
		return nil, huma.Error404NotFound("The account has no form for its customers: write form into the section requests of its rules file.")
	}
	return &showFormAnswer{Body: formOf(account)}, nil
}

func formOf(a *callback.Account) RequestForm {
	written := a.Requests.Form
	form := RequestForm{
		Title: written.Title, Topics: []FormTopic{}, Language: written.Language, Origins: append([]string{}, written.Origins...),
		Country: a.Country, Mode: a.Mode,
	}
	for _, t := range written.Topics {
		form.Topics = append(form.Topics, FormTopic{t.Name, t.Queue})
	}
	if a.Location != nil {
		form.Timezone = a.Location.String()
	}
	for _, book := range booksOf(a).Schedules {
		if book.Name == written.Appointments {
			form.Appointments = &book
		}
	}
	return form
}

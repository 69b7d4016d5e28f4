package page

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"callbackd/internal/apiclient"
	"callbackd/internal/httpapi"
	"callbackd/internal/wording"
)

// soundsView is what an account may play.
type soundsView struct {
	Account   string
	Rows      []soundRow
	Languages []string // those that there are sounds in
	Upload    *act     // nil for who may not
	Sent      soundForm
	Delete    *act // the question whether to delete one
}

// soundRow is one sound.
type soundRow struct {
	ID, Name, Language string
	Source             string // in words
	Length, Rates      string
	Problem            string
	Path               string // where it can be heard; "" where another is heard in its place
	Hidden             bool   // another is heard in its place
	UsedBy             []string
	Delete             string // the address with the question; "" where it can't be

	order int // what the account has itself comes first, what it was given last
}

// soundForm is what somebody wanted to upload.
type soundForm struct {
	do, why, Name, Language string
}

const (
	doUpload      = "upload"
	doDeleteSound = "delete"
	ownSound      = "account" // whose source is the account itself
)

func listSounds(v *visit) error {
	asked := v.r.URL.Query()
	return v.soundsPage(http.StatusOK, soundForm{do: asked.Get("do"), Name: asked.Get("name"), Language: asked.Get("language")})
}

// soundsPage shows the sounds; a form that was refused is shown again, to be put right.
func (v *visit) soundsPage(status int, form soundForm) error {
	if ok, err := v.oneAccount("Sounds", "/sounds"); !ok {
		return err
	}
	list, err := v.client.Sounds(v.ctx(), v.account)
	if err != nil {
		return err
	}
	view := soundsView{Account: v.account}
	var before httpapi.Sound
	for _, s := range list.Sounds {
		hidden := s.Name == before.Name && s.Language == before.Language
		view.Rows = append(view.Rows, v.soundRow(s, hidden))
		if s.Language != "" && !slices.Contains(view.Languages, s.Language) {
			view.Languages = append(view.Languages, s.Language)
		}
		before = s
	}
	slices.Sort(view.Languages)
	slices.SortStableFunc(view.Rows, func(a, b soundRow) int { return cmp.Compare(a.order, b.order) })
	if v.may("put-sound") {
		view.Upload = &act{
			ID: doUpload, Title: "Upload a sound", Does: "Upload", Multipart: true,
			Words:  "A WAV or MP3 file, up to 20 MB and 10 minutes. It takes the place of one of the same name and language, and calls hear it from their next sound on.",
			Action: v.here("/sounds", nil), Back: v.here("/sounds", nil), Show: v.here("/sounds", url.Values{"do": {doUpload}}),
		}
		if form.do == doUpload {
			view.Upload.Open, view.Upload.Refused, view.Sent = true, form.why, form
		}
	}
	view.Delete = v.deleteSoundDialog(form, view.Rows)
	return v.render(status, "sounds", "Sounds", view)
}

// sources say where a sound comes from, in the order in which they are shown.
var sources = []struct{ source, words string }{{ownSound, "own"}, {"library", "of all accounts"}, {"shipped", "shipped"}}

func (v *visit) soundRow(s httpapi.Sound, hidden bool) soundRow {
	row := soundRow{
		ID: "sound-" + s.Name + "-" + s.Language + "-" + string(s.Source), Name: s.Name, Language: s.Language, Source: string(s.Source),
		Length: wording.Span(time.Duration(s.Duration*float64(time.Second) + float64(time.Second)/2).Truncate(time.Second)), Problem: asSentence(s.Problem), Hidden: hidden,
	}
	for _, use := range s.UsedBy {
		if use == "menus" {
			use = "what callers hear in menus"
		}
		row.UsedBy = append(row.UsedBy, use)
	}
	for i, from := range sources {
		if from.source == string(s.Source) {
			row.Source, row.order = from.words, i
		}
	}
	if slices.Contains(s.Rates, 16000) {
		row.Rates = "also for wideband"
	}
	if !hidden && s.Problem == "" && v.may("get-sound") {
		row.Path = v.here("/sound/"+url.PathEscape(s.Name), ofLanguage(s.Language))
	}
	if string(s.Source) == ownSound && v.may("delete-sound") {
		row.Delete = v.here("/sounds", url.Values{"do": {doDeleteSound}, "name": {s.Name}, "language": {s.Language}})
	}
	return row
}

func ofLanguage(language string) url.Values {
	if language == "" {
		return url.Values{}
	}
	return url.Values{"language": {language}}
}

// deleteSoundDialog asks whether to delete one of the account's own sounds, and says where
// it is missed then.
func (v *visit) deleteSoundDialog(form soundForm, rows []soundRow) *act {
	if form.do != doDeleteSound {
		return nil
	}
	i := slices.IndexFunc(rows, func(r soundRow) bool { return r.Delete != "" && r.Name == form.Name && r.Language == form.Language })
	if i < 0 {
		return nil
	}
	words := "No rule names it."
	if used := rows[i].UsedBy; len(used) > 0 {
		words = "It is used by " + strings.Join(used, ", ") + "."
	}
	behind := slices.ContainsFunc(rows, func(r soundRow) bool { return r.Hidden && r.Name == form.Name && r.Language == form.Language })
	if behind {
		words += " The one that lies behind it, of the same name, is heard then."
	} else {
		words += " Calls that name it go on without it."
	}
	return &act{
		ID: doDeleteSound, Title: "Delete “" + form.Name + "”?", Does: "Delete the sound", Grave: true, Open: true, Refused: form.why, Words: words,
		Action: v.here("/sound/"+url.PathEscape(form.Name)+"/delete", ofLanguage(form.Language)), Back: v.here("/sounds", nil),
	}
}

// soundPath is the address of a sound in the API.
func (v *visit) soundPath() string {
	address := "/api/v1/accounts/" + url.PathEscape(v.account) + "/sounds/" + url.PathEscape(v.r.PathValue("name"))
	if language := v.r.URL.Query().Get("language"); language != "" {
		address += "?" + url.Values{"language": {language}}.Encode()
	}
	return address
}

// playSound sends a sound to the player of the page.
func playSound(v *visit) error {
	if ok, err := v.oneAccount("Sounds", "/sounds"); !ok {
		return err
	}
	return v.through(v.soundPath())
}

// longestUpload is more than the largest sound that is taken, with the form around it: what
// is larger the API refuses with words of its own.
const longestUpload = 21 << 20

func uploadSound(v *visit) error {
	if ok, err := v.oneAccount("Sounds", "/sounds"); !ok {
		return err
	}
	v.reads = v.here("/sounds", nil)
	form := soundForm{do: doUpload}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, longestUpload)
	if err := v.r.ParseMultipartForm(longestForm); err != nil {
		form.why = "The file is too large, or it didn't come in whole: send at most 20 MB."
		return v.soundsPage(http.StatusBadRequest, form)
	}
	defer func() { _ = v.r.MultipartForm.RemoveAll() }() // what is left the system sweeps out
	form.Name, form.Language = strings.TrimSpace(v.r.PostFormValue("name")), strings.TrimSpace(v.r.PostFormValue("language"))
	file, header, err := v.r.FormFile("file")
	if err != nil || header.Size == 0 {
		form.why = "Choose a file with sound in it."
		return v.soundsPage(http.StatusUnprocessableEntity, form)
	}
	if form.Name == "" {
		form.Name = nameOfFile(header)
	}
	content, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return v.changedSounds(form, "uploaded", func() error {
		return second(v.client.PutSound(v.ctx(), apiclient.SoundRef{Account: v.account, Name: form.Name, Language: form.Language}, content))
	})
}

// nameOfFile is how a sound is called that has the name of its file: "Vi spelar in.wav" is
// vi-spelar-in.
func nameOfFile(header *multipart.FileHeader) string {
	name := strings.TrimSuffix(header.Filename, path.Ext(header.Filename))
	return strings.ToLower(strings.Join(strings.Fields(name), "-"))
}

func deleteSound(v *visit) error {
	if ok, err := v.oneAccount("Sounds", "/sounds"); !ok {
		return err
	}
	v.reads = v.here("/sounds", nil)
	form := soundForm{do: doDeleteSound, Name: v.r.PathValue("name"), Language: v.r.URL.Query().Get("language")}
	return v.changedSounds(form, "sound-deleted", func() error {
		return v.client.DeleteSound(v.ctx(), apiclient.SoundRef{Account: v.account, Name: form.Name, Language: form.Language})
	})
}

// changedSounds shows what became of a change of the sounds. What only the operator can put
// right, such as a program that isn't installed, is told in the form too.
func (v *visit) changedSounds(form soundForm, said string, change func() error) error {
	err := change()
	var refused *apiclient.RefusedError
	switch {
	case err == nil:
		return v.sees("/sounds", said)
	case errors.As(err, &refused) && (mendable(refused.Problem.Status) || refused.Problem.Status == http.StatusServiceUnavailable || refused.Problem.Status == http.StatusRequestTimeout):
		form.why = refused.Problem.Detail
		return v.soundsPage(refused.Problem.Status, form)
	}
	return err
}

// askToDeleteSound shows the sounds with the question open: at the address to which it is
// sent, which people reload.
func askToDeleteSound(v *visit) error {
	query := ofLanguage(v.r.URL.Query().Get("language"))
	query.Set("do", doDeleteSound)
	query.Set("name", v.r.PathValue("name"))
	http.Redirect(v.w, v.r, v.here("/sounds", query), http.StatusSeeOther)
	return nil
}

package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/rs/zerolog"

	"callbackd/sounds"
)

// Sounds is the sound library; *sounds.Library is one.
type Sounds interface {
	List(account string) ([]sounds.Sound, error)
	Read(sounds.Key) (sounds.Sound, *os.File, error)
	Put(context.Context, sounds.Key, io.Reader) (sounds.Sound, error)
	Delete(sounds.Key) error
}

const (
	// uploadLimit is how long an upload may take to come in.
	uploadLimit = 25 * time.Second
	// conversionLimit is how long it may take to be converted: with the upload, less than
	// the server's limit for an answer.
	conversionLimit = 30 * time.Second
)

// soundLibrary has the operations on an account's sounds.
type soundLibrary struct {
	directory
	sounds Sounds
	log    zerolog.Logger
}

func (s *soundLibrary) register(api huma.API) {
	const path = "/api/v1/accounts/{account}/sounds"
	huma.Register(api, huma.Operation{
		OperationID: "list-sounds", Method: http.MethodGet, Path: path,
		Summary:     "List the sounds that an account may play",
		Description: "The account's own, those shared by all accounts, and those that come with callbackd, by name and language; of several of one name and language the one that is heard comes first.",
		Tags:        []string{"sounds"}, Security: secured,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.list)
	huma.Register(api, huma.Operation{
		OperationID: "get-sound", Method: http.MethodGet, Path: path + "/{name}",
		Summary:     "Hear a sound",
		Description: "What is heard for this name in this account, and in this language if one is given: the account's own, one that all accounts share, or one that comes with callbackd; 8 kHz, mono, 16 bit.",
		Tags:        []string{"sounds"}, Security: secured,
		Responses: map[string]*huma.Response{"200": {Description: "The sound, a WAV file.", Content: map[string]*huma.MediaType{"audio/wav": {}}}},
		Errors:    []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.get)
	huma.Register(api, huma.Operation{
		OperationID: "put-sound", Method: http.MethodPut, Path: path + "/{name}",
		Summary: "Upload a sound of an account",
		Description: fmt.Sprintf("The body is a WAV or MP3 file of up to %d MiB and %d minutes; an attempt plays at most the first. "+
			"It is converted to what Asterisk plays, also for wideband calls where it has as much, and takes the place of one that is there. "+
			"Calls hear it from their next sound on. Sounds that all accounts share are put into the folder of the sound library by hand.",
			sounds.MaxBytes>>20, int(sounds.MaxLength.Minutes())),
		Tags: []string{"sounds"}, Security: secured,
		MaxBodyBytes: sounds.MaxBytes, BodyReadTimeout: uploadLimit,
		Errors: []int{
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge,
			http.StatusUnprocessableEntity, http.StatusServiceUnavailable,
		},
	}, s.put)
	huma.Register(api, huma.Operation{
		OperationID: "delete-sound", Method: http.MethodDelete, Path: path + "/{name}",
		Summary:     "Delete a sound of an account",
		Description: "What lies behind it, a shared or a shipped sound of that name, is heard again. Rules that name a sound which is gone stay in force, and their calls go on without it.",
		Tags:        []string{"sounds"}, Security: secured,
		DefaultStatus: http.StatusNoContent,
		Errors:        []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, s.delete)
}

type soundsRequest struct {
	Account string `path:"account" maxLength:"200" example:"acme"`
}

type soundsAnswer struct{ Body SoundList }

func (s *soundLibrary) list(ctx context.Context, in *soundsRequest) (*soundsAnswer, error) {
	if err := s.known(ctx, in.Account); err != nil {
		return nil, err
	}
	found, err := s.sounds.List(in.Account)
	if err != nil {
		return nil, s.refusal(ctx, soundRequest{Account: in.Account}, err)
	}
	uses, err := s.uses(ctx, in.Account)
	if err != nil {
		return nil, err
	}
	list := SoundList{Sounds: []Sound{}}
	for _, sound := range found {
		document := soundOf(sound)
		document.UsedBy = uses[sound.Name]
		list.Sounds = append(list.Sounds, document)
	}
	return &soundsAnswer{Body: list}, nil
}

// uses tells where the rules of an account name its sounds; nowhere, if none are in force.
func (s *soundLibrary) uses(ctx context.Context, name string) (map[string][]string, error) {
	r, err := s.roster(ctx)
	if err != nil {
		return nil, inside(ctx, s.log, err)
	}
	account, ok := r.book.Account(name)
	if !ok {
		return nil, nil
	}
	return usesOf(account), nil
}

type soundRequest struct {
	Account  string `path:"account" maxLength:"200" example:"acme"`
	Name     string `path:"name" maxLength:"200" example:"call-recorded" doc:"Small letters, digits, - and _; at most 64."`
	Language string `query:"language" maxLength:"20" example:"sv" doc:"Two letters, and the country if it matters: sv, en_GB. Absent: whatever the language."`
}

// key is the sound that is meant.
func (r soundRequest) key() (sounds.Key, error) {
	k := sounds.Key{Account: r.Account, Name: r.Name}
	if r.Language == "" {
		return k, nil
	}
	language, err := sounds.ParseLanguage(r.Language)
	k.Language = language
	return k, err
}

type soundFile struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *soundLibrary) get(ctx context.Context, in *soundRequest) (*soundFile, error) {
	k, err := s.asked(ctx, *in)
	if err != nil {
		return nil, err
	}
	_, file, err := s.sounds.Read(k)
	if err != nil {
		return nil, s.refusal(ctx, *in, err)
	}
	content, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, inside(ctx, s.log, err)
	}
	return &soundFile{ContentType: "audio/wav", Body: content}, nil
}

type putSoundRequest struct {
	Account  string `path:"account" maxLength:"200" example:"acme"`
	Name     string `path:"name" maxLength:"200" example:"call-recorded" doc:"Small letters, digits, - and _; at most 64."`
	Language string `query:"language" maxLength:"20" example:"sv" doc:"Two letters, and the country if it matters: sv, en_GB. Absent: whatever the language."`
	RawBody  []byte `contentType:"audio/wav" required:"true"`
}

type soundAnswer struct{ Body Sound }

func (s *soundLibrary) put(ctx context.Context, in *putSoundRequest) (*soundAnswer, error) {
	about := soundRequest{Account: in.Account, Name: in.Name, Language: in.Language}
	k, err := s.asked(ctx, about)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, conversionLimit, fmt.Errorf("it took more than %s", conversionLimit))
	defer cancel()
	sound, err := s.sounds.Put(limited, k, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, s.refusal(ctx, about, err)
	}
	s.changed(ctx, k, "a sound was put")
	return &soundAnswer{Body: soundOf(sound)}, nil
}

func (s *soundLibrary) delete(ctx context.Context, in *soundRequest) (*struct{}, error) {
	k, err := s.asked(ctx, *in)
	if err != nil {
		return nil, err
	}
	if err := s.sounds.Delete(k); err != nil {
		return nil, s.refusal(ctx, *in, err)
	}
	s.changed(ctx, k, "a sound was deleted")
	return nil, nil
}

// changed logs who changed what is heard: nothing else remembers it.
func (s *soundLibrary) changed(ctx context.Context, k sounds.Key, what string) {
	s.log.Info().Str("account", k.Account).Str("sound", k.Name).Str("language", k.Language).Str("by", askerOf(ctx).name).Msg(what)
}

// asked is the sound that a request is about, of an account that there is.
func (s *soundLibrary) asked(ctx context.Context, r soundRequest) (sounds.Key, error) {
	if err := s.known(ctx, r.Account); err != nil {
		return sounds.Key{}, err
	}
	k, err := r.key()
	if err != nil {
		return sounds.Key{}, s.refusal(ctx, r, err)
	}
	return k, nil
}

func (s *soundLibrary) known(ctx context.Context, account string) error {
	r, err := s.roster(ctx)
	switch {
	case err != nil:
		return inside(ctx, s.log, err)
	case !slices.Contains(r.names(), account):
		return r.unknown(account)
	}
	return nil
}

// refusal answers that the library doesn't do it. A name that can't be one is said before
// that there is no such sound.
func (s *soundLibrary) refusal(ctx context.Context, r soundRequest, err error) error {
	wrong := func(location, value string) error {
		return huma.Error422UnprocessableEntity(inWords(err), &huma.ErrorDetail{Location: location, Message: err.Error(), Value: value})
	}
	switch {
	case errors.Is(err, sounds.ErrLanguage):
		return wrong("query.language", r.Language)
	case errors.Is(err, sounds.ErrName):
		return wrong("path.name", r.Name)
	case errors.Is(err, sounds.ErrRefused):
		return wrong("body", "")
	case errors.Is(err, sounds.ErrUnknown):
		return huma.Error404NotFound(inWords(err))
	case errors.Is(err, sounds.ErrNotInstalled), errors.Is(err, sounds.ErrBusy):
		return huma.Error503ServiceUnavailable(inWords(err))
	}
	return inside(ctx, s.log, err)
}

// inWords makes a sentence of an error.
func inWords(err error) string {
	first, size := utf8.DecodeRuneInString(err.Error())
	return string(unicode.ToUpper(first)) + err.Error()[size:] + "."
}

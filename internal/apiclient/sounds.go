package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"callbackd/internal/httpapi"
)

// SoundRef says which sound of an account is meant.
type SoundRef struct {
	Account, Name string
	Language      string // "": whatever the language
}

func (r SoundRef) path() string {
	return "/api/v1/accounts/" + segment(r.Account) + "/sounds/" + segment(r.Name)
}

func (r SoundRef) query() url.Values {
	if r.Language == "" {
		return nil
	}
	return url.Values{"language": {r.Language}}
}

// Sounds lists the sounds that an account may play.
func (c *Client) Sounds(ctx context.Context, account string) (list httpapi.SoundList, err error) {
	err = c.ask(ctx, http.MethodGet, "/api/v1/accounts/"+segment(account)+"/sounds", nil, nil, &list)
	return list, err
}

// Sound gives the WAV file that is heard.
func (c *Client) Sound(ctx context.Context, r SoundRef) ([]byte, error) {
	content, err := c.send(ctx, http.MethodGet, r.path(), r.query(), "", nil)
	if err == nil && !bytes.HasPrefix(content, []byte("RIFF")) {
		return nil, &StrangerError{Address: c.address, Answer: "an answer that isn't a WAV file"}
	}
	return content, err
}

// PutSound uploads a WAV or MP3 file as a sound of the account.
func (c *Client) PutSound(ctx context.Context, r SoundRef, content []byte) (sound httpapi.Sound, err error) {
	text, err := c.waiting(uploadPatience).send(ctx, http.MethodPut, r.path(), r.query(), "application/octet-stream", content)
	if err != nil {
		return httpapi.Sound{}, err
	}
	if json.Unmarshal(text, &sound) != nil {
		return httpapi.Sound{}, &StrangerError{Address: c.address, Answer: "an answer that isn't JSON"}
	}
	return sound, nil
}

// DeleteSound deletes a sound of the account.
func (c *Client) DeleteSound(ctx context.Context, r SoundRef) error {
	_, err := c.send(ctx, http.MethodDelete, r.path(), r.query(), "", nil)
	return err
}

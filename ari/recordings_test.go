package ari_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callbackd/ari"
	"callbackd/ari/aritest"
)

func TestRecordingFileIsStreamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		content := bytes.Repeat([]byte("callback"), 1<<20)
		srv.SetStored("acme/1", "wav", content)
		client := newClient(t, srv)
		file, err := client.StoredRecordingFile(t.Context(), "acme/1")
		require.NoError(t, err)
		assert.EqualValues(t, len(content), file.Size)
		var got bytes.Buffer
		for { // a reader slower than any timeout
			_, err := io.CopyN(&got, file, 1<<20)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			<-time.After(time.Minute)
		}
		require.NoError(t, file.Close())
		assert.True(t, bytes.Equal(content, got.Bytes()))

		_, err = client.StoredRecordingFile(t.Context(), "missing")
		assert.ErrorIs(t, err, ari.ErrNotFound)
	})
}

func TestRecordingFileThatStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.SetStored("r", "wav", []byte("RIFF"))
		client := newClient(t, srv)
		repair := srv.Fault(aritest.Fault{On: "GET *file", Hang: true})
		began := time.Now()
		_, err := client.StoredRecordingFile(t.Context(), "r")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, ari.ErrUnavailable)
		assert.Equal(t, ari.DefaultRequestTimeout, time.Since(began))
		repair()

		srv.StallFile("r", 2)
		file, err := client.StoredRecordingFile(t.Context(), "r")
		require.NoError(t, err)
		began = time.Now()
		got, err := io.ReadAll(file)
		assert.Equal(t, "RI", string(got))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, ari.DefaultRequestTimeout, time.Since(began))
		require.NoError(t, file.Close())

		ctx, cancel := context.WithCancel(t.Context())
		file, err = client.StoredRecordingFile(ctx, "r")
		require.NoError(t, err)
		cancel()
		_, err = io.ReadAll(file)
		assert.ErrorIs(t, err, context.Canceled)
		require.NoError(t, file.Close())
	})
}

// Whoever opened a file may take their time before the first read.
func TestRecordingFileReadLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := aritest.New(t)
		srv.SetStored("r", "wav", bytes.Repeat([]byte("callback"), 1<<16))
		file, err := newClient(t, srv).StoredRecordingFile(t.Context(), "r")
		require.NoError(t, err)
		<-time.After(time.Minute)
		got, err := io.ReadAll(file)
		require.NoError(t, err)
		assert.Len(t, got, 8<<16)
		require.NoError(t, file.Close())
	})
}

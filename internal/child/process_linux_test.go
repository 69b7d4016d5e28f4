package child

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The kernel kills a child with the thread that started it, and Go ends
// threads. The child must live as long as the program.
func TestChildOutlivesThread(t *testing.T) {
	var p *Process
	thread := make(chan int)
	start := func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if syscall.Gettid() == syscall.Getpid() {
			thread <- 0 // the main thread, which never ends
			return
		}
		var err error
		p, err = Start(exec.Command("sleep", "60"))
		assert.NoError(t, err)
		thread <- syscall.Gettid()
	}
	tid := 0
	for tid == 0 {
		go start()
		tid = <-thread
	}
	require.NotNil(t, p)
	t.Cleanup(p.Kill)
	task := fmt.Sprintf("/proc/self/task/%d", tid)
	require.Eventually(t, func() bool {
		_, err := os.Stat(task)
		return os.IsNotExist(err)
	}, 5*time.Second, time.Millisecond, "the thread ends")
	assert.True(t, p.Running())

	require.NoError(t, p.Stop(t.Context()))
	assert.False(t, p.Running())
	assert.ErrorContains(t, p.Wait(), "terminated", "it got our signal, none before")
	p.Kill() // hits nobody
}

func TestChildThatDoesNotWantToEndIsKilled(t *testing.T) {
	cmd := exec.Command("sh", "-c", `trap "" TERM; echo deaf; exec sleep 60`)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	p, err := Start(cmd)
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	_, err = bufio.NewReader(out).ReadString('\n') // it ignores SIGTERM from here on
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.Stop(ctx), context.Canceled)
	assert.ErrorContains(t, p.Wait(), "killed")
}

func TestEarlyEnd(t *testing.T) {
	p, err := Start(exec.Command("true"))
	require.NoError(t, err)
	assert.EqualError(t, p.EarlyEnd(), "it ended by itself: exit status 0")
	p, err = Start(exec.Command("false"))
	require.NoError(t, err)
	assert.EqualError(t, p.EarlyEnd(), "it ended by itself: exit status 1")
}

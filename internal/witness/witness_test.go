package witness

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// traffic is all recordings as the logs of one PBX on which they happened one after the
// other, a minute and a half apart: times, unique ids and channel names are changed so.
func traffic(t testing.TB, begin time.Time) (cdr, queueLog []string) {
	t.Helper()
	epochs := regexp.MustCompile(`\b1795\d{6}\b`)
	id := regexp.MustCompile(`\b\d{10}\.\d+`)
	serial := regexp.MustCompile(`-0000(00[0-9a-f]{2})\b`)
	for i, r := range recordings(t) {
		var first int64 = 1 << 40
		for _, e := range epochs.FindAllString(r.cdr+r.queueLog, -1) {
			n, _ := strconv.ParseInt(e, 10, 64)
			first = min(first, n)
		}
		move := func(text string) string {
			text = epochs.ReplaceAllStringFunc(text, func(e string) string {
				n, _ := strconv.ParseInt(e, 10, 64)
				return strconv.FormatInt(n-first+begin.Unix()+int64(i)*90, 10)
			})
			return serial.ReplaceAllString(id.ReplaceAllString(text, fmt.Sprintf("pbx1-${0}%03d", i)), fmt.Sprintf("-%04x$1", i+1))
		}
		cdr, queueLog = append(cdr, move(r.cdr)), append(queueLog, move(r.queueLog))
	}
	return cdr, queueLog
}

// However the logs grow, are rotated, and however often callbackd starts anew: each call
// is judged once, in order, and always the same.
func TestEveryCallIsJudgedOnce(t *testing.T) {
	whole := newPBX(t)
	begin := whole.now
	cdr, queueLog := traffic(t, begin)
	from := whole.beginning()
	whole.write(whole.logs.CDR, strings.Join(cdr, ""))
	whole.write(whole.logs.QueueLog, strings.Join(queueLog, ""))
	whole.now = whole.now.Add(24 * time.Hour)
	want, _ := whole.read(whole.witness(from))
	require.Greater(t, len(want), 100)

	for seed := range uint64(15) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			p := newPBX(t)
			position := p.beginning()
			w := p.witness(position)
			var got []Call
			look := func() {
				for more := true; more; {
					r, err := w.Read(p.now)
					require.NoError(t, err)
					require.Empty(t, r.Trouble)
					more = r.More
					stored, err := json.Marshal(r.Position)
					require.NoError(t, err)
					if random.IntN(5) == 0 { // nothing was stored: it dies here
						w = p.witness(position)
						return
					}
					got = append(got, r.Calls...)
					position = Position{}
					require.NoError(t, json.Unmarshal(stored, &position))
					if random.IntN(5) == 0 {
						w = p.witness(position)
						more = true
					}
				}
			}
			for i := range cdr {
				p.now = begin.Add(time.Duration(i)*90*time.Second + 40*time.Second)
				for _, part := range pieces(random, queueLog[i]) {
					p.write(p.logs.QueueLog, part)
				}
				for _, part := range pieces(random, cdr[i]) {
					p.write(p.logs.CDR, part)
					if random.IntN(3) == 0 {
						p.now = p.now.Add(time.Duration(random.IntN(500)) * time.Millisecond)
						look()
					}
				}
				p.now = p.now.Add(time.Duration(random.IntN(4000)) * time.Millisecond)
				switch random.IntN(12) {
				case 0:
					p.rename(p.logs.CDR)
				case 1:
					p.rename(p.logs.QueueLog)
				case 2:
					p.copyTruncate(p.logs.CDR)
				case 3:
					p.copyTruncate(p.logs.QueueLog)
				}
				p.now = p.now.Add(10 * time.Millisecond)
				if random.IntN(3) == 0 {
					look()
				}
			}
			for range 20 {
				p.now = p.now.Add(time.Minute)
				look()
			}
			require.Equal(t, told(want), told(got))
		})
	}
}

// told are calls without what depends on the moment of judging.
func told(calls []Call) []string {
	var list []string
	for i := range calls {
		one := calls[i : i+1]
		for _, c := range customers(one) {
			list = append(list, fmt.Sprint(c.CallID, " ", describe(customers(one)), " ", c.Talked, " ", c.Dialled, " ", c.Doubt))
		}
		for _, d := range agents(one) {
			list = append(list, fmt.Sprint(d.ID, " ", describeDialled(d), " ", d.Ended.Sub(d.Since), " ", one[0].Doubt))
		}
	}
	return list
}

// pieces cuts a text as a reader may see it being written.
func pieces(random *rand.Rand, text string) (list []string) {
	for text != "" {
		n := 1 + random.IntN(len(text))
		list = append(list, text[:n])
		text = text[n:]
	}
	return list
}

// rename rotates a log as logrotate does: .1 becomes .2, the log .1.
func (p *pbx) rename(path string) {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return
	}
	p.shift(path)
	require.NoError(p, os.Rename(path, path+".1"))
}

// copyTruncate rotates a log that its writer keeps open.
func (p *pbx) copyTruncate(path string) {
	content, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return
	}
	require.NoError(p, err)
	p.shift(path)
	p.write(path+".1", string(content))
	require.NoError(p, os.Truncate(path, 0))
	require.NoError(p, os.Chtimes(path, p.now, p.now))
}

func (p *pbx) shift(path string) {
	old, err := filepath.Glob(path + ".*")
	require.NoError(p, err)
	slices.SortFunc(old, func(a, b string) int { return len(b) - len(a) })
	for i := len(old); i > 0; i-- {
		require.NoError(p, os.Rename(fmt.Sprint(path, ".", i), fmt.Sprint(path, ".", i+1)))
	}
}

package witness

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cdrRow is the row of a call that was cancelled while it rang nobody.
func cdrRow(epoch int64, serial int) string {
	return fmt.Sprintf(`"","+46701234567","+4685550000","from-pstn",""""" <+46701234567>","PJSIP/pstn-%08x","","Wait","20",%s,"%d.%d",""`+"\n",
		serial, strings.ReplaceAll(strings.ReplaceAll(timeRow, "ANSWERED", "NO ANSWER"), ",2,2,", ",2,0,"), epoch, serial)
}

func TestTheFirstReadingBeginsAtTheEnd(t *testing.T) {
	p := newPBX(t)
	p.write(p.logs.CDR, cdrRow(1795160000, 1)+`"","+4670`) // a row is being written
	w := p.witness(Position{})
	calls, _ := p.read(w)
	require.Empty(t, calls)

	p.write(p.logs.CDR, strings.TrimPrefix(cdrRow(1795160100, 2), `"","+4670`)+cdrRow(1795160200, 3))
	p.now = p.now.Add(time.Minute)
	calls, last := p.read(w)
	require.Equal(t, []string{"1795160100.2", "1795160200.3"}, ids(calls))

	again, last := p.read(p.witness(last.Position))
	require.Empty(t, again)
	require.True(t, last.CaughtUp())
}

func TestALogThatDoesNotExistYetIsReadFromItsBeginning(t *testing.T) {
	p := newPBX(t)
	w := p.witness(Position{})
	_, r := p.read(w)
	require.True(t, r.CaughtUp())
	require.Empty(t, r.Trouble)

	p.write(p.logs.CDR, cdrRow(1795160100, 2))
	p.now = p.now.Add(time.Minute)
	calls, _ := p.read(p.witness(r.Position))
	require.Equal(t, []string{"1795160100.2"}, ids(calls), "after a restart")
	calls, _ = p.read(w)
	require.Equal(t, []string{"1795160100.2"}, ids(calls))
}

func TestALastLineWaitsForItsNewline(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	row := cdrRow(1795160100, 2)
	p.write(p.logs.CDR, row[:len(row)-1])
	p.now = p.now.Add(time.Hour)
	calls, r := p.read(w)
	require.Empty(t, calls)
	require.Zero(t, r.Position.CDR.Next.Offset)
	p.write(p.logs.CDR, "\n")
	p.now = p.now.Add(Settle)
	calls, _ = p.read(w)
	require.Len(t, calls, 1)
}

// The log was cut off, or another one is there, and the old one isn't beside it: what
// wasn't read is lost, which is said, and calls that were judged aren't judged again.
func TestALogThatIsReplaced(t *testing.T) {
	for name, restart := range map[string]bool{"while it is read": false, "while nobody looks": true} {
		t.Run(name, func(t *testing.T) {
			p := newPBX(t)
			w := p.witness(p.beginning())
			p.write(p.logs.CDR, cdrRow(1795160000, 1)+cdrRow(1795160100, 2))
			p.now = p.now.Add(time.Minute)
			calls, r := p.read(w)
			require.Len(t, calls, 2)

			require.NoError(t, os.Truncate(p.logs.CDR, 0))
			p.write(p.logs.CDR, cdrRow(1795150000, 9)+cdrRow(1795160200, 3))
			p.now = p.now.Add(time.Minute)
			if restart {
				w = p.witness(r.Position)
			}
			calls, r = p.read(w)
			require.Equal(t, []string{"1795160200.3"}, ids(calls))
			require.Len(t, r.Trouble, 1)
			require.ErrorIs(t, r.Trouble[0], ErrReplaced)
			require.ErrorContains(t, r.Trouble[0], p.logs.CDR)
			_, r = p.read(w)
			require.Empty(t, r.Trouble, "said once")
		})
	}
}

// Asterisk writes into the renamed file until it is told to open its logs anew.
func TestARotationBeforeTheWriterHasMoved(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	p.write(p.logs.CDR, cdrRow(1795160000, 1))
	p.now = p.now.Add(time.Minute)
	p.read(w)
	p.rename(p.logs.CDR)
	p.write(p.logs.CDR, "") // logrotate's create
	p.read(w)
	p.write(p.logs.CDR+".1", cdrRow(1795160100, 2))
	p.now = p.now.Add(time.Minute)
	calls, _ := p.read(w)
	require.Equal(t, []string{"1795160100.2"}, ids(calls))
	p.write(p.logs.CDR+".1", cdrRow(1795160200, 3))
	p.write(p.logs.CDR, cdrRow(1795160300, 4))
	p.now = p.now.Add(time.Minute)
	calls, _ = p.read(w)
	require.Equal(t, []string{"1795160200.3", "1795160300.4"}, ids(calls))
}

func TestLogsThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(p *pbx)
		says  string
	}{
		"the CDR is a folder":          {func(p *pbx) { p.logs.CDR = p.folder }, "catch_up.cdr"},
		"queue_log is a folder":        {func(p *pbx) { p.logs.QueueLog = p.folder }, "catch_up.queue_log"},
		"queue_log is in no folder":    {func(p *pbx) { p.logs.QueueLog = p.logs.CDR + "/queue_log" }, "catch_up.queue_log"},
		"the CDR isn't a regular file": {func(p *pbx) { p.logs.CDR = os.DevNull }, "regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPBX(t)
			p.write(p.logs.CDR, "")
			c.spoil(p)
			w := p.witness(Position{})
			for range 2 {
				r, err := w.Read(p.now)
				require.ErrorContains(t, err, c.says)
				require.Zero(t, r)
				var path *fs.PathError
				if strings.HasPrefix(name, "queue_log is in") {
					require.ErrorAs(t, err, &path)
				}
			}
		})
	}
}

// A log that can't be read for a while holds calls up; none is judged without it.
func TestQueueLogComesBack(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	p.write(p.logs.CDR, cdrRow(1795160000, 1))
	require.NoError(t, os.Mkdir(p.logs.QueueLog, 0o755))
	p.now = p.now.Add(time.Minute)
	_, err := w.Read(p.now)
	require.ErrorContains(t, err, "folder")
	require.NoError(t, os.Remove(p.logs.QueueLog))
	p.write(p.logs.QueueLog, "1795160001|1795160000.1|support|NONE|ENTERQUEUE||+46701234567|1\n1795160002|1795160000.1|support|NONE|ABANDON|1|1|1\n")
	calls, _ := p.read(w)
	require.Len(t, calls, 1)
	require.Equal(t, "support", customers(calls)[0].Loss.Queue)
}

// Lines that no log has, and what stands behind them.
func TestBrokenLines(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	for name, garbage := range map[string]string{
		"ten megabytes":              long + "\n",
		"ten megabytes in quotes":    `"` + long + "\"\n",
		"a quote that nobody closes": "\"oops\n",
		"another format":             "1795160000;1;2;3\n",
		"half a row":                 `"","+46701234567","+46855` + "\n",
		"binary":                     "\x00\xff\xfe\"\x80\n",
		"many quotes":                strings.Repeat("\"\"\"\n", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			p := newPBX(t)
			w := p.witness(p.beginning())
			p.write(p.logs.CDR, cdrRow(1795160000, 1)+garbage+cdrRow(1795160100, 2))
			p.write(p.logs.QueueLog, garbage+"1795160101|1795160100.2|support|NONE|ABANDON|1|1|1\n")
			p.now = p.now.Add(time.Minute)
			var calls []Call
			broken := false
			for more := true; more; {
				r, err := w.Read(p.now)
				require.NoError(t, err)
				require.LessOrEqual(t, cap(w.cdr.buffer), 100<<10)
				for _, trouble := range r.Trouble {
					require.ErrorIs(t, trouble, ErrBroken)
					broken = true
				}
				calls, more = append(calls, r.Calls...), r.More
			}
			require.Equal(t, []string{"1795160000.1", "1795160100.2"}, ids(calls))
			require.Equal(t, "support", customers(calls)[1].Loss.Queue)
			require.True(t, broken)
		})
	}
}

func TestWithoutUniqueIDsTheCDRCannotBeUsed(t *testing.T) {
	p := newPBX(t)
	w := p.witness(p.beginning())
	row, _, _ := strings.Cut(cdrRow(1795160000, 1), `,"1795160000.1"`)
	p.write(p.logs.CDR, row+"\n")
	p.now = p.now.Add(time.Minute)
	calls, r := p.read(w)
	require.Empty(t, calls)
	require.Len(t, r.Trouble, 1)
	require.ErrorIs(t, r.Trouble[0], ErrNoUniqueID)
	require.ErrorContains(t, r.Trouble[0], "loguniqueid=yes in cdr.conf [csv]")
	p.write(p.logs.CDR, cdrRow(1795160100, 2))
	p.now = p.now.Add(time.Minute)
	calls, r = p.read(w)
	require.Len(t, calls, 1)
	require.Empty(t, r.Trouble)
}

// Compressed files, other logs and folders beside a log aren't what a rotation left.
func TestSiblings(t *testing.T) {
	p := newPBX(t)
	for _, name := range []string{"Master.csv.1", "Master.csv-20261119", "Master-20261118.csv", "Master.csv.2.gz", "Master.csv.bak", "queue_log.1", "Masters.csv.1"} {
		p.write(filepath.Join(p.folder, name), "x\n")
		p.now = p.now.Add(-time.Hour)
	}
	require.NoError(t, os.Mkdir(filepath.Join(p.folder, "Master.csv.3"), 0o755))
	list, err := siblings(p.logs.CDR)
	require.NoError(t, err)
	var names []string
	for _, s := range list {
		names = append(names, filepath.Base(s.path))
	}
	require.Equal(t, []string{"Master-20261118.csv", "Master.csv-20261119", "Master.csv.1"}, names)
}

package reload

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSavingIsEnough(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		require.Equal(t, "30s", s.wait("acme"))
		began := s.status("acme.yaml").Since
		book := s.Rules().Book()
		s.log.take()

		s.write("rules/acme.yaml", waiting(acme, "45"))
		s.happened <- struct{}{}
		s.after(lookAfter + quiet - time.Millisecond)
		require.Equal(t, "30s", s.wait("acme"), "not before it has been quiet")
		s.after(time.Millisecond)
		require.Equal(t, "45s", s.wait("acme"))
		require.Len(t, s.woken, 1)
		require.Same(t, book, book, "who holds the old book keeps it")

		st := s.status("acme.yaml")
		require.Equal(t, StateInForce, st.State)
		require.Equal(t, began.Add(lookAfter+quiet), st.Since)
		require.Equal(t, waiting(acme, "45"), s.kept()["acme"])
		lines := s.log.take()
		require.Equal(t, []string{"the rules are in force"}, messages(lines))
		require.Equal(t, []any{`rules["lost"].wait_for_customer: 30s → 45s`}, lines[0]["changed"])
		require.Equal(t, st.Version, lines[0]["version"])

		s.write("rules/acme.yaml", waiting(acme, "50")) // and nobody says so
		s.after(lookEvery + quiet)
		require.Equal(t, "50s", s.wait("acme"))

		s.after(time.Hour)
		require.Len(t, s.woken, 2, "what is the same is not loaded again")
	})
}

// A file with errors, one that can't be read, an empty one, a huge one, none:
// nothing changes for the account, and it is said once.
func TestAFileThatCantBeUsed(t *testing.T) {
	for name, row := range map[string]struct {
		spoil func(s *site)
		wrong string
	}{
		"errors":   {func(s *site) { s.write("rules/acme.yaml", faultyAcme) }, "contry"},
		"empty":    {func(s *site) { s.write("rules/acme.yaml", "") }, "empty"},
		"not YAML": {func(s *site) { s.write("rules/acme.yaml", "account: [acme") }, "not YAML"},
		"binary":   {func(s *site) { s.write("rules/acme.yaml", "\x7fELF\x00\x01") }, "not a text file"},
		"huge":     {func(s *site) { require.NoError(s, os.Truncate(s.path("rules/acme.yaml"), 10<<20)) }, "larger than"},
		"a broken link": {func(s *site) {
			s.remove("rules/acme.yaml")
			require.NoError(s, os.Symlink("nowhere", s.path("rules/acme.yaml")))
		}, "no such file"},
		"a link to self": {func(s *site) {
			s.remove("rules/acme.yaml")
			require.NoError(s, os.Symlink("acme.yaml", s.path("rules/acme.yaml")))
		}, "symbolic links"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				s := newSite(t, "acme.yaml", acme, "other.yaml", other)
				s.start()
				before := s.status("acme.yaml")
				s.log.take()

				row.spoil(s)
				s.after(lookEvery + quiet)
				require.Equal(t, "30s", s.wait("acme"))
				st := s.status("acme.yaml")
				require.Equal(t, StateLastGood, st.State)
				require.Equal(t, "acme", st.Account)
				require.Equal(t, before.Since, st.Since)
				require.Equal(t, before.Version, st.Version)
				require.NotEmpty(t, st.Problems)
				require.Contains(t, strings.Join(st.wrong(), "\n"), row.wrong)
				require.Equal(t, acme, s.kept()["acme"])
				require.Empty(t, s.woken)
				require.Equal(t, StateInForce, s.status("other.yaml").State, "one's fault isn't another's")
				require.Equal(t, uint64(1), s.Loads()[Load{"acme", ResultFaulty}])

				said := s.log.take()
				require.NotEmpty(t, said)
				last := said[len(said)-1]
				require.Equal(t, "error", last["level"])
				require.Equal(t, "rules_faulty", last["alarm"])
				require.Equal(t, before.Version, last["version"])
				s.after(10 * retryFaulty)
				require.Empty(t, s.log.take(), "it is said once")
				require.Equal(t, uint64(1), s.Loads()[Load{"acme", ResultFaulty}])

				s.write("rules/other.yaml", waiting(other, "45"))
				s.after(lookEvery + quiet)
				require.Equal(t, "45s", s.wait("other"), "and keeps nobody's edit out of force")

				_ = os.Remove(s.path("rules/acme.yaml"))
				s.write("rules/acme.yaml", waiting(acme, "45"))
				s.after(lookEvery + quiet)
				require.Equal(t, "45s", s.wait("acme"))
				require.Equal(t, StateInForce, s.status("acme.yaml").State)
				require.Empty(t, s.status("acme.yaml").Problems)
			})
		})
	}
}

func TestProblemsAreSaidWithTheirPlace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		s.write("rules/acme.yaml", faultyAcme)
		s.after(lookEvery + quiet)
		said := s.log.take()
		require.GreaterOrEqual(t, len(said), 2)
		var places []any
		for _, line := range said[:len(said)-1] {
			require.Equal(t, "error", line["level"])
			require.Equal(t, s.path("rules/acme.yaml"), line["file"])
			require.Equal(t, "acme", line["account"])
			places = append(places, line["line"])
		}
		require.Contains(t, places, 2.0)

		s.Now()
		s.after(0)
		again := s.log.take()
		require.Equal(t, append(messages(said), "the rules were read, as asked"), messages(again), "a person who asks hears it again")
		require.Equal(t, uint64(1), s.Loads()[Load{"acme", ResultFaulty}], "and it is no new content")

		s.write("rules/acme.yaml", faultyAcme+"# other faults?\n")
		s.after(lookEvery + quiet)
		require.Equal(t, messages(said), messages(s.log.take()), "another content is another matter")
	})
}

func TestWarningsAreSaidOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		s.write("rules/acme.yaml", with(acme, `["+4685550000"]`, `["+4685550000", "+4685550000"]`))
		s.after(lookEvery + quiet)
		lines := s.log.take()
		require.Len(t, lines, 2)
		require.Equal(t, "the rules are in force", lines[0]["message"])
		require.Equal(t, "warn", lines[1]["level"])
		st := s.status("acme.yaml")
		require.Equal(t, StateInForce, st.State)
		require.Len(t, st.Problems, 1)
		s.after(time.Hour)
		require.Empty(t, s.log.take())
	})
}

func TestAFileThatIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		s.start()
		s.log.take()
		s.remove("rules/acme.yaml")
		s.after(lookEvery + quiet)
		require.Equal(t, "30s", s.wait("acme"))
		st := s.status("acme.yaml")
		require.Equal(t, Absence{Why: AbsentGone}, st.Absence)
		require.Equal(t, StateLastGood, st.State)
		lines := s.log.take()
		require.Len(t, lines, 1)
		require.Equal(t, "rules_missing", lines[0]["alarm"])
		s.after(time.Hour)
		require.Empty(t, s.log.take())

		s.restart()
		require.Equal(t, "30s", s.wait("acme"), "also after a restart")
		require.Equal(t, st, s.status("acme.yaml"))
		require.Contains(t, messages(s.log.take()), lines[0]["message"])

		s.write("rules/acme.yaml", acme)
		s.after(lookEvery + quiet)
		require.Equal(t, StateInForce, s.status("acme.yaml").State)
		require.Equal(t, st.Since, s.status("acme.yaml").Since, "the same text is in force for as long")
		require.Equal(t, []string{"the account has its rules file again"}, messages(s.log.take()))
	})
}

// The folder is unmounted, or removed and made anew.
func TestAFolderThatIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		require.NoError(t, os.Rename(s.path("rules"), s.path("away")))
		s.after(lookEvery + quiet)
		require.Equal(t, "30s", s.wait("acme"))
		require.Len(t, s.Status(), 2)
		lines := s.log.take()
		require.Len(t, lines, 2)
		require.Equal(t, "rules_unreadable", lines[0]["alarm"])
		require.Equal(t, "rules_missing", lines[1]["alarm"])
		require.NotContains(t, lines[1]["hint"], "forget")
		require.Equal(t, Absence{Why: AbsentUnlisted}, s.status("acme.yaml").Absence)
		require.ErrorIs(t, s.Forget(t.Context(), "acme"), ErrUnlisted)
		s.after(time.Hour)
		require.Empty(t, s.log.take())

		require.NoError(t, os.Mkdir(s.path("rules"), 0o755)) // where it is mounted
		s.after(lookEvery + quiet)
		s.log.take()
		require.ErrorIs(t, s.Forget(t.Context(), "acme"), ErrUnlisted, "a folder that isn't mounted is empty")
		require.Equal(t, "30s", s.wait("acme"))

		s.write("rules/acme.yaml", waiting(acme, "45"))
		s.after(lookEvery + quiet)
		require.Equal(t, "45s", s.wait("acme"))
		require.Len(t, s.Status(), 1)
	})
}

// Kubernetes puts a new version in force by moving a link to a folder.
func TestAFolderBehindALink(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t)
		for version, text := range map[string]string{"one": acme, "two": waiting(acme, "45")} {
			require.NoError(t, os.Mkdir(s.path("rules/.."+version), 0o755))
			s.write("rules/.."+version+"/acme.yaml", text)
		}
		require.NoError(t, os.Symlink("..one", s.path("rules/..data")))
		require.NoError(t, os.Symlink("..data/acme.yaml", s.path("rules/acme.yaml")))
		s.start()
		require.Equal(t, "30s", s.wait("acme"))
		require.NoError(t, os.Symlink("..two", s.path("rules/..new")))
		require.NoError(t, os.Rename(s.path("rules/..new"), s.path("rules/..data")))
		s.after(lookEvery + quiet)
		require.Equal(t, "45s", s.wait("acme"))
	})
}

// An editor leaves files beside the one it edits, and puts a new one in its place.
func TestAnEditorAtWork(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		for _, leftover := range []string{".acme.yaml.swp", "acme.yaml~", "#acme.yaml#", ".#acme.yaml", "4913"} {
			s.write("rules/"+leftover, "account: [")
		}
		require.NoError(t, os.Rename(s.path("rules/acme.yaml"), s.path("rules/acme.yaml~")))
		s.happened <- struct{}{}
		s.after(lookAfter + quiet/2)
		s.write("rules/acme.yaml", waiting(acme, "45")[:200])
		s.happened <- struct{}{}
		s.after(lookAfter + quiet/2)
		s.write("rules/acme.yaml", waiting(acme, "45"))
		s.happened <- struct{}{}
		s.after(lookAfter + quiet)
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, []string{"the rules are in force"}, messages(s.log.take()), "nothing was missed, and nothing was faulty")
		require.Len(t, s.Status(), 1)
	})
}

// A file that is written to all the time comes into force all the same, and the
// faults of half-written versions are nobody's.
func TestAFileThatNeverRests(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		text, n := "", 0
		write := func() {
			n++
			text = with(acme, "wait_for_customer: 30s", "wait_for_customer: 45s") + "# " + time.Duration(n).String() + "\n"
			if n%2 == 0 {
				text = text[:n%150]
			}
			s.write("rules/acme.yaml", text)
			s.happened <- struct{}{}
			s.after(333 * time.Millisecond)
		}
		for s.wait("acme") != "45s" {
			write()
			require.Less(t, n, 50, "it is never read")
		}
		require.GreaterOrEqual(t, n, int(patience/(333*time.Millisecond)))
		for range 50 {
			write()
		}
		for _, m := range messages(s.log.take()) {
			require.Equal(t, "the rules are in force", m)
		}
		s.write("rules/acme.yaml", text[:20])
		s.after(lookEvery + quiet)
		require.Equal(t, StateLastGood, s.status("acme.yaml").State, "once it rests it is held against it")
	})
}

func TestTheConfigurationIsReadByARestartOnly(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.log.take()
		s.write("callbackd.yaml", operatorsFile+"limits: {lines_per_account: 20}\n")
		s.after(lookEvery + quiet)
		lines := s.log.take()
		require.Equal(t, []string{"the configuration has changed: restart callbackd to apply it"}, messages(lines))
		s.write("callbackd.yaml", with(operatorsFile, "password: secret", "login: hunter2")+"limit: {}\n")
		s.after(lookEvery + quiet)
		lines = s.log.take()
		require.Len(t, lines, 4)
		require.Equal(t, "unknown key limit", lines[2]["message"])
		require.Equal(t, 3.0, lines[2]["line"])
		require.Equal(t, "config_faulty", lines[3]["alarm"])
		require.NotContains(t, fmt.Sprint(lines), "hunter2", "whatever key a password is under")
		s.after(time.Hour)
		require.Empty(t, s.log.take())
	})
}

func TestASingleFile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t)
		s.write("callbackd.yaml", operatorsFile+"rules: acme.yaml\n")
		s.write("acme.yaml", acme)
		s.start()
		s.write("acme.yaml", waiting(acme, "45"))
		s.after(lookEvery + quiet)
		require.Equal(t, "45s", s.wait("acme"))
		require.Equal(t, filepath.Join(s.folder, "acme.yaml"), s.Status()[0].File)
	})
}

// Events that don't stop (an editor's swap file, a log in the folder) keep
// nothing out of force.
func TestEventsThatDoNotStop(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme)
		s.start()
		s.write("rules/acme.yaml", waiting(acme, "45"))
		for range 100 {
			s.happened <- struct{}{}
			s.after(20 * time.Millisecond)
		}
		require.Equal(t, "45s", s.wait("acme"))
	})
}

// A file that is away for a moment isn't missed, although another is read then.
func TestAFileThatIsAwayForAMoment(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newSite(t, "acme.yaml", acme, "other.yaml", other)
		s.start()
		s.log.take()
		s.write("rules/other.yaml", waiting(other, "45"))
		s.happened <- struct{}{}
		s.after(lookAfter + quiet/2)
		s.remove("rules/acme.yaml")
		s.happened <- struct{}{}
		s.after(quiet/2 + lookAfter)
		require.Equal(t, "45s", s.wait("other"))
		require.Zero(t, s.status("acme.yaml").Absence)
		s.write("rules/acme.yaml", acme)
		s.after(lookEvery + quiet)
		require.Equal(t, []string{"the rules are in force"}, messages(s.log.take()))
	})
}

"""The files of options that a site and a user have: who wins, and what is not believed."""

import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAMS = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"], "bin")
USAGE = 2


@unittest.skipUnless((PROGRAMS / "tscollect-mpi").exists(), "built without MPI")
class SiteConfig(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / ".config").mkdir()
        self.site, self.user = self.folder / "site.conf", self.folder / ".config/tscollect.conf"
        self.asked = self.folder / "asked.conf"
        self.environment = {name: text for name, text in os.environ.items()
                            if not name.startswith(("TSCOLLECT_", "SLURM_", "XDG_"))}
        self.environment |= {"HOME": str(self.folder), "TSCOLLECT_SITE_CONFIG": str(self.site),
                             "TSCOLLECT_JOURNAL_DIR": str(self.folder)}
        self.site.write_text("")

    def run_program(self, name, *words, **variables):
        return subprocess.run([PROGRAMS / name, *map(str, words)], capture_output=True, text=True, timeout=60,
                              cwd=self.folder, env=self.environment | variables, check=False)

    def line(self, *words, **variables):
        """The collector's options as tscollect-run hands them on."""
        done = self.run_program("tscollect-run", "--print-launch", "--mpirun", "mpirun", *words, **variables)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refused(self, *words, program="tscollect-mpi", **variables):
        done = self.run_program(program, *words, **variables)
        self.assertEqual(done.returncode, USAGE, done.stderr)
        return done.stderr

    def test_each_level_wins_over_those_before_it(self):
        self.site.write_text("interval=1\n")
        self.assertIn("--interval=1 ", self.line())
        self.user.write_text("interval=2\n")
        self.assertIn("--interval=2 ", self.line())
        self.asked.write_text("interval=3\n")
        self.assertIn("--interval=3 ", self.line("--config", self.asked))
        self.assertIn("--interval=3 ", self.line(TSCOLLECT_CONFIG=str(self.asked)))
        self.assertIn("--interval=4 ", self.line("--config", self.asked, TSCOLLECT_INTERVAL="4"))
        self.assertIn("--interval=5 ", self.line("--config", self.asked, "-i", 5, TSCOLLECT_INTERVAL="4"))

    def test_what_excludes_each_other_does_so_on_one_level_only(self):
        self.site.write_text("quiet=true\n")
        said = self.line("-v")
        self.assertIn("--verbose=true", said)
        self.assertNotIn("--quiet=true", said)
        self.assertIn("--quiet=true", self.line(TSCOLLECT_QUIET="true"))
        self.assertNotIn("--quiet=true", self.line("-v", TSCOLLECT_QUIET="true"))
        self.assertIn("excludes", self.refused("-q", "-v", "-d", 0.1))

    def test_options_that_help_does_not_show_are_no_exception(self):
        self.site.write_text("timeout=9\n")
        self.assertIn("--timeout=9 ", self.line())
        self.assertIn("--timeout=8 ", self.line("--timeout", 8))
        self.assertNotIn("--timeout=9", self.line("--timeout=8"))

    def test_labels_add_up(self):
        self.site.write_text("label=site=here and now\nlabel=who=site\n")
        self.user.write_text("label=who=me\n")
        said = self.line("--label", "x=y")
        self.assertLess(said.index("who=site"), said.index("who=me"))
        self.assertIn("'--label=site=here and now'", said)
        self.assertIn("--label=x=y", said)

    def test_both_programs_read_one_file(self):
        self.site.write_text("no-journal=true\n[tscollect-run]\nlauncher-options=--tag-output --x y\n")
        self.assertIn("--tag-output --x y", self.line())
        done = self.run_program("tscollect-mpi", "-d", 0.1, "-o", "run.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.site.write_text("launcher-options=--tag-output\n")
        self.assertIn("belong below a line [tscollect-run]", self.refused("-d", 0.1))

    def test_the_ranks_of_tscollect_run_read_no_file_again(self):
        self.assertIn("--no-site-config", self.line())
        self.site.write_text("sources=no-such\n")
        done = self.run_program("tscollect-mpi", "--no-site-config", "-d", 0.1, "-o", "run.h5")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_mistakes_name_file_and_line(self):
        for text, words in (("\n\nintervall=3\n", "site.conf:3: 'intervall' is not an option of tscollect-mpi "
                                                  "that a file can set; did you mean 'interval'?"),
                            ("\ninterval=often\n", "site.conf:2: --interval: 'often' is not a number"),
                            ("max-samples=few\n", "site.conf:1: Could not convert: --max-samples = few"),
                            ("label=a=b\nlabel=c\n", "site.conf:2: --label: 'c' is not KEY=VALUE"),
                            ("force=perhaps\n", "site.conf:1: "),
                            ("TSCOLLECT_MAX_SAMPLES=1\n", "did you mean 'max-samples'?"),
                            ("--interval=1\n", "did you mean 'interval'?"),
                            ("[slurm]\n", "site.conf:1: '[slurm]' is neither"),
                            ("config=other\n", "site.conf:1: 'config' is not"),
                            ("help\n", "site.conf:1: 'help' is not")):
            with self.subTest(text=text):
                self.site.write_text(text)
                self.assertIn(words, self.refused("-d", 0.1))
        self.site.write_text("interval=often\n")
        self.assertIn("every 0.1 s", self.run_program("tscollect-mpi", "-i", 0.1, "-d", 0.2, "-o", "a.h5").stderr)
        self.site.write_text("")
        self.assertIn("TSCOLLECT_INTERVAL: --interval: 'x'", self.refused("-d", 0.1, TSCOLLECT_INTERVAL="x"))

    def test_what_is_no_file_or_anybodys_neither_hangs_nor_takes_over(self):
        def unsafe_mode():
            self.user.write_text("interval=7\n")
            self.user.chmod(0o666)

        def of_others():
            self.user.write_text("interval=7\n")
            os.chown(self.user, 12345, -1)

        def large():
            self.user.write_text("interval=7\n")
            os.truncate(self.user, 1 << 40)

        cases = [(unsafe_mode, "others may change it (mode 666"), (lambda: os.mkfifo(self.user), "is a pipe"),
                 (self.user.mkdir, "is a folder"), (lambda: self.user.symlink_to("/dev/zero"), "is a device"),
                 (large, "is longer than")]
        if os.geteuid() == 0:
            cases.append((of_others, "belongs to user 12345"))
        for make, words in cases:
            with self.subTest(words=words):
                make()
                done = self.run_program("tscollect-run", "--print-launch", "--mpirun", "mpirun")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"warning: {self.user}: {words}", done.stderr)
                self.assertIn("the file is ignored", done.stderr)
                self.assertNotIn("--interval", done.stdout)
                self.user.rmdir() if self.user.is_dir() else self.user.unlink()

    def test_a_site_file_that_was_named_must_be_right(self):
        self.site.unlink()
        self.assertIn("$TSCOLLECT_SITE_CONFIG: ", self.refused("-d", 0.1))
        os.mkfifo(self.site)
        self.assertIn("is a pipe", self.refused("-d", 0.1))
        self.site.unlink()
        self.site.write_text("interval=1\n")
        self.site.chmod(0o666)
        self.assertIn("others may change it", self.refused("-d", 0.1))
        self.assertEqual(self.run_program("tscollect-run", "--print-launch", "--mpirun", "mpirun",
                                          TSCOLLECT_SITE_CONFIG="/dev/null").returncode, 0)

    def beside(self, *words, **variables):
        return self.run_program("tscollect-run", *words, "--", "sh", "-c", "echo ran; exit 7", **variables)

    def test_a_command_runs_whatever_mistake_is_in_the_sites_file(self):
        for text, words in (("intervall=1\n", "site.conf:1: 'intervall' is not an option of tscollect-run that a file "
                                              "can set; did you mean 'interval'?"),
                            ("interval=often\n", "site.conf:1: --interval: 'often' is not a number"),
                            ("sources=no-such\n", "site.conf:1: --sources: unknown source 'no-such'"),
                            ("[slurm]\n", "site.conf:1: '[slurm]' is neither"),
                            ("status-file=/no/such/status\n", "--status-file: /no/such/status: "),
                            ("[tscollect-run]\nlauncher=pigeon\n", "unknown launcher 'pigeon'; known: "),
                            ("[tscollect-run]\nhostfile=/no/such\n", "cannot read the host file '/no/such'"),
                            (None, "$TSCOLLECT_SITE_CONFIG: ")):
            with self.subTest(text=text):
                if text is None:
                    self.site.unlink()
                else:
                    self.site.write_text(text)
                done = self.beside("-o", "run.h5")
                self.assertEqual((done.returncode, done.stdout), (7, "ran\n"), done.stderr)
                self.assertRegex(done.stderr, r"\Atscollect-run: the command runs without the collector: .*\n\Z")
                self.assertIn(words, done.stderr)
                done = self.beside("-o", "run.h5", "--require")
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                self.assertIn(words, done.stderr)
                if "--status-file" not in words:  # which nothing writes here
                    self.assertIn(words, self.refused("--print-launch", "-o", "run.h5", program="tscollect-run"))
                self.assertEqual([path.name for path in self.folder.iterdir()
                                  if path not in (self.site, self.user.parent)], [])

    def test_a_mistake_of_the_users_own_is_refused_whatever_is_in_the_sites_file(self):
        for text in ("", "intervall=1\n"):
            self.site.write_text(text)
            for words, variables, said in ((["-i", "often"], {}, "--interval: 'often'"),
                                           (["--launcher", "pigeon"], {}, "unknown launcher 'pigeon'"),
                                           ([], {"TSCOLLECT_INTERVAL": "x"}, "TSCOLLECT_INTERVAL: --interval: 'x'")):
                with self.subTest(text=text, words=words):
                    done = self.beside("-o", "run.h5", *words, **variables)
                    self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
                    self.assertIn(said, done.stderr)
            self.user.write_text("sources=no-such\n")
            done = self.beside("-o", "run.h5")
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
            self.assertIn(f"{self.user}:1: --sources: ", done.stderr)
            self.user.unlink()


@unittest.skipUnless((PROGRAMS / "tscollect-mpi").exists(), "built without MPI")
class Help(unittest.TestCase):
    def help_of(self, *words):
        return subprocess.run([PROGRAMS / words[0], *words[1:], "--help"], capture_output=True, text=True,
                              check=True).stdout

    def test_it_fits_80_columns(self):
        for words in (["tscollect-mpi"], ["tscollect-run"], ["tscollect"],
                      *(["tscollect", each] for each in ("sample", "info", "export", "recover", "validate",
                                                         "journals"))):
            for line in self.help_of(*words).splitlines():
                self.assertLessEqual(len(line), 80, words)

    def test_its_groups_are_the_manuals(self):
        manual = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"], "docs/man/tscollect-mpi.1").read_text()
        options = manual[manual.index(".Sh OPTIONS"):manual.index(".Sh SIGNALS")]
        groups = [line[4:] for line in options.splitlines() if line.startswith(".Ss ")]
        said = [line[:-1] for line in self.help_of("tscollect-mpi").splitlines()
                if line.endswith(":") and not line.startswith(" ")]
        self.assertEqual(said, groups)

    def test_a_mistyped_option_is_guessed(self):
        for program, word in (("tscollect-mpi", "--intervall=3"), ("tscollect-run", "--intervall=3")):
            done = subprocess.run([PROGRAMS / program, word], capture_output=True, text=True, check=False)
            self.assertIn("did you mean --interval?", done.stderr)


if __name__ == "__main__":
    unittest.main()

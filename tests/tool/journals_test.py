"""tscollect journals: where it looks, and whose journals it lists and removes."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import unittest

from tscollect_program import BUILD, COMPLETE, FIXTURES, PROGRAM, SOURCE, USAGE

JOURNALS = sorted((FIXTURES / "journals/version-1").iterdir())  # three parts of one host's
OTHERS = ("nobody", "daemon")
IS_ROOT = os.geteuid() == 0
ME = pwd.getpwuid(os.geteuid()).pw_name


class Journals(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.folder.chmod(0o755)
        self.site, self.user = self.folder / "site.conf", self.folder / ".config/tscollect.conf"
        self.user.parent.mkdir()
        self.site.write_text("")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                            "TSCOLLECT_SITE_CONFIG": str(self.site), "TMPDIR": str(self.place("temporary"))}

    def place(self, name, owners=(), mode=0o1777):
        """A folder with the journal of a dead run of each of these users."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            folder.chmod(mode)
        for user in owners:
            for path in JOURNALS:
                copy = folder / path.name.replace("-vm", f"-{user or 'vm'}")
                shutil.copyfile(path, copy)
                copy.chmod(0o600)
                if user:
                    shutil.chown(copy, user)
        return folder

    def journals(self, *words, expect=COMPLETE, user=None, **variables):
        acting = ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []
        done = subprocess.run([*acting, PROGRAM, "journals", *map(str, words)], capture_output=True, text=True,
                              timeout=60, env=self.environment | variables, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def owners(self, *words, **options):
        return [line.split()[5] for line in self.journals(*words, **options).stdout.splitlines()[1:]]

    def found(self, name, **variables):
        """A journal in that folder, and no other, is found, and a run would keep its own there."""
        folder = self.place(name, [""])
        self.assertEqual(self.owners(**variables), [ME], name)
        if (BUILD / "bin/tscollect-run").exists():
            line = subprocess.run([BUILD / "bin/tscollect-run", "--print-launch", "--mpirun", "mpirun", "-o", "x.h5"],
                                  capture_output=True, text=True, check=True, cwd=self.folder,
                                  env=self.environment | variables).stdout
            self.assertEqual(re.findall(r"--journal-dir=(\S+)", line)[-1:],
                             [] if name in ("temporary", "of slurm") else [str(folder)])
        for path in folder.iterdir():
            path.unlink()

    def test_it_looks_where_a_run_would_keep_its_own(self):
        self.found("temporary")
        self.found("of slurm", SLURM_TMPDIR=str(self.place("of slurm")))
        self.site.write_text(f"interval=1\njournal-dir={self.place('sites')}\n")
        self.found("sites", SLURM_TMPDIR=str(self.place("of slurm")))
        self.user.write_text(f"journal-dir={self.place('users')}\n")
        self.found("users")
        asked = self.folder / "asked.conf"
        asked.write_text(f"journal-dir={self.place('asked')}\n")
        self.found("asked", TSCOLLECT_CONFIG=str(asked))
        self.found("variable", TSCOLLECT_CONFIG=str(asked), TSCOLLECT_JOURNAL_DIR=str(self.place("variable")))
        named = self.place("named", [""])
        self.assertEqual(self.owners("--journal-dir", named, TSCOLLECT_JOURNAL_DIR=str(self.place("variable"))), [ME])

    def test_it_looks_in_both_folders_where_tscollect_run_has_one_of_its_own(self):
        self.site.write_text(f"journal-dir={self.place('all', [''])}\n[tscollect-run]\njournal-dir={self.place('run')}\n")
        self.assertEqual(self.owners(), [ME])
        for path in self.place("all").iterdir():
            path.rename(self.place("run") / path.name)
        self.assertEqual(self.owners(), [ME])

    def test_a_mistake_in_the_sites_file_is_said_and_no_more(self):
        self.place("temporary", [""])
        self.site.write_text("[slurm]\njournal-dir=/no/such\n")
        done = self.journals()
        self.assertEqual(done.stderr, f"tscollect journals: warning: {self.site}:1: '[slurm]' is neither [tscollect-run] "
                                      "nor [all]; the file is ignored\n")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.site.write_text(f"intervall=1\njournal-dir={self.place('sites')}\n")
        self.assertEqual((self.owners(), self.journals().stderr), ([], ""))

    def test_what_to_remove_must_be_said(self):
        folder = self.place("temporary", [""])
        self.assertIn("say which with --run ID or --older-than DAYS", self.journals("--remove", expect=USAGE).stderr)
        self.assertIn("there is no user", self.journals("--owner", "no-such-user", expect=USAGE).stderr)
        self.assertEqual(len(list(folder.iterdir())), 3)
        self.assertIn("removed", self.journals("--remove", "--older-than", 0).stderr)
        self.assertEqual(list(folder.iterdir()), [])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_those_of_others_are_counted_and_kept(self):
        folder = self.place("temporary", ["root", *OTHERS])
        done = self.journals()
        self.assertEqual(self.owners(), ["root"])
        for user in OTHERS:
            self.assertRegex(done.stderr, rf"3 journals of {user} are not looked at \({folder}/tscollect-\S+-{user}\+1"
                                          rf"\.journal, …\); as root: --owner {user}\n")
        self.journals("--remove", "--older-than", 0)
        self.assertEqual({path.owner() for path in folder.iterdir()}, set(OTHERS))

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_root_lists_and_removes_those_of_one_user(self):
        folder = self.place("temporary", ["root", *OTHERS])
        for owner in ("nobody", pwd.getpwnam("nobody").pw_uid):
            self.assertEqual(self.owners("--owner", owner), ["nobody"])
        self.journals("--owner", "nobody", "--remove", "--run", "another")
        self.assertEqual(len(list(folder.iterdir())), 9)
        self.assertIn("removed", self.journals("--owner", "nobody", "--remove", "--older-than", 0).stderr)
        self.assertEqual({path.owner() for path in folder.iterdir()}, {"root", "daemon"})
        os.chown(next(iter(folder.glob("*-daemon.journal"))), 54321, 54321)
        self.assertEqual(self.owners("--owner", "54321"), ["54321"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_root_acts_with_no_more_than_the_rights_of_that_user(self):
        folder = self.place("roots own", OTHERS, mode=0o700)
        self.assertIn("cannot read the folder: Permission denied",
                      self.journals("--journal-dir", folder, "--owner", "nobody", "--remove", "--older-than", 0).stderr)
        self.assertEqual(len(list(folder.iterdir())), 6)

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_nobody_else_reads_or_removes_them(self):
        folder = self.place("temporary", ["root", *OTHERS])
        done = self.journals("--owner", "daemon", "--remove", "--older-than", 0, user="nobody")
        self.assertIn("cannot read it: Permission denied", done.stderr)
        self.assertEqual(len(list(folder.iterdir())), 9)
        self.assertEqual(self.owners(user="nobody"), ["nobody"])

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_the_administrators_recipe_for_users_who_never_come_back(self):
        folder = self.place("temporary", ["root", *OTHERS])
        text = (SOURCE / "docs/administrators.md").read_text()
        recipe = re.search(r"```sh\n(find .*?)```", text, re.DOTALL)[1]
        self.assertIn("--older-than 30 ", recipe)
        for days, left in ((30, 9), (0, 0)):
            subprocess.run(["sh", "-eu", "-c", recipe.replace("/local/scratch/tscollect", str(folder))
                            .replace("--older-than 30 ", f"--older-than {days} ")],
                           check=True, capture_output=True,
                           env=self.environment | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"})
            self.assertEqual(len(list(folder.iterdir())), left)


if __name__ == "__main__":
    unittest.main()

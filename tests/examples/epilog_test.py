"""examples/epilog.sh, with the variables and arguments of each batch system, as their manuals name them."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
PROGRAMS = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin"
COMMAND = "journals --older-than 7 --remove"


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Epilog(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.folder.chmod(0o755)
        # Says who it is, what it was told, and its environment.
        self.stand_in = self.program(self.folder / "bin", "echo $(id -un) $*; env >&2")

    def program(self, folder, script, name="tscollect"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        return folder

    def epilog(self, **lines):
        """The script with these lines at its beginning changed, as a site does it."""
        text = (SOURCE / "examples/epilog.sh").read_text().splitlines()
        for name, value in ({"place": self.stand_in} | lines).items():
            at, = [number for number, line in enumerate(text) if line.startswith(f"{name}=")]
            text[at] = f"{name}={value}"
        script = self.folder / "epilog"
        script.write_text("\n".join(text) + "\n")
        script.chmod(0o755)
        return script

    def run_epilog(self, *arguments, script=None, user=None, **variables):
        acting = ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []
        done = subprocess.run([*acting, script or self.epilog(), *arguments], capture_output=True, text=True,
                              env=variables, cwd=self.folder, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, "one that fails drains the node")
        return done

    def test_it_knows_the_jobs_user_from_the_batch_system_that_runs_it(self):
        nobody = str(pwd.getpwnam("nobody").pw_uid)
        for arguments, variables in (([], {"SLURM_JOB_ID": "1", "SLURM_JOB_USER": "nobody"}),
                                     ([], {"FLUX_JOB_ID": "f1", "FLUX_JOB_USERID": nobody}),
                                     ([], {"LSB_JOBID": "1", "LSFUSER": "nobody"}),
                                     (["4711.server", "nobody", "nogroup", "job", "1234"], {}),
                                     (["4711.server", "nobody"], {"SLURM_JOB_ID": "1", "SLURM_JOB_USER": "root"})):
            with self.subTest(arguments=arguments, variables=variables):
                self.assertEqual(self.run_epilog(*arguments, **variables).stdout, f"nobody {COMMAND}\n")
        self.assertEqual(self.run_epilog(user="nobody", SLURM_JOB_ID="1", SLURM_JOB_USER="root").stdout,
                         f"nobody {COMMAND}\n", "LSF's POST_EXEC runs as the user")

    def test_without_one_it_does_nothing(self):
        for arguments, variables in (([], {}), ([], {"SLURM_JOB_USER": "nobody"}), ([], {"LSFUSER": "nobody"}),
                                     ([], {"FLUX_JOB_USERID": "65534"}), (["4711.server"], {}),
                                     ([], {"SLURM_JOB_ID": "1", "SLURM_JOB_USER": "no-such-user"}),
                                     ([], {"SLURM_JOB_ID": "1", "SLURM_JOB_USER": "--help"}),
                                     ([], {"FLUX_JOB_ID": "f1", "FLUX_JOB_USERID": "-u"}),
                                     # A job of LSF that would be taken for another user's.
                                     ([], {"LSB_JOBID": "1", "LSFUSER": "nobody", "SLURM_JOB_ID": "1",
                                           "SLURM_JOB_USER": "daemon"})):
            with self.subTest(arguments=arguments, variables=variables):
                done = self.run_epilog(*arguments, **variables)
                self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_nothing_of_the_jobs_environment_reaches_root_or_the_program(self):
        evil = self.folder / "evil"
        for name in ("tscollect", "id", "runuser", "env"):
            self.program(evil, f"touch {self.folder}/fooled", name)
        self.program(self.folder, f"touch {self.folder}/fooled", "id")  # the current folder
        for path in ("", ".", f"{evil}:", f"{evil}:/usr/bin"):
            done = self.run_epilog(SLURM_JOB_ID="1", SLURM_JOB_USER="nobody", PATH=path, JOURNALS="/etc", DAYS="0",
                                   TSCOLLECT_SITE_CONFIG="/x", TSCOLLECT_JOURNAL_DIR="/x", TMPDIR="/x", HOME="/x")
            self.assertEqual(done.stdout, f"nobody {COMMAND}\n")
            names = {line.split("=")[0] for line in done.stderr.splitlines()}
            self.assertLessEqual(names, {"PATH", "PWD", "SHLVL", "_", "OLDPWD"})
            self.assertIn(f"PATH={self.stand_in}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", done.stderr)
            self.assertFalse((self.folder / "fooled").exists())

    def test_it_says_where_it_has_looked_for_tscollect(self):
        done = self.run_epilog(script=self.epilog(place="/no/such"), SLURM_JOB_ID="1", SLURM_JOB_USER="nobody")
        self.assertEqual(done.stderr, "epilog of tscollect: there is no tscollect in "
                                      "/no/such:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin\n")

    def test_it_touches_the_journals_of_the_jobs_user_alone(self):
        journals = self.folder / "journals"
        journals.mkdir()
        journals.chmod(0o1777)
        for user in ("root", "nobody"):
            for path in (SOURCE / "tests/fixtures/journals/version-1").iterdir():
                copy = journals / path.name.replace("-vm", f"-{user}")
                shutil.copyfile(path, copy)
                copy.chmod(0o600)
                shutil.chown(copy, user)
        variables = {"SLURM_JOB_ID": "1", "SLURM_JOB_USER": "nobody"}
        self.run_epilog(script=self.epilog(place=PROGRAMS, folder=journals), **variables)
        self.assertEqual(len(list(journals.iterdir())), 6, "not yet a week old")
        self.run_epilog(script=self.epilog(place=PROGRAMS, folder=journals, days=0), **variables)
        self.assertEqual([path.owner() for path in journals.iterdir()], ["root"] * 3)


if __name__ == "__main__":
    unittest.main()

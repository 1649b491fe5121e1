"""--private: nothing in a run's files, a recovery of it, or what is made of them tells where it was."""

import os
import pathlib
import re
import signal
import subprocess
import unittest

import job

# Of each batch system that has one.
JOB_NAMES = ("SLURM_JOB_NAME", "PBS_JOBNAME", "LSB_JOBNAME")
MOUNTS = job.FIXTURES / "linux-5.14/proc"


def secrets(folder):
    """What must not be told, by what it is."""
    addresses = subprocess.run(["ip", "-o", "address"], stdout=subprocess.PIPE, text=True, check=True).stdout
    shown = [address for address in re.findall(r"inet6? ([0-9a-f.:]+)/", addresses)
             if not address.startswith("127.") and address != "::1"]
    mounts = re.findall(r"^device (\S+) mounted on (/\S+) with fstype nfs", (MOUNTS / "self/mountstats").read_text(),
                        re.MULTILINE)
    assert shown and mounts
    plain = [mount.replace(r"\040", " ") for _, mount in mounts]
    return {"address": shown, "boot id": [pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()],
            "folder": [folder.name], "argument": ["the-secret-argument"], "job's name": ["the-secret-name"],
            "server": [server for server, _ in mounts], "mount": plain}


def told(texts, wanted):
    """Which kinds of secrets are in any of the texts."""
    return {kind for kind, words in wanted.items() for word in words
            if any(word.encode() in text for text in texts)}


class Private(job.JobTest):
    def run_with(self, *options):
        """(run.h5 and run.json, recovered.h5 and recovered.json) of a run of two hosts, as bytes."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        hosts = f"live=/proc,mounts={MOUNTS}"
        running = self.start(2, "-i", 0.1, "-o", self.folder / "run.h5", "--sources", "reference,nfs",
                             "--pose-hosts", hosts, "--ready-file", ready, "--label", "kept=yes", "--force", *options,
                             TSCOLLECT_STOP_FILE=str(self.folder / "the-secret-argument"),
                             **dict.fromkeys(JOB_NAMES, "the-secret-name"))
        self.await_file(ready)
        links = self.folder / f"links{len(options)}"
        links.mkdir()
        for journal in self.journals.glob("*.journal"):
            os.link(journal, links / journal.name)
        running.send_signal(signal.SIGUSR1)
        self.assert_complete(self.finish(running))
        self.tscollect("recover", "--force", "-o", self.folder / "recovered.h5", links)
        return [[(self.folder / f"{name}.{kind}").read_bytes() for kind in ("h5", "json")]
                for name in ("run", "recovered")]

    def tscollect(self, *words):
        done = subprocess.run([job.PROGRAM, *map(str, words)], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        return done.stdout

    def test_neither_file_nor_recovery_nor_what_is_made_of_them_tells_where_it_was(self):
        wanted = secrets(self.folder)
        open_run, open_recovery = self.run_with()
        for kind in ("address", "boot id", "folder", "job's name", "mount"):
            self.assertIn(kind, told(open_run, wanted), "without --private")
            self.assertIn(kind, told(open_recovery, wanted), "without --private")
        run, recovery = self.run_with("--private")
        self.assertEqual(told(run, wanted), set())
        self.assertEqual(told(recovery, wanted), set())
        self.tscollect("validate", "run.h5", "recovered.h5")
        made = [self.tscollect(*words, "run.h5")
                for words in (["info", "--json"], ["export"], ["export", "-f", "csv"])]
        self.assertEqual(told(made, wanted), set())
        self.assertIn(b'"kept":"yes"', made[0].replace(b" ", b""))
        self.assertIn(b"nfs.mount 1.", made[2])

    def test_tscollect_run_stores_no_command_line(self):
        done = subprocess.run(
            [job.BUILD / "bin/tscollect-run", "--private", "-i", "0.1", "-o", "run.h5", "--", "sh", "-c",
             ": the-secret-argument"], cwd=self.folder, env=job.environment(TSCOLLECT_SITE_CONFIG="/dev/null"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        files = [(self.folder / f"run.{kind}").read_bytes() for kind in ("h5", "json")]
        self.assertEqual(told(files, secrets(self.folder)), set())
        self.assertIn(b"command ended (0)", files[1])


if __name__ == "__main__":
    unittest.main()

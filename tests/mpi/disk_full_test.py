"""Output and journal on disks that fill up at every possible write, or that go away."""

import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import tempfile
import unittest

import h5py

import job

KIB = 1024


class SmallDisk(job.JobTest):
    def setUp(self):
        super().setUp()
        self.disk = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-disk-"))
        self.addCleanup(os.rmdir, self.disk)
        self.mounted = False

    def mount(self, kib):
        if os.geteuid() != 0:
            self.skipTest("a small disk takes root to mount")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", self.disk],
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            self.skipTest(f"cannot mount a small disk: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])

    def fill(self, leave_kib):
        """Leaves that many KiB."""
        (self.disk / "filler").unlink(missing_ok=True)
        free = os.statvfs(self.disk)
        bytes_left = free.f_bavail * free.f_frsize - leave_kib * KIB
        with open(self.disk / "filler", "wb") as filler:
            filler.write(bytes(max(0, bytes_left)))

    def start_sampling(self, *options):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        running = self.start(2, "-i", 0.02, "--pose-hosts", "a,b", "--ready-file", ready, *options,
                             TMPDIR=str(self.folder))
        self.await_file(ready)
        job.time.sleep(0.3)
        return running

    def stop(self, running):
        running.send_signal(signal.SIGUSR1)
        return self.finish(running)

    def paste(self, words, instead_of, target):
        """Runs the recovery command as printed, but for the output."""
        command = next(line for line in words.splitlines() if line.startswith("  tscollect recover"))
        self.assertIn(shlex.quote(str(instead_of)), command)
        command = command.replace(str(instead_of), str(target))
        path = f"{job.PROGRAM.parent}:{os.environ['PATH']}"
        return subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=dict(os.environ, PATH=path))

    def assert_saved(self, finished, target):
        """Not written, nothing half-written, and everything recovered by the printed command."""
        self.assertEqual(finished.status, 3, finished.words)
        self.assertEqual(len(list(self.journals.glob("*.journal"))), 2, finished.words)
        saved = self.folder / "saved.h5"
        done = self.paste(finished.words, target, saved)
        self.assertEqual(done.returncode, 0, done.stdout)
        with h5py.File(saved) as file:
            self.assertEqual(list(file["hosts"]), ["a", "b"])
            for host in file["hosts"].values():
                self.assertGreater(host["time"].shape[0], 3)
        saved.unlink()
        saved.with_suffix(".json").unlink()
        for journal in self.journals.iterdir():
            journal.unlink()

    def test_the_output_at_each_possible_write(self):
        self.mount(1024)
        target = self.disk / "run.h5"
        table = []
        for leave in [0, 4, 8, 16, 32, 48, 64, 72, 80, 88, 96, 128, 160, 256, 1000]:
            self.fill(1000)
            (self.disk / "filler").unlink()
            running = self.start_sampling("-o", target, "--force")
            self.fill(leave)
            finished = self.stop(running)
            table.append((leave, finished.status))
            if finished.status == 3:
                self.assertIn("No space left", finished.words)
                self.assert_whole_or_absent(target)
                self.assert_saved(finished, target if not target.exists() else
                                  self.disk / "run-recovered.h5")
            else:
                self.assert_complete(finished)
                self.assert_whole_or_absent(target)
                self.assertEqual(list(self.journals.iterdir()), [])
            for path in self.disk.iterdir():
                path.unlink()
            for path in self.folder.glob("rescued*"):
                path.unlink()
        print("KiB left and exit status:", *(f"{leave}:{status}" for leave, status in table))
        self.assertEqual(table[0][1], 3)
        self.assertIn(table[-1][1], (0, 4))

    def assert_whole_or_absent(self, target):
        self.assertEqual([p.name for p in self.disk.iterdir() if p.name.startswith(".")], [])
        if target.exists():
            with h5py.File(target) as file:
                self.assertEqual(list(file["hosts"]), ["a", "b"])
                for host in file["hosts"].values():
                    self.assertEqual(host["vmstat"][:].shape[0], host["time"].shape[0])

    def test_the_journal(self):
        self.mount(128)
        running = self.start_sampling("-o", "run.h5", "--journal-dir", self.disk, "-m", 0,
                                      "-i", 0.005)
        self.fill(0)
        # What is left of each journal's last page fills up as fast as this machine is busy.
        ends = [f"{host}: {self.disk}" for host in "ab"]
        self.await_words(running, *ends)
        held = {path.name: path.read_bytes() for path in self.disk.glob("*.journal")}
        finished = self.stop(running)
        self.assert_complete(finished)
        for end in ends:
            self.assertEqual(finished.words.count(end), 1, finished.words)
        self.assertIn("No space left on device; its journal ends after", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            for host in file["hosts"].values():
                self.assertIn(b"No space left", host.attrs["collector_journal_fault"])
        self.assertEqual(list(self.disk.glob("*.journal")), [])
        # What a kill would have left: whole up to the sample that did not fit.
        for name, data in held.items():
            (self.folder / name).write_bytes(data)
        done = subprocess.run([job.PROGRAM, "recover", "-o", self.folder / "r.h5", self.folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("dropped", done.stdout)

    def test_the_journal_from_the_start(self):
        self.mount(64)
        self.fill(0)
        finished = self.run_job(2, "-i", 0.1, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b",
                                "--journal-dir", self.disk)
        self.assert_complete(finished)
        self.assertEqual(finished.words.count("without a journal on a, b"), 1, finished.words)
        self.assertEqual([p.name for p in self.disk.iterdir()], ["filler"])

    def test_an_output_folder_that_goes_away(self):
        target = self.folder / "out" / "run.h5"
        target.parent.mkdir()
        running = self.start_sampling("-o", target)
        shutil.rmtree(target.parent)
        self.assert_saved(self.stop(running), target)

    def test_an_output_folder_that_becomes_read_only(self):
        self.mount(1024)
        target = self.disk / "run.h5"
        running = self.start_sampling("-o", target)
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        self.assert_saved(self.stop(running), target)


if __name__ == "__main__":
    unittest.main()

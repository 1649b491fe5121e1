"""Stops that do not go by the book: signals that come twice, or while the file is being written.
The file is whole or absent, and journals stay unless all is in it."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libslow_sync.so"
HOSTS = ["a", "b"]
SIGNALS = [signal.SIGUSR1, signal.SIGINT, signal.SIGTERM]


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class Stop(job.JobTest):
    def start_sampling(self, number, slow_sync=0):
        folder = self.folder / str(number)
        (folder / "journals").mkdir(parents=True)
        running = self.launch(
            ["--wdir", str(folder), "-n", "2", str(job.COLLECTOR), "-i", "0.05", "-o", "run.h5",
             "--pose-hosts", ",".join(HOSTS), "--ready-file", "ready"],
            TSCOLLECT_JOURNAL_DIR=str(folder / "journals"),
            OMPI_MCA_mca_base_env_list=f"LD_PRELOAD={SHIM};SLOW_SYNC_SECONDS={slow_sync}")
        self.await_file(folder / "ready")
        return folder, running, [int(pid) for pid in self.children_of(running.pid)]

    def await_taken(self, sent, ranks):
        """Of several signals that wait a process is given the one with the lowest number first."""
        deadline = time.monotonic() + 30
        for rank in ranks:
            try:
                while int(re.search(r"^ShdPnd:\t(\w+)", pathlib.Path(f"/proc/{rank}/status").read_text(),
                                    re.MULTILINE)[1], 16) >> (sent - 1) & 1:
                    self.assertLess(time.monotonic(), deadline, f"{rank} does not take {sent.name}")
                    time.sleep(0.005)
            except (FileNotFoundError, ProcessLookupError, TypeError):
                pass  # it has ended

    def check_file(self, folder, words=""):
        """Its reason to stop."""
        with h5py.File(folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), HOSTS, words)
            for host in file["hosts"].values():
                self.assertEqual(host["vmstat"][:].shape[0], host["time"].shape[0])
            return str(file.attrs["stop_reason"])

    def test_a_second_signal_changes_nothing(self):
        for number, first in enumerate(SIGNALS):
            for again, second in enumerate(SIGNALS):
                with self.subTest(first=first.name, second=second.name):
                    folder, running, ranks = self.start_sampling(f"{number}{again}")
                    # To the ranks: mpirun would kill them after a second.
                    for each in (first, second, second):
                        for rank in ranks:
                            self.send_to(rank, each)
                        self.await_taken(each, ranks)
                    finished = self.finish(running)
                    self.assert_complete(finished)
                    self.assertIn(first.name, self.check_file(folder, finished.words))
                    self.assertEqual(list((folder / "journals").iterdir()), [])
                    self.assertEqual(sorted(p.name for p in folder.iterdir() if p.suffix in (".h5", ".json")
                                            or p.name.startswith(".")), ["run.h5", "run.json"])

    def test_nor_does_one_while_the_file_is_being_written(self):
        for second in SIGNALS:
            with self.subTest(second=second.name):
                folder, running, ranks = self.start_sampling(second.name, slow_sync=1)
                self.send_to(ranks[0], signal.SIGUSR1)
                self.await_file(folder / "syncing")
                for rank in ranks:
                    self.send_to(rank, second)
                finished = self.finish(running)
                self.assert_complete(finished)
                self.assertIn("SIGUSR1", self.check_file(folder, finished.words))
                self.assertEqual(list((folder / "journals").iterdir()), [])

    def test_a_kill_while_the_file_is_being_written_leaves_the_journals(self):
        folder, running, ranks = self.start_sampling("killed", slow_sync=30)
        self.send_to(ranks[0], signal.SIGUSR1)
        self.await_file(folder / "syncing")
        running.kill()
        for rank in ranks:
            self.send_to(rank, signal.SIGKILL)
        running.communicate(timeout=60)
        self.assertFalse((folder / "run.h5").exists())
        done = subprocess.run([job.PROGRAM, "recover", "-o", folder / "run.h5", folder / "journals"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.check_file(folder)

    def send_to(self, rank, number):
        try:
            os.kill(rank, number)
        except ProcessLookupError:
            pass


if __name__ == "__main__":
    unittest.main()

"""Rank 0 on a disk that keeps it busy after it has taken the other hosts' samples: they wait for it
as long as it lives, and no longer."""

import os
import signal
import time
import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libslow_sync.so"
TIMEOUT = 1  # of the stop; a host gives rank 0 three of them between two words
SLOW = 1  # each of the four or five syncs; longer than three timeouts in all


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class SlowDisk(job.JobTest):
    def start_on_slow_disk(self, seconds):
        running = self.launch(
            ["--enable-recovery", "-n", "2", str(job.COLLECTOR), "-i", "0.05", "-o", "run.h5",
             "--pose-hosts", "a,b", "--timeout", str(TIMEOUT), "--ready-file", "ready"],
            TSCOLLECT_JOURNAL_DIR=str(self.journals),
            OMPI_MCA_mca_base_env_list=f"LD_PRELOAD={SHIM};SLOW_SYNC_SECONDS={seconds}")
        self.await_file(self.folder / "ready")
        ranks = self.ranks_of(running)
        running.send_signal(signal.SIGUSR1)
        self.await_file(self.folder / "syncing")
        return running, ranks

    def ranks_of(self, running):
        found = {}
        for pid in self.children_of(running.pid):
            with open(f"/proc/{pid}/environ", "rb") as variables:
                for each in variables.read().split(b"\0"):
                    if each.startswith(b"OMPI_COMM_WORLD_RANK="):
                        found[int(each.split(b"=")[1])] = int(pid)
        return found

    def test_hosts_wait_for_a_rank_0_that_is_slow(self):
        running, _ = self.start_on_slow_disk(SLOW)
        finished = self.finish(running)
        self.assert_complete(finished)
        self.assertNotIn("fallen silent", finished.words)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["a", "b"])
        self.assertEqual(list(self.journals.iterdir()), [])

    def test_hosts_do_not_wait_for_a_rank_0_that_has_died(self):
        running, ranks = self.start_on_slow_disk(60)
        os.kill(ranks[0], signal.SIGKILL)
        died = time.monotonic()
        finished = self.finish(running)
        self.assertLess(time.monotonic() - died, 30)
        self.assertFalse((self.folder / "run.h5").exists())
        self.assertIn("rank 0 has fallen silent, maybe before it wrote the file", finished.words)
        self.assertIn("  tscollect recover -o ", finished.words)
        self.assertEqual(len(list(self.journals.iterdir())), 2)


if __name__ == "__main__":
    unittest.main()

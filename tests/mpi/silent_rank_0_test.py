"""Nobody samples for ever: hosts notice while sampling that rank 0 has gone. And nobody is taken for
silent because everybody was suspended."""

import os
import signal
import subprocess
import sys
import time
import unittest

import h5py
import job

SILENCE = 30  # seconds without a word of rank 0, see collect/heartbeat.hpp
TIMEOUT = 2


class SilentRank0(job.JobTest):
    def start_three(self, name, timeout, *options):
        folder = self.folder / name
        (folder / "journals").mkdir(parents=True)
        running = self.start(3, "-i", 0.1, "-o", "run.h5", "--pose-hosts", "a,b,c", "--timeout", timeout,
                             "--ready-file", "ready", "--journal-dir", folder / "journals",
                             *options, folder=folder)
        self.await_file(folder / "ready")
        return running, folder

    def ranks_of(self, running):
        """In the order in which they were started: rank 0 first."""
        children = self.children_of(running.pid)
        if job.HYDRA:
            children = self.children_of(children[0])
        return sorted(int(child) for child in children)

    def signal_all(self, ranks, number):
        for rank in ranks:
            try:
                os.kill(rank, number)
            except ProcessLookupError:
                pass  # it has ended

    # Both at once, for they last half a minute: in one rank 0 stays away, in the other it comes back.
    def test_hosts_end_when_rank_0_stays_away_and_hand_over_when_it_comes_back(self):
        gone, gone_folder = self.start_three("gone", TIMEOUT)
        back, back_folder = self.start_three("back", 4 * SILENCE / 6)
        stopped = time.monotonic()
        for running in (gone, back):
            os.kill(self.ranks_of(running)[0], signal.SIGSTOP)
        self.await_words(back, "sampling ends here", seconds=2 * SILENCE)
        os.kill(self.ranks_of(back)[0], signal.SIGCONT)
        finished = self.finish(gone, timeout=2 * SILENCE)
        ended = time.monotonic() - stopped
        self.assertNotEqual(finished.status, 0)
        self.assertIn(f"nothing was heard of it for {SILENCE} s, and sampling ends here", finished.words)
        self.assertIn("tscollect recover -o recovered.h5", finished.words)
        self.assertLess(ended, SILENCE + 20, finished.words)
        recovered = subprocess.run([job.PROGRAM, "recover", "-o", gone_folder / "r.h5",
                                    gone_folder / "journals"], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, check=False)
        self.assertTrue((gone_folder / "r.h5").exists(), recovered.stdout)
        with h5py.File(gone_folder / "r.h5") as file:
            for host in "bc":
                seconds = len(file["hosts"][host]["tick"]) * 0.1
                self.assertLess(seconds, SILENCE + 10)
                self.assertGreater(seconds, SILENCE / 3)
        job.stop_for_status(self, back)
        finished = self.finish(back)
        self.assertIn(finished.status, (0, 4), finished.words)
        with h5py.File(back_folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["a", "b", "c"])
            self.assertGreater(len(file["hosts"]["b"]["tick"]), SILENCE / 3 / 0.1)
        self.assertEqual(list((back_folder / "journals").iterdir()), [])

    # Rank 0 waits for the others from when it says that it stops; they hear of it within half a
    # second.
    def suspend_at_the_stop(self, pause):
        running, folder = self.start_three(f"suspended-{pause}", TIMEOUT, "-v")
        ranks = self.ranks_of(running)
        job.stop_for_status(self, running)
        self.await_words(running, "stopping:")
        time.sleep(pause)
        self.signal_all(ranks, signal.SIGSTOP)
        time.sleep(4 * TIMEOUT)
        self.signal_all(ranks, signal.SIGCONT)
        finished = self.finish(running)
        self.assert_complete(finished)
        with h5py.File(folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["a", "b", "c"])

    def test_everybody_suspended_at_the_stop_for_longer_than_three_timeouts(self):
        self.suspend_at_the_stop(0)

    def test_the_same_a_little_later(self):
        self.suspend_at_the_stop(0.1)

    # When the file is written and the ranks are leaving, or have left.
    def test_the_same_a_second_later(self):
        self.suspend_at_the_stop(1)


if __name__ == "__main__":
    sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"])))

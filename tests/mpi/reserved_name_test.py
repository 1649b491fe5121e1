"""A run that was killed holds no name: the next one in its folder takes it, and nothing of it stays."""

import os
import signal
import unittest

import job


class ReservedName(job.JobTest):
    def hidden(self):
        return [path.name for path in self.folder.iterdir() if path.name.startswith(".")]

    def killed(self, *options):
        started = self.start(1, "-i", 0.1, "--ready-file", "ready", *options)
        self.await_file(self.folder / "ready")
        held = self.hidden()
        self.assertEqual(sorted(name.rpartition(".")[2] for name in held), ["marks", "reserved"], held)
        self.kill_all(started)
        self.assertEqual(self.hidden(), held)
        (self.folder / "ready").unlink()

    def test_the_name_of_a_killed_run_is_free(self):
        self.killed("-o", "same-%j.h5")
        finished = self.run_job(1, "-i", 0.1, "-d", 0.3, "-o", "same-%j.h5")
        self.assert_complete(finished)
        self.assertTrue((self.folder / "same-0.h5").exists(), finished.words)
        self.assertEqual(self.hidden(), [])

    def test_default_names_of_killed_runs_do_not_stay_reserved(self):
        self.killed()
        self.assert_complete(self.run_job(1, "-i", 0.1, "-d", 0.3))
        self.assertEqual(self.hidden(), [])

    def test_the_name_of_a_suspended_run_is_its_own(self):
        started = self.start(1, "-i", 0.1, "--ready-file", "ready", "-o", "same-%j.h5")
        self.await_file(self.folder / "ready")
        rank = [int(pid) for pid in self.children_of(started.pid)]
        for pid in rank:
            os.kill(pid, signal.SIGSTOP)
        finished = self.run_job(1, "-i", 0.1, "-d", 0.3, "-o", "same-%j.h5")
        self.assertTrue((self.folder / "same-0-2.h5").exists(), finished.words)
        for pid in rank:
            os.kill(pid, signal.SIGCONT)
        started.send_signal(signal.SIGUSR1)
        self.assert_complete(self.finish(started))
        self.assertTrue((self.folder / "same-0.h5").exists())
        self.assertEqual(self.hidden(), [])


if __name__ == "__main__":
    unittest.main()

"""--realtime and --cpu: what the kernel refuses is said once, with the hosts, and sampling goes on."""

import os
import unittest

import job


class Scheduling(job.JobTest):
    def run_two_hosts(self, *options):
        ready = self.folder / "ready"
        running = self.start(2, "-i", 0.1, "-o", "run.h5", "--pose-hosts", "a,b", "--ready-file", ready,
                             "--stop-file", self.folder / "stop", *options)
        self.await_file(ready)
        (self.folder / "stop").touch()
        finished = self.finish(running)
        self.assert_complete(finished)
        return finished.words

    def test_a_core_that_is_not_there_is_named_once_for_all_hosts(self):
        words = self.run_two_hosts("--cpu", 1000)
        lines = [line for line in words.splitlines() if "--cpu 1000: not possible here" in line]
        self.assertEqual(len(lines), 1, words)
        self.assertIn("(on a and 1 more)", lines[0])

    def test_a_core_that_is_there_goes_without_saying(self):
        core = min(os.sched_getaffinity(0))
        self.assertNotIn("--cpu", self.run_two_hosts("--cpu", core, "--realtime"))


if __name__ == "__main__":
    unittest.main()

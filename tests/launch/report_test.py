"""What tscollect-run says of the collector at its end, whatever became of it."""

import os
import unittest

from beside import Case


class Report(Case):
    def test_one_that_says_nothing_is_reported_all_the_same(self):
        done = self.run_beside("true", FAKE_MODE="quiet")
        self.assertEqual(done.stderr, f"tscollect-run: wrote {self.output}\n")

    def test_its_failure_is_told_and_the_command_runs(self):
        done = self.run_beside("sh", "-c", "echo ran; exit 3", FAKE_MODE="fails")
        self.assertEqual((done.returncode, done.stdout), (3, "ran\n"))
        self.assertEqual(done.stderr, "tscollect-run: the collector failed with status 5:\n"
                                      "  tscollect-mpi: no such device\n")
        self.assert_nothing_left()

    def test_a_launcher_that_hides_its_failure_does_not_hide_it_from_us(self):
        self.output.write_text("of another run")
        os.utime(self.output, (1e9, 1e9))
        done = self.run_beside("true", FAKE_MODE="fails", FAKE_STATUS="0")
        self.assertEqual(done.stderr, "tscollect-run: the collector wrote no file:\n"
                                      "  tscollect-mpi: no such device\n")

    def test_how_to_recover_is_told_if_it_was_killed(self):
        done = self.run_beside("sh", "-c", "kill -9 $(cat collector_pid); sleep 0.3")
        self.assertEqual(done.stderr, "tscollect-run: the collector failed with status 137:\n"
                                      "  what it sampled is in journals on each node:\n"
                                      "    tscollect recover -o run.h5 /tmp/tscollect-7-*.journal\n")

    def test_how_to_recover_is_told_once_if_it_says_so_itself(self):
        done = self.run_beside("true", FAKE_MODE="lost")
        self.assertEqual(done.stderr, "tscollect-run: the collector failed with status 3:\n"
                                      "  tscollect-mpi: the journals of this run stay, with every "
                                      "sample. To write the file:\n"
                                      "    tscollect recover -o run.h5 /tmp/*.journal\n")

    def test_a_file_is_told_of_even_if_the_launcher_was_killed_after_it_was_written(self):
        done = self.run_beside("sh", "-c", "kill -USR1 $(cat collector_pid); sleep 0.5",
                               FAKE_STATUS="1")
        self.assertEqual(done.stderr,
                         f"tscollect-run: wrote {self.output} (9 samples)\n"
                         "tscollect-run: its launcher ended with status 1; tscollect info shows what "
                         "is there\n  tscollect-mpi: node7 did not answer\n")

    def test_an_incomplete_file_is_told_with_the_reason(self):
        done = self.run_beside("true", FAKE_STATUS="4")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, f"tscollect-run: wrote {self.output} (9 samples)\n"
                                      "  tscollect-mpi: node7 did not answer\n")


class ReportInBash(Report):
    shell = "bash"


if __name__ == "__main__":
    unittest.main()

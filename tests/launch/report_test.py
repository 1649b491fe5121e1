"""What tscollect-run says of the collector at its end, whatever became of it."""

import os
import unittest

from beside import Case

WROTE = "tscollect-run: wrote run.h5 (complete, 2 of 2 hosts, 9 samples, 1 KiB)\n"
NO_FILE = ("tscollect-run: no file was written: the collector's launcher ended with status {} before any rank "
           "sampled\n")
SECOND = "  this was the second start: in the first the collector's launcher ended with status {} before any rank sampled\n"
CRASHED = "a rank on node02 crashed while MPI started\n"
CAUGHT = "  a signal was caught in MPI_Init\n"
UNTIL_IT_IS_GONE = ("until test -s collector_pid; do sleep 0.1; done; "
                    "while kill -0 $(cat collector_pid) 2>/dev/null; do sleep 0.1; done")


class Report(Case):
    def test_a_complete_file_is_told_in_one_line(self):
        self.assertEqual(self.run_beside("true").stderr, WROTE)

    def test_quiet_says_nothing_of_a_complete_file(self):
        done = self.run_beside("true", options=["-q", "-o", self.output])
        self.assertEqual(done.stderr, "")

    def test_its_failure_is_told_and_the_command_runs(self):
        done = self.run_beside("sh", "-c", "echo ran; exit 3", FAKE_MODE="fails")
        self.assertEqual((done.returncode, done.stdout), (3, "ran\n"))
        self.assertEqual(
            done.stderr,
            "tscollect-run: no file was written: no host can sample: no such device\n"
            "  tscollect-mpi: no such device\n")
        self.assert_nothing_left()

    def test_its_failure_is_told_before_the_command(self):
        done = self.run_beside("sh", "-c", "echo command >&2", FAKE_MODE="fails")
        self.assertEqual(done.stderr.splitlines()[0], "tscollect-run: no file was written: no host can sample: no such device")
        self.assertEqual(done.stderr.splitlines()[-1], "command")

    def test_a_launcher_that_hides_its_failure_does_not_hide_it_from_us(self):
        self.output.write_text("of another run")
        done = self.run_beside("true", FAKE_MODE="fails", FAKE_STATUS="0")
        self.assertIn("no file was written: no host can sample", done.stderr)

    def test_one_that_says_nothing_is_told_of(self):
        done = self.run_beside("sh", "-c", "exit 7", FAKE_MODE="speechless")
        self.assertEqual(done.returncode, 7)
        self.assertIn("no file was written: rank 0 on ", done.stderr)
        self.assertIn("status is 3", done.stderr)

    def starts(self):
        """How often the collector was started since the last call."""
        path = self.folder / "starts"
        count = len(path.read_text().splitlines())
        path.unlink()
        return count

    def test_a_crash_at_the_start_is_followed_by_another_start(self):
        done = self.run_beside("sh", "-c", "test -e crashed && exit 7", FAKE_MODE="crashes_once")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stderr, WROTE + SECOND.format(139))
        self.assertEqual(self.starts(), 2)
        self.assertEqual(self.events(), ["collector ready", "collector SIGUSR1", "collector wrote"])
        self.assert_nothing_left()

    def test_one_that_crashes_at_every_start_is_started_twice_and_told_of(self):
        done = self.run_beside("sh", "-c", "exit 7", FAKE_MODE="crashes")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stderr, NO_FILE.format(139) + SECOND.format(139) + 2 * CAUGHT)
        self.assertEqual(self.starts(), 2)
        self.assert_nothing_left()

    def test_one_whose_status_says_why_or_that_may_have_left_ranks_is_not_started_again(self):
        for status, starts in ((0, 1), (1, 1), (2, 1), (5, 1), (70, 1), (126, 1), (127, 1), ("killed", 1), (14, 2), (143, 2)):
            with self.subTest(status=status):
                done = self.run_beside("true", FAKE_MODE="crashes", FAKE_STATUS=str(status))
                number = 137 if status == "killed" else status
                self.assertEqual(done.stderr, NO_FILE.format(number) + (starts - 1) * SECOND.format(number) + starts * CAUGHT)
                self.assertEqual(self.starts(), starts)

    def test_the_command_is_not_disturbed_by_another_start(self):
        done = self.run_beside("sh", "-c", UNTIL_IT_IS_GONE, FAKE_MODE="crashes_once", FAKE_SECONDS="1.5",
                               TSCOLLECT_RUN_READY_TIMEOUT="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn(NO_FILE.format(139), done.stderr)
        self.assertEqual(self.starts(), 1)

    def test_ranks_that_wait_for_one_that_crashed_are_ended_and_started_again(self):
        done = self.run_beside("sh", "-c", "exit 7", FAKE_MODE="deadlocks_once")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stderr, WROTE + "  this was the second start: in the first " + CRASHED)
        self.assertEqual(self.starts(), 2)
        self.assert_nothing_left()

    def test_ranks_that_crash_and_end_are_started_again(self):
        for status in ("1", "139"):
            with self.subTest(status=status):
                (self.folder / "crashed").unlink(missing_ok=True)
                done = self.run_beside("sh", "-c", "exit 7", options=["--force", "-o", self.output], FAKE_MODE="deadlocks_once",
                                       FAKE_STATUS=status)
                self.assertIn("  this was the second start: in the first " + CRASHED, done.stderr)
                self.assertEqual(self.starts(), 2)

    def test_ranks_that_wait_at_every_start_are_ended_twice(self):
        done = self.run_beside("sh", "-c", "exit 7", FAKE_MODE="deadlocks")
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stderr, "tscollect-run: no file was written: " + CRASHED +
                         "  this was the second start: in the first " + CRASHED + 2 * CAUGHT)
        self.assertEqual(self.starts(), 2)
        self.assert_nothing_left()

    def test_ranks_that_wait_while_the_command_runs_are_ended_and_not_started_again(self):
        done = self.run_beside("sh", "-c", UNTIL_IT_IS_GONE, FAKE_MODE="deadlocks_once", FAKE_SECONDS="1.5",
                               TSCOLLECT_RUN_READY_TIMEOUT="1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("tscollect-run: no file was written: " + CRASHED, done.stderr)
        self.assertEqual(self.starts(), 1)

    def test_whatever_it_says_when_it_crashes_the_command_runs(self):
        done = self.run_beside("sh", "-c", "exit 7", FAKE_MODE="crashes", FAKE_LINES="20")
        self.assertEqual(done.returncode, 7)
        self.assertIn(NO_FILE.format(139) + SECOND.format(139), done.stderr)
        self.assertLess(len(done.stderr), 100_000)

    def test_how_to_recover_is_told_if_it_was_killed(self):
        done = self.run_beside("sh", "-c", "kill -9 $(cat collector_pid); sleep 0.3")
        self.assertRegex(
            done.stderr,
            r"\Atscollect-run: no file was written: rank 0 on \S+ ended while it was sampling "
            r"\(the launcher's status is 137\)\n"
            r"  what was sampled is in journals on each node; to write the file:\n"
            r"    tscollect recover -o run.h5 /tmp/tscollect-7-\*.journal\n\Z")
        marks, = self.hidden()
        self.assertTrue(marks.endswith(".marks"), "which stay for its recovery")

    def test_how_to_recover_is_told_once_if_it_says_so_itself(self):
        done = self.run_beside("true", FAKE_MODE="lost")
        self.assertEqual(
            done.stderr,
            "tscollect-run: no file was written: run.h5: cannot write: no space left\n"
            "  tscollect-mpi: the journals of this run stay, with every sample. To write the file:\n"
            "    tscollect recover -o run.h5 /tmp/tscollect-7-*.journal\n")

    def test_another_runs_recovery_is_not_taken_for_ours(self):
        done = self.run_beside("sh", "-c", "kill -9 $(cat collector_pid); sleep 0.3",
                               FAKE_MODE="older")
        self.assertIn("tscollect recover -o run.h5 /tmp/tscollect-7-*.journal", done.stderr)

    def test_a_file_is_told_of_whatever_the_launchers_status_is(self):
        done = self.run_beside("true", FAKE_STATUS="1")
        self.assertEqual(done.stderr, WROTE)

    def test_the_age_of_the_file_proves_nothing(self):
        # The file server's clock is ten minutes behind.
        done = self.run_beside("sh", "-c", "kill -USR1 $(cat collector_pid); sleep 0.3; "
                               f"touch -d '10 minutes ago' '{self.output}'")
        self.assertEqual(done.stderr, WROTE)

    def test_an_incomplete_file_is_told_with_the_reason_and_the_way_out(self):
        done = self.run_beside("true", FAKE_STATUS="4")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.stderr,
            "tscollect-run: wrote run.h5 (incomplete, 1 of 2 hosts, 9 samples, 1 KiB): node7: fell "
            "silent\n  tscollect-mpi: node7 did not answer\n"
            "  what was sampled is in journals on each node; to write the file:\n"
            "    tscollect recover -o run.h5 /tmp/tscollect-7-*.journal\n")

    def test_a_status_file_of_the_users_own_stays(self):
        status = self.folder / "status.json"
        done = self.run_beside("true", options=["--status-file", status, "-o", self.output])
        self.assertEqual(done.stderr, WROTE)
        self.assertIn('"complete"', status.read_text())
        os.unlink(status)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()

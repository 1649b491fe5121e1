"""MPI that cannot do what is needed or has to be ended, and a rank that stops when the file is already written."""

import json
import time
import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libmpi_trouble_preload.so"
FINAL_MESSAGE = 14  # gather::Tag::final_message
TIMEOUT = 2


@unittest.skipIf(job.HYDRA, "hands the shim on by a command line of Open MPI's")
class MpiTrouble(job.JobTest):
    def ranks(self, *each, options=()):
        return self.launch_each([["env", *variables, job.COLLECTOR, *options] for variables in each],
                                TSCOLLECT_JOURNAL_DIR=str(self.journals))

    def test_an_mpi_without_threads_is_refused_with_a_word(self):
        preload = [f"LD_PRELOAD={SHIM}", "MPI_WITHOUT_THREADS=1"]
        finished = self.finish(self.ranks(preload, options=("-d", 1, "-o", "run.h5")))
        self.assertEqual(finished.status, 70, finished.words)
        self.assertIn("this MPI does not support programs with threads", finished.words)

    def test_an_mpi_that_ends_at_exit_does_so(self):
        """With MPICH 4.2 the status of the job depends on it."""
        ends = [f"LD_PRELOAD={SHIM}", "MPI_ENDS_AT_EXIT=1"]
        finished = self.finish(self.ranks(ends, ends, options=(
            "-i", 0.05, "-d", 0.5, "--max-samples", 2, "-o", "run.h5", "--pose-hosts", "a,b")))
        self.assertEqual(finished.status, 4, finished.words)
        # Open MPI 5 may end the other rank first, as rank 0's status is not 0.
        self.assertIn("the MPI has ended", finished.words)

    def test_an_mpi_that_hangs_at_exit_is_not_waited_for(self):
        hangs = [f"LD_PRELOAD={SHIM}", "MPI_HANGS_AT_EXIT=1"]
        finished = self.finish(self.ranks(hangs, options=(
            "-i", 0.05, "-d", 0.5, "--max-samples", 2, "-o", "run.h5")))
        self.assertEqual(finished.status, 4, finished.words)

    def test_a_rank_that_crashes_in_the_start_says_so_in_the_status_file(self):
        status = self.folder / "status.json"
        status.write_text("{}")  # a file that is not there is not written
        crashes = [f"LD_PRELOAD={SHIM}", f"CRASH_ONCE={self.folder / 'crashed'}"]
        running = self.ranks([], crashes, options=("-i", 0.1, "-o", "run.h5", "--status-file", status))
        deadline = time.monotonic() + 30
        while json.loads(status.read_text()).get("state") != "crashed":
            self.assertLess(time.monotonic(), deadline, status.read_text())
            time.sleep(0.05)
        self.assertRegex(json.loads(status.read_text())["error"], r"^a rank on \S+ crashed while MPI started$")
        running.kill()
        self.finish(running)
        self.assertEqual([path.name for path in self.folder.glob("status*")], ["status.json"])

    def test_a_rank_that_stops_after_the_file_was_written_does_not_keep_the_job(self):
        begin = time.monotonic()
        job_of_three = self.ranks([], [], [f"LD_PRELOAD={SHIM}", f"STOP_AT_TAG={FINAL_MESSAGE}"],
                                  options=("-i", 0.1, "-d", 0.5, "-o", "run.h5", "--timeout", TIMEOUT,
                                           "--pose-hosts", "a,b,c"))
        self.assert_complete(self.finish(job_of_three))
        # MPI_Finalize would be given ten seconds.
        self.assertLess(time.monotonic() - begin, 10 + TIMEOUT)
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["a", "b", "c"])
        self.assertEqual(list(self.journals.iterdir()), [])


if __name__ == "__main__":
    unittest.main()

"""Somebody sets the clocks of hosts while a run goes on: the wall times shown change, and nothing
else: the file is valid, and durations, gaps and recovery are those of the ticks."""

import json
import subprocess
import time
import unittest

import h5py
import numpy

import job

SHIM = job.BUILD / "tests" / "libstep_clock_preload.so"
SECONDS = 3
INTERVAL = 0.1
# From the start of each process, as it is not known when sampling begins: rank 0 goes back an hour and
# forth a day in turns, rank 1 back a minute now and then, rank 2 keeps its time.
STEPS = " ".join([f"0:{0.7 * i:.1f}:{-3600 if i % 2 else 86400}" for i in range(1, 50)] +
                 [f"1:{0.9 * i:.1f}:-60" for i in range(1, 40)])


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class SteppedClock(job.JobTest):
    def start_with_steps(self, *options):
        return self.launch(
            ["-n", "3", str(job.COLLECTOR), "-i", str(INTERVAL), "-o", "run.h5", "--pose-hosts", "a,b,c",
             *map(str, options)],
            TSCOLLECT_JOURNAL_DIR=str(self.journals), STEP_CLOCK=STEPS,
            OMPI_MCA_mca_base_env_list=f"LD_PRELOAD={SHIM};STEP_CLOCK")

    def tool(self, *words):
        return subprocess.run([job.PROGRAM, *map(str, words)], cwd=self.folder, capture_output=True,
                              text=True, timeout=60, check=False)

    def check_run(self, path):
        """What the file says of time, whatever the clocks said."""
        with h5py.File(self.folder / path) as file:
            stepped = [name for name in "abc" if numpy.any(numpy.diff(file[f"hosts/{name}/time"][:]) <= 0)]
            self.assertEqual(stepped, ["a", "b"], "the shim did nothing")
            ends = [file[f"hosts/{name}/tick"][-1] * INTERVAL + file[f"hosts/{name}/lateness"][-1] / 1e9
                    for name in "abc"]
        verdict = json.loads(self.tool("validate", "--json", path).stdout)
        self.assertTrue(verdict["valid"], verdict)
        self.assertEqual({finding["rule"] for finding in verdict["findings"]}, {"time-order"})
        self.assertEqual({finding["severity"] for finding in verdict["findings"]}, {"warning"})
        report = json.loads(self.tool("info", "--json", path).stdout)
        self.assertAlmostEqual(report["duration_seconds"], max(ends), delta=INTERVAL)
        self.assertLess(report["start_time"], report["end_time"])
        began, ended = (numpy.datetime64(report[name][:-1]) for name in ("start_time", "end_time"))
        self.assertAlmostEqual((ended - began) / numpy.timedelta64(1, "s"),
                               report["duration_seconds"], delta=0.01)
        text = self.tool("info", path).stdout
        self.assertNotIn("before the others", text)
        return report

    def test_the_file_is_valid_and_as_long_as_its_ticks(self):
        finished = self.finish(self.start_with_steps("-d", SECONDS))
        self.assertIn(finished.status, (0, 4), finished.words)  # 4: ticks missed on a busy machine
        report = self.check_run("run.h5")
        self.assertGreaterEqual(report["duration_seconds"], SECONDS - INTERVAL)
        self.assertNotIn("before", finished.words)

    def test_a_recovery_compares_no_clocks(self):
        running = self.start_with_steps("-d", 60, "--ready-file", "ready")
        self.await_file(self.folder / "ready")
        time.sleep(SECONDS)
        self.kill_all(running)
        done = self.tool("recover", "-o", "run.h5", self.journals)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("before the last one", done.stderr)
        self.check_run("run.h5")


if __name__ == "__main__":
    unittest.main()

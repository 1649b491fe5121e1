"""How tscollect-run ends in a Slurm job, whatever strikes it (run_endings.py): nothing hangs, nothing
stays, every attempt has its file, and what is said is true."""

import shutil
import time
import unittest

import cluster
import endings
import run_endings
import slurm


class RunEndings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        began = time.monotonic()
        with slurm.Slurm(hosts=3, cores=run_endings.CORES, kill_wait=10) as hosts:
            cls.jobs = run_endings.run_all(hosts)
        for job in cls.jobs.values():
            cls.addClassCleanup(shutil.rmtree, job.folder, ignore_errors=True)
            print(*job.row(), sep=" | ", flush=True)
        print(f"all of them: {time.monotonic() - began:.0f} s", flush=True)

    def ended(self, name, files=1, hosts=tuple(endings.HOSTS)):
        """The job, which has left that many files with these hosts, and nothing else."""
        job = self.jobs[name]
        if hasattr(job, "error"):
            raise job.error
        self.assertEqual(job.stays, [], job.words())
        self.assertEqual(len(job.files()), files, job.words())
        for held, _ in job.files().values():
            self.assertEqual(sorted(held), list(hosts), job.words())
        return job

    def test_the_commands_end(self):
        job = self.ended("command ends with 7")
        self.assertEqual(job.status(), "7")
        run = job.sidecars()[0]
        self.assertEqual(run["stop_reason"], "command ended (7)")
        self.assertEqual(run["command"]["exit_status"], 7)
        self.assertIn("bash -c", run["command"]["line"])

    def test_a_command_that_is_killed(self):
        job = self.ended("command killed")
        self.assertEqual(job.status(), "137")
        self.assertEqual(job.sidecars()[0]["stop_reason"], "command ended (137)")

    def test_sigkill_of_it_and_of_its_process_group(self):
        for name in ("kill -9 tscollect-run", "kill -9 its process group"):
            with self.subTest(ending=name):
                self.ended(name)

    def test_a_crash_at_the_start(self):
        job = self.ended("crash at the start")
        self.assertRegex(job.words(), r"wrote run\.h5 \((in)?complete, 3 of 3 hosts")
        self.assertRegex(job.words(), r"this was the second start: in the first a rank on node0\d crashed while MPI started")

    def test_scancel(self):
        self.ended("scancel")

    def test_walltime(self):
        self.ended("walltime")

    def test_a_requeued_job_keeps_both_attempts(self):
        job = self.ended("requeue", files=2)
        self.assertEqual(sorted(job.files()), [f"run-{job.job}-r0.h5", f"run-{job.job}-r1.h5"])

    def test_six_array_tasks_in_one_second_each_have_a_file(self):
        job = self.jobs["six array tasks at once"]
        self.assertEqual(sorted(name.split(f"_{job.job}_")[1] for name in job.files()),
                         [f"{task}.h5" for task in range(1, 7)], job.words())
        self.assertEqual(job.stays, [])

    def test_six_that_want_one_name_each_have_their_own(self):
        job = self.jobs["six of one name"]
        self.assertEqual(sorted(job.files()), sorted([f"same-{job.job}.h5"] + [
            f"same-{job.job}-{number}.h5" for number in range(2, 7)]), job.words())
        self.assertEqual(job.stays, [])

    def test_a_heterogeneous_job_is_sampled_on_all_components(self):
        self.ended("heterogeneous job")

    def test_a_job_without_exported_environment_keeps_its_settings(self):
        job = self.ended("--export=NONE", hosts=endings.HOSTS[:2])
        self.assertIn("here", str(job.sidecars()[0]), job.words())


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    unittest.main()

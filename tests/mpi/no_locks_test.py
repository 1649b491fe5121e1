"""A file system that refuses locks: neither the file nor the journal needs them."""

import json
import subprocess
import unittest

import job

SHIM = job.BUILD / "tests" / "librefuse_locks.so"


class NoLocks(job.JobTest):
    def preload(self, **env):
        if job.HYDRA:  # hands everything on
            return {"LD_PRELOAD": str(SHIM), **env}
        return {"OMPI_MCA_mca_base_env_list": f"LD_PRELOAD={SHIM}", **env}

    def tscollect(self, *words):
        done = subprocess.run([job.PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=job.environment(LD_PRELOAD=str(SHIM)))
        return job.Finished(done.returncode, done.stdout)

    def test_a_run_is_written_and_read(self):
        finished = self.run_job(2, "-i", 0.05, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b",
                                **self.preload())
        self.assert_complete(finished)
        self.assertNotIn("without a journal", finished.words)
        self.assertNotIn("its journal ends", finished.words)
        done = self.tscollect("info", "--json", self.folder / "run.h5")
        self.assertEqual(done.status, 0, done.words)
        self.assertEqual(json.loads(done.words)["hosts_collected"], ["a", "b"])

    def test_a_killed_run_is_recovered(self):
        ready = self.folder / "ready"
        running = self.start(2, "-i", 0.05, "-o", "run.h5", "--pose-hosts", "a,b", "--ready-file",
                             ready, **self.preload())
        self.await_file(ready)
        self.kill_all(running)
        done = self.tscollect("recover", "-o", self.folder / "run.h5", self.journals)
        self.assertEqual(done.status, 0, done.words)

    def test_a_user_who_insists_on_locks_gets_the_file_too(self):
        """HDF5 writes through a descriptor that nobody else can open by name: no lock is asked for."""
        finished = self.run_job(2, "-i", 0.05, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b",
                                HDF5_USE_FILE_LOCKING="TRUE", **self.preload())
        self.assert_complete(finished)


if __name__ == "__main__":
    unittest.main()

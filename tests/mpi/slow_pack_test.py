"""Hosts that need longer to pack a long run than anybody waits in silence: rank 0 hears of them
meanwhile, at the stop and at a recovery."""

import unittest

import h5py
import job

SHIM = job.BUILD / "tests" / "libslow_pack.so"
TIMEOUT = 1
SLOW = 4


@unittest.skipIf(job.HYDRA, "hands the shim on by Open MPI's variables")
class SlowPack(job.JobTest):
    def env(self):
        return {"OMPI_MCA_mca_base_env_list": f"LD_PRELOAD={SHIM};SLOW_PACK_SECONDS={SLOW}"}

    def hosts_in(self, name):
        with h5py.File(self.folder / name) as file:
            return list(file["hosts"])

    def test_at_the_stop(self):
        finished = self.run_job(3, "-i", 0.05, "-d", 0.3, "-o", "run.h5", "--pose-hosts", "a,b,c",
                                "--timeout", TIMEOUT, **self.env())
        self.assert_complete(finished)
        self.assertEqual(self.hosts_in("run.h5"), ["a", "b", "c"])
        self.assertEqual(list(self.journals.iterdir()), [])

    def test_at_a_recovery(self):
        nodes = [self.folder / name for name in "xy"]
        for node in nodes:
            node.mkdir()
        ready = self.folder / "ready"
        running = self.start_on_nodes(nodes, "-i", 0.05, "-o", "run.h5", "--pose-hosts", "a,b",
                                      "--ready-file", ready)
        self.await_file(ready)
        self.kill_all(running)
        finished = self.finish(self.start_on_nodes(nodes, "--recover", "-o", "r.h5", "--pose-hosts",
                                                   "a,b", "--timeout", TIMEOUT, **self.env()))
        self.assertEqual(finished.status, 0, finished.words)
        self.assertEqual(self.hosts_in("r.h5"), ["a", "b"])


if __name__ == "__main__":
    unittest.main()

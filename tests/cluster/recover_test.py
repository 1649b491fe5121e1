"""A run on three hosts dies with all its processes; `tscollect-mpi --recover` on the same hosts
collects their journals, each from a folder that only its own host looks into."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import cluster
import h5py

COLLECTOR = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin" / "tscollect-mpi"


class Recover(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-recover-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def launch(self, hosts, *options):
        """One rank on each host, with the node-local folder of that host."""
        for node in hosts.nodes:
            (self.folder / node).mkdir(exist_ok=True)
        rank = self.folder / "rank"
        rank.write_text(f'#!/bin/sh\nTSCOLLECT_JOURNAL_DIR={self.folder}/$(hostname) exec {COLLECTOR} "$@"\n')
        rank.chmod(0o755)
        return hosts.start("node01", ["mpirun", "--map-by", "ppr:1:node", "--host", ",".join(hosts.nodes), rank, *options],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder)

    def kill_everything(self, hosts, running):
        for node in hosts.nodes:
            for pid in hosts.processes(node, "tscollect-mpi"):
                os.kill(pid, signal.SIGKILL)
        running.kill()
        running.communicate(timeout=30)

    def recover(self, hosts, *options):
        job = self.launch(hosts, "--recover", *options)
        words, _ = job.communicate(timeout=60)
        return job.returncode, words

    def test_the_journals_of_a_dead_run_become_one_file(self):
        with cluster.Cluster(hosts=3) as hosts:
            running = self.launch(hosts, "-i", "0.02", "-o", "run.h5", "--ready-file", "ready")
            deadline = time.monotonic() + 30
            while not (self.folder / "ready").exists():
                self.assertLess(time.monotonic(), deadline)
                self.assertIsNone(running.poll())
                time.sleep(0.02)
            time.sleep(0.3)
            self.kill_everything(hosts, running)
            self.assertFalse((self.folder / "run.h5").exists())
            status, words = self.recover(hosts, "-o", "run.h5")
            self.assertEqual(status, 0, words)
            with h5py.File(self.folder / "run.h5") as file:
                self.assertEqual(list(file["hosts"]), hosts.nodes)
                self.assertEqual(file.attrs["completeness"], b"recovered")
                for name, host in file["hosts"].items():
                    self.assertGreater(host["time"].shape[0], 3)
                    self.assertIn(hosts.address(name), str(host.attrs["addresses"]))
            # A host whose folder has been cleared is missing, and the others are not.
            shutil.rmtree(self.folder / "node02")
            status, words = self.recover(hosts, "-o", "two.h5")
            self.assertEqual(status, 4, words)
            self.assertIn("node02: there is no journal of this host", words)
            with h5py.File(self.folder / "two.h5") as file:
                self.assertEqual(list(file["hosts"]), ["node01", "node03"])


if __name__ == "__main__":
    cluster.skip_unless_possible()
    unittest.main()

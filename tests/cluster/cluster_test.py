"""The hosts that the other tests here run on: they differ, Slurm runs on them, nothing is left."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import cluster
import h5py
import slurm

COLLECTOR = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin" / "tscollect-mpi"


def leftovers(folder):
    networks = [line for line in cluster.call("ip", "netns", "list").splitlines() if folder.name in line]
    mounts = [line for line in pathlib.Path("/proc/mounts").read_text().splitlines() if str(folder) in line]
    return [*networks, *mounts, *([folder] if folder.exists() else [])]


class Hosts(unittest.TestCase):
    def setUp(self):
        output = tempfile.TemporaryDirectory(prefix="tscollect-run-")
        self.addCleanup(output.cleanup)
        self.output = pathlib.Path(output.name)

    def check_file(self, status, words):
        self.assertIn(status, (0, 4), words)
        with h5py.File(self.output / "run.h5") as file:
            self.assertEqual(list(file["hosts"]), ["node01", "node02", "node03"], words)
            for name, host in file["hosts"].items():
                self.assertEqual(sorted(host["interface"].asstr()[:]), ["eth0", "lo"])
                self.assertIn(b"10.77.0." + name[-1].encode(), str(host.attrs["addresses"]).encode())

    def test_mpirun_starts_on_three_hosts_that_differ(self):
        with cluster.Cluster(hosts=3) as hosts:
            self.check_file(*hosts.run("node01", [
                "mpirun", "--map-by", "ppr:1:node", "--host", "node01,node02,node03", COLLECTOR, "--no-journal",
                "-i", "0.1", "-d", "0.5", "-o", self.output / "run.h5"]))
            folder = hosts.folder
        self.assertEqual(leftovers(folder), [])

    def test_slurm_starts_on_three_hosts_that_differ(self):
        with slurm.Slurm(hosts=3) as hosts:
            job = hosts.submit(
                "#!/bin/sh\n"
                f"srun --mpi=pmix {COLLECTOR} --no-journal -i 0.1 -d 0.5 -o run.h5\n",
                self.output, "--nodes=3", "--ntasks-per-node=1")
            ended = hosts.wait(job)
            self.check_file(ended.status, ended.words)
            folder = hosts.folder
        self.assertEqual(leftovers(folder), [])

    def test_what_a_killed_owner_leaves_behind_goes_with_the_next(self):
        script = ("import cluster, time\n"
                  "hosts = cluster.Cluster(hosts=1).up()\n"
                  "hosts.start('node01', ['sleep', '600'], stdout=-3, stderr=-3)\n"
                  "print(hosts.folder, flush=True)\n"
                  "time.sleep(600)\n")
        owner = subprocess.Popen([sys.executable, "-B", "-c", script], stdout=subprocess.PIPE, text=True,
                                 cwd=pathlib.Path(cluster.__file__).parent)
        folder = pathlib.Path(owner.stdout.readline().strip())
        owner.send_signal(signal.SIGKILL)
        owner.communicate(timeout=30)
        self.assertNotEqual(leftovers(folder), [])
        cluster.clean()
        self.assertEqual(leftovers(folder), [])
        self.assertEqual(cluster.pids_in(f"{folder.name}-node01"), [])


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    unittest.main()

"""Rank 0's host is cut off from the others: these notice within the time that docs/launching.md gives, keep
their journals, and name them; rank 0 writes what it has."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cluster
import h5py

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "mpi"))
import job  # noqa: E402

SHIM = BUILD / "tests" / "libhang_preload.so"
TIMEOUT = 3
SILENCE = 30  # see collect/heartbeat.hpp
ROOM = 20
# What a rank says does not reach the launcher any more.
RANK = 'TSCOLLECT_JOURNAL_DIR=$PWD/$(hostname) exec "$0" "$@" 2>>words-$(hostname)'


class NetworkCut(unittest.TestCase):
    LONG = ("test_while_sampling",)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-cut-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def begin(self, hosts, hang=""):
        for name in hosts.nodes:
            (self.folder / name).mkdir()
        words = ["--map-by", "ppr:1:node", "--host", ",".join(hosts.nodes), "-x", f"LD_PRELOAD={SHIM}",
                 "-x", f"HANG={hang}", "-x", "HANG_RANK=0", "-x", f"HANG_IF={self.folder}/hang-now",
                 "/bin/sh", "-c", RANK, job.COLLECTOR,
                 "-i", "0.1", "-o", "run.h5", "--timeout", TIMEOUT, "--ready-file", "ready", "-v"]
        with open(self.folder / "log", "w") as log:
            self.running = hosts.start("node01", ["mpirun", "--enable-recovery", *words], stdout=log,
                                       stderr=log, cwd=self.folder)
        self.await_true(lambda: (self.folder / "ready").exists(), 30)
        time.sleep(1)
        (self.folder / "hang-now").touch()
        self.pids = {name: hosts.processes(name, "tscollect-mpi") for name in hosts.nodes}
        self.pids = {name: [pid for pid in pids if os.path.exists(f"/proc/{pid}") and
                            pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "tscollect-mpi"]
                     for name, pids in self.pids.items()}
        for pids in self.pids.values():
            self.assertEqual(len(pids), 1, self.pids)

    def await_true(self, condition, limit):
        deadline = time.monotonic() + limit
        while not condition():
            self.assertLess(time.monotonic(), deadline, self.words())
            time.sleep(0.05)
        return time.monotonic()

    def words(self, name=None):
        files = [self.folder / f"words-{name}"] if name else sorted(self.folder.glob("words-*"))
        return "".join(file.read_text() for file in files if file.exists())

    def cut(self, hosts):
        cluster.call("ip", "-n", hosts.network("switch"), "link", "set", "port1", "down")
        return time.monotonic()

    def stop(self):
        self.running.send_signal(signal.SIGUSR1)
        return time.monotonic()

    def await_end_of(self, names, since, limit):
        """Seconds until the ranks on these hosts have ended."""
        return self.await_true(lambda: not any(
            os.path.exists(f"/proc/{pid}") and state_of(pid) != "Z"
            for name in names for pid in self.pids[name]), limit + ROOM) - since

    def held(self, path):
        with h5py.File(path) as file:
            return {name: host["tick"].shape[0] for name, host in file["hosts"].items()}

    def assert_others_kept_their_samples(self, least):
        for name in ("node02", "node03"):
            self.assertRegex(self.words(name), r"rank 0 has fallen silent.*\n  tscollect recover -o recovered\.h5 ",
                             self.words())
            target = self.folder / f"{name}.h5"
            done = subprocess.run([BUILD / "bin" / "tscollect", "recover", "-o", target, self.folder / name],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertTrue(target.exists(), done.stderr)
            self.assertGreater(self.held(target)[name], least)

    def row(self, **what):
        print(json.dumps({"cut": self.id().split(".")[-1], **what}), flush=True)

    def assert_rank_0_wrote(self, hosts, ended, limit):
        self.assertLess(ended, limit + ROOM, self.words("node01"))
        self.assertEqual(sorted(self.held(self.folder / "run.h5")), hosts, self.words("node01"))
        done = subprocess.run([BUILD / "bin" / "tscollect", "validate", self.folder / "run.h5"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_while_sampling(self):
        with cluster.Cluster(hosts=3) as hosts:
            self.begin(hosts)
            cut = self.cut(hosts)
            time.sleep(3)
            stop = self.stop()
            alone = self.await_end_of(["node01"], stop, 2 * TIMEOUT)
            self.assert_rank_0_wrote(["node01"], alone, 2 * TIMEOUT)
            self.assertIn("node02: did not finish within 3 s of the stop; the file does not contain this host",
                          self.words("node01"))
            self.assertIn("tscollect recover -o ", self.words("node01"))
            others = self.await_end_of(["node02", "node03"], cut, SILENCE + TIMEOUT)
            self.assertGreater(others, SILENCE - 11)
            self.assertIn(f"nothing was heard of it for {SILENCE} s, and sampling ends here",
                          self.words("node02"))
            self.assert_others_kept_their_samples(10 * (SILENCE - 11))
            self.row(rank_0_after_stop=round(alone, 1), others_after_cut=round(others, 1))

    # Rank 0 takes two seconds to create its file, and nobody has been asked for a block.
    def test_at_the_stop(self):
        with cluster.Cluster(hosts=3) as hosts:
            self.begin(hosts, hang=f"open:{self.folder.name}/.:2")
            stop = self.stop()
            self.await_true(lambda: "stopping:" in self.words("node01"), 10)
            time.sleep(1)
            cut = self.cut(hosts)
            alone = self.await_end_of(["node01"], stop, 3 * TIMEOUT + 2)
            self.assert_rank_0_wrote(["node01"], alone, 3 * TIMEOUT + 2)
            others = self.await_end_of(["node02", "node03"], cut, 3 * TIMEOUT)
            self.assertIn("before it took what was sampled here", self.words("node02"))
            self.assert_others_kept_their_samples(5)
            self.row(rank_0_after_stop=round(alone, 1), others_after_cut=round(others, 1))

    # Rank 0 has every block, and the others wait for its word that the file is written.
    def test_while_it_is_written(self):
        with cluster.Cluster(hosts=3) as hosts:
            self.begin(hosts, hang=f"sync:{self.folder.name}:2")
            stop = self.stop()
            self.await_true(lambda: self.words("node01").count(" samples, ") == 3, 10)
            cut = self.cut(hosts)
            alone = self.await_end_of(["node01"], stop, 3 * TIMEOUT + 4)
            self.assert_rank_0_wrote(hosts.nodes, alone, 3 * TIMEOUT + 4)
            others = self.await_end_of(["node02", "node03"], cut, 3 * TIMEOUT)
            self.assertIn("maybe before it wrote the file", self.words("node02"))
            self.assert_others_kept_their_samples(5)
            self.row(rank_0_after_stop=round(alone, 1), others_after_cut=round(others, 1))


def state_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


if __name__ == "__main__":
    cluster.skip_unless_possible()
    sys.exit(job.run_side_by_side(job.cases_of(sys.modules["__main__"])))

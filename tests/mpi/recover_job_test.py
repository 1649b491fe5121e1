"""tscollect-mpi --recover: the journals that a dead run has left on its nodes, made one file."""

import shutil
import unittest

import h5py

import job
from recover_test import datasets, recover

HOSTS = ["a", "b", "c"]


class RecoverJob(job.JobTest):
    def setUp(self):
        super().setUp()
        self.nodes = [self.journals / f"node-{host}" for host in HOSTS]
        for node in self.nodes:
            node.mkdir()

    def leave_a_dead_run(self, output, nodes=None):
        """Returns its id."""
        known = set(self.journals.rglob("*.journal"))
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        running = self.start_on_nodes(nodes or self.nodes, "-i", 0.01, "-o", output, "--pose-hosts",
                                      ",".join(HOSTS), "--ready-file", ready, "--label", "dead=yes")
        self.await_file(ready)
        job.time.sleep(0.3)
        self.kill_all(running)
        new = set(self.journals.rglob("*.journal")) - known
        self.assertEqual(len(new), len(HOSTS))
        return new.pop().name.removeprefix("tscollect-").rsplit("-", 1)[0]

    def recover_job(self, status, *options, nodes=None):
        finished = self.finish(self.start_on_nodes(nodes or self.nodes, "--recover", "--pose-hosts",
                                                   ",".join(HOSTS), *options))
        self.assertEqual(finished.status, status, finished.words)
        return finished.words

    def state(self):
        return {path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
                for path in self.journals.rglob("*") if path.is_file()}

    def test_it_writes_what_tscollect_recover_would(self):
        run = self.leave_a_dead_run("run.h5")
        before = self.state()
        words = self.recover_job(0)  # not where the dead run was to write, as its journals have it
        self.assertIn("3 of 3 hosts", words)
        self.assertFalse((self.folder / "run.h5").exists())
        target = self.folder / f"recovered_{run}.h5"
        self.assertEqual(self.state(), before)
        by_hand = recover("-o", self.folder / "hand.h5", *self.nodes)
        self.assertEqual(by_hand.status, 0, by_hand.words)
        with h5py.File(target) as ours, \
                h5py.File(self.folder / "hand.h5") as theirs:
            expected, found = datasets(theirs), datasets(ours)
            self.assertEqual(set(found), set(expected))
            for path, dataset in expected.items():
                self.assertEqual(found[path][()].tobytes() if dataset.dtype.kind != "O" else
                                 found[path][()].tolist(),
                                 dataset[()].tobytes() if dataset.dtype.kind != "O" else
                                 dataset[()].tolist(), path)
            for name in ("completeness", "label_dead", "num_samples", "title", "start_time"):
                self.assertEqual(ours.attrs[name], theirs.attrs[name], name)
            self.assertIn(b"tscollect-mpi --recover", ours.attrs["history"])
        self.assertTrue(target.with_suffix(".json").exists())
        # It is there now, and what is there is not replaced.
        self.assertIn("it exists", self.recover_job(3))
        self.recover_job(0, "--force")

    def test_the_newest_run_or_the_one_that_is_asked_for(self):
        older = self.leave_a_dead_run("older.h5")
        newer = self.leave_a_dead_run("newer.h5")
        words = self.recover_job(0)
        self.assertIn(f"run {older}: begun", words)
        self.assertIn(f"recovering run {newer}", words)
        self.assertTrue((self.folder / f"recovered_{newer}.h5").exists())
        self.recover_job(0, "--run", older, "-o", "x.h5")
        with h5py.File(self.folder / "x.h5") as file:
            self.assertIn(b"-o older.h5", file.attrs["history"])
        self.assertIn("there is no journal of this run", self.recover_job(2, "--run", "x"))

    def test_what_is_missing_or_damaged_is_said(self):
        self.leave_a_dead_run("run.h5")
        torn, = self.nodes[1].iterdir()
        torn.write_bytes(torn.read_bytes().rstrip(b"\0")[:-1])
        shutil.rmtree(self.nodes[2])
        self.nodes[2].mkdir()
        (self.nodes[2] / "tscollect-x.journal").touch()
        words = self.recover_job(4, "-o", "some.h5")
        self.assertIn("c: there is no journal of this host", words)
        self.assertIn("cut short at byte", words)
        self.assertIn("tscollect-x.journal: it is empty", words)
        with h5py.File(self.folder / "some.h5") as file:
            self.assertEqual(file["host_table/state"].asstr()[:].tolist(),
                             ["recovered", "recovered", "missing"])
            self.assertEqual(sorted(file["hosts"]), ["a", "b"])
        for node in self.nodes:
            shutil.rmtree(node)
            node.mkdir()
        self.assertIn("there is no journal in", self.recover_job(2))

    def test_a_folder_that_all_nodes_share(self):
        shared = [self.nodes[0]] * 3
        self.leave_a_dead_run("run.h5", shared)
        words = self.recover_job(0, nodes=shared)
        self.assertIn("3 of 3 hosts", words)
        self.assertNotIn("second journal", words)

    def test_a_run_that_goes_on_is_no_dead_run(self):
        ready = self.folder / "ready"
        running = self.start_on_nodes(self.nodes, "-i", 0.05, "-o", "run.h5", "--pose-hosts",
                                      ",".join(HOSTS), "--ready-file", ready)
        self.await_file(ready)
        words = self.recover_job(2)
        self.assertIn("no run has ended", words)
        run = next(line for line in words.splitlines() if "not over" in line)
        run = run.split(" run ", 1)[1].split(":")[0]
        self.assertIn("so far", self.recover_job(4, "--run", run, "-o", "now.h5"))
        job.send(running)
        self.assert_complete(self.finish(running))


if __name__ == "__main__":
    unittest.main()

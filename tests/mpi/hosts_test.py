"""The hosts that were asked for against those on which ranks run."""

import json
import unittest

import h5py

import job


class Hosts(job.JobTest):
    def run_on(self, names, *options, **env):
        names = names.split()
        return self.run_job(len(names), "-i", 0.1, "-d", 0.5, "-o", "run.h5", "--force",
                            "--pose-hosts", ",".join(names), *options, **env)

    def sidecar(self):
        return json.loads((self.folder / "run.json").read_text())

    def test_one_without_a_rank_is_missing_and_the_run_incomplete(self):
        finished = self.run_on("node01 node03", SLURM_JOB_NODELIST="node[01-03]")
        self.assertEqual(finished.status, 4, finished.words)
        self.assertIn("no rank on node02, which SLURM_JOB_NODELIST names", finished.words)
        self.assertIn("2 of 3 hosts", finished.words)
        sidecar = self.sidecar()
        self.assertEqual(sidecar["hosts_requested"], ["node01", "node02", "node03"])
        self.assertEqual(sidecar["hosts_collected"], ["node01", "node03"])
        self.assertEqual(sidecar["hosts"]["node02"]["state"], "missing")
        self.assertIn("in SLURM_JOB_NODELIST", sidecar["hosts"]["node02"]["why"])
        with h5py.File(self.folder / "run.h5") as file:
            self.assertEqual(file.attrs["completeness"], b"incomplete")
            self.assertEqual(list(file["hosts"]), ["node01", "node03"])
            self.assertEqual(list(file["host_table/state"].asstr()[:]),
                             ["complete", "missing", "complete"])

    def test_a_run_that_is_meant_for_fewer_is_complete(self):
        finished = self.run_on("node01 node03", "--hosts", "started",
                               SLURM_JOB_NODELIST="node[01-03]")
        self.assert_complete(finished)
        self.assertEqual(self.sidecar()["hosts_requested"], ["node01", "node03"])

    def test_short_and_full_names_are_one_host_and_two_domains_are_two(self):
        finished = self.run_on("node01.a.example node02", TSCOLLECT_HOSTS="NODE01,node02.a.example")
        self.assert_complete(finished)
        self.assertEqual(self.sidecar()["hosts_requested"], ["node01.a.example", "node02"])
        finished = self.run_on("node01.a.example", "--hosts", "node01.a.example,node01.b.example")
        self.assertEqual(finished.status, 4, finished.words)
        self.assertEqual(self.sidecar()["hosts"]["node01.b.example"]["state"], "missing")

    def test_another_name_for_a_host_is_said_and_not_missed(self):
        finished = self.run_on("node01 node02", "--hosts", "node01,10.0.0.2")
        self.assert_complete(finished)
        self.assertIn("taking node02 for 10.0.0.2", finished.words)

    def test_what_cannot_be_understood_is_said_and_changes_nothing(self):
        finished = self.run_on("node01", SLURM_JOB_NODELIST="node[1-")
        self.assert_complete(finished)
        self.assertIn("SLURM_JOB_NODELIST cannot be parsed ('node[1-' has no closing "
                      "bracket)", finished.words)
        finished = self.run_on("node01", "--hosts", "a[1-", "--force")
        self.assertEqual(finished.status, 2)
        self.assertIn("'a[1-' has no closing bracket", finished.words)


if __name__ == "__main__":
    unittest.main(verbosity=2)

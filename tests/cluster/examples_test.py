"""The scripts in examples/ as they stand, on the test cluster: real sbatch, real mpirun."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import cluster
import h5py
import slurm

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
PROGRAMS = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"]) / "bin"
EXAMPLES = SOURCE / "examples"
PATH = f"{PROGRAMS}:{os.environ['PATH']}:/usr/sbin:/sbin"


class Example(unittest.TestCase):
    def setUp(self):
        output = tempfile.TemporaryDirectory(prefix="tscollect-run-")
        self.addCleanup(output.cleanup)
        self.folder = pathlib.Path(output.name)

    def assert_holds(self, name, *hosts, words="", **labels):
        """A file of that name with these hosts, nothing missing but ticks on a busy machine."""
        path = self.folder / name
        self.assertTrue(path.exists(), words)
        with h5py.File(path) as file:
            self.assertEqual(list(file["hosts"]), list(hosts), words)
            self.assertNotIn("missing", list(file["host_table/state"].asstr()[:]), words)
            for group in file["hosts"].values():
                self.assertGreaterEqual(group["time"].shape[0], 2)
            text = str(dict(file.attrs))
            for key, value in labels.items():
                self.assertIn(value, text, key)
            return file.attrs["stop_reason"].decode()


WAITS_FOR_ITS_FILE = "until [ -e {}-$SLURM_JOB_ID.h5 ]; do sleep 0.2; done; exit 3"
TWO = "--nodelist=node01,node02"
# Slurm looks at limits now and then and may be early, never late.
LIMIT = ("--time=2", "--signal=B:USR1@110", TWO)


class BatchRun:
    """One of the scripts, run as it stands in a folder of its own."""

    def __init__(self, hosts, script, *words, options=(TWO,)):
        self.hosts, self.script, self.words, self.options = hosts, script, words, options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-run-"))
        self.job = self.ended = None

    def run(self):
        status, said = self.hosts.run(
            "login", ["sbatch", "--parsable", *self.options, EXAMPLES / self.script, *self.words],
            {"PATH": PATH}, cwd=self.folder)
        if status != 0:
            raise RuntimeError(said)
        self.job = said.split()[-1]
        self.while_it_runs()
        self.ended = self.hosts.wait(self.job, timeout=240)
        return self

    def while_it_runs(self):
        pass

    def said(self):
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("slurm-*.out"))


class RequeuedRun(BatchRun):
    def while_it_runs(self):
        while not (self.folder / "began").exists():
            time.sleep(0.2)
        (self.folder / "began").unlink()
        self.hosts.run("login", ["scontrol", "requeue", self.job])


class Batch(Example):
    """All jobs run on one cluster, a few at a time: for most of the time they wait."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = slurm.Slurm(hosts=3, cores=24).__enter__()
        cls.addClassCleanup(cls.cluster.__exit__, None, None, None)
        pool = concurrent.futures.ThreadPoolExecutor(4)
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        runs = {
            "limit, beside": BatchRun(cls.cluster, "slurm-beside.sbatch", "sh", "-c",
                                      WAITS_FOR_ITS_FILE.format("observed"), options=LIMIT),
            "limit, by hand": BatchRun(cls.cluster, "slurm-by-hand.sbatch", "sh", "-c",
                                       WAITS_FOR_ITS_FILE.format("by-hand"), options=LIMIT),
            "requeued": RequeuedRun(cls.cluster, "slurm-beside.sbatch", "sh", "-c",
                                    "touch began; [ $SLURM_RESTART_COUNT ] || sleep 60", options=("--requeue", TWO)),
            "beside": BatchRun(cls.cluster, "slurm-beside.sbatch"),
            "fails": BatchRun(cls.cluster, "slurm-beside.sbatch", "sh", "-c",
                              "mpirun -np 2 --map-by ppr:1:node hostname; exit 7"),
            "several": BatchRun(cls.cluster, "slurm-several.sbatch"),
            "by hand": BatchRun(cls.cluster, "slurm-by-hand.sbatch", "sleep", "1"),
            "array": BatchRun(cls.cluster, "slurm-array.sbatch", options=()),
            "heterogeneous": BatchRun(cls.cluster, "slurm-heterogeneous.sbatch", options=()),
        }
        for each in runs.values():
            cls.addClassCleanup(shutil.rmtree, each.folder, ignore_errors=True)
        cls.runs = {name: pool.submit(each.run) for name, each in runs.items()}

    def ended(self, name, status=0):
        run = self.runs[name].result()
        self.folder = run.folder
        self.assertEqual(run.ended.status, status, run.ended.words)
        return run.job, run.ended

    def test_beside_one_benchmark(self):
        job, ended = self.ended("beside")
        self.assertIn(f"tscollect-run: wrote observed-{job}.h5", ended.words)
        self.assert_holds(f"observed-{job}.h5", "node01", "node02", words=ended.words)

    def test_beside_a_benchmark_under_mpirun_that_fails(self):
        job, ended = self.ended("fails", 7)
        for host in ("node01\n", "node02\n"):
            self.assertIn(host, ended.words)
        self.assert_holds(f"observed-{job}.h5", "node01", "node02", words=ended.words)

    def test_several_benchmarks_in_one_job(self):
        job, ended = self.ended("several")
        for name in ("write", "read"):
            self.assert_holds(f"{name}-{job}.h5", "node01", "node02", words=ended.words,
                              benchmark=name)

    def test_by_hand(self):
        job, ended = self.ended("by hand")
        self.assertIn("2 hosts", ended.words)  # of tscollect info
        self.assert_holds(f"by-hand-{job}.h5", "node01", "node02", words=ended.words)

    def test_an_array_job(self):
        job, _ = self.ended("array")
        for task, size in (("1", "8"), ("2", "16"), ("3", "32")):
            path = self.folder / f"array-{job}-{task}.h5"
            self.assertTrue(path.exists(), self.runs["array"].result().said())
            with h5py.File(path) as file:
                self.assertEqual(len(file["hosts"]), 1)
                attributes = str(dict(file.attrs))
                self.assertIn(size, attributes)
                self.assertIn(job, attributes)

    def test_a_heterogeneous_job(self):
        job, ended = self.ended("heterogeneous")
        self.assert_holds(f"heterogeneous-{job}.h5", "node01", "node02", "node03", words=ended.words)

    def test_a_job_that_is_requeued_keeps_both_files(self):
        job, ended = self.ended("requeued")
        for name in (f"observed-{job}.h5", f"observed-{job}-2.h5"):
            self.assert_holds(name, "node01", "node02", words=ended.words)

    def test_the_file_is_written_before_the_time_limit_and_the_benchmark_goes_on(self):
        # The whole chain: Slurm, the batch shell that has become tscollect-run, srun, every rank. The
        # benchmark outlives the signal and ends by itself.
        for name, file in (("limit, beside", "observed"), ("limit, by hand", "by-hand")):
            with self.subTest(script=name):
                job, ended = self.ended(name, 3)
                reason = self.assert_holds(f"{file}-{job}.h5", "node01", "node02", words=ended.words)
                self.assertIn("SIGUSR1", reason)


class Site(Example):
    """The recipes for a site's prolog, job defaults and epilog, as slurmd runs them: as root, with next to no
    environment."""

    def test_defaults_for_jobs_and_what_dead_runs_have_left_is_removed(self):
        journals = self.folder / "journals"
        journals.mkdir(mode=0o1777)  # of the run that is not of this Slurm
        journals.chmod(0o1777)
        ours = self.folder / "ours"
        lines = (EXAMPLES / "epilog.sh").read_text()
        for name, value in (("place", PROGRAMS), ("days", 0), ("folder", journals)):
            lines = re.sub(rf"^{name}=.*$", f"{name}={value}", lines, count=1, flags=re.MULTILINE)
        ours.write_text(lines)
        epilog = self.folder / "epilog"
        epilog.write_text(f"#!/bin/sh\n{ours}\necho $? $SLURM_JOB_ID >>{self.folder}/ran\n")
        site = self.folder / "site.conf"
        site.write_text(f"journal-dir={journals}\n")
        defaults = self.folder / "defaults"
        defaults.write_text(f"#!/bin/sh\necho export TSCOLLECT_SITE_CONFIG={site}\n"
                            f"exec {EXAMPLES}/slurm-task-prolog.sh\n")
        prolog = self.folder / "prolog"
        prolog.write_text(f"#!/bin/sh\ninstall -d -m 1777 {journals}\n")
        for path in (prolog, defaults, epilog, ours):
            path.chmod(0o755)
        script = ("#!/bin/sh\n"
                  f"srun --mpi=pmix --ntasks-per-node=1 {PROGRAMS}/tscollect-mpi -i 0.1"
                  " --ready-file ready -o run.h5 &\n"
                  f"until [ -e ready ]; do sleep 0.1; done; ls {journals};"
                  f""" grep -a -o '"partition":"all"' {journals}/*;"""
                  " scancel -f -s KILL $SLURM_JOB_ID; wait\n")
        settings = f"Prolog={prolog}\nTaskProlog={defaults}\nEpilog={epilog}\nUnkillableStepTimeout=60\n"
        with slurm.Slurm(hosts=2, settings=settings) as hosts:
            living = subprocess.Popen(
                [PROGRAMS / "tscollect-mpi", "-i", "0.1", "--journal-dir", journals, "-o", self.folder / "living.h5"],
                env=hosts.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                job = hosts.submit(script, self.folder, "--nodes=2")
                ended = hosts.wait(job)
                for host in ("node01", "node02"):
                    self.assertRegex(ended.words, rf"tscollect-\S*-{host}\S*\.journal")
                self.assertIn('"partition":"all"', ended.words, "the label of the job's defaults")
                deadline = time.monotonic() + 30
                while len(self.lines("ran")) < 2 and time.monotonic() < deadline:
                    time.sleep(0.1)
                self.assertEqual(sorted(self.lines("ran")), [f"0 {job}"] * 2)
                self.assertEqual(len(list(journals.iterdir())), 1, "the living one's, and no other")
                status, states = hosts.run("login", ["sinfo", "-h", "-N", "-o", "%t"])
                self.assertNotIn("drain", states)
            finally:
                living.terminate()
                living.wait()

    def lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


class ByHand(Example):
    def test_open_mpi_with_a_host_file(self):
        with cluster.Cluster(hosts=2) as hosts:
            (self.folder / "hosts").write_text("node01 slots=2\nnode02 slots=2\n")
            status, words = hosts.run(
                "node01", ["sh", EXAMPLES / "openmpi.sh", "hosts", "sh", "-c", "sleep 1; exit 7"],
                {"PATH": PATH, "RUN": str(self.folder / "run.h5")}, cwd=self.folder)
        self.assertEqual(status, 7, words)
        self.assert_holds("run.h5", "node01", "node02", words=words)

    def test_tscollect_run_with_a_host_file(self):
        with cluster.Cluster(hosts=3) as hosts:
            (self.folder / "hosts").write_text("node01\nnode03 slots=4\n# node02\n")
            status, words = hosts.run(
                "node01", ["tscollect-run", "--hostfile", "hosts", "-i", "0.2", "-o", "run.h5", "--",
                           "sleep", "1"], {"PATH": PATH}, cwd=self.folder)
        self.assertEqual(status, 0, words)
        self.assert_holds("run.h5", "node01", "node03", words=words)


if __name__ == "__main__":
    cluster.skip_unless_possible(slurm.TOOLS)
    unittest.main()

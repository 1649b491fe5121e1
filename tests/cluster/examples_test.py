"""The scripts in examples/ as they stand, on the test cluster: real sbatch, real mpirun."""

import os
import pathlib
import tempfile
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


class Batch(Example):
    @classmethod
    def setUpClass(cls):
        cls.cluster = slurm.Slurm(hosts=2).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.cluster.__exit__(None, None, None)

    def run_script(self, name, *words, options=()):
        status, said = self.cluster.run(
            "login", ["sbatch", "--parsable", *options, EXAMPLES / name, *words], {"PATH": PATH},
            cwd=self.folder)
        self.assertEqual(status, 0, said)
        job = said.split()[-1]
        return job, self.cluster.wait(job, timeout=150)

    def test_beside_one_benchmark(self):
        job, ended = self.run_script("slurm-beside.sbatch")
        self.assertEqual(ended.status, 0, ended.words)
        self.assertIn(f"tscollect-run: wrote observed-{job}.h5", ended.words)
        self.assert_holds(f"observed-{job}.h5", "node01", "node02", words=ended.words)

    def test_beside_a_benchmark_under_mpirun_that_fails(self):
        job, ended = self.run_script("slurm-beside.sbatch", "sh", "-c",
                                     "mpirun -np 2 --map-by ppr:1:node hostname; exit 7")
        self.assertEqual(ended.status, 7, ended.words)
        for host in ("node01\n", "node02\n"):
            self.assertIn(host, ended.words)
        self.assert_holds(f"observed-{job}.h5", "node01", "node02", words=ended.words)

    def test_several_benchmarks_in_one_job(self):
        job, ended = self.run_script("slurm-several.sbatch")
        self.assertEqual(ended.status, 0, ended.words)
        for name in ("write", "read"):
            self.assert_holds(f"{name}-{job}.h5", "node01", "node02", words=ended.words,
                              benchmark=name)

    def test_by_hand(self):
        job, ended = self.run_script("slurm-by-hand.sbatch", "sleep", "1")
        self.assertEqual(ended.status, 0, ended.words)
        self.assertIn("2 hosts", ended.words)  # of tscollect info
        self.assert_holds(f"by-hand-{job}.h5", "node01", "node02", words=ended.words)

    def test_an_array_job(self):
        job, ended = self.run_script("slurm-array.sbatch")
        for task, size in (("1", "8"), ("2", "16"), ("3", "32")):
            self.cluster.wait(f"{job}_{task}")
            words = "".join(path.read_text() for path in self.folder.glob("slurm-*.out"))
            path = self.folder / f"array-{job}-{task}.h5"
            self.assertTrue(path.exists(), words)
            with h5py.File(path) as file:
                self.assertEqual(len(file["hosts"]), 1)
                attributes = str(dict(file.attrs))
                self.assertIn(size, attributes)
                self.assertIn(job, attributes)

    def test_the_file_is_written_before_the_time_limit_and_the_benchmark_goes_on(self):
        # The whole chain: Slurm, the batch shell that has become tscollect-run, srun, every rank.
        for name, file in (("slurm-beside.sbatch", "observed"), ("slurm-by-hand.sbatch", "by-hand")):
            with self.subTest(script=name):
                # Slurm looks at limits now and then and may be early, never late. The benchmark
                # outlives the signal and ends by itself.
                job, ended = self.run_script(
                    name, "sh", "-c",
                    f"until [ -e {file}-$SLURM_JOB_ID.h5 ]; do sleep 0.2; done; exit 3",
                    options=["--time=2", "--signal=B:USR1@110"])
                self.assertEqual(ended.status, 3, ended.words)
                reason = self.assert_holds(f"{file}-{job}.h5", "node01", "node02", words=ended.words)
                self.assertIn("SIGUSR1", reason)


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

"""What tscollect says of a real benchmark beside what the benchmark says: fio, direct I/O, found and given phases."""

import json
import shutil
import subprocess
import unittest

import job

SECONDS = 4
JOBS = ("write", "read", "write", "read")


@unittest.skipIf(shutil.which("fio") is None, "fio is not installed; launch/setup-debian names its package")
class Fio(job.JobTest):
    def setUp(self):
        super().setUp()
        probe = subprocess.run(["dd", "if=/dev/zero", f"of={self.folder / 'probe'}", "bs=4096", "count=1", "oflag=direct"],
                               capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest(f"{self.folder} takes no direct I/O")

    def fio(self):
        """fio's figures: job after job in one process, with nothing between them."""
        lines = ["[global]", f"filename={self.folder / 'data'}", "size=256m", "bs=1m", "direct=1", "ioengine=psync",
                 "time_based=1", f"runtime={SECONDS}", "stonewall"]
        for number, kind in enumerate(JOBS):
            lines += [f"[{kind}-{number}]", f"rw={kind}"]
        (self.folder / "jobs.fio").write_text("\n".join(lines) + "\n")
        done = subprocess.run(["fio", "--output-format=json", "jobs.fio"], cwd=self.folder, capture_output=True,
                              text=True, check=True)
        return [one[kind] for one, kind in zip(json.loads(done.stdout)["jobs"], JOBS)]

    def test_found_phases_have_the_throughput_that_fio_says(self):
        collector = self.start(1, "-i", 0.1, "-o", "run.h5", "--ready-file", "ready")
        self.await_file(self.folder / "ready")
        told = self.fio()
        job.send(collector)
        self.finish(collector)
        done = subprocess.run([job.PROGRAM, "info", "--json", "run.h5"], cwd=self.folder, capture_output=True, text=True,
                              check=True)
        phases = [phase for phase in json.loads(done.stdout)["phases"] if phase["origin"] == "found"]
        self.assertEqual([phase["name"] for phase in phases], ["write 1", "read 1", "write 2", "read 2"])
        for phase, kind, one in zip(phases, JOBS, told):
            with self.subTest(phase=phase["name"]):
                metrics = phase["metrics"]
                found = metrics[f"disk.{kind}.throughput"]["mean"]
                if found == 0:
                    self.skipTest("the disk below is none that counts")
                self.assertAlmostEqual(found / one["bw_bytes"], 1, delta=0.05)
                self.assertAlmostEqual(phase["seconds"], SECONDS, delta=0.4)


if __name__ == "__main__":
    unittest.main()

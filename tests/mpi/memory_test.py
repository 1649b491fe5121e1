"""A host with a thousand disks: neither the stop nor a recovery may need memory for all of them at once."""

import os
import signal
import subprocess
import unittest

import h5py
import job

DISKS = 1000
SAMPLES = 1500  # of 1,000 disks' 17 statistics, as they stand in the file: 204 MB
LIMIT_KIB = 64 << 10


def peak_kib(command, **options):
    """The largest resident memory of a program that ends well, once it has ended."""
    process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env=job.environment(), **options)
    words = process.stderr.read().decode()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss, words


@unittest.skipIf("ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ, "sanitizers keep what is freed")
class Memory(job.JobTest):
    def tree(self, disks):
        proc = self.folder / f"proc{disks}"
        proc.mkdir(exist_ok=True)
        (proc / "diskstats").write_text("".join(
            f"   8 {i:7d} sd{i} {' '.join(str(i + field) for field in range(17))}\n" for i in range(disks)))
        return proc

    def collect(self, disks, *options):
        return [job.COLLECTOR, "-q", "-i", 0.002, "-m", SAMPLES, "--sources", "diskstats", "--procfs",
                self.tree(disks), "--journal-dir", self.journals, "-o", self.folder / f"{disks}.h5", *options]

    def test_the_stop_of_many_disks_takes_little_more_than_that_of_one(self):
        peaks = {}
        for disks in (1, DISKS):
            seconds = 2 if disks == 1 else 8
            status, peaks[disks], words = peak_kib(self.collect(disks, "-d", seconds))
            self.assertIn(status, (0, 4), words)
        with h5py.File(self.folder / f"{DISKS}.h5") as file:
            (host,) = file["hosts"].values()
            samples, rows, fields = host["diskstats"].shape
        self.assertGreater(samples * rows * fields * 8 >> 10, 1.5 * LIMIT_KIB, "too few to tell")
        self.assertLess(peaks[DISKS] - peaks[1], LIMIT_KIB)

    def test_so_does_their_recovery(self):
        ready = self.folder / "ready"
        process = subprocess.Popen([*map(str, self.collect(DISKS, "--ready-file", ready))],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=job.environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.await_file(ready)
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        status, peak, words = peak_kib([job.PROGRAM, "recover", self.journals, "-o", self.folder / "r.h5"])
        self.assertIn(status, (0, 4), words)
        self.assertLess(peak, LIMIT_KIB)


if __name__ == "__main__":
    unittest.main()

"""tscollect on what users hand it by mistake, and on what odd hosts say."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import h5py

from tscollect_program import (BUILD, COMPLETE, FIXTURES, INCOMPLETE, PROGRAM, USAGE, make_file, roots,
                               tscollect)

COLLECTOR = BUILD / "bin" / "tscollect-mpi"


class OddInput(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tscollect-odd-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def refused(self, *words, status=USAGE):
        done = tscollect(*words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stderr + done.stdout


class NoFiles(OddInput):
    """Pipes without a writer and devices without an end are refused at once, not waited for."""

    def test_pipes(self):
        os.mkfifo(self.path("pipe"))
        for command in (["info"], ["export"], ["validate"]):
            self.assertIn("is a pipe, not a file", self.refused(*command, self.path("pipe")), command)
        self.refused("recover", "-o", self.path("run.h5"), self.path("pipe"))

    def test_endless_files(self):
        for command in (["info"], ["export"], ["validate"]):
            self.assertIn("is a device, not a file", self.refused(*command, "/dev/zero"), command)
        self.refused("recover", "-o", self.path("run.h5"), "/dev/zero")

    def test_sparse_files(self):
        """A terabyte that takes a block on the disk, behind the first bytes of each kind of file."""
        for front in (b"\x89HDF\r\n\x1a\n", b"TSCJOURN", b"{", b""):
            self.path("sparse").write_bytes(front)
            os.truncate(self.path("sparse"), 1 << 40)
            for command in ("info", "validate"):
                done = tscollect(command, self.path("sparse"))
                self.assertIn(done.returncode, (USAGE, INCOMPLETE), (command, front))
        make_file("write_sample_run", self.path("run.h5"), "sidecar")
        os.truncate(self.path("run.json"), 1 << 40)
        self.assertIn("is larger than", self.refused("validate", self.path("run.h5"), status=INCOMPLETE))

    @unittest.skipUnless(COLLECTOR.exists(), "built without MPI")
    def test_a_config_file_that_is_none(self):
        os.mkfifo(self.path("pipe"))
        self.path("sparse").write_text("interval=1\n")
        os.truncate(self.path("sparse"), 1 << 40)
        for name, words in ((self.path("pipe"), "is a pipe"), ("/dev/zero", "is a device"),
                            (self.path("sparse"), "is longer than"), (self.folder, "is a folder")):
            done = subprocess.run([COLLECTOR, "--config", name, "-d", "0.1"], cwd=self.folder,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, USAGE, done.stderr)
            self.assertIn(words, done.stderr)


class Surroundings(OddInput):
    def test_a_parent_that_ignores_its_children(self):
        make_file("write_sample_run", self.path("run.h5"))
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        try:
            child = subprocess.Popen([PROGRAM, "validate", self.path("run.h5")],
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            # With SIGCHLD ignored nobody can wait for it; its output ends with it.
            output = child.stdout.read()
            child.stdout.close()
        finally:
            signal.signal(signal.SIGCHLD, before)
            child.wait()
        self.assertIn("valid run", output)
        self.assertNotIn("internal error", output)

    def test_a_name_that_is_not_utf8(self):
        name = os.fsencode(self.folder) + b"/lauf-gr\xf6sse.h5"
        subprocess.run([BUILD / "tests" / "support_write_sample_run", name, "sidecar"], check=True)
        for command in ("validate", "info"):
            done = subprocess.run([PROGRAM, command, name], capture_output=True, check=False)
            self.assertEqual(done.returncode, COMPLETE, done.stdout)
        self.assertTrue(os.path.exists(name.replace(b".h5", b".json")))

    def test_a_sidecar_of_another_file_is_still_told(self):
        make_file("write_sample_run", self.path("run.h5"), "sidecar")
        shutil.copy(self.path("run.h5"), self.path("other.h5"))
        shutil.copy(self.path("run.json"), self.path("other.json"))
        self.assertIn("hdf5_file", self.refused("validate", self.path("other.h5"), status=INCOMPLETE))


class OddHosts(OddInput):
    def record(self, meminfo):
        procfs = self.path("proc")
        shutil.copytree(FIXTURES / "linux-6.18/proc", procfs)
        (procfs / "meminfo").write_text(meminfo)
        make_file("record_tree", self.path("run.h5"), 3, procfs, roots("linux-6.18")[1])

    def test_memory_below_nothing_is_shown_as_the_kernel_has_it_and_not_summed_up(self):
        self.record("MemTotal:       20971520 kB\nMemFree:        18446744073709099244 kB\n"
                    "MemAvailable:   18446744073704551600 kB\n")
        text = tscollect("info", "--all", self.path("run.h5")).stdout
        self.assertIn("memory available: 3 values impossible and left out, the first "
                      "18446744073704551600 KiB", text)
        self.assertNotIn("GiB, lowest", text)
        self.assertNotRegex(text, r"-\d+\.?\d* GiB")
        host = json.loads(tscollect("info", "--json", self.path("run.h5")).stdout)["hosts"][0]
        self.assertNotIn("memory_available_kib", host)
        self.assertEqual(host["memory_available_impossible"]["first_kib"], 18446744073704551600)
        exported = json.loads(tscollect("export", self.path("run.h5")).stdout)
        sample = exported["samples_by_host"]["node1"][0]
        self.assertEqual(sample["meminfo"]["MemAvailable"], 18446744073704551600)

    def test_the_table_of_linux_2_4_is_no_memory_field(self):
        self.record("        total:    used:    free:  shared: buffers:  cached:\n"
                    "Mem:  260000000 136000000 124000000        0  4900000 94000000\n"
                    "Swap:        0        0        0\nMemTotal:         254472 kB\n"
                    "MemAvailable:     200000 kB\n")
        with h5py.File(self.path("run.h5")) as file:
            self.assertEqual(list(file["hosts/node1/meminfo_field"].asstr()), ["MemTotal", "MemAvailable"])
            self.assertEqual(set(file["hosts/node1/meminfo_unit"].asstr()), {"KiB"})
        self.assertNotIn("Errors", tscollect("info", self.path("run.h5")).stdout)


if __name__ == "__main__":
    unittest.main()

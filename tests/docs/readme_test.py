"""The reader in README.md reads a real run of this machine."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import h5py

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])


class Readme(unittest.TestCase):
    def setUp(self):
        if not (BUILD / "bin/tscollect-mpi").exists():
            self.skipTest("built without MPI")
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def test_its_reader_works_as_it_stands(self):
        text = (SOURCE / "README.md").read_text()
        reader = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
        self.assertLessEqual(len(reader.splitlines()), 6)
        subprocess.run(["mpirun", "-np", "1", BUILD / "bin/tscollect-mpi", "--pose-hosts",
                        "node01", "-i", "0.1", "-d", "1", "-q", "-o", "run.h5"],
                       cwd=self.folder.name, check=True, timeout=60,
                       env=os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1",
                                         "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
        with h5py.File(pathlib.Path(self.folder.name, "run.h5")) as file:
            disks = file["hosts/node01/disk"].asstr()[:] if "disk" in file["hosts/node01"] else []
        if len(disks) == 0:
            self.skipTest("this machine has no disk")
        subprocess.run([sys.executable, "-c", reader.replace("nvme0n1", disks[0])],
                       cwd=self.folder.name, check=True, timeout=60,
                       env=os.environ | {"MPLBACKEND": "Agg"})


if __name__ == "__main__":
    unittest.main()

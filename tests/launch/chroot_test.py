"""tscollect-run where there is nothing but it, its libraries, the launcher with the collector, and a command
that needs no library: no shell, no utilities, no /etc."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"], "bin")
SKIPPED = 77
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
COMMAND = """
#include <unistd.h>
int main(void) { usleep(300000); return write(1, "ran\\n", 4) == 4 ? 7 : 1; }
"""


def libraries_of(*paths):
    said = subprocess.run(["ldd", *paths], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"(/\S+) \(0x", said)))


class Root:
    """A folder to be the root, with its mounts in the mount namespace of who enters it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.mounts = ["/proc", "/sys", "/dev"]
        for name in ("proc", "sys", "dev", "tmp", "data"):
            (self.folder / name).mkdir()

    def place(self, path):
        return self.folder / str(path).lstrip("/")

    def copy(self, path, target=None):
        target = self.place(target or path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)

    def add_program(self, path, target):
        self.copy(path, target)
        self.add_libraries(path)

    def add_libraries(self, *paths):
        for library in libraries_of(*paths):
            self.copy(library)

    def add_plugins(self, path):
        """Mounted there; their libraries are copied."""
        plugins = list(pathlib.Path(path).rglob("*.so"))
        if plugins:
            self.add_libraries(*plugins)
        self.place(path).mkdir(parents=True, exist_ok=True)
        self.mounts.append(path)

    def files(self):
        return {path.name for path in self.folder.rglob("*") if path.is_file()}

    def run(self, *words, environment):
        mounts = "".join(f"/bin/mount --rbind '{path}' '{self.place(path)}'; " for path in self.mounts)
        return subprocess.run(
            ["unshare", "-m", "/bin/sh", "-ec", f'{mounts} exec {shutil.which("chroot", path=SYSTEM)} "$@"', "sh", self.folder, *words],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False)


def add_open_mpi(root, mpirun):
    """mpirun with its plugins, which are where it was built to look for them."""
    root.add_program(mpirun, "/usr/bin/mpirun")
    prterun = shutil.which("prterun")  # which Open MPI 5's mpirun becomes
    if prterun:
        root.add_program(os.path.realpath(prterun), "/usr/bin/prterun")
        for folder in ("/usr/share/prte", "/usr/share/openmpi", *map(str, pathlib.Path("/usr/lib").glob("*/pmix*/share"))):
            if os.path.isdir(folder):
                root.add_plugins(folder)
    said = subprocess.run(["ompi_info", "--parsable", "--path", "pkglibdir", "--path", "pkgdatadir"],
                          capture_output=True, text=True, check=True).stdout
    for folder in {*re.findall(r"path:\w+:(/\S+)", said), *map(str, pathlib.Path("/usr/lib").glob("*/pmix*/lib"))}:
        if os.path.isdir(folder):
            root.add_plugins(folder)


class Chroot(unittest.TestCase):
    def test_it_runs_where_there_is_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Root(folder)
            root.add_program(PROGRAMS / "tscollect-run", "/usr/bin/tscollect-run")
            root.add_program(PROGRAMS / "tscollect-mpi", "/usr/bin/tscollect-mpi")
            add_open_mpi(root, os.path.realpath(shutil.which("mpirun.openmpi") or shutil.which("mpirun")))
            subprocess.run(["cc", "-static", "-x", "c", "-", "-o", root.place("/usr/bin/command")], input=COMMAND,
                           text=True, check=True)
            for absent in ("sh", "env", "cat", "perl", "setsid", "ssh", "passwd", "hosts"):
                self.assertNotIn(absent, root.files())
            done = root.run("/usr/bin/tscollect-run", "-i", "0.1", "-o", "/data/run.h5", "--", "command", environment={
                "PATH": "/usr/bin", "HOME": "/tmp", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
            self.assertEqual((done.returncode, done.stdout), (7, "ran\n"), done.stderr)
            self.assertRegex(done.stderr, r"\Atscollect-run: wrote /data/run.h5 \(complete, 1 of 1 hosts, .*\n\Z")
            self.assertEqual(sorted(os.listdir(root.folder / "data")), ["run.h5", "run.json"])


if __name__ == "__main__":
    if os.geteuid() != 0 or shutil.which("ompi_info") is None or not (PROGRAMS / "tscollect-mpi").exists() \
            or os.environ.get("TSCOLLECT_SANITIZE") \
            or subprocess.run(["unshare", "-m", "true"], check=False).returncode != 0:
        print("skipped: needs root, mount namespaces and Open MPI")
        sys.exit(SKIPPED)
    unittest.main()

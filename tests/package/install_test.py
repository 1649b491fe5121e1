"""Installs the build into a folder of its own and builds somebody else's project against it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
VERSION = os.environ["TSCOLLECT_VERSION"]
SANITIZE = os.environ.get("TSCOLLECT_SANITIZE", "")


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode != 0:
        raise AssertionError(
            f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.folder.name, "prefix")
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def installed(self):
        return {str(p.relative_to(self.prefix)) for p in self.prefix.rglob("*") if p.is_file()}

    def test_a_consumer_builds_and_runs_against_the_package(self):
        build = pathlib.Path(self.folder.name, "build")
        # A library with sanitizers or checked containers inside needs a consumer with the same.
        flags = f"-fsanitize={SANITIZE}" if SANITIZE else ""
        if "address" in SANITIZE:
            flags += " -D_GLIBCXX_DEBUG"
        run("cmake", "-S", SOURCE / "tests/package/consumer", "-B", build, "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_FLAGS={flags}")
        run("cmake", "--build", build)
        self.assertEqual(run(build / "consumer"), f"tscollect {VERSION}\n")

    def test_every_public_header_is_installed(self):
        headers = {p.name.removesuffix(".in") for p in (SOURCE / "include/tscollect").iterdir()}
        self.assertEqual({f"include/tscollect/{name}" for name in headers},
                         {p for p in self.installed() if p.startswith("include/")})

    def test_programs_scripts_and_manuals_are_installed(self):
        expected = {"bin/tscollect", "share/man/man1/tscollect.1"}
        if (BUILD / "bin/tscollect-mpi").exists():
            expected |= {"bin/tscollect-mpi", "bin/tscollect-run",
                         "share/man/man1/tscollect-mpi.1", "share/man/man1/tscollect-run.1"}
        self.assertLessEqual(expected, self.installed())

    def test_nothing_installed_names_the_source_or_build_folder(self):
        for path in self.prefix.rglob("*.cmake"):
            text = path.read_text()
            self.assertNotIn(str(SOURCE), text, path)
            self.assertNotIn(str(BUILD), text, path)

    def test_installed_programs_tell_the_version(self):
        for program in sorted((self.prefix / "bin").glob("tscollect*")):
            with self.subTest(program=program.name):
                self.assertEqual(run(program, "--version").split(), [program.name, VERSION])


if __name__ == "__main__":
    unittest.main()

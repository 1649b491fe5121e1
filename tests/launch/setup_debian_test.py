"""launch/setup-debian installs what a release of Debian has, and says what it lacks."""

import os
import pathlib
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"])

# $INSTALLED and $RELEASE: what is installed, and what the release has.
STAND_INS = {
    "dpkg-query": 'for package in $INSTALLED; do [ "$package" = "$4" ] && printf "install ok installed"; done',
    "apt-cache": 'for package in $RELEASE; do [ "$package" = "$2" ] && exit 0; done; exit 100',
    "apt-get": 'echo "$@" >>"$CALLS"\n'
               '[ "$1" = install ] || exit 0\n'
               'shift 4\n'
               'for wanted in "$@"; do apt-cache show "$wanted" || exit 100; done',
    "sudo": 'exec "$@"',
}


class SetupDebian(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, words in STAND_INS.items():
            path = self.folder / name
            path.write_text(f"#!/bin/sh\n{words}\n")
            path.chmod(0o755)

    def need(self, packages, installed="", release=""):
        """The finished `need_packages`, and what apt-get was asked to install."""
        calls = self.folder / "calls"
        calls.write_text("")
        done = subprocess.run(["sh", "-euc", f". launch/setup-debian; need_packages {packages}; echo on"], cwd=SOURCE,
                              env=os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}", "CALLS": str(calls),
                                                "INSTALLED": installed, "RELEASE": release},
                              capture_output=True, text=True, check=False)
        installs = [line.split()[4:] for line in calls.read_text().splitlines() if line.startswith("install")]
        return done, installs

    def test_what_is_there_is_left_alone(self):
        done, installs = self.need("a b if-available c", installed="a b c")
        self.assertEqual((done.returncode, done.stdout, installs), (0, "on\n", []))

    def test_what_is_missing_is_installed_at_once(self):
        done, installs = self.need("a b if-available c d", installed="a c", release="a b c d")
        self.assertEqual((done.returncode, installs), (0, [["b", "d"]]), done.stderr)
        self.assertNotIn("has only", done.stdout)

    def test_a_package_that_the_release_lacks_ends_it(self):
        done, _ = self.need("a b", release="a")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt-get install failed", done.stderr)
        self.assertNotIn("on\n", done.stdout)

    def test_one_that_need_not_be_there_is_named_and_left_out(self):
        done, installs = self.need("a if-available b c", release="a c")
        self.assertEqual((done.returncode, installs), (0, [["a", "c"]]), done.stderr)
        self.assertIn("this release has only: c", done.stdout)
        done, installs = self.need("a if-available b", installed="a")
        self.assertEqual((done.returncode, installs), (0, []), done.stderr)
        self.assertIn("this release has only: none", done.stdout)
        self.assertTrue(done.stdout.endswith("on\n"))


if __name__ == "__main__":
    unittest.main()

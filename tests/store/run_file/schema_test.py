"""The promise of docs/file-format.md: a reader takes every older and every newer minor version of its
schema. tests/store/run_file/schema/ has a file of each minor version that ever was, as the tool of that time
wrote it, and what that tool exported from it. These files are never written anew; a new minor version
adds one of its own: support_write_sample_run, then tscollect export, both through xz -9."""

import json
import lzma
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

sys.path.insert(0, os.path.join(os.environ["TSCOLLECT_SOURCE_DIR"], "tests", "tool"))

from tscollect_program import COMPLETE, USAGE, make_file, tscollect  # noqa: E402

KEPT = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"], "tests", "store", "run_file", "schema")


class Schema(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "run.h5")

    def unpack(self, version):
        self.path.write_bytes(lzma.decompress((KEPT / f"{version}.h5.xz").read_bytes()))
        with h5py.File(self.path) as file:
            self.assertEqual(file.attrs["tscollect_schema"].decode(), version)

    def kept_versions(self):
        return sorted(path.name.removesuffix(".h5.xz") for path in KEPT.glob("*.h5.xz"))

    def change_schema(self, version):
        make_file("write_sample_run", self.path)
        with h5py.File(self.path, "r+") as file:
            file.attrs["tscollect_schema"] = numpy.bytes_(version)

    def test_every_older_file_gives_what_it_gave_then(self):
        self.assertIn("1.0", self.kept_versions())
        for version in self.kept_versions():
            with self.subTest(version):
                self.unpack(version)
                done = tscollect("export", self.path)
                self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
                then = lzma.decompress((KEPT / f"{version}.json.xz").read_bytes())
                self.assertEqual(json.loads(done.stdout), json.loads(then))

    def test_info_reads_every_older_file(self):
        for version in self.kept_versions():
            with self.subTest(version):
                self.unpack(version)
                done = tscollect("info", "--json", self.path)
                self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
                report = json.loads(done.stdout)
                self.assertEqual(report["hosts_missing"], ["node04"])
                hosts = {host["name"]: host for host in report["hosts"]}
                self.assertEqual(hosts["node02"]["errors"][0]["source"], "meminfo")
                self.assertEqual(hosts["node01"]["left_out"], {"diskstats": ["loop0", "loop1"]})

    def test_this_version_is_kept(self):
        make_file("write_sample_run", self.path)
        with h5py.File(self.path) as file:
            self.assertIn(file.attrs["tscollect_schema"].decode(), self.kept_versions())

    def test_a_newer_minor_version_is_read_and_a_newer_major_one_refused_by_name(self):
        self.change_schema("1.999")
        self.assertEqual(tscollect("info", self.path).returncode, COMPLETE)
        self.change_schema("2.0")
        done = tscollect("info", self.path)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("has schema 2.0", done.stderr)

    def test_only_the_standard_filters_are_used(self):
        """shuffle and deflate, in every HDF5 library since 1999."""
        make_file("write_sample_run", self.path)
        with h5py.File(self.path) as file:
            found = set()

            def look(_name, item):
                if isinstance(item, h5py.Dataset):
                    properties = item.id.get_create_plist()
                    for i in range(properties.get_nfilters()):
                        found.add(properties.get_filter(i)[0])

            file.visititems(look)
        self.assertEqual(found, {h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE})

    def test_h5dump_reads_the_whole_structure(self):
        make_file("write_sample_run", self.path)
        done = subprocess.run(["h5dump", "-H", self.path], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("host_table", "node%2F03", "meminfo_field", "DIMENSION_LIST"):
            self.assertIn(name, done.stdout)


if __name__ == "__main__":
    unittest.main()

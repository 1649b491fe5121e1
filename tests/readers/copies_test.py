"""What others' tools read they can also write: copies by netCDF's, HDF5's and xarray's own tools hold
what the run's file holds, and are read in turn."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import warnings

import h5py
import numpy
import xarray

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
PROGRAM = BUILD / "bin" / "tscollect"
FIXTURES = pathlib.Path(os.environ["TSCOLLECT_SOURCE_DIR"]) / "tests" / "fixtures"
ENGINES = ("h5netcdf", "netcdf4")


def setUpModule():
    global RUN, RECORDED, FOLDER
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    FOLDER = pathlib.Path(folder.name)
    RUN = FOLDER / "run.h5"
    subprocess.run([BUILD / "tests/support_write_sample_run", RUN], check=True)
    RECORDED = FOLDER / "recorded.h5"  # every source, type and length of list that a real host has
    subprocess.run([BUILD / "tests/support_record_tree", RECORDED, "20",
                    *(FIXTURES / kernel / root for kernel in ("linux-5.14", "linux-6.18")
                      for root in ("proc", "sys"))], check=True)


def arrays_of(path):
    """Name → values of every dataset, as h5py has them."""
    found = {}
    with h5py.File(path) as file:
        for group in ["/", "host_table", *(f"hosts/{name}" for name in file["hosts"])]:
            for name, dataset in file[group].items():
                if not isinstance(dataset, h5py.Dataset):
                    continue
                text = dataset.dtype.kind == "O"
                found[f"{group}/{name}"] = dataset.asstr()[:] if text else dataset[:]
    return found


class Copies(unittest.TestCase):
    def assert_same(self, copy, original):
        mine, theirs = arrays_of(original), arrays_of(copy)
        self.assertEqual(set(mine), set(theirs))
        for name, values in mine.items():
            numpy.testing.assert_array_equal(theirs[name], values, name)

    def assert_read(self, copy, original):
        """By our reader as the original, and by xarray."""
        def exported(path):
            done = subprocess.run([PROGRAM, "export", path], capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)
        self.assertEqual(exported(copy), exported(original))
        with h5py.File(original) as file:
            host = next(iter(file["hosts"]))
        for engine in ENGINES:
            with xarray.open_dataset(copy, group=f"hosts/{host}", engine=engine) as dataset:
                self.assertGreater(dataset.sizes["meminfo_field"], 1)

    def findings(self, path):
        done = subprocess.run([PROGRAM, "validate", "--json", path], capture_output=True, check=False)
        return json.loads(done.stdout)["findings"]

    def copy_by(self, *command):
        copy = FOLDER / "copy.h5"
        copy.unlink(missing_ok=True)
        done = subprocess.run([*command, copy], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return copy


class NetCdf(Copies):
    """The netCDF kinds that have groups and 64-bit integers: netCDF-4 alone. Classic, 64-bit offset and
    CDF-5 have no groups, and "netCDF-4 classic" has neither."""

    # Not -d 4: netCDF-C 4.9.0 then puts a filter on texts, too, and refuses its own definition.
    def test_nccopy(self):
        for original in (RUN, RECORDED):
            for options in ((), ("-d", "0"), ("-u",)):
                with self.subTest(original=original.name, options=options):
                    copy = self.copy_by("nccopy", "-k", "netCDF-4", *options, original)
                    self.assert_same(copy, original)
                    self.assert_read(copy, original)

    def test_a_copy_differs_in_storage_alone(self):
        copy = self.copy_by("nccopy", "-k", "netCDF-4", RECORDED)
        errors = {finding["rule"] for finding in self.findings(copy) if finding["severity"] == "error"}
        self.assertLessEqual(errors, {"storage"}, self.findings(copy))

    def test_kinds_without_groups_are_refused_by_netcdf(self):
        for kind in ("classic", "64-bit offset", "64-bit data", "netCDF-4 classic model"):
            done = subprocess.run(["nccopy", "-k", kind, RUN, FOLDER / "refused.nc"],
                                  capture_output=True, check=False)
            self.assertNotEqual(done.returncode, 0, kind)

    def test_no_text_has_a_filter(self):
        """netCDF reads texts of variable length behind deflate and cannot write them (netcdf-c#2480)."""
        def look(name, node):
            if isinstance(node, h5py.Dataset) and node.dtype.kind == "O":
                self.assertEqual(node.id.get_create_plist().get_nfilters(), 0, name)
        for path in (RUN, RECORDED):
            with h5py.File(path) as file:
                file.visititems(look)


class Xarray(Copies):
    def test_to_netcdf_with_every_engine(self):
        for original in (RUN, RECORDED):
            with h5py.File(original) as file:
                groups = [None, "host_table", *(f"hosts/{name}" for name in file["hosts"])]
            for reader in ENGINES:
                for writer in ENGINES:
                    for group in groups:
                        with self.subTest(original=original.name, reader=reader, writer=writer, group=group):
                            self.round_trip(original, group, reader, writer)

    def round_trip(self, original, group, reader, writer):
        copy = FOLDER / "written.nc"
        copy.unlink(missing_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with xarray.open_dataset(original, group=group, engine=reader) as dataset:
                dataset.load()
                dataset.to_netcdf(copy, engine=writer)
                with xarray.open_dataset(copy, engine=writer) as again:
                    self.assertTrue(dataset.equals(again))


@unittest.skipIf(shutil.which("h5repack") is None, "h5repack is not installed")
class H5Repack(Copies):
    def test_repacked(self):
        for original in (RUN, RECORDED):
            for options in ((), ("-f", "GZIP=5"), ("-f", "NONE"), ("-l", "CONTI"), ("-L",)):
                with self.subTest(original=original.name, options=options):
                    copy = self.copy_by("h5repack", *options, original)
                    self.assert_same(copy, original)
                    self.assert_read(copy, original)

    def test_a_plain_repack_is_valid(self):
        copy = self.copy_by("h5repack", RECORDED)
        self.assertEqual([f for f in self.findings(copy) if f["severity"] == "error"], [])


if __name__ == "__main__":
    unittest.main()

"""A run file opens in every reader that users have, with names, units and exact numbers."""

import os
import pathlib
import subprocess
import tempfile
import unittest
import warnings

import h5py
import numpy
import pandas
import xarray

BUILD = pathlib.Path(os.environ["TSCOLLECT_BUILD_DIR"])
ENGINES = ("h5netcdf", "netcdf4")
FIRST = pandas.Timestamp("2023-11-14T22:13:20.123456789")
BEYOND_DOUBLE = 2**53 + 1  # float64 cannot hold it


def setUpModule():
    global RUN, FOLDER
    FOLDER = tempfile.TemporaryDirectory()
    RUN = pathlib.Path(FOLDER.name, "run.h5")
    subprocess.run([BUILD / "tests" / "support_write_sample_run", RUN], check=True)


def tearDownModule():
    FOLDER.cleanup()


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class H5py(unittest.TestCase):
    def setUp(self):
        self.file = h5py.File(RUN)
        self.addCleanup(self.file.close)
        self.host = self.file["hosts/node01"]

    def test_pandas_frame_of_a_source(self):
        g = self.host
        frame = pandas.DataFrame(
            g["vmstat"][:], columns=g["vmstat_field"].asstr()[:], index=pandas.to_datetime(g["time"][:])
        )
        self.assertEqual(list(frame.columns), ["nr_free_pages", "pgfault", "pgmajfault"])
        self.assertEqual(frame.index[0], FIRST)
        self.assertEqual(frame["pgfault"].iloc[3], 1009)

    def test_integers_are_exact(self):
        self.assertEqual(self.host["meminfo"].dtype, numpy.int64)
        self.assertEqual(int(self.host["meminfo"][0, 0]), BEYOND_DOUBLE)

    def test_dimensions_have_scales(self):
        dims = self.host["diskstats"].dims
        self.assertEqual([dims[i][0].id for i in range(3)],
                         [self.host[n].id for n in ("time", "disk", "diskstats_field")])
        self.assertTrue(h5py.h5ds.is_scale(self.host["meminfo_field"].id))

    def test_names_of_many_fields(self):
        names = self.host["wide_field"].asstr()[:]
        self.assertEqual(list(names), [f"field_{i}" for i in range(40)])
        self.assertEqual(set(self.host["wide_unit"].asstr()[:]), {"count"})

    def test_root_attributes(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["completeness"].decode(), "incomplete")
        self.assertEqual([h.decode() for h in attributes["hosts_requested"]],
                         ["node01", "node02", "node/03", "node04"])
        self.assertEqual(attributes["label_benchmark"].decode(), "ior")
        self.assertEqual(attributes["collection_interval_seconds"], 1.0)

    def test_true_host_name(self):
        self.assertEqual(self.file["hosts/node%2F03"].attrs["hostname"].decode(), "node/03")

    def test_gaps_are_the_smallest_integer(self):
        meminfo = self.file["hosts/node02/meminfo"]
        self.assertEqual(meminfo.fillvalue, -(2**63))
        self.assertEqual(meminfo[4, 0], -(2**63))

    def test_columns_beyond_int64_say_so(self):
        vmstat = self.file["hosts/node%2F03/vmstat"]
        self.assertEqual([c.decode() for c in vmstat.attrs["uint64_columns"]], ["pgfault"])
        self.assertEqual(vmstat[:].view(numpy.uint64)[0, 1], 2**64 - 1)

    def test_nothing_that_a_reader_stumbles_over(self):
        """R's ncdf4 refuses compact datasets; netCDF takes a NUL that ends a text for a part of it."""
        def look(name, node):
            if isinstance(node, h5py.Dataset):
                self.assertNotEqual(node.id.get_create_plist().get_layout(), h5py.h5d.COMPACT, name)
            for attribute in set(node.attrs) - {"CLASS", "NAME"}:
                kind = node.attrs.get_id(attribute).get_type()
                if isinstance(kind, h5py.h5t.TypeStringID) and not kind.is_variable_str():
                    self.assertEqual(kind.get_strpad(), h5py.h5t.STR_NULLPAD, f"{name}: {attribute}")

        self.file.visititems(look)

    def test_errors(self):
        host = self.file["hosts/node02"]
        self.assertEqual(host["error_source"].asstr()[0], "meminfo")
        self.assertEqual(host["error_count"][0], 1)
        self.assertNotIn("error", self.host)


class Xarray(unittest.TestCase):
    def open(self, engine, group):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = xarray.open_dataset(RUN, group=group, engine=engine).load()
        self.addCleanup(dataset.close)
        return dataset

    def each(self, group):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                yield self.open(engine, group)

    def test_default_engine_selects_by_name(self):
        with xarray.open_dataset(RUN, group="hosts/node01") as dataset:
            available = dataset.meminfo.sel(meminfo_field="MemAvailable")
            self.assertEqual(int(available[0]), BEYOND_DOUBLE + 1)

    def test_selects_by_name(self):
        for host in self.each("hosts/node01"):
            available = host.meminfo.sel(meminfo_field="MemAvailable")
            self.assertEqual(available.dtype, numpy.int64)
            self.assertEqual(int(available[0]), BEYOND_DOUBLE + 1)
            self.assertEqual(available.dims, ("time",))

    def test_times_are_utc_to_the_nanosecond(self):
        for host in self.each("hosts/node01"):
            self.assertEqual(host.time.dtype, numpy.dtype("datetime64[ns]"))
            self.assertEqual(pandas.Timestamp(host.time.values[0]), FIRST)
            self.assertEqual(host.duration.dtype, numpy.int64)

    def test_unit_and_kind_are_coordinates(self):
        for host in self.each("hosts/node01"):
            fault = host.vmstat.sel(vmstat_field="pgfault")
            self.assertEqual(fault.vmstat_unit.item(), "count")
            self.assertEqual(fault.vmstat_kind.item(), "counter")

    def test_devices_are_labelled(self):
        for host in self.each("hosts/node01"):
            reads = host.diskstats.sel(disk="cciss/c0d0p1", diskstats_field="reads_completed")
            self.assertEqual(int(reads[2]), 10002)
            self.assertEqual(int(reads.disk_major), 104)
            self.assertEqual(int(reads.disk_is_partition), 1)

    def test_names_of_many_fields(self):
        for host in self.each("hosts/node01"):
            self.assertEqual(int(host.wide.sel(wide_field="field_39")[1]), 79)
            self.assertEqual(host.wide_unit.values[39], "count")

    def test_gaps_are_not_numbers(self):
        for host in self.each("hosts/node02"):
            self.assertTrue(numpy.isnan(host.meminfo.values[4]).all())
            self.assertEqual(host.meminfo.values[3, 0], 7)
            self.assertTrue(numpy.isnan(host.diskstats.sel(disk="cciss/c0d0p1").values[:3]).all())
            self.assertEqual(host.vmstat.dtype, numpy.int64)
            self.assertEqual(host.error_message.values[0], "meminfo: cannot read: I/O error")
            self.assertEqual(host.error_time.dtype, numpy.dtype("datetime64[ns]"))

    def test_a_layout_of_its_own(self):
        for host in self.each("hosts/node%2F03"):
            self.assertEqual(list(host.meminfo_field.values), ["MemTotal", "MemFree"])

    def test_host_table(self):
        for table in self.each("host_table"):
            self.assertEqual(list(table.host.values), ["node01", "node02", "node/03", "node04"])
            self.assertEqual(table.state.sel(host="node04").item(), "missing")
            self.assertEqual(table.why.sel(host="node04").item(), "did not answer")
            self.assertEqual(table.why.sel(host="node01").item(), "")
            self.assertEqual(list(table.samples.values), [10, 10, 10, 0])
            self.assertTrue(pandas.isnull(table["first"].sel(host="node04").values))
            self.assertTrue(numpy.isnan(table.clock_offset_start.sel(host="node04")))

    def test_phases(self):
        names = ["write", 'größer\n"1"', "read"]
        for root in self.each(None):
            self.assertEqual(list(root.phase.values), names)
            self.assertEqual(root.phase_begin.dtype, numpy.dtype("datetime64[ns]"))
            self.assertEqual(pandas.Timestamp(root.phase_begin.sel(phase="write").item()),
                             FIRST + pandas.Timedelta(1, "s"))
            self.assertEqual((root.phase_end - root.phase_begin).values.astype(int).tolist(),
                             [4 * 10**9, 10**9 + 1, 4 * 10**9])
            self.assertEqual(list(root.phase_host.values), ["node01", "node/03", ""])
            self.assertEqual(list(root.phase_level.values), [0, 1, 0])
            self.assertEqual(list(root.to_dataframe().index), names)

    def test_root(self):
        for root in self.each(None):
            self.assertEqual(root.attrs["completeness"], "incomplete")
            self.assertEqual(root.attrs["hosts_collected"], ["node01", "node02", "node/03"])


class CommandLine(unittest.TestCase):
    def test_ncdump(self):
        header = output_of("ncdump", "-h", RUN)
        self.assertIn("int64 meminfo(time, meminfo_field) ;", header)
        self.assertIn("int64 diskstats(time, disk, diskstats_field) ;", header)
        self.assertIn('time:units = "nanoseconds since 1970-01-01" ;', header)
        self.assertNotIn("phony_dim", header)

    def test_ncdump_data(self):
        text = output_of("ncdump", "-v", "wide_field,meminfo", RUN)
        self.assertIn('"field_39"', text)
        self.assertIn(str(BEYOND_DOUBLE), text)

    def test_h5ls(self):
        listing = output_of("h5ls", "-r", RUN)
        self.assertIn("/hosts/node01/meminfo    Dataset {10, 2}", listing)
        self.assertIn("/hosts/node02/vmstat_field Dataset, same as /hosts/", listing)

    def test_h5dump(self):
        text = output_of("h5dump", "-d", "/hosts/node01/wide_field", RUN)
        self.assertIn('"field_39"', text)
        output_of("h5dump", RUN)


if __name__ == "__main__":
    unittest.main()

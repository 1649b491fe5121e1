"""tscollect validate: a good file passes; each kind of damage is found at its exact place."""

import contextlib
import json
import pathlib
import shutil
import tempfile
import unittest

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import COMPLETE, INCOMPLETE, USAGE, make_file, roots, tscollect

MISSING = numpy.iinfo(numpy.int64).min


class Validate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.good = cls.path("good.h5")
        make_file("record_tree", cls.good, 6, *roots("linux-5.14"), *roots("linux-6.18"))
        cls.sample = cls.path("sample.h5")
        make_file("write_sample_run", cls.sample)

    @classmethod
    def path(cls, name):
        return pathlib.Path(cls.folder.name, name)

    def verdict(self, path, *words, expect=COMPLETE):
        done = tscollect("validate", "--json", *words, path)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def damaged(self, base=None):
        """A copy, open for damage."""
        path = self.path(f"{self.id().rpartition('.')[2]}.h5")
        shutil.copy(base or self.good, path)
        with h5py.File(path, "r+") as file:
            file.target = path
            yield file

    def found(self, file, rule, expect=INCOMPLETE):
        """The findings of that rule; there have to be some."""
        verdict = self.verdict(file.target, expect=expect)
        some = [finding for finding in verdict["findings"] if finding["rule"] == rule]
        self.assertTrue(some, verdict)
        return some

    def finding(self, file, rule, place, expect=INCOMPLETE, row=None):
        """The text of the one finding of that rule at that place and row."""
        some = [
            finding["what"]
            for finding in self.found(file, rule, expect)
            if finding["place"] == place and finding.get("row") == row
        ]
        self.assertEqual(len(some), 1, self.found(file, rule, expect))
        return some[0]


class GoodFiles(Validate):
    def test_a_recorded_run_is_valid(self):
        verdict = self.verdict(self.good)
        self.assertTrue(verdict["valid"])
        self.assertEqual((verdict["kind"], verdict["errors"], verdict["warnings"]), ("run", 0, 0), verdict)
        self.assertIn("schema 1.", verdict["summary"])

    def test_a_run_with_missing_hosts_cells_and_failures_is_valid(self):
        self.assertEqual(self.verdict(self.sample)["errors"], 0)

    def test_says_so_to_people(self):
        done = tscollect("validate", self.good, self.sample)
        self.assertEqual(done.returncode, COMPLETE)
        lines = done.stdout.splitlines()
        self.assertTrue(lines[0].startswith(f"{self.good}: valid run (schema 1."), lines[0])

    def test_a_newer_minor_version_passes_with_a_warning(self):
        with self.damaged() as file:
            file.attrs.modify("tscollect_schema", numpy.bytes_("1.9"))
            file["hosts/node1"].create_dataset("of_the_future", data=[1])
        self.assertIn("1.9", self.finding(file, "schema", "/", COMPLETE))

    def test_an_older_file_without_a_later_column_passes(self):
        with self.damaged() as file:
            del file["host_table/dropped"]
        self.assertEqual(self.verdict(file.target)["errors"], 0)

    def test_a_wrapped_32_bit_counter_is_no_reset(self):
        with self.damaged() as file:
            self.set_column(file, "node1", "time_reading_ms", [2**32 - 5, 2**32 - 1, 3, 4, 5, 6])
        verdict = self.verdict(file.target)
        self.assertEqual((verdict["errors"], verdict["warnings"]), (0, 0), verdict)

    def test_a_counter_that_falls_is_a_warning_with_column_row_and_values(self):
        with self.damaged() as file:
            self.set_column(file, "node1", "reads_completed", [10, 20, 3, 4, 5, 6])
        what = self.finding(file, "counter-reset", "/hosts/node1/diskstats", COMPLETE, row=2)
        self.assertIn("reads_completed falls from 20 to 3: it was reset", what)
        self.verdict(file.target, "--strict", expect=INCOMPLETE)

    def test_a_clock_that_was_set_back_is_a_warning(self):
        with self.damaged() as file:
            time = file["hosts/node1/time"]
            time[3] = time[2] - 1_000_000
        self.assertIn("set back", self.finding(file, "time-order", "/hosts/node1/time", COMPLETE, row=3))

    @staticmethod
    def set_column(file, host, field, values):
        names = list(file[f"hosts/{host}/diskstats_field"].asstr())
        file[f"hosts/{host}/diskstats"][:, 0, names.index(field)] = values


class Values(Validate):
    def test_ticks_that_do_not_rise(self):
        with self.damaged() as file:
            tick = file["hosts/node1/tick"]
            tick[4] = tick[3]
        self.assertIn("goes from", self.finding(file, "tick-order", "/hosts/node1/tick", row=4))

    def test_a_negative_tick(self):
        with self.damaged() as file:
            file["hosts/node1/tick"][0] = -7
        self.assertEqual(self.finding(file, "tick-order", "/hosts/node1/tick", row=0), "is -7")

    def test_a_missing_time(self):
        with self.damaged() as file:
            file["hosts/node2/time"][2] = MISSING
        self.finding(file, "missing-cell", "/hosts/node2/time", row=2)

    def test_early_samples_before_the_last(self):
        with self.damaged() as file:
            file["hosts/node1/lateness"][1] = -5
        self.finding(file, "lateness", "/hosts/node1/lateness", row=1)

    def test_a_missing_cell_that_is_not_declared(self):
        with self.damaged() as file:
            file["hosts/node1/meminfo"][5, 1] = MISSING
        self.finding(file, "missing-cell", "/hosts/node1/meminfo", row=5)

    def test_failures_beyond_the_rows(self):
        with self.damaged(self.sample) as file:
            file["hosts/node02/error_last_row"][0] = 99
        self.assertIn("of 10", self.finding(file, "error-list", "/hosts/node02/error_first_row", row=0))


class DeclaredAgainstFound(Validate):
    def test_number_of_samples(self):
        with self.damaged() as file:
            file.attrs.modify("num_samples", numpy.int64(13))
        self.assertIn("13", self.finding(file, "declared-found", "/"))

    def test_samples_of_a_host(self):
        with self.damaged() as file:
            file["host_table/samples"][1] = 7
        self.assertIn("7 in the host table and 6", self.finding(file, "declared-found", "/hosts/node2"))

    def test_completeness(self):
        with self.damaged(self.sample) as file:
            file.attrs.modify("completeness", numpy.bytes_("complete"))
        self.assertIn("not every host", self.finding(file, "declared-found", "/"))

    def test_hosts_collected(self):
        with self.damaged() as file:
            file.attrs["hosts_collected"] = numpy.array([b"node1", b"other"])
        self.assertIn("hosts_collected", self.finding(file, "declared-found", "/"))

    def test_a_host_without_a_group(self):
        with self.damaged() as file:
            del file["hosts/node2"]
        self.assertTrue(self.found(file, "missing-object"))

    def test_a_group_without_a_host(self):
        with self.damaged() as file:
            file.copy("hosts/node1", "hosts/stowaway")
        self.assertIn("not in the host table", self.finding(file, "host-table", "/hosts/stowaway"))

    def test_a_host_that_stands_twice(self):
        with self.damaged() as file:
            write_texts(file["host_table/host"], "node1", at=1)
        self.assertIn("'node1' twice", self.finding(file, "unreadable", "/host_table"))

    def test_a_field_that_stands_twice(self):
        with self.damaged() as file:
            write_texts(file["hosts/node1/meminfo_field"], file["hosts/node1/meminfo_field"][0], at=1)
        self.assertIn("MemTotal twice", self.found(file, "names")[0]["what"])

    def test_a_list_of_another_length(self):
        with self.damaged() as file:
            del file["hosts/node1/lateness"]
            file["hosts/node1/lateness"] = numpy.zeros(5, "<i8")
        self.assertIn("5 elements instead of 6", self.found(file, "unreadable-host")[0]["what"])

    def test_an_array_of_another_shape(self):
        with self.damaged() as file:
            del file["hosts/node1/vmstat"]
            file["hosts/node1/vmstat"] = numpy.zeros((6, 3), "<i8")
        self.assertIn("shape", self.found(file, "unreadable-host")[0]["what"])


class Structure(Validate):
    def test_attributes_that_are_gone(self):
        with self.damaged() as file:
            del file.attrs["Conventions"]
            del file["hosts/node1/time"].attrs["units"]
        self.assertEqual(self.finding(file, "attribute", "/"), "has no attribute Conventions")
        self.finding(file, "attribute", "/hosts/node1/time")

    def test_an_array_without_the_promised_filters(self):
        with self.damaged() as file:
            self.rewrite(file, "hosts/node1/meminfo", chunks=(6, 1), compression="gzip", fillvalue=MISSING)
        self.assertIn("filters", self.finding(file, "storage", "/hosts/node1/meminfo"))

    def test_an_array_that_is_not_in_chunks(self):
        with self.damaged() as file:
            self.rewrite(file, "hosts/node1/meminfo", fillvalue=MISSING)
        self.assertIn("chunks", self.finding(file, "storage", "/hosts/node1/meminfo"))

    def test_another_fill_value(self):
        with self.damaged() as file:
            self.rewrite(file, "hosts/node1/meminfo", chunks=(6, 1), compression="gzip", shuffle=True)
        self.assertIn("fill value", self.finding(file, "storage", "/hosts/node1/meminfo"))

    def test_a_scale_that_is_none(self):
        with self.damaged() as file:
            del file["hosts/node1/meminfo_field"].attrs["CLASS"]
        self.found(file, "attribute")

    def test_an_array_along_another_scale(self):
        with self.damaged() as file:
            array = file["hosts/node1/meminfo"]
            array.attrs.modify("DIMENSION_LIST", file["hosts/node1/vmstat"].attrs["DIMENSION_LIST"])
        self.assertIn("dimension 1", self.finding(file, "dimension-scale", "/hosts/node1/meminfo"))

    def test_a_column_of_the_host_table_without_its_dimension_and_units(self):
        with self.damaged() as file:
            del file["host_table/missed"].attrs["DIMENSION_LIST"]
            del file["host_table/first"].attrs["units"]
        self.finding(file, "dimension-scale", "/host_table/missed")
        self.assertEqual(self.finding(file, "attribute", "/host_table/first"), "has no attribute units")

    def test_a_list_of_devices_along_another_scale(self):
        with self.damaged() as file:
            del file["hosts/node1/disk_major"].attrs["DIMENSION_LIST"]
        self.finding(file, "dimension-scale", "/hosts/node1/disk_major")

    def test_a_unit_that_is_gone(self):
        with self.damaged() as file:
            del file["hosts/node1/vmstat_unit"]
        self.assertTrue(self.found(file, "unreadable-host"))
        self.assertEqual(self.finding(file, "missing-object", "/hosts/node1"), "has no vmstat_unit")

    def test_what_is_wrong_beside_an_array_that_cannot_be_read(self):
        with self.damaged() as file:
            del file["hosts/node1/diskstats_unit"]
            file["hosts/node1/vmstat"][5, 1] = MISSING
            del file["hosts/node1/meminfo_field"].attrs["CLASS"]
        self.finding(file, "unreadable-host", "/hosts/node1")
        self.finding(file, "missing-cell", "/hosts/node1/vmstat", row=5)
        self.finding(file, "attribute", "/hosts/node1/meminfo_field")

    def test_two_hosts_that_are_one_group(self):
        with self.damaged() as file:
            del file["hosts/node2"]
            file["hosts/node2"] = file["hosts/node1"]
        self.assertIn("another name for the group node2", self.finding(file, "unreadable", "/hosts"))

    def test_what_belongs_to_nothing(self):
        with self.damaged() as file:
            file["hosts/node1/extra"] = [1]
        self.finding(file, "unknown-object", "/hosts/node1/extra", COMPLETE)

    def test_a_file_cut_short(self):
        path = self.path("cut.h5")
        path.write_bytes(self.good.read_bytes()[:3000])
        self.assertEqual(self.verdict(path, expect=INCOMPLETE)["findings"][0]["rule"], "unreadable")

    @staticmethod
    def rewrite(file, name, **storage):
        values, attributes = file[name][:], dict(file[name].attrs)
        del file[name]
        array = file.create_dataset(name, data=values, **storage)
        for key, value in attributes.items():
            array.attrs[key] = value


class OtherFiles(Validate):
    def test_hdf5_of_others_cannot_be_judged(self):
        path = self.path("other.h5")
        with h5py.File(path, "w") as file:
            file["x"] = [1]
        self.assertIn("is not a file of tscollect", self.verdict(path, expect=USAGE)["unreadable"])

    def test_another_major_schema_cannot_be_judged(self):
        with self.damaged() as file:
            file.attrs.modify("tscollect_schema", numpy.bytes_("2.0"))
        self.assertIn("schema 2.0", self.verdict(file.target, expect=USAGE)["unreadable"])

    def test_what_is_no_file_of_ours(self):
        path = self.path("text")
        path.write_text("hello\n")
        for name in (path, self.path("absent"), self.folder.name, "/dev/null"):
            self.assertIsNone(self.verdict(name, expect=USAGE)["valid"])

    def test_the_worst_of_several_files_is_the_exit_status(self):
        with self.damaged() as file:
            file["hosts/node1/tick"][0] = -7
        self.assertEqual(tscollect("validate", self.good, file.target).returncode, INCOMPLETE)
        self.assertEqual(tscollect("validate", file.target, "/dev/null", self.good).returncode, USAGE)

    def test_many_findings_of_one_kind_are_counted(self):
        with self.damaged() as file:
            write_texts(file["hosts/node1/meminfo_field"], "same")
        verdict = self.verdict(file.target, expect=INCOMPLETE)
        self.assertLess(len(verdict["findings"]), 100)
        self.assertGreater(verdict["left_out"]["names"], 10)


if __name__ == "__main__":
    unittest.main()

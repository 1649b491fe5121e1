"""Files that somebody made to do harm: no command crashes, hangs, takes memory, or reads elsewhere."""

import os
import resource
import shutil
import unittest

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import COMPLETE, DOCUMENTED, GoodRunTest, INCOMPLETE, tscollect

COMMANDS = (
    ("info",),
    ("info", "--json"),
    ("export",),
    ("export", "--format", "csv"),
    ("export", "--format", "openmetrics"),
    ("export", "--format", "perfetto"),
    ("rates",),
    ("rates", "--per", "run", "--every", "2"),
    ("validate",),
    ("validate", "--json"),
)
SECRET = "what stands in another file"
INT64 = numpy.iinfo(numpy.int64)


def bound_memory():
    """1 GiB of address space: the files here are below 8 MiB."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class HostileFile(GoodRunTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secret = cls.folder / "secret.h5"
        shutil.copy(cls.good, cls.secret)
        with h5py.File(cls.secret, "r+") as file:
            file["text"] = SECRET
            file["hosts/node1"].attrs.modify("kernel", numpy.bytes_(SECRET))
        cls.raw = cls.folder / "raw"
        cls.raw.write_bytes(numpy.array([int.from_bytes(b"SECRETS!", "little")] * 4, "<i8").tobytes())
        # The sanitizers reserve terabytes of addresses.
        cls.options = {} if os.environ.get("TSCOLLECT_SANITIZE") else {"preexec_fn": bound_memory}

    def survive(self, path, validity=INCOMPLETE):
        """Runs every command; gives what each said, by its words."""
        self.assertLess(path.stat().st_size, 8 << 20)
        said = {}
        for words in COMMANDS:
            done = tscollect(*words, path, **self.options)
            where = (words, done.returncode, done.stderr[-2000:])
            self.assertIn(done.returncode, DOCUMENTED, where)
            self.assertNotIn(SECRET, done.stdout + done.stderr, where)
            self.assertNotIn(str(int.from_bytes(b"SECRETS!", "little")), done.stdout, where)
            if words[0] == "validate":
                self.assertEqual(done.returncode, validity, done.stdout)
                self.assertNotIn("library-crash", done.stdout)
            said[words] = done.stdout + done.stderr
        return said

    def test_huge_shapes_without_storage(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            for name, shape in (("time", (1 << 40,)), ("tick", (1 << 62,)), ("vmstat", (1 << 31, 1 << 31))):
                del file[f"hosts/node1/{name}"]
                file.create_dataset(f"hosts/node1/{name}", shape, "<i8", chunks=(1024,) * len(shape))
            del file["host_table/samples"]
            file.create_dataset("host_table/samples", (1 << 50,), "<i8")
        self.assertIn("more than the file can hold", self.survive(path)[("validate",)])

    def test_a_huge_shape_with_one_small_chunk(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            del file["hosts/node1/time"]
            time = file.create_dataset("hosts/node1/time", (1 << 34,), "<i8", chunks=(1 << 16,), compression=9)
            time[0] = 1
        self.survive(path)

    def test_huge_chunks_of_a_small_array(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            del file["hosts/node1/time"]
            time = file.create_dataset(
                "hosts/node1/time", (4,), "<i8", maxshape=(None,), chunks=((1 << 29) - 1,), compression=9
            )
            time.id.write_direct_chunk((0,), b"x\x9cc\x00\x00\x00\x00\xff\xff")
        self.assertIn("claims chunks", self.survive(path)[("validate",)])

    def test_one_long_text_in_many_places(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            reference = self.reference_to(file, "x" * 1_000_000)
            count = 100_000
            del file["hosts/node1/vmstat_unit"]
            file.create_dataset("hosts/node1/vmstat_unit", (count,), h5py.string_dtype(), chunks=(count,))
            file["hosts/node1/vmstat_unit"].id.write_direct_chunk((0,), reference * count)
        self.assertIn("too much text", self.survive(path)[("validate",)])

    def test_a_source_named_a_thousand_times(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            file["hosts/node1"].attrs["sources"] = numpy.array([b"vmstat"] * 1000)
        self.assertIn("vmstat twice", self.survive(path)[("validate",)])

    def test_ticks_and_times_at_the_limits(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            for name in ("time", "tick", "lateness", "duration"):
                file[f"hosts/node1/{name}"][:] = [INT64.max, INT64.min, -1, INT64.max]
            file["hosts/node1/diskstats"][:, :, ::2] = INT64.max
            file["hosts/node1/diskstats"][1, :, :] = INT64.min + 1
            for column in ("samples", "first", "last", "missed", "dropped", "errors", "lateness_max"):
                file[f"host_table/{column}"][:] = INT64.max
            file.attrs.modify("num_samples", INT64.max)
        self.survive(path)

    def test_intervals_that_are_no_numbers(self):
        for number in (0.0, -1.0, float("nan"), float("inf"), 1e308, 5e-324):
            path = self.copy()
            with h5py.File(path, "r+") as file:
                file.attrs.modify("collection_interval_seconds", number)
            self.survive(path, COMPLETE if 0 < number < float("inf") else INCOMPLETE)

    def test_thousands_of_hosts_that_are_one_group(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            names = [f"node{number}" for number in range(1, 3001)]
            for name in names[2:]:
                file[f"hosts/{name}"] = file["hosts/node1"]
            table = file["host_table"]
            for column in list(table):
                values = numpy.resize(table[column][:], len(names))
                kind = table[column].dtype
                del table[column]
                table.create_dataset(column, data=names if column == "host" else values, dtype=kind)
        self.assertIn("has another name for the group node3", self.survive(path)[("validate",)])

    def test_one_name_a_hundred_thousand_times(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            table = file["host_table"]
            count = 100_000
            for column in list(table):
                value, kind = table[column][0], table[column].dtype
                del table[column]
                if kind == object:
                    table.create_dataset(column, (count,), kind, chunks=(count,), compression=9)
                    continue
                table.create_dataset(column, data=numpy.full(count, value), compression=9)
            for column, text in (("host", "node1"), ("state", "complete"), ("why", "because")):
                chunk = self.reference_to(file, text) * count
                table[column].id.write_direct_chunk((0,), chunk, filter_mask=1)
        self.assertIn("has the host 'node1' twice", self.survive(path)[("info",)])

    def test_links_in_loops(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            file["hosts/node1/loop"] = file["hosts/node1"]
            file["hosts/node1/up"] = file["/"]
            file["hosts/node2/hosts"] = file["hosts"]
            del file["hosts/node1/time"]
            file["hosts/node1/time"] = file["hosts/node1"]
        self.survive(path)

    def test_control_characters_in_every_text(self):
        path = self.copy()
        evil = b"\x1b[2J\x07\r\nnode9: complete\x7f\xff"
        with h5py.File(path, "r+") as file:
            for name in ("title", "history", "stop_reason", "label_x", "start_time"):
                file.attrs[name] = numpy.bytes_(evil)
            for name, row in (("host_table/why", 0), ("host_table/host", 1), ("hosts/node1/vmstat_field", 0),
                              ("hosts/node1/disk", 0)):
                write_texts(file[name], evil, at=row)
            file["hosts/node1"].attrs["excluded"] = numpy.array([evil])
        for words, text in self.survive(path).items():
            for character in "\x1b\x07":
                self.assertFalse(character in text and words[0] != "export", (words, text))

    def test_links_to_other_files(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            del file["hosts/node1"]
            file["hosts/node1"] = h5py.ExternalLink(str(self.secret), "/hosts/node1")
            del file["hosts/node2/time"]
            file["hosts/node2/time"] = h5py.SoftLink("/hosts/node1/time")
        self.assertIn("is a link elsewhere", self.survive(path)[("validate",)])

    def test_arrays_that_lie_in_other_files(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            host = file["hosts/node1"]
            del host["time"], host["tick"]
            host.create_dataset("time", (4,), "<i8", external=[(str(self.raw), 0, 32)])
            layout = h5py.VirtualLayout((4,), "<i8")
            layout[:] = h5py.VirtualSource(str(self.secret), "/hosts/node1/tick", (4,))
            host.create_virtual_dataset("tick", layout)
        self.assertIn("keeps its data outside of the file", self.survive(path)[("validate",)])

    def test_names_that_are_paths(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            file["hosts/node1"].attrs["sources"] = numpy.array([b"../node2/vmstat", b"/", b".", b""])
            file["hosts/node2/vmstat"].attrs["coordinates"] = numpy.bytes_("../node1/time / . vmstat_x")
        self.survive(path)

    def test_groups_in_place_of_arrays_and_the_other_way_round(self):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            del file["host_table/samples"], file["hosts/node1"], file["hosts/node2/tick"]
            file.create_group("host_table/samples")
            file["hosts/node1"] = numpy.arange(4)
            file.create_group("hosts/node2/tick")
        self.survive(path)

    @staticmethod
    def reference_to(file, text):
        """The 16 bytes by which an element of a list refers to a text in the file's heap."""
        element = file.create_dataset(f"text{len(file)}", data=[text], dtype=h5py.string_dtype())
        file.flush()
        with open(file.filename, "rb") as raw:
            raw.seek(element.id.get_offset())
            return raw.read(16)


if __name__ == "__main__":
    unittest.main()

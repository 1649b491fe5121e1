"""Names that somebody chose to do harm reach no terminal, no spreadsheet and no log as they are."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import unittest

import h5py
import numpy

from run_texts import write_texts
from tscollect_program import COMPLETE, DOCUMENTED, PROGRAM, GoodRunTest, tscollect

EVIL = "\x1b]0;owned\x07\x1b[31m\r\nnode9: \u202ecomplete\u2066\u009b31m\x7f\u200b\u2028\U000e0041"
# What a terminal obeys, or what changes how the rest is read. Ends of lines are ours.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
                    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
COMMANDS = (("info",), ("info", "--json"), ("info", "--all"), ("export",), ("export", "-f", "csv"),
            ("export", "-f", "openmetrics"), ("export", "-f", "perfetto"), ("rates",), ("rates", "-f", "json"),
            ("rates", "--per", "run"), ("report", "-o", "-"), ("compare",), ("compare", "--json"), ("validate",), ("validate", "--json"))


class HostileNames(GoodRunTest):
    def evil_file(self, name, text, host="node1"):
        """A run in which everything that is a text is `text`."""
        path = self.folder / name
        shutil.copy(self.good, path)
        with h5py.File(path, "r+") as file:
            for attribute in ("title", "history", "stop_reason", "start_time", "collection_method"):
                file.attrs[attribute] = numpy.bytes_(text.encode())
            file.attrs["label_x%0A" + "%1B"] = numpy.bytes_(text.encode())
            file.attrs["job_y"] = numpy.bytes_(text.encode())
            table = file["host_table"]
            write_texts(table["why"], text)
            write_texts(table["host"], host, at=0)
            escaped = "".join(chr(byte) if 0x20 < byte < 0x7F and chr(byte) not in "/%" else f"%{byte:02X}"
                              for byte in host.encode())
            if host != "node1":
                file.move("hosts/node1", f"hosts/{escaped}")
            group = file[f"hosts/{escaped}"]
            for attribute in ("kernel", "cpu_model", "boot_id"):
                group.attrs[attribute] = numpy.bytes_(text.encode())
            for list_name in ("interface", "disk", "vmstat_field", "meminfo_field"):
                values = group[list_name]
                write_texts(values, [text + str(number) for number in range(len(values))])
            write_texts(group["vmstat_unit"], text)
            group["vmstat"].attrs["excluded"] = numpy.array([text.encode()])
        return path

    def said_of(self, path):
        said = {}
        for words in COMMANDS:
            done = tscollect(*words, path, *([self.good] if words[0] == "compare" else []))
            self.assertIn(done.returncode, DOCUMENTED, (words, done.stderr))
            said[words] = done
            for stream in (done.stdout, done.stderr):
                found = UNSAFE.search(stream)
                self.assertIsNone(found, (words, found and stream[max(0, found.start() - 40):found.end() + 40]))
        return said

    def test_nothing_that_a_terminal_obeys_comes_out(self):
        said = self.said_of(self.evil_file("evil.h5", EVIL, host=EVIL))
        data = json.loads(said[("export",)].stdout)
        self.assertIn(EVIL, data["samples_by_host"], "JSON says the same, escaped")
        self.assertIn(EVIL + "0", data["samples_by_host"][EVIL][0]["vmstat"])
        self.assertEqual(json.loads(said[("info", "--json")].stdout)["title"], EVIL)
        for words in (("info",), ("export", "-f", "csv")):
            self.assertNotIn("\nnode9:", said[words].stdout, "a line of its own")

    def test_no_cell_is_a_formula(self):
        for number, start in enumerate(("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠")):
            name = start + "HYPERLINK(\"http://x/\",\"y\")"
            path = self.evil_file(f"formula{number}.h5", name, host=name)
            with h5py.File(path, "r+") as file:
                group = file["hosts"][[key for key in file["hosts"] if key != "node2"][0]]
                group["loadavg"][:] = -1.5
                group["meminfo"][:] = -7
            rows = list(csv.reader(io.StringIO(tscollect("export", "-f", "csv", path).stdout)))
            cells = [cell for row in rows for cell in row]
            numbers = [cell for cell in cells if cell.startswith("-")]
            self.assertTrue(numbers)
            self.assertLessEqual(set(numbers), {"-1.5", "-7"}, "numbers stay numbers")
            for cell in cells:
                self.assertFalse(cell[:1] in ("=", "+", "@", "\t", "\r", "＝", "＋", "－", "＠"), cell)
            self.assertTrue(any(cell.startswith("'" + start) or cell.startswith("\\x") for cell in cells))

    def test_names_of_files_are_shown_as_they_can_be(self):
        folder = self.folder / EVIL.replace("/", "_").replace("\n", "")
        folder.mkdir()
        path = folder / "run.h5"
        shutil.copy(self.good, path)
        self.said_of(path)
        (folder / "text.h5").write_text("no run")
        self.said_of(folder / "text.h5")
        self.said_of(folder / "absent.h5")
        for words in (("recover", "-o", folder / "out.h5", folder), ("recover", "-o", path, folder / "no.journal"),
                      ("export", "-o", folder / "none" / "x", path), ("info", f"--{EVIL}"), (EVIL,),
                      ("sample", "--sources", EVIL), ("sample", "--include-devices", "(" + EVIL),
                      ("sample", "--procfs", folder)):
            done = tscollect(*words)
            self.assertIsNone(UNSAFE.search(done.stdout + done.stderr), (words, done.stdout + done.stderr))

    def test_names_of_devices_are_spelled_out_where_they_are_read(self):
        proc = self.folder / "proc"
        (proc / "net").mkdir(parents=True)
        head = "Inter-|   Receive\n face |bytes\n"
        name = EVIL.replace("\r\n", "").replace(" ", "")
        (proc / "net" / "dev").write_text(head + f"{name}: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n")
        done = tscollect("sample", "--sources", "netdev", "--procfs", proc)
        self.assertIsNone(UNSAFE.search(done.stdout + done.stderr), done.stdout)
        self.assertIn("\\x1b]0;owned", "".join(map(str, json.loads(done.stdout)["netdev"][0].values())))

    def test_the_terminal_itself_gets_none(self):
        """Through a real one: script(1) gives the program a terminal for its streams."""
        if shutil.which("script") is None:
            self.skipTest("there is no script(1)")
        path = self.evil_file("terminal.h5", EVIL, host=EVIL)
        done = subprocess.run(["script", "-qec", f"'{PROGRAM}' info '{path}'", "/dev/null"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60,
                              env=dict(os.environ, TERM="xterm"))
        self.assertEqual(done.returncode, COMPLETE)
        found = UNSAFE.search(done.stdout.decode().replace("\r\n", "\n"))
        self.assertIsNone(found, found)


if __name__ == "__main__":
    unittest.main()

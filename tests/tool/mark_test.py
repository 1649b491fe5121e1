"""tscollect mark: lines appended to a run's file of marks, and phases put into a finished file."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import time
import unittest

import h5py
import pandas

from run_texts import write_texts
from tscollect_program import COMPLETE, NOT_WRITTEN, PROGRAM, SOURCE, USAGE, make_file, tscollect

HEAD = '{"tscollect_marks":1,"run":"run-1"}\n'
EVIL = "\x1b]0;owned\x07\r\nnode9: \u202ecomplete \"x\\\" <script>\u0001\U000e0041"
NAMES = ["write", "round 1/read", "größer als 10 %", EVIL, "--end", " ", "📈", "a" * 1024, "'; DROP TABLE--", "{}"]


class Mark(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.marks = self.folder / ".run.h5.marks"
        self.marks.write_text(HEAD)

    def mark(self, *words, marks="here", expect=COMPLETE, **options):
        environment = {name: text for name, text in os.environ.items() if name != "TSCOLLECT_MARKS"}
        if marks is not None:
            environment["TSCOLLECT_MARKS"] = str(self.marks if marks == "here" else marks)
        done = tscollect("mark", *words, env=environment, cwd=self.folder, **options)
        self.assertEqual(done.returncode, expect, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def lines(self):
        text = self.marks.read_text()
        self.assertTrue(text.startswith(HEAD) and text.endswith("\n"), text)
        return [json.loads(line) for line in text.splitlines()[1:]]

    def test_each_kind_is_a_line_with_host_and_clocks(self):
        before = time.time_ns(), time.monotonic_ns()
        for words in (["write"], ["--begin", "round 1"], ["--end", "round 1"], ["--end"]):
            self.assertEqual(self.mark(*words), "")
        after = time.time_ns(), time.monotonic_ns()
        lines = self.lines()
        self.assertEqual([(line["mark"], line.get("name")) for line in lines],
                         [("next", "write"), ("begin", "round 1"), ("end", "round 1"), ("end", None)])
        boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        for line in lines:
            self.assertEqual((line["host"], line["boot_id"]), (os.uname().nodename, boot))
            self.assertTrue(before[0] <= line["wall_ns"] <= after[0])
            self.assertTrue(before[1] <= line["mono_ns"] <= after[1])
        self.assertEqual([line["mono_ns"] for line in lines], sorted(line["mono_ns"] for line in lines))

    def test_a_name_has_any_characters(self):
        for name in NAMES:
            self.assertEqual(self.mark("--", name) if name == "--end" else self.mark(name), "")
        for name in NAMES:
            self.mark(f"--begin={name}")
        self.assertEqual([line["name"] for line in self.lines()], 2 * NAMES)
        self.mark(os.fsdecode(b"l\xe4uft"))  # no UTF-8
        self.assertEqual(self.lines()[-1]["name"], "l\ufffduft")

    def test_the_run_is_named_by_its_output(self):
        self.mark("a", "-o", "run.h5", marks=None)
        self.mark("b", "-o", self.folder / "run.h5", marks="/nowhere")
        self.assertEqual([line["name"] for line in self.lines()], ["a", "b"])

    def test_it_says_that_there_is_no_run(self):
        self.assertIn("no run to mark: TSCOLLECT_MARKS is not set", self.mark("a", marks=None, expect=USAGE))
        self.assertIn("nothing is collected (TSCOLLECT_MARKS is empty): not marked", self.mark("a", marks=""))
        self.marks.unlink()
        self.assertIn("its run has not begun, has ended, or its folder", self.mark("a", expect=NOT_WRITTEN))
        self.assertFalse(self.marks.exists())

    def test_it_says_that_the_run_has_stopped(self):
        with self.marks.open("a") as file:
            file.write('{"closed":"2026-01-24T22:20:00.000Z"}\n')
        before = self.marks.read_text()
        self.assertIn("its run has stopped, and takes no more marks", self.mark("a", expect=NOT_WRITTEN))
        self.assertEqual(self.marks.read_text(), before)

    def test_words_that_make_no_sense_are_refused(self):
        for words in ([], ["a", "b"], ["a", "--begin", "b"], ["a", "--end"], ["--begin", "a", "--end", "a"],
                      [""], ["--begin", ""], ["a" * 1025], ["a", "--force"], ["a", "--phases", "x"],
                      ["--nonsense"], ["--into", "run.h5"], ["--into", "run.h5", "a"]):
            with self.subTest(words=words):
                self.assertRegex(self.mark(*words, expect=USAGE), r"\Atscollect( mark)?: .")
        self.assertEqual(self.lines(), [])

    def test_help_is_that_of_the_other_commands(self):
        said = subprocess.run([PROGRAM, "mark", "--help"], check=True, capture_output=True, text=True).stdout
        for word in ("--begin", "--end", "--into", "TSCOLLECT_MARKS", "Exit status"):
            self.assertIn(word, said)
        self.assertIn("mark", subprocess.run([PROGRAM, "--help"], check=True, capture_output=True, text=True).stdout)

    def test_it_never_waits_and_never_writes_elsewhere(self):
        victim = self.folder / "victim"
        victim.write_text(HEAD)
        self.marks.unlink()
        self.marks.symlink_to(victim)
        self.assertIn("it is a link", self.mark("a", expect=NOT_WRITTEN))
        self.marks.unlink()
        os.mkfifo(self.marks)
        self.assertIn("it is no regular file", self.mark("a", expect=NOT_WRITTEN))
        self.marks.unlink()
        self.marks.write_text("a diary\n")
        self.assertIn("it does not begin as a file of marks", self.mark("a", expect=NOT_WRITTEN))
        self.assertEqual((victim.read_text(), self.marks.read_text()), (HEAD, "a diary\n"))

    def test_a_lock_that_somebody_keeps_delays_it_a_little(self):
        import fcntl
        with self.marks.open("r+") as held:
            fcntl.lockf(held, fcntl.LOCK_EX)
            begin = time.monotonic()
            self.mark("a")
            self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(len(self.lines()), 1)

    @unittest.skipIf(os.geteuid() != 0, "becomes another user")
    def test_a_stranger_s_file_takes_no_marks_and_one_of_the_group_does(self):
        self.folder.chmod(0o777)

        def as_user(uid, gid):
            def become():
                os.setgroups([gid])
                os.setgid(gid)
                os.setuid(uid)
            return become
        os.chown(self.marks, 12345, 500)
        self.marks.chmod(0o666)
        self.assertIn("it belongs to user 12345", self.mark("a", expect=NOT_WRITTEN,
                                                            preexec_fn=as_user(54321, 600)))
        self.marks.chmod(0o664)
        self.assertIn("ermission denied", self.mark("a", expect=NOT_WRITTEN, preexec_fn=as_user(54321, 600)))
        self.mark("a", preexec_fn=as_user(54321, 500))
        self.assertEqual(len(self.lines()), 1)

    @unittest.skipIf(os.environ.get("TSCOLLECT_SANITIZE"), "the sanitizers bring libraries")
    def test_it_loads_no_library_that_it_does_not_need(self):
        """HDF5 as Debian has it brings forty, and takes ten times as long to load as a mark takes."""
        done = subprocess.run(["ldd", PROGRAM], check=True, capture_output=True, text=True).stdout
        for library in ("hdf5", "curl", "re2"):
            self.assertNotIn(library, done)
        self.assertLess(len(done.splitlines()), 10, done)


class GoodRun(unittest.TestCase):
    """good.h5 has two hosts of ten samples, a second apart, and no phases."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.good = cls.folder / "good.h5"
        make_file("write_many_hosts", cls.good, 2, 10)

    def copy(self):
        return pathlib.Path(shutil.copy(self.good, self.folder / f"{self.id().rpartition('.')[2]}.h5"))

    def findings(self, path):
        return json.loads(tscollect("validate", "--json", path).stdout)["findings"]


class Into(GoodRun):
    def into(self, path, text, *words, expect=COMPLETE):
        phases = self.folder / "phases.csv"
        phases.write_text(text)
        done = tscollect("mark", "--into", path, "--phases", phases, *words)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stderr

    def phases_of(self, path):
        with h5py.File(path) as file:
            start = pandas.Timestamp(file["hosts/node000/time"][0])
            def seconds(time):  # the first sample may be some ms late
                return round((pandas.Timestamp(time) - start).total_seconds() * 20) / 20
            return [(name, seconds(begin), seconds(end), host, level)
                    for name, begin, end, host, level in zip(
                        file["phase"].asstr()[:], file["phase_begin"][:], file["phase_end"][:],
                        file["phase_host"].asstr()[:], file["phase_level"][:])]

    def valid(self, path):
        self.assertEqual(self.findings(path), self.findings(self.good))

    def test_phases_come_into_the_file_and_everything_else_stays(self):
        path = self.copy()
        before = json.loads(tscollect("export", path).stdout)
        self.into(path, 'name,begin,end\nread,1.5,3\n"all, nested",0,3\nwrite,0,1.5\n')
        self.assertEqual(self.phases_of(path), [("all, nested", 0.0, 3.0, "", 0), ("write", 0.0, 1.5, "", 1),
                                                ("read", 1.5, 3.0, "", 1)])
        with h5py.File(path) as file:
            self.assertEqual(file.attrs["tscollect_schema"], b"1.4")
            self.assertRegex(file.attrs["history"].decode(), r"\n\d{4}-.*Z tscollect \S+: mark --into\Z")
            self.assertEqual(file["phase_begin"].dims[0][0].name, "/phase")
        after = json.loads(tscollect("export", path).stdout)
        self.assertEqual({name: after[name] for name in before}, before)
        self.valid(path)
        shown = json.loads(tscollect("info", "--json", path).stdout)["phases"]
        self.assertEqual([(phase["name"], phase["origin"]) for phase in shown],
                         [("run", "run"), ("all, nested", "marked"), ("write", "marked"), ("read", "marked")])
        self.assertEqual(len(tscollect("rates", "-m", "memory.available", "--host", "node000", "--phase", "read",
                                       path).stdout.splitlines()), 3)

    def test_names_have_any_characters(self):
        path = self.copy()
        text = "".join('"{}",{},{}\n'.format(name.replace('"', '""'), i / 10, i / 10 + 0.1)
                       for i, name in enumerate(NAMES))
        phases = self.folder / "phases.csv"
        phases.write_text(text, newline="")
        self.assertEqual(tscollect("mark", "--into", path, "--phases", phases).returncode, COMPLETE)
        self.assertEqual([phase[0] for phase in self.phases_of(path)], NAMES)
        self.valid(path)
        for words in (("info",), ("info", "--json"), ("compare",), ("export", "-f", "perfetto"),
                      ("export", "-f", "openmetrics"), ("export",), ("export", "-f", "csv"), ("validate",)):
            done = tscollect(*words, path)
            self.assertIn(done.returncode, (COMPLETE, 4), (words, done.stderr))
            for text in (done.stdout, done.stderr):
                self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f\u202e\U000e0041]", words)
        self.assertIn(EVIL, [phase["name"] for phase in json.loads(tscollect("info", "--json", path).stdout)["phases"]])

    def test_the_sidecar_gets_them_too(self):
        path = self.folder / "with_sidecar.h5"
        make_file("write_sample_run", path, "sidecar")
        with h5py.File(path) as file:
            start = file["hosts/node01/time"][0] / 1e9
        before = json.loads(path.with_suffix(".json").read_text())
        self.into(path, f"a,{start:.0f},{start + 2:.0f}\nb,{start + 2:.0f},{start + 3:.0f}\n", "--force")
        after = json.loads(path.with_suffix(".json").read_text())
        self.assertEqual([phase["name"] for phase in after["phases"]], ["a", "b"])
        self.assertEqual(list(after), list(before), "in their order")
        changed = {name for name in after if after[name] != before[name]}
        self.assertLessEqual(changed, {"phases", "history"})
        done = tscollect("validate", path)
        self.assertNotIn("$", done.stdout, "nothing is wrong with the sidecar")

    def test_what_is_there_is_replaced_only_by_force(self):
        path = self.copy()
        self.into(path, "a,0,1\n")
        self.assertIn("it has 1 phases; --force replaces them", self.into(path, "b,1,2\n", expect=USAGE))
        self.into(path, "b,1,2\nc,2,3\n", "--force")
        self.assertEqual([phase[0] for phase in self.phases_of(path)], ["b", "c"])
        self.valid(path)

    def test_a_table_that_makes_no_sense_changes_nothing(self):
        path = self.copy()
        before = path.read_bytes()
        for text, words in (("a,2,1\n", "line 1: ends before it begins"), ("a,0\n", "line 1: is not name,begin,end"),
                            ("", "has no phases"), ("a,100,200\n", "'a' lies outside of the run"),
                            ("x" * 1025 + ",0,1\n", "its name has 1025 bytes"),
                            ("a,0,1\n\"a\0b\",1,2\n", "line 2: its name has a zero byte")):
            self.assertIn(words, self.into(path, text, expect=USAGE))
        self.assertIn("no such file", self.into(self.folder / "none.h5", "a,0,1\n", expect=USAGE).lower())
        self.assertEqual(path.read_bytes(), before)

    def test_a_file_of_an_older_schema_becomes_one_of_this(self):
        import lzma
        path = self.folder / "old.h5"
        path.write_bytes(lzma.decompress((SOURCE / "tests/store/run_file/schema/1.0.h5.xz").read_bytes()))
        with h5py.File(path) as file:
            start = file["hosts/node01/time"][0] / 1e9
        self.into(path, f"a,{start:.0f},{start + 2:.0f}\n")
        with h5py.File(path) as file:
            self.assertEqual(file.attrs["tscollect_schema"], b"1.4")
            self.assertEqual(list(file["phase"].asstr()[:]), ["a"])
        self.assertEqual(tscollect("info", path).returncode, COMPLETE)

    def test_rights_stay_and_a_link_leads_to_the_new_file(self):
        path = self.copy()
        path.chmod(0o640)
        link = self.folder / "link.h5"
        link.symlink_to(path.name)
        self.into(link, "a,0,1\n")
        self.assertTrue(link.is_symlink())
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertEqual([phase[0] for phase in self.phases_of(path)], ["a"])
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])

    @unittest.skipIf(os.geteuid() != 0, "mounts a small file system")
    def test_a_full_disk_changes_nothing(self):
        disk = self.folder / "disk"
        disk.mkdir()
        size = self.good.stat().st_size
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + size // 2}", "none", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        path = pathlib.Path(shutil.copy(self.good, disk / "run.h5"))
        before = path.read_bytes()
        self.assertIn("space", self.into(path, "a,0,1\n", expect=NOT_WRITTEN).lower())
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual([p.name for p in disk.iterdir()], ["run.h5"])


class Stored(GoodRun):
    """What `validate` says of phases that are not as they ought to be."""

    def spoilt(self, change):
        path = self.copy()
        phases = self.folder / "p.csv"
        phases.write_text("a,0,1\nb,1,2\n")
        self.assertEqual(tscollect("mark", "--into", path, "--phases", phases).returncode, COMPLETE)
        with h5py.File(path, "r+") as file:
            change(file)
        return [finding for finding in self.findings(path) if "phase" in finding["place"] + finding["what"]]

    def test_each_fault_is_found_at_its_place(self):
        def swap(file):
            file["phase_end"][0] = file["phase_begin"][0] - 1

        def shorten(file):
            values = file["phase_begin"][:1]
            del file["phase_begin"]
            file["phase_begin"] = values

        def unname(file):
            write_texts(file["phase"], "", at=1)

        def unlevel(file):
            file["phase_level"][1] = -1

        def unscale(file):
            del file["phase_end"].attrs["DIMENSION_LIST"]

        def untime(file):
            del file["phase_begin"].attrs["units"]

        for change, place in ((swap, "/phase_end"), (shorten, "/phase_begin"), (unname, "/phase"),
                              (unlevel, "/phase_level"), (unscale, "/phase_end"), (untime, "/phase_begin"),
                              (lambda file: file.__delitem__("phase_host"), "/phase_host")):
            with self.subTest(place=place, change=getattr(change, "__name__", "")):
                found = self.spoilt(change)
                # Who cannot read a list at all says so of the root.
                self.assertEqual({f["severity"] for f in found}, {"error"}, found)
                self.assertLessEqual({f["place"] for f in found}, {place, "/"}, found)
                self.assertTrue(any(place[1:] in f["place"] + f["what"] for f in found), found)

    def test_a_phase_outside_of_the_run_is_worth_a_look(self):
        def move(file):
            for name in ("phase_begin", "phase_end"):
                file[name][1] = file[name][1] + 10**15
        found = self.spoilt(move)
        self.assertEqual([(f["severity"], f["place"], f["row"]) for f in found], [("warning", "/phase", 1)], found)


if __name__ == "__main__":
    unittest.main()

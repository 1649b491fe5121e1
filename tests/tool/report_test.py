"""tscollect report: one file, whole or absent, whose numbers are those of the other commands."""

import base64
import json
import os
import pathlib
import re
import shutil
import tempfile
import time
import unittest

import h5py
import numpy
from made_runs import SAMPLES, SLOW, busy_run
from tscollect_program import COMPLETE, NOT_WRITTEN, USAGE, make_file, peak_mib, roots, tscollect

MOST_BYTES = 5_000_000


def data_of(page):
    """What the page is drawn from."""
    text = pathlib.Path(page).read_text(encoding="utf-8")
    blocks = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert len(blocks) == 1
    assert "<" not in blocks[0], "nothing can end the element"
    return json.loads(blocks[0])


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.run_file = busy_run(cls.folder / "run.h5", 6)

    def report(self, *words, expect=COMPLETE, **options):
        done = tscollect("report", *words, **options)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def test_writes_beside_the_file_and_says_where(self):
        page = self.run_file.with_suffix(".html")
        done = self.report(self.run_file)
        self.assertEqual(done.stdout, f"{page}\n")
        text = page.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n"))
        self.assertIn("Permission is hereby granted", text)
        self.assertEqual(re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']*["']|@import|sourceMappingURL""", text), [])
        self.assertEqual(self.report(self.run_file, "-o", "-").stdout, text)

    def test_is_whole_or_absent_and_spares_runs(self):
        for target in (self.run_file, self.run_file.with_suffix(".json")):
            if target.suffix == ".json":
                target.write_text("{}")
            before = target.read_bytes()
            self.assertIn("choose another", self.report(self.run_file, "-o", target, expect=USAGE).stderr)
            self.assertEqual(target.read_bytes(), before)
        target = self.folder / "none" / "page.html"
        self.report(self.run_file, "-o", target, expect=NOT_WRITTEN)
        (self.folder / "text.h5").write_text("no run")
        self.report(self.folder / "text.h5", expect=USAGE)
        self.assertFalse((self.folder / "text.html").exists())
        if os.path.exists("/dev/full"):
            self.report(self.run_file, "-o", "/dev/full", expect=NOT_WRITTEN)

    def test_says_which_devices_the_rules_pass_over(self):
        proc, sys = roots("linux-6.18")
        many = self.folder / "proc"
        shutil.copytree(proc, many)
        (many / "diskstats").write_text("".join(
            f"8 {number} sd{number} {' '.join(['1'] * 17)}\n" for number in range(300)))
        run = self.folder / "many.h5"
        make_file("record_tree", run, 4, many, sys)
        with h5py.File(run, "r+") as file:  # one that did nothing does not count
            array = file["hosts/node1/diskstats"]
            array[:] = numpy.arange(len(array))[:, None, None] * 1000 * numpy.ones(array.shape, "<i8")
        self.report(run)
        self.assertGreaterEqual(data_of(run.with_suffix(".html"))["devices_left_out"], 300 - 256)
        self.report(self.run_file)
        self.assertEqual(data_of(self.run_file.with_suffix(".html"))["devices_left_out"], 0)

    def test_phases_have_the_numbers_of_info(self):
        page = self.folder / "phases.html"
        self.report(self.run_file, "-o", page)
        data = data_of(page)
        info = json.loads(tscollect("info", "--json", self.run_file).stdout)
        self.assertEqual([phase["name"] for phase in data["phases"]], [phase["name"] for phase in info["phases"]])
        compared = 0
        for row, phase in zip(data["table"]["rows"], info["phases"]):
            for cell, metric in zip(row, data["table"]["metrics"]):
                told = phase["metrics"].get(metric["name"])
                # Of memory the lowest value of a host matters.
                beside = phase["lowest_memory"]["bytes"] if metric["name"] == "memory.available" else told and told["peak"]
                self.assertEqual(cell, told and [told["mean"], beside])
                compared += cell is not None
        self.assertGreater(compared, 8)
        self.assertEqual(data["table"]["slowest"][0]["host"], "node002")

    def test_finds_the_slow_host_and_says_what_it_could_not_judge(self):
        page = self.folder / "findings.html"
        self.report(self.run_file, "-o", page)
        data = data_of(page)
        found = [finding for finding in data["findings"] if finding["rule"] == "straggler"]
        self.assertEqual(len(found), 2, "in write 1 and in read 1")
        self.assertTrue(all(one["hosts"] == [f"node00{SLOW}"] for one in found))
        judged = {rule["name"]: rule["judged"] for rule in data["rules"]}
        self.assertTrue(judged["straggler"])
        self.assertFalse(judged["cpu-bound"], "the file has no cpu")
        self.assertFalse(judged["page-cache"])
        self.assertEqual({one["host"] for one in data["outliers"]}, {f"node00{SLOW}"})

    def test_the_baseline_is_compared_as_compare_does(self):
        faster = busy_run(self.folder / "faster.h5", 6, pace=2.0, seed=5)
        page = self.folder / "compared.html"
        self.report(faster, "-o", page, "--baseline", self.run_file)
        parts = {part["phase"]: part for part in data_of(page)["comparison"]}
        self.assertEqual(list(parts), ["run", "write 1", "read 1"])
        for phase, part in parts.items():
            words = [] if phase == "run" else ["--phase", phase]
            told = json.loads(tscollect("compare", "--json", self.run_file, faster, *words).stdout)
            self.assertEqual({metric["name"]: metric["parts"] for metric in part["metrics"]},
                             {name: metric["parts"] for name, metric in told["metrics"].items()})
        written = {metric["name"]: metric for metric in parts["write 1"]["metrics"]}["disk.write.throughput"]
        self.assertTrue(written["parts"][1]["differs"])
        self.report(faster, "-o", page, "--baseline", self.folder / "absent.h5", expect=USAGE)

    def test_no_spike_is_lost_and_the_page_stays_small(self):
        path = busy_run(self.folder / "many.h5", 80, 1500)
        host, spike = "node073", 1177
        with h5py.File(path, "r+") as file:
            cells = file[f"hosts/{host}/diskstats"]
            # Beyond the third in which it reads: one second of much.
            values = cells[:, 0, 0]
            values[spike:] += 10**8
            cells[:, 0, 0] = values
        page = path.with_suffix(".html")
        most_mib = 2000 if os.environ.get("TSCOLLECT_SANITIZE") else 200  # sanitizers keep what is freed
        self.assertLess(peak_mib("report", path), most_mib)
        self.assertLess(page.stat().st_size, MOST_BYTES)
        data = data_of(page)
        self.assertEqual(data["slots"]["points"], 2)
        chart = next(one for one in data["charts"] if one["form"] == "map" and one["metric"] == "disk.read.throughput")
        row = base64.b64decode(chart["highest"])[chart["rows"].index(host) * chart["columns"]:][:chart["columns"]]
        at = row.index(255)
        first, last = (min(n * chart["slots_per_column"], data["slots"]["count"]) - 1 for n in (at, at + 1))
        self.assertLess(data["slots"]["ends"][first] if first >= 0 else -1, spike)
        self.assertGreaterEqual(data["slots"]["ends"][last], spike)
        self.assertAlmostEqual(chart["high"] / 512e8, 1, 6)
        total = next(one for one in data["charts"] if one["form"] == "lines" and one["title"].startswith("Disk throughput"))
        self.assertGreater(max(value for value in total["series"][0]["values"] if value is not None), 511e8)

    def test_opens_it_without_a_shell(self):
        tools = self.folder / "tools"
        tools.mkdir()
        opener = tools / "xdg-open"
        opener.write_text(f'#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done >"{tools}/new"; mv "{tools}/new" "{tools}/said"\n')
        opener.chmod(0o755)
        page = self.folder / "a; touch owned $(touch owned).html"
        self.report(self.run_file, "-o", page, "--open", env=dict(os.environ, PATH=f"{tools}:/usr/bin:/bin"), cwd=self.folder)
        for _ in range(300):
            if (tools / "said").exists():
                break
            time.sleep(0.1)
        self.assertEqual((tools / "said").read_text(), f"{page}\n")
        self.assertFalse((self.folder / "owned").exists())
        shutil.rmtree(tools)
        tools.mkdir()
        done = self.report(self.run_file, "-o", page, "--open", env=dict(os.environ, PATH=str(tools)))
        self.assertIn("--open: there is no xdg-open", done.stderr)
        self.assertIn(str(page), done.stderr)

    def test_a_file_with_next_to_nothing_in_it(self):
        path = busy_run(self.folder / "short.h5", 1, 1)
        page = path.with_suffix(".html")
        self.report(path)
        self.assertEqual(data_of(page)["charts"], [])


if __name__ == "__main__":
    unittest.main()

"""The page of tscollect report in a real browser, without a network."""

import csv
import io
import re
import unittest

import browser
import h5py
from made_runs import busy_run
from report_pages import PageTest
from run_texts import write_texts
from tscollect_program import COMPLETE, make_file, tscollect

SHAPES = {1: "lines", 3: "lines", 40: "band", 100: "map"}
COLORS = """charts.map((chart) => Math.max(...[...chart.place.querySelectorAll("canvas")].map((canvas) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d", {willReadFrequently: true});
  context.drawImage(canvas, 0, 0);
  const pixels = context.getImageData(0, 0, copy.width, copy.height).data;
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 4) seen.add(pixels[i] << 24 | pixels[i + 1] << 16 | pixels[i + 2] << 8 | pixels[i + 3]);
  return seen.size;
})))"""
RANGES = "charts.map((chart) => chart.graph.xAxisRange().map(Math.round))"


class Page(PageTest):
    HOSTS = tuple(SHAPES)

    def test_every_chart_is_drawn(self):
        for hosts, form in SHAPES.items():
            with self.subTest(hosts=hosts):
                run = self.open(hosts)
                forms = run("charts.map((chart) => chart.spec.form)")
                self.assertEqual(forms.count("lines") > 0, True)
                self.assertIn(form, forms)
                self.assertGreaterEqual(len(forms), 3)
                self.assertTrue(all(count >= 4 for count in run(COLORS)), run(COLORS))
                self.assertEqual(run("document.querySelectorAll('figure').length"), len(forms))

    def test_zooming_one_chart_moves_the_others_and_the_strip(self):
        for hosts in (3, 100):
            with self.subTest(hosts=hosts):
                run = self.open(hosts)
                whole = run(RANGES)
                before = run("document.querySelector('#strip .lane button').style.width")
                left, height, width = self.place_of(1)
                self.browser.drag(left + width / 4, left + width / 2, height)
                ranges = run(RANGES)
                self.assertTrue(all(one == ranges[0] for one in ranges), ranges)
                length = whole[0][1] - whole[0][0]
                self.assertAlmostEqual(ranges[0][0], whole[0][0] + length / 4, delta=length / 50)
                self.assertAlmostEqual(ranges[0][1], whole[0][0] + length / 2, delta=length / 50)
                self.assertNotEqual(run("document.querySelector('#strip .lane button').style.width"), before)
                run("document.getElementById('everything').click()")
                self.assertEqual(run(RANGES), whole)

    def test_a_window_of_another_size_has_each_chart_drawn_a_few_times(self):
        """Not as often as there are charts: pages of all sources have more than sixty."""
        run = self.open(3)
        run("""window.draws = 0; charts.forEach(({graph}) => {
          const told = graph.getFunctionOption("drawCallback");
          graph.updateOptions({drawCallback: (...all) => { ++draws; told(...all); }}, true); })""")
        count = run("charts.length")
        self.assertGreater(count, 4)
        run("document.querySelector('main').style.width = '600px'; redraw()")
        drawn = run("draws")
        self.assertGreaterEqual(drawn, count)
        self.assertLessEqual(drawn, 3 * count)
        left, height, width = self.place_of(1)
        self.browser.drag(left + width / 4, left + width / 2, height)
        self.assertLessEqual(run("draws") - drawn, 3 * count)

    def test_phases_are_labelled_and_lead_to_their_time(self):
        run = self.open(3)
        self.assertEqual(run("[...document.querySelectorAll('#strip .lane button')].map((one) => one.textContent)"),
                         ["write 1", "read 1"])
        run("document.querySelectorAll('#strip .lane button')[1].click()")
        begin, end = run("[data.phases[2].begin, data.phases[2].end].map(milliseconds)")
        shown = run(RANGES)[0]
        self.assertLess(shown[0], begin + 1)
        self.assertGreater(shown[1], end - 1)
        self.assertLess(shown[1] - shown[0], 1.3 * (end - begin) + 2000)
        table = run("document.querySelector('#phases table').textContent")
        for word in ("write 1", "read 1", "found in the data", "Disk read"):
            self.assertIn(word, table)

    def test_what_is_asked_first_stands_first(self):
        """How much, who was slow, what limited it, what is missing: within the first screen."""
        run = self.open(40)
        told = run("[...document.querySelectorAll('#short li')].map((one) => one.textContent)")
        self.assertRegex(told[0], r"^write 1: disk written 3\.\d\d GB/s \(at most \d\.\d+ GB/s in a sample\), \d\d:\d\d:\d\d\S* to \S+; "
                                  r"slowest host node002, 4\d % of the median")
        self.assertRegex(told[1], r"^read 1: disk read ")
        self.assertEqual(told[2], "Slower than the others: node002 (see the findings)")
        self.assertRegex(told[3], r"^Least memory available on a host: 95\.4 GiB, on node\d+ at \d\d:\d\d:\d\d")
        self.assertEqual(told[4:], ["What limited it: none of the limits that this page looks for",
                                    "Missing: 1 host (node007); 2 ticks (node030)"])
        self.assertLess(run("document.getElementById('short').getBoundingClientRect().bottom"), 450)
        self.assertNotIn("disk read", told[0])
        # A phase of both directions names both.
        run("data.table.rows[data.phases.findIndex((one) => one.name === 'write 1')]"
            "[data.table.metrics.findIndex((one) => one.title === 'Disk read')] = [1e9, 2e9]; "
            "document.getElementById('short').replaceChildren(); showShort()")
        self.assertIn("; disk read 1.00 GB/s (at most 2.00 GB/s)",
                      run("document.querySelector('#short li').textContent"))
        run("Object.assign(data.run, {partial: 1, dropped: 3, unreadable: 2}); "
            "document.getElementById('short').replaceChildren(); showShort()")
        self.assertEqual(run("document.querySelector('#short li:last-child').textContent"),
                         "Missing: 1 host (node007); a part of 1 host (see below); 2 ticks (node030); "
                         "3 samples dropped; 2 hosts that could not be read (see below)")

    def test_all_sources_fit_the_screen_and_the_sheet(self):
        path = self.folder / "all.h5"
        make_file("write_busy_hosts", path, 3, 60)
        self.browser.open(self.write(path))
        run = self.browser.run
        tables = "[...document.querySelectorAll('#phases table')]"
        self.assertGreater(run(f"{tables}.length"), 1)
        self.assertEqual(run(f"new Set({tables}.flatMap((one) => [...one.querySelectorAll('thead th')].slice(1)"
                             ".map((head) => head.textContent))).size"), run("data.table.metrics.length + 3"))
        # Ticks are round in the unit that is shown.
        steps = run("""charts.map((chart) => [chart.spec.title, [...chart.place.querySelectorAll(".dygraph-axis-label-y")]
                         .map((one) => Number(one.textContent.replace(",", "")))])""")
        for title, labels in steps:
            step = round(abs(labels[1] - labels[0]), 9)
            self.assertEqual(step, float(f"{step:.2g}"), (title, labels))
        run("for (const fold of document.querySelectorAll('main details')) fold.open = true")
        widths = "[...document.querySelectorAll('main table')].map((one) => one.offsetWidth)"
        self.assertLessEqual(max(run(widths)), run("document.querySelector('#phases .scroll').clientWidth"))
        self.assertEqual(run("[...document.querySelectorAll('#hosts caption')].map((one) => one.textContent.split(' whose ')[0])")[:-1],
                         ["Disks", "NFS mounts", "Lustre file systems", "Network interfaces", "RDMA ports"])
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        run("document.documentElement.classList.add('on-paper'); null")
        widest = max(run(widths))
        self.browser.call("Emulation.setEmulatedMedia", media="")
        self.assertLessEqual(widest, 690)

    def test_keys_do_what_the_mouse_does(self):
        for hosts in (3, 100):
            with self.subTest(hosts=hosts):
                run = self.open(hosts)
                whole = run(RANGES)[0]
                run("charts[1].place.focus()")
                self.browser.key("ArrowRight")
                self.browser.key("ArrowRight")
                self.assertRegex(run("document.getElementById('announcement').textContent"), r"node\d+.*(B/s|not known)")
                self.browser.key("+")
                zoomed = run(RANGES)
                self.assertAlmostEqual((zoomed[0][1] - zoomed[0][0]) / (whole[1] - whole[0]), 0.5, delta=0.02)
                self.assertTrue(all(one == zoomed[0] for one in zoomed), zoomed)
                self.browser.key("ArrowRight", browser.SHIFT)
                self.assertGreater(run(RANGES)[0][0], zoomed[0][0])
                self.browser.key("Escape")
                self.assertEqual(run(RANGES)[0], whole)

    def test_the_csv_has_the_numbers_of_rates(self):
        for hosts, per in ((1, "host"), (3, "host"), (3, "run")):
            with self.subTest(hosts=hosts, per=per):
                run = self.open(hosts)
                told = {(row["host"], row["metric"], row["time"][:23]): float(row["value"])
                        for row in csv.DictReader(io.StringIO(run("csvText()"))) if (row["host"] != "") == (per == "host")}
                metrics = {metric for _, metric, _ in told}
                done = tscollect("rates", self.runs[hosts], "--per", per, "-m", ",".join(metrics))
                self.assertEqual(done.returncode, COMPLETE, done.stderr)
                rates = {(row["host"], row["metric"], row["time"][:23]): float(row["value"])
                         for row in csv.DictReader(io.StringIO(done.stdout)) if row["value"] != "nan"}
                self.assertGreater(len(told), 100)
                self.assertEqual(len(told), len(rates))
                self.assertEqual([(key, value, rates.get(key)) for key, value in told.items() if rates.get(key) != value][:5], [])
        run = self.open(1)
        run("""window.saved = null; URL.createObjectURL = (blob) => { window.saved = blob; return "#"; };
               document.getElementById("csv").click();""")
        self.assertEqual(run("window.saved.text()"), run("csvText()"))

    def test_a_band_names_the_slow_host(self):
        run = self.open(40)
        self.assertIn("node002", run("""document.querySelector("figure.band[data-title='Disk throughput: read'] .legend").textContent"""))
        self.assertIn("node002", run("document.querySelector('#outliers table').textContent"))
        self.assertRegex(run("document.querySelector('ul.findings').textContent"), r"node002 (reads|writes) at 4\d % of the median host")

    def test_a_map_tells_what_is_under_the_pointer_and_sorts_hosts(self):
        run = self.open(100)
        number = run("charts.findIndex((chart) => chart.spec.title === 'Disk throughput: written')")
        left, height, width = self.place_of(number)
        self.browser.mouse("mouseMoved", left + width / 6, height)
        said = run(f"charts[{number}].figure.querySelector('.reading').textContent")
        self.assertRegex(said, r"^node\d+, until \d\d:\d\d:\d\d: about .*(9\d|10\d|11\d) MB/s$")
        last = f"charts[{number}].read(charts[{number}].spec.rows.length - 1, 10)"
        self.assertTrue(run(last).startswith("node002,"), "the slow one is the last by its mean")
        run(f"""(() => {{ const order = charts[{number}].figure.querySelectorAll("select")[1];
                order.value = "name"; order.dispatchEvent(new Event("change")); }})()""")
        self.assertTrue(run(last).startswith("node099,"))

    def test_dark_light_and_paper(self):
        light = "getComputedStyle(document.body).backgroundColor"
        run = self.open(3)
        self.assertEqual(run(light), "rgb(255, 255, 255)")
        self.browser.prefer("dark")
        run("new Promise((done) => setTimeout(done, 100))")
        self.assertNotEqual(run(light), "rgb(255, 255, 255)")
        run("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(run(light), "rgb(255, 255, 255)")
        self.assertEqual(run("document.querySelectorAll('figure .chart img').length > 0 && document.body.clientWidth <= 700"), True)
        run("window.dispatchEvent(new Event('afterprint'))")
        self.assertNotEqual(run(light), "rgb(255, 255, 255)")
        self.assertEqual(run("document.querySelectorAll('figure img').length"), 0)
        paper = self.folder / "page.pdf"
        self.browser.print(paper)
        self.assertEqual(paper.read_bytes()[:5], b"%PDF-")

    def test_readers_of_screens_find_their_way(self):
        run = self.open(3)
        self.assertEqual(run("document.querySelectorAll('h1').length"), 1)
        self.assertEqual(run("[...document.querySelectorAll('table')].every((one) => one.caption && one.caption.textContent)"), True)
        self.assertEqual(run("[...document.querySelectorAll('table thead th')].every((one) => one.scope === 'col')"), True)
        self.assertEqual(run("""[...document.querySelectorAll('figure')].every((one) =>
          one.querySelector('figcaption').textContent.length > 20 && one.querySelector('h4').textContent &&
          one.querySelector('.chart').getAttribute('aria-label').includes('mean') &&
          one.querySelector('.chart').tabIndex === 0)"""), True)
        self.assertEqual(run("[...document.querySelectorAll('section')].every((one) => document.getElementById(one.getAttribute('aria-labelledby')))"), True)
        self.assertEqual(run("[...document.querySelectorAll('button')].every((one) => one.textContent.trim() || one.getAttribute('aria-label'))"), True)
        self.assertEqual(run("document.documentElement.lang"), "en")

    def test_names_made_to_do_harm_are_text(self):
        evil = "<script>window.owned = 1</script><img src=x onerror='window.owned=1'>\"'&\u202eexe.\u2066"
        run_file = busy_run(self.folder / "evil.h5", 3)
        with h5py.File(run_file, "r+") as file:
            file.attrs["label_x"] = evil.encode()
            write_texts(file["host_table"]["host"], evil, at=1)
            escaped = "".join(chr(byte) if 0x20 < byte < 0x7F and chr(byte) not in "/%" else f"%{byte:02X}" for byte in evil.encode())
            file.move("hosts/node001", f"hosts/{escaped}")
            write_texts(file[f"hosts/{escaped}"]["disk"], evil, at=0)
            file[f"hosts/{escaped}"].attrs["kernel"] = evil.encode()
        phases = self.folder / "phases.csv"
        quoted = evil.replace('"', '""')
        phases.write_text(f'name,begin,end\n"{quoted}",1,9\n', encoding="utf-8")
        self.browser.open(self.write(run_file, "--phases", phases))
        run = self.browser.run
        self.assertIsNone(run("window.owned ?? null"))
        self.assertEqual(run("document.querySelectorAll('script').length"), 3)
        self.assertEqual(run("document.querySelectorAll('main img').length"), 0)
        for place in ("#hosts", "#phases", "#strip", "#run", "#charts .legend"):
            text = run(f"[...document.querySelectorAll({place!r})].map((one) => one.textContent).join()")
            self.assertIn("<script>window.owned = 1</script>", text, place)
        text = run("document.querySelector('main').textContent + document.title")
        self.assertIsNone(re.search("[\u202a-\u202e\u2066-\u2069]", text))
        self.assertIn("\\xe2\\x80\\xae", text.lower()[:100_000])


if __name__ == "__main__":
    unittest.main()

"""Pages of tscollect report in a real browser, for its tests."""

import pathlib
import sys
import tempfile
import unittest

import browser
from made_runs import busy_run
from tscollect_program import COMPLETE, tscollect

if browser.PROGRAM is None:
    print("there is no Chromium; launch/setup-debian names its package")
    sys.exit(77)


class PageTest(unittest.TestCase):
    """A browser, and pages of runs of so many hosts."""

    HOSTS = (3, 40)

    @classmethod
    def setUpClass(cls):
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.runs = {hosts: busy_run(cls.folder / f"run{hosts}.h5", hosts) for hosts in cls.HOSTS}
        cls.pages = {hosts: cls.write(run) for hosts, run in cls.runs.items()}

    @classmethod
    def write(cls, run, *words):
        page = run.with_suffix(".html")
        done = tscollect("report", run, "-o", page, *words)
        assert done.returncode == COMPLETE, done.stderr
        return page

    def setUp(self):
        self.browser.prefer("light")
        self.browser.said.clear()
        self.browser.requests.clear()

    def tearDown(self):
        self.assertEqual(self.browser.said, [], "the console is silent")
        self.assertTrue(all(address.startswith(("file:///", "data:")) for address in self.browser.requests), self.browser.requests)

    def open(self, hosts):
        self.browser.open(self.pages[hosts])
        return self.browser.run

    def place_of(self, chart):
        """The middle and the width of what a chart draws in."""
        self.browser.run(f"charts[{chart}].place.scrollIntoView({{block: 'center'}})")
        return self.browser.run(f"""(() => {{ const box = charts[{chart}].place.getBoundingClientRect();
          const area = charts[{chart}].graph.getArea();
          return [box.left + area.x, box.top + area.y + area.h / 2, area.w]; }})()""")

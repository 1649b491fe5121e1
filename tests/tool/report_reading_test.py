"""The page of tscollect report says what a reader would miss or misread: gaps, hosts, times, units."""

import csv
import io
import unittest

from report_pages import PageTest
from tscollect_program import make_file


class Reading(PageTest):
    def test_a_gap_of_a_host_is_placed_nowhere_and_told(self):
        """node03 has no sample of 20 s, in which it began to read; the disk of node09 begins again."""
        path = self.folder / "gap.h5"
        make_file("write_busy_hosts", path, 16, 240)
        self.browser.open(self.write(path))
        run = self.browser.run
        (gap,) = run("data.unsampled.periods")
        self.assertEqual((gap["host"], round(gap["end"] - gap["begin"])), ("node03", 21))
        begin = run("data.phases.find((phase) => phase.name === 'read 1').begin")
        self.assertTrue(gap["begin"] < begin - 10 and begin + 2 < gap["end"], (gap, begin))
        sums = run("data.charts.find((chart) => chart.title === 'Disk throughput, all hosts together').series[0].values")
        before = sums[int(gap["begin"]) + 1:int(begin) - 3]
        self.assertGreater(len(before), 5)
        self.assertLess(max(before), 1e6, "nobody reads before read 1")
        received = {name: run(f"""data.table.rows[data.phases.findIndex((phase) => phase.name === '{name}')][
            data.table.metrics.findIndex((metric) => metric.name === 'net.rx.throughput')]""") for name in ("read 1", "read 2")}
        self.assertAlmostEqual(received["read 1"][0] / received["read 2"][0], 1, delta=0.05)
        self.assertAlmostEqual(received["read 1"][1] / received["read 2"][1], 1, delta=0.1)
        latencies = run("charts.filter((chart) => chart.spec.unit === 'ms').map((chart) => chart.spec.stats).flat()")
        self.assertGreater(len(latencies), 4)
        self.assertEqual([one for one in latencies if one.get("highest", 0) > 6], [], "requests take 2.2 to 5.5 ms")
        for place, said in (("#phases", r"read 1found in the datawithout node03 for [3-6]\.\d+ s"),
                            ("#findings", r"node03 missed 20 of 240 ticks, from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d\.Show when"),
                            ("#findings", r"Saturated disk: it takes that a disk is busy for 90 %.* Here this held at "),
                            ("#charts-hint", r"hatched: node03 was not sampled: sums over hosts are without it there"),
                            ("#unread", r"node03 was not sampled from \S+ to \S+, 21\.0 s Show when"),
                            ("#short", r"Disks, NFS and Lustre are layers"), ("#short", r"NFS written .*Lustre written"),
                            ("#short", r"Slower than the others: node\d\d, node\d\d \("),
                            ("#short", r"1 sample after a counter reset \(node09\)"),
                            ("#subtitle", r"15 of 16 hosts.*incomplete")):
            self.assertRegex(run(f"document.querySelector('{place}').textContent"), said)
        # Devices are told by name, so that none of a host is cut off.
        self.assertEqual(run("data.devices.rows.map((row) => [row.name, row.hosts])"),
                         [[name, 15] for name in ("nvme0n1", "nvme1n1", "llite/work-1", "hsn0", "/home", "/scratch", "mlx5_0/1")])
        rows = list(csv.DictReader(io.StringIO(run("csvText()"))))
        kinds = {}
        for row in rows:
            kinds.setdefault(row["statistic"], []).append(row)
        self.assertEqual(set(kinds), {"sum of hosts", "weighted mean of hosts", "lowest of hosts", "median of hosts", "highest of hosts", "mean"})
        for kind in ("lowest of hosts", "highest of hosts"):
            self.assertTrue(all(row["host"].startswith("node") for row in kinds[kind]), kind)
        self.assertEqual({row["metric"] for row in kinds["weighted mean of hosts"]} & {"disk.read.throughput", "memory.available"}, set())

    def test_what_is_read_under_the_pointer_has_its_time_and_the_hosts(self):
        run = self.open(40)
        number = run("charts.findIndex((chart) => chart.spec.title === 'Disk throughput: written')")
        left, height, width = self.place_of(number)
        self.browser.mouse("mouseMoved", left + width / 6, height)
        legend = run(f"charts[{number}].figure.querySelector('.legend').textContent")
        self.assertRegex(legend, r"lowest \S+ .B/s \(node\d+\), median \S+ .B/s, highest \S+ .B/s \(node\d+\)")
        self.assertRegex(legend, r"at \d\d:\d\d:\d\d\.\d+$")

    def test_an_axis_of_a_part_with_nothing_reads_well(self):
        run = self.open(3)
        number = run("charts.findIndex((chart) => chart.spec.title.startsWith('Disk throughput: read'))")
        run("zoom([milliseconds(2), milliseconds(12)])")
        for chart in (number, 0):
            labels = run(f"[...charts[{chart}].place.querySelectorAll('.dygraph-axis-label-y')].map((one) => one.textContent)")
            self.assertEqual(len(labels), len(set(labels)), labels)
            self.assertEqual([one for one in labels if "e-" in one], [])

    def test_contents_lead_to_the_sections(self):
        run = self.open(3)
        links = run("[...document.querySelectorAll('#contents a')].map((link) => [link.textContent, document.querySelector(link.hash).textContent])")
        self.assertTrue(all(one == other for one, other in links), links)
        self.assertEqual([one for one, _ in links][:4], ["Findings", "The run", "Phases", "Over time"])


if __name__ == "__main__":
    unittest.main()

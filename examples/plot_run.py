#!/usr/bin/env python3
"""Draws one page from a tscollect file: disk and network throughput, memory and load.

    plot_run.py run.h5 [-o run.png]

At the top the sums over all hosts, below them each host: up to eight have a line each; of more, the
page shows a map of their throughput, bands of percentiles, and by name those that stand out. Gaps
stay gaps and are marked. The numbers are those of `tscollect rates`, which has to be in PATH. Needs
numpy, pandas and matplotlib, and run_series.py beside it; a starting point for your own analysis.
"""

import argparse
import datetime
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as mdates  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import matplotlib.ticker as mticker  # noqa: E402
import numpy as np  # noqa: E402

import many_hosts  # noqa: E402
from run_series import Run  # noqa: E402

MOST_LINES = 8
METRICS = ("disk.*.throughput", "net.*.throughput", "memory.*", "load.1min", "cpu.runnable")
ABOVE = {"loc": "lower right", "bbox_to_anchor": (1, 1), "frameon": False, "fontsize": "small",
         "borderaxespad": 0.1, "handlelength": 1.5, "columnspacing": 1.2}
BYTES = mticker.EngFormatter("B/s")


class Panel:
    """One pair of axes: a title, a unit, and what the tables of its lines hold."""

    def __init__(self, title, unit, tables):
        self.title = title
        self.unit = unit
        self.tables = [(word, color, table) for word, color, table in tables
                       if table is not None and not np.all(np.isnan(table))]


def marker_for(values):
    """A lone sample, with a hole on either side, would not show as a line."""
    known = ~np.isnan(values)
    padded = np.concatenate([[False], known, [False]])
    return "." if np.any(known & ~padded[:-2] & ~padded[2:]) else None


def draw_line(axes, run, values, **style):
    axes.plot(run.times, values, linewidth=1.2, markersize=3, marker=marker_for(values), **style)


def mark_gaps(axes, run, gaps, color, label):
    """Shades the columns where `gaps` [n_ticks] is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], gaps, [False]]).astype(int)))
    for begin, end in edges.reshape(-1, 2):
        axes.axvspan(run.times[max(begin - 1, 0)], run.times[min(end, run.columns - 1)], color=color,
                     alpha=0.2, linewidth=0, zorder=0, label=label)
        label = None


def holes(table):
    """Where a host has no value though others have one, hosts without any left out."""
    some_host = ~np.all(np.isnan(table), axis=0)
    has_any = ~np.all(np.isnan(table), axis=1)
    return np.isnan(table) & some_host & has_any[:, None]


def summed(table):
    some = ~np.all(np.isnan(table), axis=0)
    return np.where(some, np.nansum(table, axis=0), np.nan)


def draw_sum(axes, run, panel):
    lacking = 0
    for word, color, table in panel.tables:
        draw_line(axes, run, summed(table), color=color, label=word)
        lacking = np.maximum(lacking, np.count_nonzero(holes(table), axis=0))
    # Of many hosts a few always miss a tick, and are not missed in the sum.
    mark_gaps(axes, run, lacking > len(run.names) / 100, "0.5", "lacks a host")
    axes.legend(**ABOVE, ncol=3)


def draw_each(axes, run, panel):
    table = panel.tables[0][2]
    for row, (name, gaps) in enumerate(zip(run.names, holes(table))):
        draw_line(axes, run, table[row], color=f"C{row}", label=name)
        mark_gaps(axes, run, gaps, f"C{row}", None)


def draw_bands(axes, run, panel):
    bands, hosts = many_hosts.draw_bands(axes, run, panel.tables[0][2])
    above = axes.legend(handles=bands, **ABOVE, ncol=3)
    if hosts:
        axes.add_artist(above)
        axes.legend(handles=hosts, loc="upper right", ncol=len(hosts), fontsize="small")


def name_hosts(axes, run):
    """A legend of hosts above a row of panels, over both of them; `axes`: the left one."""
    columns = 8 if max(map(len, run.names)) <= 16 else 4
    rows = -(-len(run.names) // columns)
    for one in axes:
        one.set_title(one.get_title(loc="left"), loc="left", fontsize="medium", pad=5 + 15 * rows)
    legend = axes[0].legend(**ABOVE | {"loc": "lower left", "bbox_to_anchor": (0, 1)}, ncol=columns)
    legend.set_in_layout(False)


def draw_map(axes, run, panel):
    total = np.nansum([table for _, _, table in panel.tables], axis=0)
    total[np.all([np.isnan(table) for _, _, table in panel.tables], axis=0)] = np.nan
    many_hosts.draw_map(axes, run, total, BYTES)


def layout(run):
    """Rows of the page: how to draw, and its two panels."""
    read, written = run.rate("disk.read.throughput"), run.rate("disk.write.throughput")
    received, sent = run.rate("net.rx.throughput"), run.rate("net.tx.throughput")
    count = len(run.names)
    of_all = f", sum of {count} hosts" if count > 1 else ""
    each = draw_each if count <= MOST_LINES else draw_bands
    disk = Panel(f"Disk{of_all}", "B/s", [("read", "tab:blue", read), ("written", "tab:orange", written)])
    network = Panel(f"Network{of_all}", "B/s",
                    [("received", "tab:green", received), ("sent", "tab:purple", sent)])
    rows = [(draw_sum, disk, network)]
    if count > MOST_LINES:
        rows.append((draw_map, Panel("Disk read + written, host by host", "", disk.tables),
                     Panel("Network received + sent, host by host", "", network.tables)))
    if count > 1:
        rows += [(each, Panel("Disk read, per host", "B/s", [("", "", read)]),
                  Panel("Network received, per host", "B/s", [("", "", received)])),
                 (each, Panel("Disk written, per host", "B/s", [("", "", written)]),
                  Panel("Network sent, per host", "B/s", [("", "", sent)]))]
    return rows + [levels_of_one(run) if count == 1 else
                   (each, Panel("Memory available, GiB", "", [("", "", gibibytes(run, "available"))]),
                    Panel("Load, 1 minute", "", [("", "", run.rate("load.1min"))]))]


def gibibytes(run, name):
    size = run.rate(f"memory.{name}")
    return None if size is None else size / 2**30


def levels_of_one(run):
    """A single host has room for more of it."""
    memory = [("available", "tab:blue"), ("cached", "tab:olive"), ("dirty", "tab:red")]
    load = [("tasks running", "tab:olive", "cpu.runnable"), ("load, 1 minute", "tab:blue", "load.1min")]
    return (draw_sum, Panel("Memory, GiB", "", [(word, color, gibibytes(run, word))
                                                for word, color in memory]),
            Panel("Load", "", [(word, color, run.rate(metric)) for word, color, metric in load]))


def draw_panel(axes, run, draw, panel):
    axes.set_title(panel.title, loc="left", fontsize="medium")
    if not panel.tables:
        axes.text(0.5, 0.5, "not in the file", transform=axes.transAxes, ha="center", color="0.5")
        axes.set_yticks([])
        return
    draw(axes, run, panel)
    if draw is draw_map:
        return
    axes.grid(True, alpha=0.3)
    # From 0, with air above, and room for names; a panel of zeros would show millibytes.
    lines = [table if draw is not draw_sum else summed(table) for _, _, table in panel.tables]
    air = 1.2 if draw is draw_bands else 1.05
    axes.set_ylim(0, max(air * max(map(np.nanmax, lines)), 1000 if panel.unit else 0.1))
    if panel.unit:
        axes.yaxis.set_major_formatter(BYTES)


def remarks(run):
    """What the lines cannot say, for the foot of the page."""
    few = lambda names: ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    gaps = [f"{name} ({count})" for name, count in zip(run.names, run.missed_ticks()) if count]
    again = run.with_resets()
    parts = [f"not in the file: {few(run.absent)}" if run.absent else "",
             f"ticks missed: {few(gaps)}" if gaps else "",
             f"counters that began again, left out there: {few(again)}" if again else ""]
    named = ("% behind a host: its mean as a part of the median host's; "
             if len(run.names) > MOST_LINES else "")
    return (named + "every byte once: whole disks, interfaces that leave the host\n" + "; ".join(part for part in parts if part)).strip()


def set_time_axis(axes, run):
    locator = mdates.AutoDateLocator(tz=datetime.timezone.utc, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz=datetime.timezone.utc))
    begin, end = mdates.date2num([run.times[0], run.times[-1]])
    air = (end - begin) / 100 or 1 / 86400
    axes.set_xlim(begin - air, end + air)
    axes.set_xlabel("UTC")


def draw(path):
    run = Run(path, METRICS)
    rows = layout(run)
    figure, axes = plt.subplots(len(rows), 2, sharex=True, squeeze=False, layout="constrained",
                                figsize=(13, 1 + 2.9 * len(rows)))
    for pair, (draw_one, *panels) in zip(axes, rows):
        for one, panel in zip(pair, panels):
            draw_panel(one, run, draw_one, panel)
    if 1 < len(run.names) <= MOST_LINES:
        name_hosts(axes[1], run)
    for one in axes[-1]:
        set_time_axis(one, run)
    note = "" if run.completeness == "complete" else f" ({run.completeness})"
    who = f"{len(run.names)} hosts" if len(run.names) > 1 else run.names[0]
    figure.suptitle(f"{path.name}: {who}, {run.samples} samples{note}")
    figure.supxlabel(remarks(run), fontsize="small", color="0.3", x=0.01, ha="left")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=pathlib.Path, help="what tscollect-mpi wrote")
    parser.add_argument("-o", "--output", type=pathlib.Path,
                        help="picture to write (.png, .pdf, .svg); default: beside the file")
    arguments = parser.parse_args()
    picture = arguments.output or arguments.file.with_suffix(".png")
    try:
        draw(arguments.file).savefig(picture, dpi=110)
    except (OSError, ValueError) as error:
        sys.exit(f"plot_run.py: {arguments.file}: {error}")
    print(picture)


if __name__ == "__main__":
    main()

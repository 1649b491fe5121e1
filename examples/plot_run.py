#!/usr/bin/env python3
"""Draws one page from a tscollect file: disk throughput, memory, load and network of every host.

    plot_run.py run.h5 [-o run.png]

Up to eight hosts get a line each; with more, rates are summed over all hosts, and load and memory
show the median host between the lowest and the highest. A gap in the ticks stays a gap. Needs
h5py, numpy and matplotlib; a starting point for your own analysis.
"""

import argparse
import datetime
import pathlib
import re
import sys

import h5py
import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as mdates  # noqa: E402
import matplotlib.lines as mlines  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import matplotlib.ticker as mticker  # noqa: E402
import numpy as np  # noqa: E402

MISSING = np.iinfo(np.int64).min
SECTOR_BYTES = 512  # the kernel's sector in diskstats, whatever the disk's own is
MOST_LINES = 8
ABOVE = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncol": 2, "frameon": False,
         "fontsize": "small", "borderaxespad": 0.1}
# Disks and interfaces that stand on others: with them every byte would be counted twice.
STACKED_DISK = re.compile(r"^(dm-|md|loop|ram|zram|sr|fd)\d")
VIRTUAL_INTERFACE = re.compile(r"^(lo$|veth|docker|br-|virbr|cni|cali|flannel|vxlan|tun|tap|bond)")


def names(dataset):
    return list(dataset.asstr()[:])


def numbers(dataset, index):
    """A slice as floats, missing cells as NaN."""
    values = dataset[index]
    if values.dtype.kind == "f":
        return values
    return np.where(values == MISSING, np.nan, values.astype(float))


class Host:
    """What the picture needs of one host; series are [n_samples], or None without their source."""

    def __init__(self, name, group):
        self.name = name
        self.group = group
        self.time = group["time"][:]
        self.tick = group["tick"][:]

    def flat(self, source, field):
        group = self.group
        if source not in group or field not in names(group[f"{source}_field"]):
            return None
        return numbers(group[source], (slice(None), names(group[f"{source}_field"]).index(field)))

    def rate(self, source, rows, field, scale=1):
        """Sum over devices of a counter's growth a second: [n_samples], the first is NaN."""
        group = self.group
        if source not in group or field not in names(group[f"{source}_field"]) or not rows:
            return None
        column = names(group[f"{source}_field"]).index(field)
        total = np.full(len(self.time), np.nan)
        if len(self.time) < 2:
            return total
        seconds = np.diff(self.time) / 1e9
        usual = np.median(seconds)
        for row in rows:
            growth = np.diff(numbers(group[source], (slice(None), row, column)))
            growth[growth < 0] = np.nan  # the device was made anew, or its counter wrapped
            rate = growth * scale / seconds
            known = ~np.isnan(rate)
            total[1:][known] = np.nan_to_num(total[1:][known]) + rate[known]
        # The last sample, taken at the stop, may come so soon that its rate is only noise.
        total[1:][seconds < usual / 4] = np.nan
        return total

    def whole_disks(self):
        if "disk" not in self.group:
            return []
        partition = self.group["disk_is_partition"][:]
        return [i for i, name in enumerate(names(self.group["disk"]))
                if partition[i] != 1 and not STACKED_DISK.match(name)]

    def interfaces(self):
        if "interface" not in self.group:
            return []
        return [i for i, name in enumerate(names(self.group["interface"]))
                if not VIRTUAL_INTERFACE.match(name)]

    def disk_rate(self, field):
        return self.rate("diskstats", self.whole_disks(), field, SECTOR_BYTES)

    def network_rate(self, field):
        return self.rate("netdev", self.interfaces(), field)

    def memory_available(self):
        kib = self.flat("meminfo", "MemAvailable")
        return None if kib is None else kib / 2**20  # GiB

    def load(self):
        return self.flat("loadavg", "load_1min")


def with_gaps(tick, time, values):
    """Times and values with a hole put in wherever a tick is missing, so that no line joins it."""
    holes = np.flatnonzero(np.diff(tick) > 1) + 1
    times = np.insert(time, holes, time[holes] - 1)
    return times.astype("datetime64[ns]"), np.insert(values, holes, np.nan)


def on_common_ticks(hosts, series):
    """Rows of all hosts by tick number: times [n_ticks] and values [n_hosts × n_ticks]."""
    first = min(host.tick[0] for host in hosts)
    last = max(host.tick[-1] for host in hosts)
    ticks = np.arange(first, last + 1)
    times = np.full(len(ticks), MISSING)
    table = np.full((len(hosts), len(ticks)), np.nan)
    for row, (host, values) in enumerate(zip(hosts, series)):
        times[host.tick - first] = host.time
        table[row, host.tick - first] = values
    taken = times != MISSING
    return ticks[taken], times[taken], table[:, taken]


def drawable(hosts, of):
    """The hosts that have the series, and their series."""
    pairs = [(host, of(host)) for host in hosts]
    pairs = [(host, values) for host, values in pairs
             if values is not None and not np.all(np.isnan(values))]
    return [host for host, _ in pairs], [values for _, values in pairs]


def marker_for(values):
    """A lone sample, with a hole on either side, would not show as a line."""
    known = ~np.isnan(values)
    padded = np.concatenate([[False], known, [False]])
    return "." if np.any(known & ~padded[:-2] & ~padded[2:]) else None


def draw_each(axes, hosts, of, colors, style="-"):
    hosts, series = drawable(hosts, of)
    for host, values in zip(hosts, series):
        times, values = with_gaps(host.tick, host.time, values)
        axes.plot(times, values, style, color=colors[host.name], linewidth=1.2, markersize=3,
                  marker=marker_for(values))
    return bool(hosts)


def draw_sum(axes, hosts, of, color, label):
    hosts, series = drawable(hosts, of)
    if not hosts:
        return False
    ticks, times, table = on_common_ticks(hosts, series)
    some = ~np.all(np.isnan(table), axis=0)
    total = np.where(some, np.nansum(table, axis=0), np.nan)
    busiest = np.nanmax(table)
    label = f"{label}; busiest single host {mticker.EngFormatter('B/s', places=1)(busiest)}"
    axes.plot(*with_gaps(ticks, times, total), color=color, linewidth=1.2, label=label)
    return True


def draw_range(axes, hosts, of, color):
    hosts, series = drawable(hosts, of)
    if not hosts:
        return False
    ticks, times, table = on_common_ticks(hosts, series)
    some = ~np.all(np.isnan(table), axis=0)
    ticks, times, table = ticks[some], times[some], table[:, some]
    x, low = with_gaps(ticks, times, np.nanmin(table, axis=0))
    _, high = with_gaps(ticks, times, np.nanmax(table, axis=0))
    _, middle = with_gaps(ticks, times, np.nanmedian(table, axis=0))
    axes.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0,
                      label="lowest to highest host")
    axes.plot(x, middle, color=color, linewidth=1.2, label="median host")
    return True


def draw_rates(axes, hosts, many, colors, lines):
    """`lines`: word, series, style for a few hosts, color for one and for many."""
    drawn = False
    single = len(hosts) == 1
    handles = []
    for word, of, style, color in lines:
        if many:
            drawn |= draw_sum(axes, hosts, of, color, f"{word}, sum of {len(hosts)} hosts")
        elif single:
            drawn |= draw_each(axes, hosts, of, {hosts[0].name: color})
            handles.append(mlines.Line2D([], [], color=color, label=word))
        else:
            drawn |= draw_each(axes, hosts, of, colors, style)
            handles.append(mlines.Line2D([], [], color="0.3", linestyle=style, label=word))
    if drawn:
        axes.legend(handles=handles or None, **ABOVE)
    return drawn


def name_hosts(axes, colors):
    """A legend of hosts above the axes, beside the one that they may have inside."""
    inside = axes.get_legend()
    axes.legend(handles=[mlines.Line2D([], [], color=color, label=name)
                         for name, color in colors.items()],
                loc="lower left", bbox_to_anchor=(0, 1), ncol=4, frameon=False,
                borderaxespad=0.1, fontsize="small")
    if inside:
        axes.add_artist(inside)


def draw_levels(axes, hosts, many, colors, of):
    if not many:
        return draw_each(axes, hosts, of, colors)
    drawn = draw_range(axes, hosts, of, "tab:blue")
    if drawn:
        axes.legend(**ABOVE)
    return drawn


def text_attribute(file, name):
    value = file.attrs.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)


def draw(file, title):
    hosts = [Host(name, group) for name, group in sorted(file["hosts"].items())]
    hosts = [host for host in hosts if len(host.time) > 0]
    if not hosts:
        raise ValueError("it holds no samples")
    many = len(hosts) > MOST_LINES
    colors = {host.name: f"C{i}" for i, host in enumerate(hosts)}
    figure, axes = plt.subplots(4, 1, sharex=True, figsize=(10, 11), layout="constrained")
    panels = [
        ("Disk throughput\n(whole disks)", "B/s", lambda ax: draw_rates(ax, hosts, many, colors, [
            ("read", lambda h: h.disk_rate("sectors_read"), "-", "tab:blue"),
            ("write", lambda h: h.disk_rate("sectors_written"), "--", "tab:orange")])),
        ("Network throughput\n(without loopback)", "B/s",
         lambda ax: draw_rates(ax, hosts, many, colors, [
             ("received", lambda h: h.network_rate("rx_bytes"), "-", "tab:blue"),
             ("sent", lambda h: h.network_rate("tx_bytes"), "--", "tab:orange")])),
        ("Memory available\n(GiB)", "",
         lambda ax: draw_levels(ax, hosts, many, colors, Host.memory_available)),
        ("Load\n(1 minute)", "", lambda ax: draw_levels(ax, hosts, many, colors, Host.load)),
    ]
    for ax, (label, unit, draw_panel) in zip(axes, panels):
        ax.set_ylabel(label)
        ax.grid(True, alpha=0.3)
        ax.margins(x=0.01)
        if draw_panel(ax):
            # From 0, with some air above; a panel of zeros would show millibytes.
            ax.set_ylim(0, max(1.05 * ax.dataLim.ymax, 1000 if unit else 0.1))
        else:
            ax.text(0.5, 0.5, "not in the file", transform=ax.transAxes, ha="center", color="0.5")
            ax.set_yticks([])
        if unit:
            ax.yaxis.set_major_formatter(mticker.EngFormatter(unit))
    locator = mdates.AutoDateLocator(tz=datetime.timezone.utc)
    axes[-1].xaxis.set_major_locator(locator)
    axes[-1].xaxis.set_major_formatter(
        mdates.ConciseDateFormatter(locator, tz=datetime.timezone.utc))
    axes[-1].set_xlabel("UTC")
    if 1 < len(hosts) <= MOST_LINES:
        name_hosts(axes[0], colors)
    completeness = text_attribute(file, "completeness")
    note = "" if completeness in ("", "complete") else f" ({completeness})"
    samples = sum(len(host.time) for host in hosts)
    who = f"{len(hosts)} hosts" if len(hosts) > 1 else hosts[0].name
    figure.suptitle(f"{title}: {who}, {samples} samples{note}")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=pathlib.Path, help="what tscollect-mpi wrote")
    parser.add_argument("-o", "--output", type=pathlib.Path,
                        help="picture to write (.png, .pdf, .svg); default: beside the file")
    arguments = parser.parse_args()
    picture = arguments.output or arguments.file.with_suffix(".png")
    try:
        with h5py.File(arguments.file, "r") as file:
            draw(file, arguments.file.name).savefig(picture, dpi=120)
    except (OSError, KeyError, ValueError) as fault:
        sys.exit(f"plot_run.py: {arguments.file}: {fault}")
    print(picture)


if __name__ == "__main__":
    main()

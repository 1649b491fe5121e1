"""Pictures of a table [n_hosts × n_ticks] of more hosts than lines can be told apart."""

import matplotlib
import matplotlib.dates as mdates
import matplotlib.ticker as mticker
import numpy as np

MOST_NAMED = 3
HIGHLIGHTS = ("tab:red", "tab:pink", "tab:brown")


def standing_out(table):
    """(row, its mean as a part of the median host's) of the hosts far from the others."""
    middle = percentiles(table, [50])[0]
    known = ~np.isnan(table)
    # Over the ticks that a host has, so that a gap does not make it stand out.
    own = np.nansum(table, axis=1)
    others = np.sum(np.where(known, middle, 0), axis=1)
    part = np.divide(own, others, out=np.ones(len(own)), where=others > 0)
    distance = np.abs(part - 1)
    far = distance > max(6 * np.median(distance), 0.1)
    return [(int(row), part[row]) for row in np.argsort(-distance) if far[row]][:MOST_NAMED]


def percentiles(table, levels):
    """[n_levels × n_ticks]; NaN where no host has a value."""
    some = ~np.all(np.isnan(table), axis=0)
    result = np.full((len(levels), table.shape[1]), np.nan)
    if np.any(some):
        result[:, some] = np.nanpercentile(table[:, some], levels, axis=0)
    return result


def draw_bands(axes, run, table):
    """Returns what a legend can name: the bands, and the hosts that stand out."""
    lowest, low, middle, high, highest = percentiles(table, [0, 5, 50, 95, 100])
    fill = {"color": "tab:blue", "linewidth": 0}
    bands = [axes.fill_between(run.times, lowest, highest, alpha=0.15, label="all hosts", **fill),
             axes.fill_between(run.times, low, high, alpha=0.35, label="5 to 95 %", **fill)]
    bands += axes.plot(run.times, middle, color="tab:blue", linewidth=1.2, label="median")
    hosts = []
    for color, (row, part) in zip(HIGHLIGHTS, standing_out(table)):
        hosts += axes.plot(run.times, table[row], color=color, linewidth=0.9,
                           label=f"{run.names[row]} ({part:.0%})")
    return bands, hosts


def draw_map(axes, run, table, unit):
    """A line of pixels per host, the first at the top; grey where it was not sampled."""
    begin, end = mdates.date2num([run.times[0], run.times[-1]])
    colors = matplotlib.colormaps["viridis"].with_extremes(bad="0.75")
    highest = np.nanpercentile(table, 99.5)
    image = axes.imshow(table, aspect="auto", interpolation="none", cmap=colors, vmin=0,
                        vmax=max(highest, 1000), extent=(begin, end, len(run.names) - 0.5, -0.5))
    axes.xaxis_date()
    axes.yaxis.set_major_locator(mticker.MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(mticker.FuncFormatter(
        lambda row, _: run.names[int(row)] if 0 <= row < len(run.names) and row == int(row) else ""))
    bar = axes.figure.colorbar(image, ax=axes, format=unit, extend="max", pad=0.01, fraction=0.05)
    bar.ax.tick_params(labelsize="small")
    axes.text(1, 1.02, "grey: not sampled", transform=axes.transAxes, ha="right", fontsize="small",
              color="0.3")

# %% [markdown]
# # A walk through a run
#
# What happened on the nodes while the benchmark ran? Step by step, with xarray, pandas and nothing of
# tscollect. Run it cell by cell (VS Code, Spyder, PyCharm; `jupytext --to ipynb walk_through.py` makes a
# notebook of it), or whole: `RUN=run.h5 python3 walk_through.py` leaves `walk_through.png` behind.
# docs/reading.md has recipes for single questions; plot_run.py draws the usual page.

# %%
import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

RUN = os.environ.get("RUN", "run.h5")
SECTOR = 512  # bytes, in /proc/diskstats, whatever the disk's own is

# %% [markdown]
# ## Is it whole?
# The root says how the run went, the host table how each host fared: samples, ticks missed, what failed,
# and how far its clock was from that of rank 0's host (nanoseconds).

# %%
root = xr.open_dataset(RUN).attrs
interval = float(root["collection_interval_seconds"])
table = xr.open_dataset(RUN, group="host_table").to_dataframe()
print(root["title"], "-", root["completeness"], "- stopped by", root.get("stop_reason"))
print(table[["state", "samples", "missed", "errors", "clock_offset_start", "lateness_p99"]])

# %% [markdown]
# ## What does a host have?
# One labelled array per source. Names, units and kinds stand beside the values, so nothing has to be looked
# up: a counter only grows and wants a difference, a gauge is read as it is.

# %%
first = next(name for name, state in table.state.items() if state != "missing")
host = xr.open_dataset(RUN, group=f"hosts/{first}")
print(host.sizes)
fields = pd.DataFrame({name: host[f"diskstats_{name}"].values for name in ("unit", "kind")},
                      index=host.diskstats_field.values)
print(fields.head())

# %% [markdown]
# ## All hosts on one grid
# Tick k is the same moment on every host, so hosts are joined on `tick`; where a host has no such tick the
# result is NaN. (Opening a group takes xarray longer the more hosts a file has. Beyond a hundred take h5py,
# or `tscollect rates`, as run_series.py does.)
#
# A rate is growth over time. It is NaN where a counter began again (a device made anew, a counter that
# wrapped). Whole disks only: partitions stand beside their disks, dm and md devices on top of others.


# %%
def rate(counter):
    growth = counter.astype(float).diff("tick")
    return growth.where(growth >= 0) / counter.seconds.diff("tick")


def open_host(name):
    host = xr.open_dataset(RUN, group=f"hosts/{name}")
    # `time` is the wall clock, which may be set during a run, even back; ticks are the monotonic clock's.
    host = host.swap_dims(time="tick").reset_coords("time")
    host = host.assign_coords(seconds=host.tick * interval + host.lateness / 1e9)
    whole = host.disk[host.disk_is_partition != 1]
    whole = whole[~whole.str.match(r"(dm-|md|loop|ram|zram|sr|drbd|bcache|zd)\d|nvme\d+c\d+n")]
    wires = host.interface[host.interface != "lo"]
    disk = host.diskstats.sel(disk=whole)
    network = host.netdev.sel(interface=wires)
    series = {
        "read": SECTOR * rate(disk.sel(diskstats_field="sectors_read", drop=True)).sum("disk", min_count=1),
        "written": SECTOR * rate(disk.sel(diskstats_field="sectors_written", drop=True))
        .sum("disk", min_count=1),
        "received": rate(network.sel(netdev_field="rx_bytes", drop=True)).sum("interface", min_count=1),
        "sent": rate(network.sel(netdev_field="tx_bytes", drop=True)).sum("interface", min_count=1),
        "available": host.meminfo.sel(meminfo_field="MemAvailable", drop=True) * 1024.0,
        "load_1min": host.loadavg.sel(loadavg_field="load_1min", drop=True),
    }
    # The first rate is one tick later than the first level: each array keeps its tick alone.
    series = xr.Dataset({name: array.reset_coords(drop=True) for name, array in series.items()})
    # The last sample is taken at the stop, perhaps right after the one before.
    taken = host.seconds.values
    return series.isel(tick=slice(None, -1 if taken[-1] - taken[-2] < interval / 4 else None))


present = [name for name, state in table.state.items() if state != "missing"]
run = xr.concat([open_host(name) for name in present], pd.Index(present, name="host"), join="outer")
seconds = (run.tick * interval).values
print(run)

# %% [markdown]
# ## Together, and each
# The sum is what the file system saw; the spread between hosts says whether all took part alike.

# %%
total = (run.read + run.written).sum("host", min_count=1) / 1e6
figure, axes = plt.subplots(2, 1, sharex=True, figsize=(10, 7), layout="constrained")
axes[0].plot(seconds, run.read.sum("host", min_count=1) / 1e6, label="read")
axes[0].plot(seconds, run.written.sum("host", min_count=1) / 1e6, label="written")
axes[0].set(title=f"Disk, sum of {run.sizes['host']} hosts", ylabel="MB/s", ylim=(0, None))
axes[0].legend()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # ticks that no host has
    low, middle, high = (run.written / 1e6).quantile([0.05, 0.5, 0.95], "host").values
axes[1].fill_between(seconds, low, high, alpha=0.3, label="5 to 95 % of the hosts")
axes[1].plot(seconds, middle, label="median host")
axes[1].set(title="Disk written, per host", ylabel="MB/s", xlabel="seconds since tick 0", ylim=(0, None))

# %% [markdown]
# ## Who lags behind?
# Bytes are the sum of rate times interval. A host that moved far less than the median is drawn by name.

# %%
moved = (run.read + run.written).mean("tick").to_series()
part = (moved / moved.median()).sort_values()
print(part.head().map("{:.0%} of the median host".format).to_string())
for name in part[part < 0.8].index[:3]:
    axes[1].plot(seconds, run.written.sel(host=name) / 1e6, linewidth=1, label=f"{name}, {part[name]:.0%}")
axes[1].legend()
figure.savefig("walk_through.png", dpi=100)
plt.show()

# %% [markdown]
# ## How near to the limit?

# %%
lowest = run.available.min("tick") / 2**30
when = run.tick[run.available.fillna(np.inf).argmin("tick")]
print(pd.DataFrame({"GiB available at the least": lowest.to_series().round(1), "at tick": when.to_series()}))

# %% [markdown]
# ## Phases
# Where the hosts together move more than a tenth of their best, a phase is going on.

# %%
active = (total > total.max() / 10).values.astype(int)
edges = np.flatnonzero(np.diff(np.concatenate([[0], active, [0]]))).reshape(-1, 2)
phases = pd.DataFrame([{"from s": seconds[begin], "to s": seconds[end - 1],
                        "GB": float(total[begin:end].sum()) * interval / 1e3,
                        "MB/s": float(total[begin:end].mean())} for begin, end in edges])
print(phases.round(1).to_string(index=False))

# %% [markdown]
# ## Network and load, in a table

# %%
summary = pd.DataFrame({
    "received, MB/s": run.received.mean("tick").to_series() / 1e6,
    "sent, MB/s": run.sent.mean("tick").to_series() / 1e6,
    "peak sent, MB/s": run.sent.max("tick").to_series() / 1e6,
    "load, mean": run.load_1min.mean("tick").to_series(),
    "samples lost": (run.load_1min.isnull()).sum("tick").to_series(),
})
print(summary.round(2))

"""What MLPerf Storage's base class does with a time series collector, as far as it shows: how it makes
one, what it asks of it, and the file it writes (mlpstorage_py/benchmarks/base.py). Run as a program it
takes the classes of examples/mlpstorage_collector.py, as its main() puts them in place.

    benchmark_stand_in.py RESULTS SECONDS INTERVAL [HOST[:SLOTS] …]
"""

import importlib.util
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tool"))

from reference_model import TimeSeriesData, TimeSeriesSample  # noqa: E402

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "mlpstorage_collector.py"


def example():
    spec = importlib.util.spec_from_file_location("mlpstorage_collector", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Logger:
    def __init__(self):
        self.lines = []

    def debug(self, text):
        self.lines.append(text)

    warning = debug


class Benchmark:
    """`classes` has MultiHostTimeSeriesCollector and TimeSeriesCollector."""

    def __init__(self, classes, hosts, interval):
        self.classes = classes
        self.logger = Logger()
        self.data = None
        if hosts:
            self.collector = classes.MultiHostTimeSeriesCollector(
                hosts=hosts, interval_seconds=interval, max_samples=3600, ssh_username=None, ssh_timeout=30,
                logger=self.logger)
        else:
            self.collector = classes.TimeSeriesCollector(interval_seconds=interval, max_samples=3600,
                                                         logger=self.logger)

    def start(self):
        self.collector.start()

    def stop(self):
        collector = self.collector
        if isinstance(collector, self.classes.MultiHostTimeSeriesCollector):
            by_host = collector.stop()
            collected = collector.get_hosts_with_data()
            requested = list(collector.hosts)
            method = "ssh" if len(collected) > 1 else "local"
        else:
            samples = collector.stop()
            name = samples[0]["hostname"] if samples else "localhost"
            by_host, requested, method = {name: samples}, [name], "local"
            collected = [name] if samples else []
        self.data = TimeSeriesData(
            collection_interval_seconds=collector.interval_seconds, start_time=collector.start_time or "",
            end_time=collector.end_time or "", num_samples=sum(map(len, by_host.values())),
            samples_by_host={host: [TimeSeriesSample.from_dict(sample) for sample in samples]
                             for host, samples in by_host.items()},
            collection_method=method, hosts_requested=requested, hosts_collected=collected)

    def write(self, path):
        with open(path, "w") as file:
            json.dump(self.data.to_dict(), file, indent=2)


def main(results, seconds, interval, *hosts):
    benchmark = Benchmark(example(), list(hosts), float(interval))
    benchmark.start()
    time.sleep(float(seconds))
    benchmark.stop()
    benchmark.write(os.path.join(results, "training_20260124_222000_timeseries.json"))
    print("\n".join(benchmark.logger.lines))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The reference collector's data classes, as far as reading and writing dictionaries goes.

Consumers of its JSON hold samples in classes of this shape; ours has to fit into them unchanged.
"""

from dataclasses import asdict, dataclass, fields
from typing import Dict, List, Optional, Union

Number = Union[int, float]


@dataclass
class TimeSeriesSample:
    timestamp: str
    hostname: str
    diskstats: Optional[List[Dict[str, Union[str, Number]]]] = None
    vmstat: Optional[Dict[str, int]] = None
    meminfo: Optional[Dict[str, int]] = None
    loadavg: Optional[Dict[str, Number]] = None
    netdev: Optional[List[Dict[str, Union[str, Number]]]] = None
    errors: Optional[Dict[str, str]] = None

    def to_dict(self):
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, data):
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})


@dataclass
class TimeSeriesData:
    collection_interval_seconds: float
    start_time: str
    end_time: str
    num_samples: int
    samples_by_host: Dict[str, List[TimeSeriesSample]]
    collection_method: str
    hosts_requested: List[str]
    hosts_collected: List[str]

    def to_dict(self):
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["samples_by_host"] = {
            host: [sample.to_dict() for sample in samples]
            for host, samples in self.samples_by_host.items()
        }
        return values

    @classmethod
    def from_dict(cls, data):
        return cls(
            collection_interval_seconds=data.get("collection_interval_seconds", 10.0),
            start_time=data.get("start_time", ""),
            end_time=data.get("end_time", ""),
            num_samples=data.get("num_samples", 0),
            samples_by_host={
                host: [TimeSeriesSample.from_dict(sample) for sample in samples]
                for host, samples in data.get("samples_by_host", {}).items()
            },
            collection_method=data.get("collection_method", "unknown"),
            hosts_requested=data.get("hosts_requested", []),
            hosts_collected=data.get("hosts_collected", []),
        )

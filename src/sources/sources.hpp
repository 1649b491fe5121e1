#pragma once

#include "table/source.hpp"

namespace tscollect::sources {

// Each in a file of its name (percpu in cpu.cpp, cgroup_io in cgroup.cpp); listed in registry.cpp.
extern const table::Source diskstats;
extern const table::Source vmstat;
extern const table::Source loadavg;
extern const table::Source meminfo;
extern const table::Source netdev;
extern const table::Source cpu;
extern const table::Source percpu;
extern const table::Source pressure;
extern const table::Source rdma;
extern const table::Source tcp;
extern const table::Source nfs;
extern const table::Source cgroup;
extern const table::Source cgroup_io;
extern const table::Source numa;
extern const table::Source power;
extern const table::Source gpu;
extern const table::Source lustre;
extern const table::Source reading_time;

}  // namespace tscollect::sources

#pragma once

#include "table/source.hpp"

namespace tscollect::sources {

// Each in a file of its name (percpu in cpu.cpp); listed in registry.cpp.
extern const Source diskstats;
extern const Source vmstat;
extern const Source loadavg;
extern const Source meminfo;
extern const Source netdev;
extern const Source cpu;
extern const Source percpu;
extern const Source pressure;
extern const Source rdma;

}  // namespace tscollect::sources

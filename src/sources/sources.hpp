#pragma once

#include "table/source.hpp"

namespace tscollect::sources {

// One per file of the same name; listed in registry.cpp.
extern const Source diskstats;
extern const Source vmstat;
extern const Source loadavg;
extern const Source meminfo;
extern const Source netdev;

}  // namespace tscollect::sources

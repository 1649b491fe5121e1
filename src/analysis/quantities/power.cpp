// Quantities of power, from counters of energy (src/sources/power.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double joule_per_uj = 1e-6;

constexpr auto table = std::to_array<Quantity>({
    rate_of("power.zones", "W", "power", joule_per_uj, "energy_uj%max_energy_range_uj",
            "Processors and memory only, not the whole node. The sum has packages and memory; "
            "parts of a package are in the package"),
    rate_of("power.node", "W", "power", 1, "energy", "HPE Cray nodes only"),
});

}  // namespace

std::span<const Quantity> power_quantities() { return table; }

}  // namespace tscollect::analysis

// Quantities of GPUs (src/sources/gpu.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double watt_per_uw = 1e-6;

constexpr auto table = std::to_array<Quantity>({
    averaged(level_of("gpu.utilisation", "%", "gpu", 1, "utilization_gpu_percent",
                      "The share of time in which anything ran on the GPU, not how much of it was "
                      "used")),
    level_of("gpu.memory_used", "bytes", "gpu", 1, "memory_used_bytes", "Not whose"),
    level_of("gpu.power", "W", "gpu", watt_per_uw, "power_mw?*1000 power_uw?",
             "The GPU's own sensor, some of which show a mean over a second; unknown where a host "
             "has GPUs of NVIDIA and of AMD"),
});

}  // namespace

std::span<const Quantity> gpu_quantities() { return table; }

}  // namespace tscollect::analysis

// Quantities of stalls, from /proc/pressure (src/sources/pressure.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr double percent_of_us = 1e-4;
constexpr std::string_view not_whose = "Not whose tasks";

constexpr auto table = std::to_array<Quantity>({
    mean_rate_of("pressure.cpu.some", "%", "pressure", percent_of_us, "cpu_some_total", not_whose),
    mean_rate_of("pressure.cpu.full", "%", "pressure", percent_of_us, "cpu_full_total",
                 "Zero by definition for the whole system"),
    mean_rate_of("pressure.memory.some", "%", "pressure", percent_of_us, "memory_some_total",
                 not_whose),
    mean_rate_of("pressure.memory.full", "%", "pressure", percent_of_us, "memory_full_total",
                 not_whose),
    mean_rate_of(
        "pressure.io.some", "%", "pressure", percent_of_us, "io_some_total",
        "Does not tell which device. Direct I/O that a task does not wait for is not included"),
    mean_rate_of(
        "pressure.io.full", "%", "pressure", percent_of_us, "io_full_total",
        "Does not tell which device. Direct I/O that a task does not wait for is not included"),
    mean_rate_of("pressure.irq.full", "%", "pressure", percent_of_us, "irq_full_total",
                 "Linux 6.1 and later, where interrupt time is accounted"),
});

}  // namespace

std::span<const Quantity> pressure_quantities() { return table; }

}  // namespace tscollect::analysis

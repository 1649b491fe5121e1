// Quantities of CPUs and tasks, from /proc/stat (src/sources/cpu.cpp) and /proc/loadavg
// (loadavg.cpp).
#include "analysis/quantities/entry.hpp"
#include "analysis/quantities/subjects.hpp"

#include <array>

namespace tscollect::analysis {

namespace {

constexpr std::string_view all_cpus =
    "The whole host: one busy CPU of 64 is 1.6 %. Guests are contained in user";
constexpr std::string_view not_whose = "Not whose tasks";
constexpr std::string_view of_idle =
    "Waiting is charged to idle CPUs only: a wait on a CPU with other work is not counted";
constexpr std::string_view cpu_times = "user nice system idle~ iowait?~ irq? softirq? steal?";

constexpr auto table = std::to_array<Quantity>({
    ratio_of("cpu.busy", "%", "cpu", percent, "user nice system irq? softirq? steal?", cpu_times,
             all_cpus),
    ratio_of("cpu.user", "%", "cpu", percent, "user nice", cpu_times, all_cpus),
    ratio_of("cpu.system", "%", "cpu", percent, "system", cpu_times, all_cpus),
    ratio_of("cpu.iowait", "%", "cpu", percent, "iowait~", cpu_times, of_idle),
    ratio_of("cpu.irq", "%", "cpu", percent, "irq softirq", cpu_times, all_cpus),
    ratio_of("cpu.steal", "%", "cpu", percent, "steal", cpu_times,
             "Only as far as the hypervisor reports it"),
    ratio_of("cpu.idle", "%", "cpu", percent, "idle~", cpu_times, all_cpus),
    level_of("cpu.runnable", "tasks", "cpu", 1, "procs_running",
             "At the time of the sample only; the collector is one of them"),
    level_of("cpu.blocked", "tasks", "cpu", 1, "procs_blocked", "At the sample only"),
    rate_of("cpu.context_switches", "1/s", "cpu", 1, "context_switches", not_whose),
    rate_of("cpu.interrupts", "1/s", "cpu", 1, "interrupts"),
    rate_of("cpu.forks", "1/s", "cpu", 1, "forks", "Threads are counted, too"),
    ratio_of("percpu.busy", "%", "percpu", percent, "user nice system irq? softirq? steal?",
             cpu_times, "Guests are contained in user"),
    ratio_of("percpu.user", "%", "percpu", percent, "user nice", cpu_times),
    ratio_of("percpu.system", "%", "percpu", percent, "system", cpu_times),
    ratio_of("percpu.iowait", "%", "percpu", percent, "iowait~", cpu_times,
             "Charged to the CPU on which the task slept, which may not be where it continues"),
    ratio_of("percpu.irq", "%", "percpu", percent, "irq softirq", cpu_times),
    ratio_of("percpu.steal", "%", "percpu", percent, "steal", cpu_times),
    ratio_of("percpu.idle", "%", "percpu", percent, "idle~", cpu_times),
    level_of("load.1min", "tasks", "loadavg", 1, "load_1min",
             "An exponentially weighted mean over a minute; tasks that wait for a disk are "
             "counted, too"),
});

}  // namespace

std::span<const Quantity> cpu_quantities() { return table; }

}  // namespace tscollect::analysis

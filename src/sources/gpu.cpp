// GPUs: utilization, memory, power and clocks. NVIDIA's through NVML (nvml.cpp), AMD's and Intel's
// from sysfs.
// https://www.kernel.org/doc/html/latest/gpu/amdgpu/thermal.html
//
// 0000:41:00.0 utilization_gpu_percent 57
// 0000:41:00.0 power_mw 318540
//
// A GPU is identified by its PCI address. For AMD and Intel, /sys/class/drm/card*/device has
// gpu_busy_percent, mem_busy_percent, mem_info_vram_used and _total, and hwmon below it
// power1_average (newer: power1_input) in microwatts, energy1_input in microjoules, freq1_input and
// freq2_input in Hz, temp1_input in thousandths of a degree. Values keep their unit, which is part
// of the name. pcie_bw is left out: reading it takes a second.
#include "procfs/scan.hpp"
#include "table/line_writer.hpp"
#include "base/text/printable.hpp"
#include "sources/nvml.hpp"
#include "sources/sources.hpp"
#include "sources/sysfs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tscollect::sources {

namespace {

using enum Kind;
using enum ValueType;

struct NamedFile {
  std::string_view file;
  std::string_view field;
};

constexpr std::array device_files = {
    NamedFile{"gpu_busy_percent", "utilization_gpu_percent"},
    NamedFile{"mem_busy_percent", "utilization_memory_percent"},
    NamedFile{"mem_info_vram_used", "memory_used_bytes"},
    NamedFile{"mem_info_vram_total", "memory_total_bytes"},
};
/// Among files for the same field the first that exists is used.
constexpr std::array monitor_files = {
    NamedFile{"power1_average", "power_uw"},     NamedFile{"power1_input", "power_uw"},
    NamedFile{"energy1_input", "energy_uj"},     NamedFile{"freq1_input", "clock_sm_hz"},
    NamedFile{"freq2_input", "clock_memory_hz"}, NamedFile{"temp1_input", "temperature_mc"},
};

/// Accepts "card0" but not "card0-DP-1".
bool is_card(std::string_view name) {
  return name.starts_with("card") && name.find('-') == std::string_view::npos;
}

void add_files(std::span<const NamedFile> names, const std::filesystem::path& folder,
               const std::string& gpu, std::vector<table::SourceFile>& files) {
  std::string_view last;
  for (const NamedFile& each : names) {
    if (each.field == last || !is_there(folder / each.file)) continue;
    files.push_back({folder / each.file, fmt::format("{} {}", gpu, each.field)});
    last = each.field;
  }
}

Result<std::vector<table::SourceFile>> find_files(const table::Roots& roots) {
  const auto cards = roots.sysfs / "class" / "drm";
  std::vector<table::SourceFile> files;
  for (const std::string& card : names_in(cards)) {
    if (!is_card(card)) continue;
    const auto device = cards / card / "device";
    std::string gpu = target_of(device);
    if (gpu.empty() || gpu == "device") gpu = card;
    add_files(device_files, device, gpu, files);
    const auto monitors = device / "hwmon";
    for (const std::string& monitor : names_in(monitors))
      add_files(monitor_files, monitors / monitor, gpu, files);
  }
  if (files.empty()) return Error{fmt::format("{}: no GPUs with statistics", cards.string())};
  return files;
}

void parse_line(std::string_view line, table::LineWriter& out) {
  const std::string_view gpu = procfs::next_token(line);
  const std::string_view field = procfs::next_token(line);
  const std::string_view value = procfs::next_token(line);
  if (!value.empty() && out.row(gpu)) out.integer(field, value);
}

struct Rule {
  std::string_view ending;
  std::string_view unit;
  Kind kind;
};

// The first rule that matches the end of the name applies.
constexpr std::array rules = {
    Rule{"pcie_tx_bytes", "bytes", counter},
    Rule{"pcie_rx_bytes", "bytes", counter},
    Rule{"_mj", "mJ", counter},
    Rule{"_uj", "uJ", counter},
    Rule{"_percent", "%", gauge},
    Rule{"_bytes", "bytes", gauge},
    Rule{"_mw", "mW", gauge},
    Rule{"_uw", "uW", gauge},
    Rule{"_mhz", "MHz", gauge},
    Rule{"_hz", "Hz", gauge},
    Rule{"_mc", "0.001 degrees C", gauge},
    Rule{"_c", "degrees C", gauge},
    Rule{"", "unknown", unknown},
};

FieldDescription describe_field(std::string_view name, std::string_view /*suffix*/,
                                std::span<const FieldDescription> /*earlier*/) {
  const Rule& rule = *std::ranges::find_if(
      rules, [name](std::string_view ending) { return name.ends_with(ending); }, &Rule::ending);
  return {std::string(name), std::string(rule.unit), rule.kind, integer, 64};
}

constexpr std::array<std::string_view, 1> gpu_numbers = {"numa_node"};
constexpr std::array<std::string_view, 2> gpu_texts = {"driver", "model"};

table::DeviceFacts describe_gpu(const std::filesystem::path& sysfs, std::string_view name) {
  const auto folder = device_folder(sysfs / "bus" / "pci" / "devices", name);
  if (folder.empty()) return {{-1}, {"", ""}};
  return {{std::max<std::int64_t>(number_of(folder / "numa_node"), -1)},
          {base::printable(target_of(folder / "driver")),
           base::printable(line_of(folder / "product_name"))}};
}

}  // namespace

constinit const table::Source gpu = {
    .description = {.name = "gpu",
                    .path = "class/drm/card*/device",
                    .kernel_document =
                        "https://www.kernel.org/doc/html/latest/gpu/amdgpu/thermal.html",
                    .summary = "use, memory, power and clocks of GPUs",
                    .row_dimension = "gpu_device",
                    .row_name_field = "gpu_name",
                    .is_in_sysfs = true},
    .find_files = find_files,
    .open_maker = open_nvml,
    .parse_line = parse_line,
    .describe_field = describe_field,
    .may_be_slow = true,
    .rows_are_devices = false,
    .number_facts = gpu_numbers,
    .text_facts = gpu_texts,
    .describe_device = describe_gpu,
};

}  // namespace tscollect::sources

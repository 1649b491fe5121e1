// NVML, loaded at run time: neither the build nor the programs depend on it.
// https://docs.nvidia.com/deploy/nvml-api/
//
// The functions used are declared here as in nvml.h; they have been stable since driver 418 or
// earlier. If a driver lacks a function, or a GPU does not support it, only its value is missing.
// Slow functions are not used: the list of processes (4.5 ms) and PCIe throughput (20 ms); newer
// drivers' PCIe byte counters are used instead.
#include "sources/nvml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <utility>
#include <vector>

namespace tscollect::sources {

namespace {

using Return = int;
using Device = void*;
constexpr Return success = 0;

struct Utilization {
  unsigned gpu = 0;
  unsigned memory = 0;
};
struct Memory {
  unsigned long long total = 0;
  unsigned long long free = 0;
  unsigned long long used = 0;
};
struct PciInfo {
  char bus_id_legacy[16];
  unsigned domain;
  unsigned bus;
  unsigned device;
  unsigned pci_device_id;
  unsigned pci_subsystem_id;
  char bus_id[32];
};
struct FieldValue {
  unsigned field_id = 0;
  unsigned scope_id = 0;
  long long timestamp = 0;
  long long latency_us = 0;
  int value_type = 0;
  Return outcome = -1;
  unsigned long long value = 0;
};

enum Clock : int { clock_sm = 1, clock_memory = 2 };
constexpr int temperature_of_gpu = 0;
constexpr unsigned pcie_tx_bytes = 197;
constexpr unsigned pcie_rx_bytes = 198;

/// The library's functions; optional ones may be missing.
struct Functions {
  Return (*init)() = nullptr;
  Return (*shutdown)() = nullptr;
  Return (*count)(unsigned*) = nullptr;
  Return (*handle)(unsigned, Device*) = nullptr;
  Return (*pci_info)(Device, PciInfo*) = nullptr;
  const char* (*error_text)(Return) = nullptr;
  Return (*utilization)(Device, Utilization*) = nullptr;
  Return (*memory)(Device, Memory*) = nullptr;
  Return (*power)(Device, unsigned*) = nullptr;
  Return (*energy)(Device, unsigned long long*) = nullptr;
  Return (*clock)(Device, int, unsigned*) = nullptr;
  Return (*temperature)(Device, int, unsigned*) = nullptr;
  Return (*field_values)(Device, int, FieldValue*) = nullptr;
};

class Library {
 public:
  explicit Library(void* handle) : handle_(handle) {}
  Library(Library&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Library& operator=(Library&&) = delete;
  ~Library() {
    if (handle_ != nullptr) ::dlclose(handle_);
  }

  template <class Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(::dlsym(handle_, name));
  }

 private:
  void* handle_;
};

Functions functions_of(const Library& library) {
  Functions found;
  library.find("nvmlInit_v2", found.init);
  library.find("nvmlShutdown", found.shutdown);
  library.find("nvmlDeviceGetCount_v2", found.count);
  library.find("nvmlDeviceGetHandleByIndex_v2", found.handle);
  library.find("nvmlDeviceGetPciInfo_v3", found.pci_info);
  library.find("nvmlErrorString", found.error_text);
  library.find("nvmlDeviceGetUtilizationRates", found.utilization);
  library.find("nvmlDeviceGetMemoryInfo", found.memory);
  library.find("nvmlDeviceGetPowerUsage", found.power);
  library.find("nvmlDeviceGetTotalEnergyConsumption", found.energy);
  library.find("nvmlDeviceGetClockInfo", found.clock);
  library.find("nvmlDeviceGetTemperature", found.temperature);
  library.find("nvmlDeviceGetFieldValues", found.field_values);
  return found;
}

/// Converts "00000000:41:00.0" to "0000:41:00.0", as in sysfs.
std::string address_of(const PciInfo& info) {
  std::string address(info.bus_id, ::strnlen(info.bus_id, sizeof info.bus_id));
  std::ranges::transform(address, address.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::size_t address_bytes = 12;
  if (address.size() > address_bytes) address.erase(0, address.size() - address_bytes);
  return address;
}

class Nvml final : public table::TextMaker {
 public:
  Nvml(Library library, const Functions& functions)
      : library_(std::move(library)), call_(functions) {}
  Nvml(const Nvml&) = delete;
  ~Nvml() override {
    if (is_begun_ && call_.shutdown != nullptr) call_.shutdown();
  }

  Result<void> begin() {
    if (const Return outcome = call_.init(); outcome != success) return error("start", outcome);
    is_begun_ = true;
    unsigned count = 0;
    if (const Return outcome = call_.count(&count); outcome != success)
      return error("count GPUs", outcome);
    for (unsigned i = 0; i < count; ++i) {
      Gpu gpu;
      PciInfo info{};
      if (call_.handle(i, &gpu.device) != success) continue;
      gpu.name = call_.pci_info != nullptr && call_.pci_info(gpu.device, &info) == success
                     ? address_of(info)
                     : fmt::format("nvidia{}", i);
      gpus_.push_back(std::move(gpu));
    }
    if (gpus_.empty()) return Error{"NVML: no GPUs"};
    return {};
  }

  Result<void> append_to(procfs::TextBuffer& text) override {
    const std::size_t begin = text.size();
    last_ = success;
    for (const Gpu& gpu : gpus_) append(gpu, text);
    if (text.size() == begin) return error("read any value", last_);
    return {};
  }

 private:
  struct Gpu {
    Device device = nullptr;
    std::string name;
  };

  Error error(const char* what, Return outcome) const {
    const char* const why = call_.error_text != nullptr ? call_.error_text(outcome) : nullptr;
    return Error{fmt::format("NVML: cannot {}: {}", what,
                             why != nullptr ? std::string(why) : fmt::format("error {}", outcome))};
  }

  bool succeeds(Return outcome) {
    if (outcome != success) last_ = outcome;
    return outcome == success;
  }

  static void line(const Gpu& gpu, const char* field, unsigned long long value,
                   procfs::TextBuffer& text) {
    std::array<char, 128> bytes{};
    const auto written =
        fmt::format_to_n(bytes.data(), bytes.size(), "{} {} {}\n", gpu.name, field, value);
    if (written.size <= bytes.size()) text.append({bytes.data(), written.size});
  }

  void append(const Gpu& gpu, procfs::TextBuffer& text) {
    Utilization busy;
    if (call_.utilization != nullptr && succeeds(call_.utilization(gpu.device, &busy))) {
      line(gpu, "utilization_gpu_percent", busy.gpu, text);
      line(gpu, "utilization_memory_percent", busy.memory, text);
    }
    Memory memory;
    if (call_.memory != nullptr && succeeds(call_.memory(gpu.device, &memory))) {
      line(gpu, "memory_used_bytes", memory.used, text);
      line(gpu, "memory_total_bytes", memory.total, text);
    }
    unsigned number = 0;
    if (call_.power != nullptr && succeeds(call_.power(gpu.device, &number)))
      line(gpu, "power_mw", number, text);
    unsigned long long energy = 0;
    if (call_.energy != nullptr && succeeds(call_.energy(gpu.device, &energy)))
      line(gpu, "energy_mj", energy, text);
    if (call_.clock != nullptr && succeeds(call_.clock(gpu.device, clock_sm, &number)))
      line(gpu, "clock_sm_mhz", number, text);
    if (call_.clock != nullptr && succeeds(call_.clock(gpu.device, clock_memory, &number)))
      line(gpu, "clock_memory_mhz", number, text);
    if (call_.temperature != nullptr &&
        succeeds(call_.temperature(gpu.device, temperature_of_gpu, &number)))
      line(gpu, "temperature_c", number, text);
    append_pcie(gpu, text);
  }

  void append_pcie(const Gpu& gpu, procfs::TextBuffer& text) {
    if (call_.field_values == nullptr) return;
    std::array<FieldValue, 2> values{};
    values[0].field_id = pcie_tx_bytes;
    values[1].field_id = pcie_rx_bytes;
    if (!succeeds(call_.field_values(gpu.device, values.size(), values.data()))) return;
    if (succeeds(values[0].outcome)) line(gpu, "pcie_tx_bytes", bits_of(values[0]), text);
    if (succeeds(values[1].outcome)) line(gpu, "pcie_rx_bytes", bits_of(values[1]), text);
  }

  /// Values of 32 bits do not set the rest of the union.
  static unsigned long long bits_of(const FieldValue& value) {
    constexpr int unsigned_int = 1;
    return value.value_type == unsigned_int ? static_cast<std::uint32_t>(value.value) : value.value;
  }

  Library library_;
  Functions call_;
  std::vector<Gpu> gpus_;
  bool is_begun_ = false;
  Return last_ = success;
};

}  // namespace

Result<std::unique_ptr<table::TextMaker>> open_nvml() {
  constexpr const char* name = "libnvidia-ml.so.1";
  void* const handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return Error{fmt::format("{}: not installed", name)};
  Library library(handle);
  const Functions functions = functions_of(library);
  if (functions.init == nullptr || functions.count == nullptr || functions.handle == nullptr)
    return Error{fmt::format("{}: it is too old", name)};
  auto nvml = std::make_unique<Nvml>(std::move(library), functions);
  if (const auto begun = nvml->begin(); !begun) return begun.error();
  return std::unique_ptr<table::TextMaker>(std::move(nvml));
}

}  // namespace tscollect::sources

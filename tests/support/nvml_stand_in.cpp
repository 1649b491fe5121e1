// Stands in for NVIDIA's management library, libnvidia-ml.so.1: the functions that
// src/sources/nvml.cpp calls, as nvml.h declares them, for as many GPUs as NVML_STAND_IN_GPUS says
// (2). What a real driver may do is asked for with NVML_STAND_IN, a list of words: no-driver (it
// cannot be started), not-supported (of the second GPU: power, energy and PCIe counters), lost (the
// second GPU has fallen off the bus), slow (half a second a reading).

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Utilization {
  unsigned gpu, memory;
};
struct Memory {
  unsigned long long total, free, used;
};
struct PciInfo {
  char bus_id_legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};
struct FieldValue {
  unsigned field_id, scope_id;
  long long timestamp, latency_us;
  int value_type, outcome;
  unsigned long long value;
};

constexpr int success = 0;
constexpr int not_supported = 3;
constexpr int driver_not_loaded = 9;
constexpr int gpu_is_lost = 15;

bool is_asked_for(const char* word) {
  const char* const words = std::getenv("NVML_STAND_IN");
  return words != nullptr && std::strstr(words, word) != nullptr;
}

unsigned long long index_of(void* device) {
  return reinterpret_cast<unsigned long long>(device) - 1;
}

int state_of(void* device, bool is_optional) {
  if (index_of(device) != 1) return success;
  if (is_asked_for("lost")) return gpu_is_lost;
  return is_optional && is_asked_for("not-supported") ? not_supported : success;
}

}  // namespace

extern "C" {

int nvmlInit_v2() { return is_asked_for("no-driver") ? driver_not_loaded : success; }
int nvmlShutdown() { return success; }
const char* nvmlErrorString(int outcome) {
  switch (outcome) {
    case not_supported: return "Not Supported";
    case driver_not_loaded: return "Driver Not Loaded";
    case gpu_is_lost: return "GPU is lost";
    default: return "Unknown Error";
  }
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  const char* const text = std::getenv("NVML_STAND_IN_GPUS");
  *count = text == nullptr ? 2 : static_cast<unsigned>(std::atoi(text));
  return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = reinterpret_cast<void*>(index + 1ULL);
  return success;
}
int nvmlDeviceGetPciInfo_v3(void* device, PciInfo* info) {
  std::memset(info, 0, sizeof *info);
  static_cast<void>(std::snprintf(info->bus_id, sizeof info->bus_id, "00000000:%02llX:00.0",
                                  0x3B + index_of(device)));
  return success;
}
int nvmlDeviceGetUtilizationRates(void* device, Utilization* busy) {
  if (is_asked_for("slow")) ::usleep(500'000);
  *busy = {57, static_cast<unsigned>(12 + index_of(device))};
  return state_of(device, false);
}
int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  *memory = {85899345920, 42949672960, 42949672960};
  return state_of(device, false);
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  *milliwatts = 318540;
  return state_of(device, true);
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  *millijoules = 9182736455463;
  return state_of(device, true);
}
int nvmlDeviceGetClockInfo(void* device, int type, unsigned* megahertz) {
  *megahertz = type == 1 ? 1980 : 2619;
  return state_of(device, false);
}
int nvmlDeviceGetTemperature(void* device, int /*sensor*/, unsigned* degrees) {
  *degrees = 54;
  return state_of(device, false);
}
int nvmlDeviceGetFieldValues(void* device, int count, FieldValue* values) {
  for (int i = 0; i < count; ++i) {
    values[i].outcome = state_of(device, true);
    values[i].value_type = i == 0 ? 3 : 1;  // unsigned long long, unsigned int
    values[i].value = i == 0 ? 1099511627776ULL : 0xffffffff00000007ULL;
  }
  return success;
}

}  // extern "C"

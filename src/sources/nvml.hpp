#pragma once

#include "table/source.hpp"

#include <memory>

namespace tscollect::sources {

/// Loads NVIDIA's management library, if the driver has installed it. Its text has a line for each
/// value of each GPU: "0000:41:00.0 utilization_gpu_percent 57". Error: why it cannot be used.
[[nodiscard]] Result<std::unique_ptr<table::TextMaker>> open_nvml();

}  // namespace tscollect::sources

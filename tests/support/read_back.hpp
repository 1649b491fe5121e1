#pragma once

#include "store/run_file/run_file_reader.hpp"

#include <utility>
#include <vector>

namespace tscollect::tests {

/// The samples of one host in the reference collector's shape, all at once.
[[nodiscard]] inline std::vector<TimeSeriesSample> samples_of(const store::ReadHost& host) {
  std::vector<TimeSeriesSample> samples;
  store::for_each_sample(host,
                         [&](TimeSeriesSample&& sample) { samples.push_back(std::move(sample)); });
  return samples;
}

}  // namespace tscollect::tests

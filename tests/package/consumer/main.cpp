#include <tscollect/collector.hpp>
#include <tscollect/data.hpp>
#include <tscollect/json.hpp>
#include <tscollect/sample.hpp>
#include <tscollect/version.hpp>

#include <chrono>
#include <iostream>
#include <thread>

// Uses one thing of each part of the library, so that every layer has to be installed and linked.
int main() {
  const tscollect::TimeSeriesSample sample = tscollect::collect_timeseries_sample();
  const auto read_back = tscollect::sample_from_json(tscollect::to_json(sample));
  if (!read_back || *read_back != sample) {
    std::cerr << "a sample did not come back from JSON as it went\n";
    return 1;
  }

  tscollect::TimeSeriesCollector collector(0.01, 100);
  collector.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto samples = collector.stop();
  if (samples.empty() || samples.front().hostname != sample.hostname) {
    std::cerr << "the collector brought no samples of this host\n";
    return 1;
  }
  std::cout << "tscollect " << tscollect::version << '\n';
  return 0;
}

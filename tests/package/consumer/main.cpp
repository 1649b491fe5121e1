#include <tscollect/collector.hpp>
#include <tscollect/data.hpp>
#include <tscollect/json.hpp>
#include <tscollect/run_reader.hpp>
#include <tscollect/run_writer.hpp>
#include <tscollect/sample.hpp>
#include <tscollect/version.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;

namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void write_run(const char* file) {
  tscollect::HostColumns host;
  host.name = "node01";
  for (int i = 1; i <= 3; ++i) host.times.times.push_back(tscollect::WallTime(i * 1s));
  tscollect::SourceLayout layout;
  layout.name = "meminfo";
  layout.fields = {{"MemAvailable", "KiB", tscollect::Kind::gauge}};
  tscollect::Column column;
  column.integer_cells = {7, tscollect::missing_integer, 9};
  host.sources.push_back({layout, {column}});
  tscollect::RunWriter writer(file, 1s, true);
  writer.add_host(host);
  writer.finish();
}

void read_run(const char* file) {
  const tscollect::RunReader reader(file);
  const tscollect::Column column =
      reader.host("node01").column("meminfo", "MemAvailable", {tscollect::WallTime(2s)});
  require(column.size() == 2 && column.is_missing(0) && column.integers()[1] == 9,
          "a column did not come back from the file as it went");
  try {
    (void)reader.host("node02");
    require(false, "a host that is not there was opened");
  } catch (const tscollect::FileError&) {  // thrown in the library, and caught here by its type
  }
}

void collect() {
  const tscollect::TimeSeriesSample sample = tscollect::collect_timeseries_sample();
  const auto read_back = tscollect::sample_from_json(tscollect::to_json(sample));
  require(read_back && *read_back == sample, "a sample did not come back from JSON as it went");
  tscollect::TimeSeriesCollector collector(0.01, 100);
  collector.start();
  std::this_thread::sleep_for(50ms);
  const auto samples = collector.stop();
  require(!samples.empty() && samples.front().hostname == sample.hostname,
          "the collector brought no samples of this host");
  try {
    collector.start();
    require(false, "a stopped collector was started");
  } catch (const tscollect::CollectorStateError&) {
  }
}

}  // namespace

// Uses one thing of each part of the library, so that every layer has to be in it.
int main() {
  try {
    collect();
    write_run("consumer.h5");
    read_run("consumer.h5");
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  std::cout << "tscollect " << tscollect::version << '\n';
  return 0;
}

#include "store/run_file_reader.hpp"

namespace tscollect::store {

TimeSeriesData head_of(const record::RunInfo& run) {
  TimeSeriesData data;
  data.collection_interval_seconds = run.collection_interval_seconds;
  data.start_time = run.start_time;
  data.end_time = run.end_time;
  data.num_samples = run.num_samples;
  data.collection_method = run.collection_method;
  data.hosts_requested = run.hosts_requested;
  data.hosts_collected = run.hosts_collected;
  return data;
}

}  // namespace tscollect::store

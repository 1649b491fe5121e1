#include "sampling/sampler.hpp"
#include "sampling/samples.hpp"

#include <tscollect/sample.hpp>

namespace tscollect {

TimeSeriesSample collect_timeseries_sample(const SampleOptions& options) {
  record::Sampler sampler(options);
  const WallTime time = wall_now();
  sampler.read();
  return record::sample_from_readings(
      sampler.readings(), time,
      options.hostname.empty() ? record::local_hostname() : options.hostname);
}

}  // namespace tscollect

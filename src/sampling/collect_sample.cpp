#include "sampling/sampler.hpp"
#include "sampling/samples.hpp"

#include <tscollect/sample.hpp>

namespace tscollect {

TimeSeriesSample collect_timeseries_sample(const SampleOptions& options) {
  sampling::Sampler sampler(options);
  const WallTime time = wall_now();
  sampler.read();
  return sampling::sample_from_readings(
      sampler.readings(), time,
      options.hostname.empty() ? sampling::local_hostname() : options.hostname);
}

}  // namespace tscollect

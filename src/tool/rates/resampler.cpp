#include "tool/rates/resampler.hpp"

#include <algorithm>
#include <cmath>

namespace tscollect::tool {

void Resampler::add(double end, double seconds, double numerator, double denominator,
                    const std::function<void(const IntervalValue&)>& take) {
  if (seconds <= 0 || !std::isfinite(numerator)) return;
  if (every_ <= 0) {
    if (denominator > 0) take({end, seconds, numerator / denominator});
    return;
  }
  double begin = end - seconds;
  // No interval of a valid file spans this many; such an interval is written as a whole.
  constexpr double most_bins = 1e5;
  if (!(seconds / every_ < most_bins)) {
    if (is_open_) take_bin(take);
    if (denominator > 0) take({end, seconds, numerator / denominator});
    return;
  }
  while (begin < end) {
    const double bin = std::floor(begin / every_);
    if (is_open_ && bin != bin_) take_bin(take);
    bin_ = bin;
    is_open_ = true;
    double bin_end = std::min(end, (bin + 1) * every_);
    if (!(bin_end > begin)) bin_end = end;  // below the precision of double
    const double share = (bin_end - begin) / seconds;
    numerator_ += share * numerator;
    denominator_ += share * denominator;
    seconds_ += bin_end - begin;
    begin = bin_end;
  }
}

void Resampler::finish(const std::function<void(const IntervalValue&)>& take) {
  if (is_open_) take_bin(take);
}

void Resampler::take_bin(const std::function<void(const IntervalValue&)>& take) {
  if (denominator_ > 0) take({(bin_ + 1) * every_, seconds_, numerator_ / denominator_});
  numerator_ = denominator_ = seconds_ = 0;
  is_open_ = false;
}

}  // namespace tscollect::tool

#pragma once

#include "table/source.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::sampling {

/// Finds out what devices are, beside the thread that samples: sysfs may be slow, and a device that
/// hangs does not answer at all. There is a thread as long as there are questions. One that does
/// not return is left behind, and devices that come later stay undescribed.
class DeviceInspector {
 public:
  explicit DeviceInspector(std::filesystem::path sysfs);

  /// Which device of which source; both come back in the answer.
  struct Question {
    std::size_t source = 0;
    std::size_t row = 0;
    table::DeviceFacts (*describe)(const std::filesystem::path& sysfs, std::string_view name);
    std::string name;
  };
  struct Answer {
    std::size_t source = 0;
    std::size_t row = 0;
    table::DeviceFacts facts;
  };

  void ask(std::vector<Question> questions);
  /// Costs a look at one word.
  [[nodiscard]] bool has_answers() const noexcept;
  /// Those that have come since the last call.
  [[nodiscard]] std::vector<Answer> take();
  /// Until all questions are answered, or until `deadline`.
  void wait(MonoTime deadline) const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive us
};

}  // namespace tscollect::sampling

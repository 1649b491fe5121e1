#pragma once

#include "table/source.hpp"

#include <tscollect/time.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tscollect::sampling {

/// Reads facts about devices on a thread of its own, as sysfs may be slow or hang. The thread
/// exists only while there are questions. One that does not return is abandoned, and devices that
/// appear later stay undescribed.
class DeviceInspector {
 public:
  explicit DeviceInspector(std::filesystem::path sysfs);

  /// A device of a source; the answer repeats both.
  struct Question {
    std::size_t source = 0;
    std::size_t row = 0;
    table::DeviceFacts (*describe)(const std::filesystem::path& sysfs,
                                   std::string_view name) = nullptr;
    std::string name;
  };
  struct Answer {
    std::size_t source = 0;
    std::size_t row = 0;
    table::DeviceFacts facts;
  };

  void ask(std::vector<Question> questions);
  /// Costs one atomic load.
  [[nodiscard]] bool has_answers() const noexcept;
  /// Answers since the last call.
  [[nodiscard]] std::vector<Answer> take();
  /// Waits until all questions are answered, or until `deadline`.
  void wait(MonoTime deadline) const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive this object
};

}  // namespace tscollect::sampling

#pragma once

#include <tscollect/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// The texts of the messages between rank 0 and the hosts. JSON: they are few and small, and a rank
// of another build is told apart by what is missing.

namespace tscollect::app {

struct Hello {
  std::string hostname;
  std::string unreadable;  ///< why this host cannot sample; empty if it can
};

struct Start {
  bool leave = false;             ///< do not sample: the job ends here
  std::string name_in_file;       ///< unique in the run
  std::int64_t zero_mono_ns = 0;  ///< when tick 0 is due, on the receiver's monotonic clock
};

[[nodiscard]] std::string encode(const Hello& hello);
[[nodiscard]] std::string encode(const Start& start);
[[nodiscard]] Result<Hello> decode_hello(std::string_view text);
[[nodiscard]] Result<Start> decode_start(std::string_view text);

}  // namespace tscollect::app

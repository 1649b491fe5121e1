#pragma once

#include <cstddef>
#include <cstdint>

namespace tscollect::fuzz {

/// What reading an input may take at most: memory that is allocated at a time, allocated anew in
/// all (which is work, too), and processor time.
struct Allowance {
  std::size_t always_bytes = 0;
  std::size_t per_byte = 0;  ///< of the input
};

/// While it lives, memory and time are counted; where they were more than the allowance of an input
/// of that size, the program ends as for any broken promise. One at a time.
class Account {
 public:
  Account(std::size_t input_bytes, Allowance allowance);
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;
  ~Account();

 private:
  std::size_t input_bytes_;
  Allowance allowance_;
  std::int64_t start_ns_;
};

}  // namespace tscollect::fuzz

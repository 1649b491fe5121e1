#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace tscollect::base {

/// Owns a file descriptor and closes it in the destructor.
class Descriptor {
 public:
  explicit Descriptor(int number = none) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, none)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { reset(); }

  /// Another one for the same open file; closed if there can be none.
  [[nodiscard]] Descriptor duplicate() const noexcept {
    return Descriptor(::fcntl(number_, F_DUPFD_CLOEXEC, 0));
  }
  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  void reset() noexcept {
    if (is_open()) close(std::exchange(number_, none));
  }

 private:
  static constexpr int none = -1;
  int number_;
};

}  // namespace tscollect::base

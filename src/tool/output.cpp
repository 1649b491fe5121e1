#include "tool/output.hpp"

#include "store/hdf5/store_error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tscollect::tool {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;

[[noreturn]] void fail(const std::string& name, std::string_view what, int error) {
  throw store::StoreError(
      fmt::format("{}: {}: {}", name, what, std::generic_category().message(error)));
}

}  // namespace

Output::Output(const std::filesystem::path& target) {
  buffer_.reserve(buffer_bytes);
  if (target.empty() || target == "-") {
    name_ = "standard output";
    descriptor_ = STDOUT_FILENO;
    return;
  }
  name_ = target.string();
  special_ = base::open_special(target);
  descriptor_ = special_.get();
  if (!special_.is_open()) file_.emplace(target);
}

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) flush();
}

void Output::flush() {
  if (file_) {
    file_->write(buffer_);
    buffer_.clear();
    return;
  }
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) throw OutputClosed();
    if (written < 0) fail(name_, "cannot write", errno);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void Output::finish() {
  flush();
  if (file_) return file_->publish();
  // Some file systems report a full disk or an exceeded quota only at close(). Closes a copy, as
  // standard output must stay open for further messages. EBADF is impossible after a write.
  const int copy = dup(descriptor_);
  if (copy < 0 || (close(copy) != 0 && errno != EINTR)) fail(name_, "cannot close", errno);
}

}  // namespace tscollect::tool

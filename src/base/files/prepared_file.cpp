#include "base/files/prepared_file.hpp"

#include "base/process/host_name.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace tscollect::base {

PreparedFile::PreparedFile(const std::filesystem::path& path, std::string text)
    : path_(std::filesystem::absolute(path).string()), text_(std::move(text)) {
  // Processes of one id on two nodes may do this at once.
  temporary_ = fmt::format("{}.{}.{}", path_, this_host(), ::getpid());
}

void PreparedFile::replace() const noexcept {
  if (path_.empty() || ::access(path_.c_str(), F_OK) != 0) return;
  constexpr int read_by_all = 0644;
  // Not through a link that somebody else has put there.
  const int file = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, read_by_all);
  if (file < 0) return;
  const ssize_t written = ::write(file, text_.data(), text_.size());
  ::close(file);
  if (written == static_cast<ssize_t>(text_.size()) &&
      ::rename(temporary_.c_str(), path_.c_str()) == 0)
    return;
  ::unlink(temporary_.c_str());
}

}  // namespace tscollect::base

#include "journal/writer.hpp"

#include "journal/part_file.hpp"
#include "base/text/format.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

namespace tscollect::journal {

using base::counted;

namespace {

/// More than a sample with its layout takes on most machines; the buffer grows if necessary.
constexpr std::size_t first_frames_bytes = std::size_t{64} << 10;

/// A limit is kept by removing the oldest of this many parts.
constexpr std::uint64_t parts_in_limit = 4;

/// Accurate to some milliseconds; needs no system call.
MonoTime coarse_now() {
  struct timespec now {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return MonoTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

Writer::Writer(Header header, WriterOptions options)
    : options_(std::move(options)), header_(std::move(header)) {
  if (options_.limit_bytes != 0)
    options_.part_bytes = std::min(options_.part_bytes, options_.limit_bytes / parts_in_limit);
  static_cast<void>(create_part());
  framing_.reserve(first_frames_bytes);
  synced_ = mono_now();
}

Writer::~Writer() {
  if (exists()) end_part(parts_.back());
}

/// Removes the zeros after the last record, and an incomplete sample.
void Writer::end_part(Part& part) {
  window_.close();
  appends_ = false;
  if (part.state == PartState::taken_away || !part.file.is_open()) return;
  // A truncated file stays truncated: lengthened, it would look complete.
  if (is_taken_away(part))
    part.state = PartState::taken_away;
  else
    shorten(part);
}

bool Writer::append(std::span<const std::byte> records) {
  if (parts_.empty()) return false;
  ++samples_;
  Part& part = parts_.back();
  if (part.state != PartState::sound) {
    ++not_written_;
    return false;
  }
  framing_.frame(records);
  if (!write_frames(part)) {
    ++not_written_;
    return false;
  }
  ++part.samples;
  if (part.first_sample_end == 0) part.first_sample_end = part.bytes;
  look_if_due(part);
  sync_if_due();
  return true;
}

std::uint64_t Writer::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const Part& part : parts_) sum += part.bytes;
  return sum;
}

bool Writer::write_frames(Part& part) {
  if (!appends_) {
    const bool was_mapped = window_.is_mapped();
    if (window_.put(part.file.get(), part.bytes, framing_.bytes())) {
      part.bytes += framing_.bytes().size();
      return true;
    }
    if (was_mapped && is_taken_away(part)) {
      lose(part);
      return false;
    }
    // Appends at the file's current end, which another process may have moved: at its own offset a
    // sample would leave a hole after a truncation, and the file would look complete.
    const int flags = fcntl(part.file.get(), F_GETFL);
    appends_ = flags >= 0 && fcntl(part.file.get(), F_SETFL, flags | O_APPEND) == 0;
    if (!appends_) fail(part, errno, "append to it");
  }
  if (part.state != PartState::sound) return false;
  if (!write_directly(part)) return false;
  part.bytes += framing_.bytes().size();
  // The file offset tells the new end without a request to the disk or a server.
  if (lseek(part.file.get(), 0, SEEK_CUR) == static_cast<off_t>(part.bytes)) return true;
  part.bytes -= framing_.bytes().size();
  lose(part);
  return false;
}

bool Writer::write_directly(Part& part) {
  std::span<const std::byte> left = framing_.bytes();
  while (!left.empty()) {
    const ssize_t written = write(part.file.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      fail(part, errno, "write");
      return false;
    }
    left = left.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// An incomplete sample would be dropped in recovery; without it the part is intact.
void Writer::fail(Part& part, int error, std::string_view what) {
  end_part(part);
  if (part.state == PartState::sound) part.state = PartState::ended;
  error_ = fmt::format("{}: cannot {}: {}", part.path.string(), what,
                       std::generic_category().message(error));
  last_error_ = error_;
  // A file that has reached the size limit is followed by another part at once.
  const bool at_once = error == EFBIG && part.samples > 1;
  retry_at_ = mono_now() + (at_once ? std::chrono::nanoseconds(0) : options_.look_every);
}

/// Handles a part that another process has truncated or deleted.
void Writer::lose(Part& part) {
  part.state = PartState::taken_away;
  error_ = fmt::format("{}: it was truncated or deleted by another process", part.path.string());
  end_part(part);
  retry_at_ = mono_now();
}

void Writer::note_look() { looked_ = coarse_now(); }

/// Checks the file periodically: with each sample it would cost another system call, and network
/// traffic on a network file system.
void Writer::look_if_due(Part& part) {
  const MonoTime now = coarse_now();
  if (now - looked_ < options_.look_every) return;
  looked_ = now;
  if (is_taken_away(part)) lose(part);
}

void Writer::sync_if_due() {
  if (!options_.sync_every) return;
  const MonoTime now = mono_now();
  if (now - synced_ < *options_.sync_every) return;
  sync();
  synced_ = now;
}

void Writer::sync() {
  Part& part = parts_.back();
  // EINVAL: the file system has no fdatasync.
  if (part.state == PartState::sound && fdatasync(part.file.get()) != 0 && errno != EINVAL)
    fail(part, errno, "sync");
}

std::string Writer::loss() const {
  std::int64_t lost = not_written_;
  std::string reasons = last_error_;
  for (const Part& part : parts_) {
    const Loss loss = loss_of(part);
    if (loss.samples == 0) continue;
    lost += loss.samples;
    reasons += (reasons.empty() ? "" : "; ") + loss.reason;
  }
  if (lost == 0) return {};
  if (reasons.empty()) reasons = "a part was truncated or deleted by another process";
  return fmt::format("it lacks {} of {} ({})", lost, base::counted(samples_, "sample"), reasons);
}

void Writer::remove() {
  window_.close();
  for (const Part& part : parts_) remove_file(part);
  parts_.clear();
}

}  // namespace tscollect::journal

#include "journal/writer.hpp"

#include "journal/crc24.hpp"
#include "journal/folder.hpp"
#include "journal/record_validator.hpp"
#include "base/bytes.hpp"
#include "base/file_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace tscollect::journal {

using procfs::Descriptor;

namespace {

/// More than a sample with its layout needs on most machines; it grows where that is not so.
constexpr std::size_t first_frames_bytes = std::size_t{64} << 10;

/// A limit is kept by dropping one part in so many.
constexpr std::uint64_t parts_in_limit = 4;

/// A part is at least so many times as long as its header, layout and first sample.
constexpr std::uint64_t least_parts_to_first_sample = 4;

std::string message_of(int error) { return std::generic_category().message(error); }

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) fsync(opened.get());
}

}  // namespace

Writer::Writer(Header header, WriterOptions options)
    : options_(std::move(options)), header_(std::move(header)) {
  if (options_.limit_bytes != 0)
    options_.part_bytes = std::min(options_.part_bytes, options_.limit_bytes / parts_in_limit);
  create_part();
  frames_.reserve(first_frames_bytes);
  synced_ = mono_now();
}

Writer::~Writer() {
  if (exists()) end_part(parts_.back());
}

/// Without the zeros behind the last record.
void Writer::end_part(const Part& part) {
  window_.close();
  if (part.cut) return;
  [[maybe_unused]] const int shortened = ftruncate(part.file.get(), static_cast<off_t>(part.bytes));
}

void Writer::create_part() {
  Part part;
  part.path = options_.folder / file_name(header_.run_id, header_.host, header_.part);
  part.samples_before = samples_;
  part.file = record::create_file(part.path, record::Access::owner);
  if (!part.file.is_open())
    return fail(part, fmt::format("cannot create it: {}", message_of(errno)));
  // Tells those who look for journals of dead runs that this one is alive. The kernel lets go of it
  // with the process. Best effort: not every file system has locks.
  flock(part.file.get(), LOCK_EX | LOCK_NB);
  frames_ = encode(header_);
  check_ = seed_of(frames_);
  if (!write_frames(part)) {
    unlink(part.path.c_str());
    return;
  }
  if (options_.sync_every) sync_folder(options_.folder);
  parts_.push_back(std::move(part));
}

bool Writer::append(std::span<const std::byte> records) {
  if (!fault_.empty()) return false;
  Part& part = parts_.back();
  frame(records);
  const bool written = write_frames(part);
  // A sample that a cut part has lost counts, so that recovery can tell that it is missing.
  if (written || part.cut) ++samples_;
  if (!written) return false;
  if (part.first_sample_end == 0) part.first_sample_end = part.bytes;
  sync_if_due();
  return true;
}

bool Writer::part_is_full() const noexcept {
  if (!fault_.empty()) return false;
  // Where the layout of a huge machine fills a part by itself, parts are larger.
  const Part& part = parts_.back();
  if (part.cut) return true;
  return part.bytes >= std::max(options_.part_bytes, part.full_at) &&
         part.bytes >= least_parts_to_first_sample * part.first_sample_end;
}

bool Writer::begin_part() {
  if (!fault_.empty()) return false;
  Part& before = parts_.back();
  end_part(before);
  if (options_.sync_every) sync();
  const std::uint32_t check = check_;
  const std::int64_t samples_before = std::exchange(header_.samples_before, samples_);
  ++header_.part;
  create_part();
  if (!fault_.empty()) {
    if (before.cut) return false;
    fault_.clear();
    window_.close();
    --header_.part;
    header_.samples_before = samples_before;
    check_ = check;
    before.full_at = before.bytes + options_.part_bytes;
    return false;
  }
  mark_continued(before, check);
  if (options_.limit_bytes != 0) drop_oldest_parts();
  return true;
}

/// So that a reader knows what it lacks if the next part is not there. `check`: behind its last
/// record. Best effort: the samples are there without it.
void Writer::mark_continued(Part& part, std::uint32_t check) {
  if (part.cut) return;
  std::swap(check, check_);
  frame(std::array{std::byte{1}, std::byte{continued_record}});
  std::swap(check, check_);
  const ssize_t written =
      pwrite(part.file.get(), frames_.data(), frames_.size(), static_cast<off_t>(part.bytes));
  if (written == static_cast<ssize_t>(frames_.size())) part.bytes += frames_.size();
  [[maybe_unused]] const int shortened = ftruncate(part.file.get(), static_cast<off_t>(part.bytes));
}

void Writer::drop_oldest_parts() {
  // The newest part is empty yet: one that has samples stays, whatever the limit.
  while (parts_.size() > 2 && bytes() + options_.part_bytes > options_.limit_bytes) {
    unlink(parts_.front().path.c_str());
    parts_.pop_front();
  }
}

std::uint64_t Writer::bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const Part& part : parts_) sum += part.bytes;
  return sum;
}

std::int64_t Writer::dropped_samples() const noexcept {
  return parts_.empty() ? 0 : parts_.front().samples_before;
}

/// The records as they are, each with its check behind it.
void Writer::frame(std::span<const std::byte> records) {
  frames_.clear();
  record::ByteReader in(records);
  while (!in.at_end()) {
    const auto rest = records.last(in.left());
    const std::size_t size = in.count(1);
    const auto framed = rest.first(rest.size() - in.left() + size);
    in.take(size);
    check_ = carry_on(check_, framed);
    frames_.insert(frames_.end(), framed.begin(), framed.end());
    for (std::size_t i = 0; i < check_bytes; ++i)
      frames_.push_back(static_cast<std::byte>(check_ >> (8 * i) & 0xff));
  }
}

bool Writer::write_frames(Part& part) {
  const bool was_mapped = window_.is_mapped();
  if (!window_.put(part.file.get(), part.bytes, frames_)) {
    // Only a mapping that is lost is worth a look: where each sample is written, it would cost one
    // more call each time, and traffic on a network's file system.
    struct stat status {};
    part.cut = was_mapped && fstat(part.file.get(), &status) == 0 &&
               static_cast<std::uint64_t>(status.st_size) < part.bytes;
    if (part.cut || !write_directly(part)) return false;
  }
  part.bytes += frames_.size();
  return true;
}

bool Writer::write_directly(const Part& part) {
  std::span<const std::byte> left = frames_;
  while (!left.empty()) {
    const auto at = part.bytes + frames_.size() - left.size();
    const ssize_t written =
        pwrite(part.file.get(), left.data(), left.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      // Half a sample would be dropped at recovery anyway; without it the journal is whole.
      end_part(part);
      fail(part, fmt::format("cannot write: {}", message_of(error)));
      return false;
    }
    left = left.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

void Writer::sync_if_due() {
  if (!options_.sync_every) return;
  const MonoTime now = mono_now();
  if (now - synced_ < *options_.sync_every) return;
  sync();
  synced_ = now;
}

void Writer::sync() {
  // EINVAL: a file system that has no fdatasync.
  if (fdatasync(parts_.back().file.get()) != 0 && errno != EINVAL)
    fail(parts_.back(), fmt::format("cannot sync: {}", message_of(errno)));
}

void Writer::fail(const Part& part, std::string_view why) {
  fault_ = fmt::format("{}: {}", part.path.string(), why);
}

std::string Writer::damage() const {
  std::string found;
  const auto note = [&found](const Part& part, std::string_view what) {
    found += fmt::format("{}{} has been {}", found.empty() ? "" : "; ",
                         part.path.filename().string(), what);
  };
  for (const Part& part : parts_) {
    struct stat status {};
    if (fstat(part.file.get(), &status) != 0) continue;
    if (status.st_nlink == 0)
      note(part, "deleted");
    else if (part.cut || static_cast<std::uint64_t>(status.st_size) < part.bytes)
      note(part, "cut short");
  }
  return found;
}

void Writer::remove() {
  window_.close();
  for (const Part& part : parts_) unlink(part.path.c_str());
  parts_.clear();
}

}  // namespace tscollect::journal

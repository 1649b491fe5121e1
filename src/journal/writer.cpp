#include "journal/writer.hpp"

#include "journal/check.hpp"
#include "journal/folder.hpp"
#include "record/bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tscollect::journal {

namespace {

/// More than a sample with its layout needs on most machines; it grows where that is not so.
constexpr std::size_t first_frames_bytes = std::size_t{64} << 10;

std::string message_of(int error) { return std::generic_category().message(error); }

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) fsync(opened.get());
}

}  // namespace

Writer::Writer(const Header& header, WriterOptions options)
    : options_(std::move(options)), path_(options_.folder / file_name(header.run_id, header.host)) {
  create();
  if (!file_.is_open()) return;
  frames_ = encode(header);
  check_ = seed_of(frames_);
  if (!write_frames()) {
    unlink(path_.c_str());
    return;
  }
  if (options_.sync_every) sync_folder(options_.folder);
  synced_ = mono_now();
  frames_.reserve(first_frames_bytes);
}

void Writer::create() {
  file_ = Descriptor(
      open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC, 0600));
  if (!file_.is_open()) return fail(fmt::format("cannot create it: {}", message_of(errno)));
  // Tells those who look for journals of dead runs that this one is alive. The kernel lets go of it
  // with the process. Best effort: not every file system has locks.
  flock(file_.get(), LOCK_EX | LOCK_NB);
}

bool Writer::append(std::span<const std::byte> records) {
  if (!file_.is_open()) return false;
  frame(records);
  if (!write_frames()) return false;
  ++samples_;
  sync_if_due();
  return true;
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

bool Writer::write_frames() {
  if (options_.limit_bytes != 0 && bytes_ + frames_.size() > options_.limit_bytes) {
    fail(fmt::format("it has reached its limit of {} bytes", options_.limit_bytes));
    return false;
  }
  ssize_t written = 0;
  do {
    written = ::write(file_.get(), frames_.data(), frames_.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(frames_.size())) {
    bytes_ += frames_.size();
    return true;
  }
  // A short write: the rest would not have fitted.
  const int error = written < 0 ? errno : ENOSPC;
  // Half a sample would be dropped at recovery anyway; without it the journal is whole.
  [[maybe_unused]] const int cut = ftruncate(file_.get(), static_cast<off_t>(bytes_));
  fail(fmt::format("cannot write: {}", message_of(error)));
  return false;
}

void Writer::sync_if_due() {
  if (!options_.sync_every) return;
  const MonoTime now = mono_now();
  if (now - synced_ < *options_.sync_every) return;
  // EINVAL: a file system that has no fdatasync.
  if (fdatasync(file_.get()) != 0 && errno != EINVAL)
    fail(fmt::format("cannot sync: {}", message_of(errno)));
  synced_ = now;
}

void Writer::fail(std::string why) {
  fault_ = fmt::format("{}: {}", path_.string(), why);
  file_.reset();
}

void Writer::remove() {
  if (!exists()) return;
  unlink(path_.c_str());
  bytes_ = 0;
}

}  // namespace tscollect::journal

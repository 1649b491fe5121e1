#include "journal/reader.hpp"

#include "journal/folder.hpp"
#include "journal/frame_reader.hpp"
#include "journal/record_validator.hpp"
#include "journal/window.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace tscollect::journal {

using base::Descriptor;

namespace {

Error cannot_read(int error) {
  return {fmt::format("cannot read it: {}", std::generic_category().message(error))};
}

/// The file's bytes [begin, begin + bytes), or fewer if the file is shorter.
Result<std::vector<std::byte>> read_piece(const Descriptor& file, std::uint64_t begin,
                                          std::size_t bytes) {
  std::vector<std::byte> piece(bytes);
  std::size_t filled = 0;
  while (filled < bytes) {
    const ssize_t got = pread(file.get(), piece.data() + filled, bytes - filled,
                              static_cast<off_t>(begin + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  piece.resize(filled);
  return piece;
}

/// The end of [begin, end) without the zeros that a killed writer leaves. More zeros than a writer
/// can leave are kept.
std::uint64_t end_of_content(const Descriptor& file, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t from = std::max(begin, end - std::min(end, std::uint64_t{window_bytes} + 1));
  const auto tail = read_piece(file, from, static_cast<std::size_t>(end - from));
  if (!tail) return end;
  const auto content = std::find_if(tail->rbegin(), tail->rend(),
                                    [](std::byte each) { return each != std::byte{0}; });
  const auto zeros = static_cast<std::uint64_t>(content - tail->rbegin());
  // A running writer may just have truncated them, so there may be fewer bytes than requested.
  return from + tail->size() - (zeros > window_bytes ? 0 : zeros);
}

/// The sources named in the journal, without duplicates.
Result<std::vector<const table::Source*>> find_sources(const Header& header) {
  std::vector<const table::Source*> found;
  for (const std::string& name : header.sources) {
    const table::Source* source = table::find_source(name);
    if (source == nullptr)
      return Error{
          fmt::format("it holds the source {}, which this build (of a collector {}) does "
                      "not know",
                      name, header.tool_version)};
    if (std::ranges::find(found, source) != found.end())
      return Error{fmt::format("its header is damaged: {} twice", name)};
    found.push_back(source);
  }
  return found;
}

}  // namespace

Reader::Reader(Descriptor file, Contents contents, std::vector<const table::Source*> recorded)
    : file_(std::move(file)), contents_(std::move(contents)), recorded_(std::move(recorded)) {}

Result<Reader> Reader::open(const std::filesystem::path& path, uid_t owner) {
  OpenedJournal opened = open_journal(path, owner);
  if (!opened.error.empty()) return Error{std::move(opened.error)};
  auto reader = adopt(std::move(opened.file), path);
  if (reader) reader->owner_ = owner;
  return reader;
}

Result<Descriptor> Reader::open_again() const {
  OpenedJournal opened = open_journal(contents_.path, owner_);
  if (!opened.error.empty()) return Error{std::move(opened.error)};
  struct stat status {};
  if (fstat(opened.file.get(), &status) != 0 || identity_of(status) != identity_)
    return Error{"it was replaced while it was being read"};
  return std::move(opened.file);
}

Result<Reader> Reader::adopt(Descriptor file, const std::filesystem::path& path) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return cannot_read(errno);
  if (!S_ISREG(status.st_mode)) return Error{"it is not a regular file"};
  Contents contents;
  contents.path = path;
  contents.file_bytes = static_cast<std::uint64_t>(status.st_size);
  const auto prefix = read_piece(file, 0, prefix_bytes);
  if (!prefix) return prefix.error();
  const auto length = front_bytes(*prefix);
  if (!length) return length.error();
  if (*length > contents.file_bytes) return Error{"it ends within its header"};
  const auto front = read_piece(file, 0, *length);
  if (!front) return front.error();
  auto header = decode(*front);
  if (!header) return header.error();
  contents.header = std::move(*header);
  contents.begin = *length;
  contents.seed = seed_of(*front);
  auto recorded = find_sources(contents.header);
  if (!recorded) return recorded.error();
  contents.being_written = is_being_written(file);
  Reader reader(std::move(file), std::move(contents), std::move(*recorded));
  reader.identity_ = identity_of(status);
  reader.read_records();
  return reader;
}

void Reader::read_records() {
  Scanner scanner(file_.get(), contents_.begin, contents_.file_bytes, contents_.seed);
  RecordValidator validator(contents_.header.grid(), recorded_, contents_.begin);
  while (scanner.next() && validator.take(scanner.record(), scanner.position())) {
  }
  contents_.samples = validator.samples();
  contents_.first_tick = validator.first_tick();
  contents_.last_tick = validator.last_tick();
  contents_.columns = validator.columns();
  contents_.stored_bytes = validator.stored_bytes();
  contents_.good_end = validator.good_end();
  contents_.continues = validator.continues();
  contents_.file_bytes = end_of_content(file_, contents_.good_end, contents_.file_bytes);
  // The writer of a running job may be writing its next record.
  if (contents_.being_written && contents_.file_bytes - contents_.good_end <= window_bytes)
    contents_.file_bytes = contents_.good_end;
  if (contents_.good_end == contents_.file_bytes) return;
  std::string error = validator.error().empty() ? scanner.error() : validator.error();
  if (error.empty()) error = "cut short";
  contents_.error = fmt::format("{} at byte {}; from there on {} bytes are dropped", error,
                                contents_.good_end, contents_.file_bytes - contents_.good_end);
}

Result<bool> Reader::visit(const block::RecordVisitor& visitor) const {
  Descriptor opened;
  if (!file_.is_open()) {
    auto again = open_again();
    if (!again) return again.error();
    opened = std::move(*again);
  }
  const int file = file_.is_open() ? file_.get() : opened.get();
  Scanner scanner(file, contents_.begin, contents_.good_end, contents_.seed);
  while (scanner.next())
    if (!is_continued_mark(scanner.record()) && !visitor(scanner.record())) return false;
  return true;
}

}  // namespace tscollect::journal

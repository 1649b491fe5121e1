#include "sampling/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <utility>

namespace tscollect::sampling {

namespace {

/// Errors of single files kept in one reading; further ones are counted.
constexpr std::size_t most_messages = 3;

/// The kernel's errors for a file that exists but whose value is not supported.
bool means_unsupported(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EINVAL || error_number == ENODATA;
}

}  // namespace

SourceText::SourceText(const table::Source& source, table::Roots roots, Pauses pauses)
    : source_(&source), roots_(std::move(roots)), pauses_(pauses) {
  if (source.find_files != nullptr) return;
  const auto& description = source.description;
  const auto& root = description.is_in_sysfs ? roots_.sysfs : roots_.procfs;
  files_.push_back({procfs::ProcFile(root / description.path), {}, false, {}});
}

bool SourceText::serves(const table::Source& source) const noexcept {
  return source.find_files == source_->find_files &&
         source.description.path == source_->description.path &&
         source.description.is_in_sysfs == source_->description.is_in_sysfs;
}

[[gnu::hot]] bool SourceText::read(procfs::TextBuffer& text) {
  return source_->find_files == nullptr ? read_one(text) : read_several(text);
}

[[gnu::hot]] bool SourceText::read_one(procfs::TextBuffer& text) {
  procfs::ProcFile& file = files_.front().file;
  const auto outcome = file.read(source_->rearrange == nullptr ? text : raw_);
  if (outcome && source_->rearrange != nullptr) {
    text.clear();
    source_->rearrange(raw_.view(), {}, text);
  }
  if (outcome)
    error_.clear();
  else
    error_ = explained(outcome.error().message, file);
  return outcome.has_value();
}

[[gnu::hot]] bool SourceText::read_several(procfs::TextBuffer& text) {
  if (mono_now() >= next_search_) {
    find_files();
    open_maker();
  }
  text.clear();
  error_.clear();
  failures_ = 0;
  read_ = 0;
  for (File& file : files_)
    if (file.unsupported.empty()) append(file, text);
  if (maker_) append_made(text);
  if (failures_ > most_messages)
    error_ += fmt::format(" (and {} more files)", failures_ - most_messages);
  if (failures_ > 0) next_search_ = std::min(next_search_, mono_now() + pauses_.after_failure);
  if (read_ > 0 || failures_ > 0) return read_ > 0;
  error_ = files_.empty() ? search_error_ : files_.front().unsupported;
  if (!maker_error_.empty()) error_ += fmt::format("; {}", maker_error_);
  return false;
}

[[gnu::hot]] void SourceText::append(File& file, procfs::TextBuffer& text) {
  const std::size_t begin = text.size();
  const bool as_it_is = source_->rearrange == nullptr;
  if (as_it_is) text.append(file.prefix);
  const std::size_t body = text.size();
  const auto outcome = as_it_is ? file.file.append_to(text) : file.file.read(raw_);
  if (!outcome) {
    text.cut(begin);
    std::string message = explained(outcome.error().message, file.file);
    if (!file.was_read && means_unsupported(file.file.error_number())) {
      file.unsupported = std::move(message);
    } else {
      note_failure(message);
    }
    return;
  }
  file.was_read = true;
  ++read_;
  if (!as_it_is) return source_->rearrange(raw_.view(), file.prefix, text);
  if (text.size() == body) return text.cut(begin);
  if (text.view().back() != '\n') text.append("\n");
  for (std::size_t at = text.view().find('\n', body) + 1; at < text.size();
       at = text.view().find('\n', at) + 1)
    text.insert(at, file.prefix);
}

void SourceText::append_made(procfs::TextBuffer& text) {
  const std::size_t begin = text.size();
  if (const auto outcome = maker_->append_to(text)) {
    ++read_;
  } else {
    text.cut(begin);
    note_failure(outcome.error().message);
  }
}

void SourceText::note_failure(std::string_view message) {
  if (failures_++ >= most_messages) return;
  error_ += error_.empty() ? "" : "; ";
  error_ += message;
}

/// Files that were found before stay open.
void SourceText::find_files() {
  next_search_ = mono_now() + pauses_.between_searches;
  auto found = source_->find_files(roots_);
  search_error_ = found ? std::string() : found.error().message;
  std::unordered_map<std::string, File*> known;
  for (File& file : files_)
    if (file.unsupported.empty()) known.emplace(file.file.path().native(), &file);
  std::vector<File> files;
  for (table::SourceFile& wanted : found ? *found : std::vector<table::SourceFile>()) {
    if (const auto file = known.find(wanted.path.native()); file != known.end())
      files.push_back(std::move(*file->second));
    else
      files.push_back({procfs::ProcFile(std::move(wanted.path)), wanted.prefix + ' ', false, {}});
  }
  files_ = std::move(files);
}

/// Unless it is open already.
void SourceText::open_maker() {
  if (source_->open_maker == nullptr || maker_) return;
  auto maker = source_->open_maker();
  maker_error_ = maker ? std::string() : maker.error().message;
  if (maker) maker_ = std::move(*maker);
}

std::vector<std::string> SourceText::unsupported() const {
  std::vector<std::string> reasons;
  for (const File& file : files_)
    if (!file.unsupported.empty()) reasons.push_back(file.unsupported);
  return reasons;
}

std::string SourceText::explained(std::string message, const procfs::ProcFile& file) {
  is_refused_ = file.error_number() == EACCES || file.error_number() == EPERM;
  if (source_->explain_error == nullptr) return message;
  const std::string_view more = source_->explain_error(file.path(), file.error_number());
  return more.empty() ? message : fmt::format("{} ({})", message, more);
}

}  // namespace tscollect::sampling

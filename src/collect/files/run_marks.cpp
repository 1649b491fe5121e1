#include "collect/files/run_marks.hpp"

#include "base/process/background_task.hpp"
#include "base/log.hpp"
#include "base/files/text_file.hpp"
#include "collect/files/name_holder.hpp"

#include <fmt/format.h>

#include <atomic>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tscollect::collect {

namespace {

std::string no_answer_within(std::chrono::nanoseconds limit) {
  return fmt::format("its folder has not answered for {} s",
                     std::chrono::duration<double>(limit).count());
}

Result<std::string> create_unless(const std::atomic<bool>& given_up,
                                  const std::filesystem::path& path, const std::string& run_id) {
  try {
    const base::FilePlace place(path);
    auto created = marks::create(place, {run_id, to_text(this_process())});
    if (created && given_up) place.remove();
    return created;
  } catch (const base::FileError& error) {
    return Error{error.what()};
  }
}

Result<marks::Marks> close_and_read_own(const std::filesystem::path& path,
                                        const std::string& run_id) {
  return marks::close_and_read(path, base::owner_of_new_files(path.parent_path()), run_id);
}

}  // namespace

std::filesystem::path marks_path(const std::filesystem::path& marks_file,
                                 const std::filesystem::path& output) {
  std::error_code ignored;
  return std::filesystem::absolute(
      marks_file.empty() ? marks::default_marks_path(output) : marks_file, ignored);
}

RunMarks::RunMarks(std::filesystem::path path, std::string run_id)
    : path_(std::move(path)), run_id_(std::move(run_id)) {}

void RunMarks::create(std::chrono::nanoseconds limit) {
  const auto given_up = std::make_shared<std::atomic<bool>>(false);
  const auto created = run_within(limit, [given_up, path = path_, run_id = run_id_] {
    return create_unless(*given_up, path, run_id);
  });
  *given_up = !created;
  exists_ = created && *created;
  std::string why;
  if (!created) why = fmt::format("{}: {}", path_.string(), no_answer_within(limit));
  if (created && !*created) why = created->error().message;
  if (!why.empty())
    base::log("tscollect-mpi: no marks can be taken: {}; sampling goes on\n", why);
  else if (!(*created)->empty())
    base::log("tscollect-mpi: {}\n", **created);
}

std::optional<marks::Marks> RunMarks::close_and_read(std::chrono::nanoseconds limit) {
  if (!exists_) return std::nullopt;
  auto read = run_within(
      limit, [path = path_, run_id = run_id_] { return close_and_read_own(path, run_id); });
  was_read_ = read && *read;
  if (was_read_) {
    is_empty_ = (*read)->empty();
    return std::move(**read);
  }
  error_ =
      read ? read->error().message : fmt::format("{}: {}", path_.string(), no_answer_within(limit));
  return std::nullopt;
}

void RunMarks::remove(std::chrono::nanoseconds limit) const {
  if (!was_read_) return;
  static_cast<void>(run_within(limit, [path = path_] {
    std::error_code ignored;
    return std::filesystem::remove(path, ignored);
  }));
}

void RunMarks::remove_if_empty(std::chrono::nanoseconds limit) const {
  if (is_empty_) this->remove(limit);
}

void remove_dead_marks(const base::FilePlace& marks) {
  struct stat facts {};
  constexpr off_t longest_head = 4096;
  if (::fstatat(marks.folder(), marks.name().c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() || facts.st_size > longest_head)
    return;
  const auto text = base::read_own_text_file(marks.path(), longest_head, ::geteuid());
  const auto known = text ? marks::parse_marks(*text) : Result<marks::Marks>(text.error());
  const auto holder = known && known->empty() ? holder_from(known->head.holder) : std::nullopt;
  const auto silence = std::chrono::seconds(std::time(nullptr) - facts.st_mtim.tv_sec);
  if (holder && is_dead(*holder, silence)) marks.remove();
}

}  // namespace tscollect::collect

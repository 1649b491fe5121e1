#include "marks/marks_file.hpp"

#include "base/files/descriptor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tscollect::marks {

using base::Descriptor;

namespace {

/// The lock is held only during a write. After this many milliseconds another program or the file
/// system is to blame, and the line is appended without the lock.
constexpr int most_lock_tries = 200;
constexpr std::size_t most_bad_told = 3;
/// Only a command's line may be longer.
constexpr std::size_t longest_mark = 65536;
constexpr std::string_view command_front = R"({"command":)";

Error error_about(const std::filesystem::path& path, std::string_view what) {
  return Error{fmt::format("{}: {}", path.string(), what)};
}

Error system_error_about(const std::filesystem::path& path) {
  return error_about(path, std::generic_category().message(errno));
}

void lock(const Descriptor& file) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  for (int i = 0; i < most_lock_tries; ++i) {
    if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) return;
    ::poll(nullptr, 0, 1);
  }
}

bool is_in_our_groups(gid_t group) {
  if (group == ::getegid()) return true;
  std::array<gid_t, 1024> groups{};
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  return std::find(groups.begin(), groups.begin() + std::max(count, 0), group) !=
         groups.begin() + std::max(count, 0);
}

/// Why the file is not trusted: another user who may write in the folder could have put it there.
std::string reason_for_distrust(const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) return "it is no regular file";
  if (facts.st_nlink > 1) return "it has another name, too";
  const uid_t self = ::geteuid();
  const bool is_ours = facts.st_uid == self || facts.st_uid == 0 || self == 0;
  const bool is_our_groups =
      is_in_our_groups(facts.st_gid) && (facts.st_mode & (S_IWGRP | S_IWOTH)) == S_IWGRP;
  if (!is_ours && !is_our_groups)
    return fmt::format("it belongs to user {}, who is neither root nor you", facts.st_uid);
  return {};
}

struct Opened {
  Descriptor file;
  std::size_t size = 0;
};

/// `check`: returns the reason not to use a file with the given metadata; empty: none.
template <class Check>
Result<Opened> open_regular(const std::filesystem::path& path, int flags, const Check& check) {
  Opened opened{
      Descriptor(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)), 0};
  struct stat facts {};
  if (!opened.file.is_open() && errno == ELOOP) return error_about(path, "it is a link");
  if (!opened.file.is_open() || ::fstat(opened.file.get(), &facts) != 0)
    return system_error_about(path);
  if (const std::string reason = check(facts); !reason.empty()) return error_about(path, reason);
  opened.size = static_cast<std::size_t>(std::max<off_t>(facts.st_size, 0));
  return opened;
}

Result<Opened> open_owned(const std::filesystem::path& path, int flags, uid_t owner) {
  return open_regular(path, flags, [owner](const struct stat& facts) {
    if (!S_ISREG(facts.st_mode)) return std::string("it is no regular file");
    return facts.st_uid == owner ? std::string()
                                 : fmt::format("it belongs to another user, {}", facts.st_uid);
  });
}

std::string text_at(const Descriptor& file, std::size_t offset, std::size_t bytes) {
  std::string text(bytes, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), bytes, static_cast<off_t>(offset));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

std::size_t size_of(const Descriptor& file) {
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  return static_cast<std::size_t>(std::max<off_t>(size, 0));
}

/// The end of the file, longer than the closing line.
std::string end_of(const Descriptor& file) {
  constexpr std::size_t enough = 256;
  const std::size_t size = size_of(file);
  return text_at(file, size - std::min(size, enough), std::min(size, enough));
}

bool is_closed(std::string_view end) {
  if (end.ends_with('\n')) end.remove_suffix(1);
  const std::size_t before = end.rfind('\n');
  if (before != std::string_view::npos) end.remove_prefix(before + 1);
  return end.starts_with(closed_front);
}

/// Appends in one write, on a new line if the last one is incomplete.
Result<void> write_lines(const Descriptor& file, std::string_view end, std::string_view lines,
                         const std::filesystem::path& path) {
  std::string text = end.ends_with('\n') ? "" : "\n";
  text += lines;
  ssize_t written = 0;
  do written = ::write(file.get(), text.data(), text.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) return system_error_about(path);
  if (static_cast<std::size_t>(written) < text.size()) return error_about(path, "the disk is full");
  return {};
}

Result<std::string> read_text(const Descriptor& file, const std::filesystem::path& path) {
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() <= most_bytes) {
    const ssize_t got =
        ::pread(file.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error_about(path);
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// Removes and returns the next line of `text`.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void merge(std::optional<block::RunCommand>& known, block::RunCommand&& next) {
  if (!known) known.emplace();
  const auto take = [](std::string& to, std::string&& from) {
    if (!from.empty()) to = std::move(from);
  };
  take(known->line, std::move(next.line));
  take(known->host, std::move(next.host));
  take(known->begin, std::move(next.begin));
  take(known->end, std::move(next.end));
  if (next.exit_status) known->exit_status = next.exit_status;
}

void take_line(std::string_view text, std::size_t number, Marks& marks) {
  const bool is_long = text.size() > longest_mark && !text.starts_with(command_front);
  auto line = is_long ? Result<Line>(Error{"it is too long for a mark"}) : parse_line(text);
  if (line && std::holds_alternative<Head>(*line)) line = Error{"it is another file's head"};
  if (!line) {
    if (++marks.bad_lines <= most_bad_told)
      marks.first_bad.push_back(fmt::format("line {}: {}", number, line.error().message));
    return;
  }
  if (auto* mark = std::get_if<Mark>(&*line)) marks.marks.push_back(std::move(*mark));
  if (auto* command = std::get_if<block::RunCommand>(&*line))
    marks::merge(marks.command, std::move(*command));
}

Result<Marks> parse_of_run(std::string_view text, const std::filesystem::path& path,
                           std::string_view run_id) {
  auto marks = parse_marks(text);
  if (!marks) return error_about(path, marks.error().message);
  if (marks->head.run_id != run_id)
    return error_about(path, fmt::format("it is of another run, {}", marks->head.run_id));
  return marks;
}

bool is_plain(std::string_view id) {
  constexpr std::size_t longest = 64;
  return !id.empty() && id.size() <= longest &&
         std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

/// Makes room for the marks of another run; returns a message about it.
Result<std::string> set_aside(const base::FilePlace& place) {
  const auto opened =
      open_owned(place.path(), O_RDONLY, base::owner_of_new_files(place.path().parent_path()));
  if (!opened) return opened.error();
  const auto text = read_text(opened->file, place.path());
  if (!text) return text.error();
  const auto known = parse_marks(*text);
  if (!known) return error_about(place.path(), known.error().message);
  if (known->empty()) {
    place.remove();
    return std::string();
  }
  const auto moved = place.beside(moved_marks_path(place.path(), known->head.run_id));
  if (const int error = place.rename_to(moved); error != 0) {
    errno = error;
    return system_error_about(place.path());
  }
  return fmt::format("the marks of an earlier run are now in {}", moved.path().string());
}

}  // namespace

Result<Marks> parse_marks(std::string_view text) {
  Marks marks;
  if (text.size() > most_bytes) {
    marks.is_cut = true;
    text = text.substr(0, text.rfind('\n', most_bytes - 1) + 1);
  }
  const auto first = parse_line(next_line(text));
  const auto* head = first ? std::get_if<Head>(&*first) : nullptr;
  if (head == nullptr) return Error{"it does not begin as a file of marks"};
  marks.head = *head;
  for (std::size_t number = 2; !text.empty(); ++number)
    if (const std::string_view line = next_line(text); !line.empty())
      take_line(line, number, marks);
  return marks;
}

std::filesystem::path default_marks_path(const std::filesystem::path& output) {
  return output.parent_path() / fmt::format(".{}.marks", output.filename().string());
}

std::filesystem::path moved_marks_path(const std::filesystem::path& marks,
                                       std::string_view run_id) {
  auto moved = marks;
  return moved += fmt::format(".{}", is_plain(run_id) ? run_id : "old");
}

Result<std::string> create(const base::FilePlace& place, const Head& head) {
  Descriptor file = place.create(base::Access::by_umask);
  std::string note;
  if (!file.is_open() && errno == EEXIST) {
    auto room = set_aside(place);
    if (!room) return room.error();
    note = std::move(*room);
    file = place.create(base::Access::by_umask);
  }
  if (!file.is_open()) return system_error_about(place.path());
  const std::string line = to_line(head);
  if (::write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size()))
    return note;
  const Error error = system_error_about(place.path());
  place.remove();
  return error;
}

Result<void> append(const std::filesystem::path& path, std::string_view lines) {
  const auto opened = open_regular(path, O_RDWR | O_APPEND, reason_for_distrust);
  if (!opened && ::access(path.c_str(), F_OK) != 0 && errno == ENOENT)
    return error_about(path,
                       "there is no such file: its run has not begun, has ended, or its folder is "
                       "not the same on this node");
  if (!opened) return opened.error();
  if (text_at(opened->file, 0, head_front.size()) != head_front)
    return error_about(path, "it does not begin as a file of marks");
  lock(opened->file);
  const std::string end = end_of(opened->file);
  if (is_closed(end)) return error_about(path, "its run has stopped, and takes no more marks");
  auto written = write_lines(opened->file, end, lines, path);
  // Network file systems report a full disk or a quota only here.
  const int copy = ::dup(opened->file.get());
  if (written && copy >= 0 && ::close(copy) != 0 && errno != EINTR) return system_error_about(path);
  return written;
}

Result<Marks> read(const std::filesystem::path& path, uid_t owner, std::string_view run_id) {
  const auto opened = open_owned(path, O_RDONLY, owner);
  if (!opened) return opened.error();
  const auto text = read_text(opened->file, path);
  return text ? parse_of_run(*text, path, run_id) : Result<Marks>(text.error());
}

Result<Marks> close_and_read(const std::filesystem::path& path, uid_t owner,
                             std::string_view run_id) {
  const auto opened = open_owned(path, O_RDWR | O_APPEND, owner);
  if (!opened) return opened.error();
  lock(opened->file);
  const auto text = read_text(opened->file, path);
  if (!text) return text.error();
  auto marks = parse_of_run(*text, path, run_id);
  // If the closing line cannot be written, as on a full disk, no marks can be appended either.
  if (marks)
    static_cast<void>(write_lines(opened->file, end_of(opened->file), to_line(Closed{}), path));
  return marks;
}

}  // namespace tscollect::marks

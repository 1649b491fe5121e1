#include "collect/files/free_name.hpp"

#include "base/process/background_task.hpp"
#include "base/process/signal_block.hpp"
#include "collect/files/name_holder.hpp"
#include "collect/files/run_marks.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace tscollect::collect {

using base::Descriptor;

namespace {

constexpr int most_tried = 10'000;
constexpr int most_looked_at = 100'000;  ///< entries of the output's folder
constexpr std::string_view ending = ".reserved";
constexpr std::string_view marks_ending = ".marks";
constexpr auto time_to_let_go = std::chrono::seconds(1);

std::filesystem::path numbered(const std::filesystem::path& path, int number) {
  if (number == 1) return path;
  std::filesystem::path other = path;
  other.replace_filename(
      fmt::format("{}-{}{}", path.stem().string(), number, path.extension().string()));
  return other;
}

bool is_taken(const std::filesystem::path& path) {
  std::error_code error;
  const auto exists = [&](const std::filesystem::path& each) {
    return std::filesystem::exists(std::filesystem::symlink_status(each, error));
  };
  return exists(path) || exists(store::sidecar_path(path));
}

std::string text_of(const Descriptor& file) {
  std::array<char, 4096> text{};
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

/// An empty file may belong to a run that is just starting; any other file without a holder is not
/// a reservation.
bool is_dead(const Descriptor& file, const struct stat& facts) {
  // Clocks of hosts and file servers may differ by minutes, but the limit is a week.
  const auto silence = std::chrono::seconds(std::time(nullptr) - facts.st_mtim.tv_sec);
  const auto holder = holder_from(text_of(file));
  return holder ? is_dead(*holder, silence) : facts.st_size == 0 && silence > longest_silence;
}

}  // namespace

bool remove_if_dead(const base::FilePlace& reservation) {
  const char* name = reservation.name().c_str();
  const Descriptor file(::openat(reservation.folder(), name,
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat facts {};
  if (!file.is_open()) return errno == ENOENT;
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() ||
      !is_dead(file, facts))
    return false;
  // Two processes may find it dead at once. The second must not remove the file that the first has
  // put in its place: only the one that holds the lock of the file with that name removes it.
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  struct stat there {};
  if (::fstatat(reservation.folder(), name, &there, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT;
  if (there.st_ino != facts.st_ino || there.st_dev != facts.st_dev) return false;
  return reservation.remove() == 0;
}

void remove_dead_reservations(const std::filesystem::path& folder) {
  try {
    int looked_at = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (++looked_at > most_looked_at) return;
      const std::string name = entry.path().filename().string();
      if (name.starts_with('.') && name.ends_with(ending))
        remove_if_dead(base::FilePlace(entry.path()));
      else if (name.starts_with('.') && name.ends_with(marks_ending))
        remove_dead_marks(base::FilePlace(entry.path()));
    }
  } catch (const std::exception&) {
    // The folder cannot be read, or changes meanwhile. This run does not depend on it.
    return;
  }
}

/// A reservation. A thread of its own touches it periodically, as the file system may hang.
struct FreeName::Held {
  base::FilePlace place;
  Descriptor file;
  std::mutex mutex;
  std::condition_variable changed;
  bool let_go = false;

  Held(base::FilePlace where, Descriptor created)
      : place(std::move(where)), file(std::move(created)) {}

  void touch_until_let_go() {
    std::unique_lock lock(mutex);
    while (!changed.wait_for(lock, touch_pause, [this] { return let_go; })) {
      lock.unlock();
      ::futimens(file.get(), nullptr);
      lock.lock();
    }
  }
};

FreeName::FreeName(const options::OutputName& wanted) : path_(wanted.path) {
  if (wanted.is_literal) return;
  for (int number = 1; number <= most_tried; ++number) {
    const std::filesystem::path candidate = numbered(wanted.path, number);
    try {
      base::FilePlace reservation(options::reservation_path(candidate));
      // All file systems let only one process create the file exclusively. Only the holder checks
      // whether the output exists, and a writer releases the name after writing: so nobody finds
      // the name free in between.
      Descriptor created = reservation.create(base::Access::by_umask);
      int error = created.is_open() ? 0 : errno;
      if (error == EEXIST && remove_if_dead(reservation)) {
        created = reservation.create(base::Access::by_umask);
        error = created.is_open() ? 0 : errno;
      }
      if (error == EEXIST) continue;
      if (error != 0) return;  // the code that writes there reports the error
      const std::string text = to_text(this_process());
      // On a full disk the file stays empty and reserves the name until it is a week old.
      static_cast<void>(!::write(created.get(), text.data(), text.size()));
      if (is_taken(candidate)) {
        reservation.remove();
        continue;
      }
      path_ = candidate;
      held_ = std::make_shared<Held>(std::move(reservation), std::move(created));
      break;
    } catch (const base::FileError&) {
      return;  // the folder cannot be opened
    }
  }
  if (!held_) return;
  try {
    const SignalBlock none;
    std::thread([held = held_] { held->touch_until_let_go(); }).detach();
  } catch (const std::system_error&) {
    // No thread can be started: the name stays reserved for a week without a touch.
  }
  const std::filesystem::path folder = path_.parent_path();
  const BackgroundTask sweep([folder] { remove_dead_reservations(folder.empty() ? "." : folder); });
}

FreeName::~FreeName() {
  if (!held_) return;
  {
    const std::lock_guard lock(held_->mutex);
    held_->let_go = true;
  }
  held_->changed.notify_all();
  const BackgroundTask removal([held = held_] { held->place.remove(); });
  static_cast<void>(removal.wait(base::Deadline(time_to_let_go)));
}

}  // namespace tscollect::collect

#include "journal/part_file.hpp"

#include "base/files/file_place.hpp"
#include "journal/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <random>
#include <system_error>
#include <thread>

namespace tscollect::journal {

using namespace std::chrono_literals;
using base::Descriptor;

namespace {

constexpr int most_names = 16;
constexpr auto lock_pause = 1ms;
constexpr int most_lock_tries = 500;
constexpr int most_lock_failures = 2;

/// Locks the file, which shows that this run is alive. The kernel releases the lock when the
/// process ends. A process that only checks holds the lock for a moment, so this waits briefly.
/// Also true on file systems without locks.
bool take_lock(const Descriptor& file) {
  for (int tries = 0; tries < most_lock_tries; ++tries) {
    if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return true;
    std::this_thread::sleep_for(lock_pause);
  }
  return false;
}

}  // namespace

NewPart create_part_file(const std::filesystem::path& folder, std::string_view run_id,
                         std::string_view host, std::int64_t part) {
  std::string tag;
  int lock_failures = 0;
  NewPart created;
  for (int tries = 0; tries < most_names; ++tries) {
    created.path = folder / file_name(run_id, host, part, tag);
    created.file = base::create_file(created.path, base::Access::owner);
    const int error = created.file.is_open() ? 0 : errno;
    if (created.file.is_open() && take_lock(created.file)) {
      created.error.clear();
      return created;
    }
    if (created.file.is_open()) unlink(created.path.c_str());
    created.file.reset();
    created.error =
        error == 0 ? std::string("cannot lock it: another process holds its lock")
                   : fmt::format("cannot create it: {}", std::generic_category().message(error));
    if (error == 0 && ++lock_failures == most_lock_failures) return created;
    if (error != 0 && error != EEXIST) return created;
    tag = fmt::format("{:08x}", std::random_device{}());
  }
  return created;
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) fsync(opened.get());
}

}  // namespace tscollect::journal

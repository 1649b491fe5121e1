#include "run/temporary_folder.hpp"

#include "base/files/file_place.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace tscollect::run {

namespace {

/// Enough for the launcher's files.
constexpr std::size_t room_bytes = 65536;

bool takes_files(const std::string& folder) {
  try {
    const base::FilePlace place(
        fmt::format("{}/tscollect-run.{}.{:08x}", folder, ::getpid(), std::random_device{}()));
    const base::Descriptor file = place.create(base::Access::owner);
    if (!file.is_open()) return false;
    place.remove();
    const std::vector<char> zeros(room_bytes);
    return ::write(file.get(), zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size());
  } catch (const base::FileError&) {
    return false;
  }
}

}  // namespace

void use_good_temporary_folder() {
  const char* chosen = std::getenv("TMPDIR");
  if (takes_files(chosen == nullptr ? "/tmp" : chosen)) return;
  for (const char* folder : {"/tmp", "/var/tmp", "/dev/shm"}) {
    if (!takes_files(folder)) continue;
    ::setenv("TMPDIR", folder, 1);
    return;
  }
}

}  // namespace tscollect::run

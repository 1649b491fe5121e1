#include "collect/free_name.hpp"

#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace tscollect::app {

namespace {

constexpr int most_tried = 10'000;

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

}  // namespace

FreeName::FreeName(const OutputName& wanted) : path_(wanted.path) {
  if (wanted.is_literal) return;
  for (int number = 1; number <= most_tried; ++number) {
    const std::filesystem::path candidate = numbered(wanted.path, number);
    try {
      record::FilePlace reservation(reservation_path(candidate));
      // Created by one alone, by all the file systems that there are. Only who holds it looks for
      // the file, and who has written the file lets go after that: so nobody finds the name free
      // in between.
      const procfs::Descriptor held = reservation.create(record::Access::by_umask);
      if (!held.is_open() && errno == EEXIST) continue;
      if (!held.is_open()) return;  // what is wrong with the folder is told by who writes there
      if (!is_taken(candidate)) {
        path_ = candidate;
        reservation_ = std::move(reservation);
        return;
      }
      reservation.remove();
    } catch (const record::FileError&) {
      return;  // the folder cannot be opened
    }
  }
}

FreeName::~FreeName() {
  if (reservation_) reservation_->remove();
}

}  // namespace tscollect::app

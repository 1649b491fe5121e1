#include "journal/owner.hpp"
#include "base/process/user_name.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tscollect::journal {

using base::Descriptor;

namespace {

OpenedJournal refuse(std::string error) { return {Descriptor(), std::move(error), false, 0}; }

OpenedJournal refuse_unreadable(int error) {
  return refuse(fmt::format("cannot read it: {}", std::generic_category().message(error)));
}

}  // namespace

FileIdentity identity_of(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino};
}

OpenedJournal open_journal(const std::filesystem::path& path, uid_t owner) {
  // O_PATH, as opening a pipe or a device has side effects.
  const Descriptor place(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!place.is_open() || fstat(place.get(), &status) != 0) return refuse_unreadable(errno);
  const bool is_trusted = owner != any_owner;
  if (is_trusted && status.st_uid != owner)
    return {Descriptor(),
            fmt::format("it belongs to the user {}", base::user_name_or_number(status.st_uid)),
            true, status.st_uid};
  if (S_ISLNK(status.st_mode)) return refuse("it is a symbolic link, and those are not followed");
  if (!S_ISREG(status.st_mode)) return refuse("it is not a regular file");
  if (is_trusted && (status.st_mode & S_IWOTH) != 0) return refuse("everybody may write to it");
  const FileIdentity seen = identity_of(status);
  Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() || fstat(file.get(), &status) != 0) return refuse_unreadable(errno);
  if (identity_of(status) != seen || (is_trusted && status.st_uid != owner))
    return refuse("it was replaced while it was being opened");
  return {std::move(file), {}, false, owner};
}

void note_foreign(std::vector<ForeignJournals>& known, uid_t owner,
                  const std::filesystem::path& path) {
  const auto found = std::ranges::find(known, owner, &ForeignJournals::owner);
  if (found != known.end())
    ++found->count;
  else
    known.push_back({owner, 1, path.string()});
}

}  // namespace tscollect::journal

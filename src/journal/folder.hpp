#pragma once

#include "base/files/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::journal {

/// A new id for a run: the time of day, for users, and random digits, to make it unique.
[[nodiscard]] std::string new_run_id();

/// "tscollect-<run>-<host>.journal"; bytes of the host's name that are unsuitable in file names
/// become "%XX". Later parts of a long journal are "tscollect-<run>-<host>+<part>.journal". With a
/// `tag`, which is used if that name is taken: "tscollect-<run>-<host>+<part>.<tag>.journal".
[[nodiscard]] std::string file_name(std::string_view run_id, std::string_view host,
                                    std::int64_t part = 0, std::string_view tag = {});

/// The run id in the name of a journal file.
[[nodiscard]] std::string run_id_of(std::string_view file_name);

/// The node-local folder for temporary files: the first of $SLURM_TMPDIR, $TMPDIR and /tmp that is
/// a folder.
[[nodiscard]] std::filesystem::path default_folder();

/// Regular files in `folder` that have the name of a journal, sorted. Links are not followed.
/// Throws std::filesystem::filesystem_error if the folder cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> journals_in(const std::filesystem::path& folder);

/// Whether its writer is running: a writer holds a lock, which the kernel releases when its process
/// ends.
[[nodiscard]] bool is_being_written(const base::Descriptor& file);

/// First parts of this user's journals that nobody is writing any more: their runs ended
/// abnormally. At most `most`.
[[nodiscard]] std::vector<std::filesystem::path> abandoned_in(const std::filesystem::path& folder,
                                                              std::size_t most);

/// The text quoted as one word for a POSIX shell.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace tscollect::journal

#pragma once

#include "base/descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::journal {

/// A new id for a run: the time of day for people, and random digits against coincidence.
[[nodiscard]] std::string new_run_id();

/// "tscollect-<run>-<host>.journal"; bytes of the host's name that a file's name should not have
/// become "%XX". Later parts of a long journal are "tscollect-<run>-<host>+<part>.journal". Where
/// such a name is taken, a `tag` makes it "tscollect-<run>-<host>+<part>.<tag>.journal".
[[nodiscard]] std::string file_name(std::string_view run_id, std::string_view host,
                                    std::int64_t part = 0, std::string_view tag = {});

/// The run in the name of a journal's file.
[[nodiscard]] std::string run_id_of(std::string_view file_name);

/// The node-local folder for temporary files: the first of $SLURM_TMPDIR, $TMPDIR and /tmp that is
/// a folder.
[[nodiscard]] std::filesystem::path default_folder();

/// Regular files of the name of a journal in `folder`, sorted. Links are not followed. Throws
/// std::filesystem::filesystem_error if the folder cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> journals_in(const std::filesystem::path& folder);

/// Whether its writer lives: a writer holds a lock, which goes with its process.
[[nodiscard]] bool is_being_written(const base::Descriptor& file);

/// Those of this user, a journal of several parts by its first one, in which nobody is writing any
/// more: their runs ended badly. At most `most`.
[[nodiscard]] std::vector<std::filesystem::path> abandoned_in(const std::filesystem::path& folder,
                                                              std::size_t most);

/// The text as a POSIX shell reads it back as one word.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace tscollect::journal

#pragma once

#include "procfs/proc_file.hpp"
#include "table/source.hpp"

#include <tscollect/time.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::sampling {

/// The text from which one or more sources are parsed. For a source of one file it is that file's
/// text. For a source of several it holds the lines of all files, each after its file's prefix;
/// only the lines of files that failed are missing.
class SourceText {
 public:
  /// Time between two searches for new devices, and shortest time to a new search after a failure.
  struct Pauses {
    std::chrono::nanoseconds between_searches = std::chrono::minutes(1);
    std::chrono::nanoseconds after_failure = std::chrono::seconds(1);
  };

  /// Nothing is looked for or opened before the first read(), which may hang.
  SourceText(const table::Source& source, table::Roots roots, Pauses pauses);
  SourceText(const table::Source& source, table::Roots roots)
      : SourceText(source, std::move(roots), Pauses()) {}

  /// Whether this source is parsed from this text, too.
  [[nodiscard]] bool serves(const table::Source& source) const noexcept;

  /// Reads all files. False: no file could be read, and error() says why.
  [[nodiscard]] bool read(procfs::TextBuffer& text);

  /// The errors of the last reading, including those of single files; empty: none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Whether error() is a lack of permission.
  [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }

  /// Files that the kernel does not support on this host, as of their first reading. They are
  /// skipped until files are searched again, and are not an error.
  [[nodiscard]] std::vector<std::string> unsupported() const;

  [[nodiscard]] std::size_t file_count() const noexcept { return files_.size(); }

 private:
  struct File {
    procfs::ProcFile file;
    std::string prefix;       ///< followed by a blank; empty for the only file of a source
    bool was_read = false;    ///< at least once
    std::string unsupported;  ///< why it is skipped; empty: it is read
  };

  [[nodiscard]] bool read_one(procfs::TextBuffer& text);
  [[nodiscard]] bool read_several(procfs::TextBuffer& text);
  void append(File& file, procfs::TextBuffer& text);
  void append_made(procfs::TextBuffer& text);
  void note_failure(std::string_view message);
  void find_files();
  void open_maker();
  [[nodiscard]] std::string explained(std::string message, const procfs::ProcFile& file);

  const table::Source* source_;
  procfs::TextBuffer raw_;  ///< of a file, where it is to be rearranged
  table::Roots roots_;
  Pauses pauses_;
  std::vector<File> files_;
  std::unique_ptr<table::TextMaker> maker_;
  std::string maker_error_;   ///< why there is none
  std::string search_error_;  ///< why no files were found
  std::string error_;
  bool is_refused_ = false;
  std::size_t failures_ = 0;  ///< files that failed in the last reading
  std::size_t read_ = 0;      ///< files read in it
  MonoTime next_search_{};
};

}  // namespace tscollect::sampling

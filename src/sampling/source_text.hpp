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

/// The text that one or more sources are parsed from. A source of one file has that file's text. A
/// source of several has the lines of all, each behind its file's prefix: what is missing of such a
/// text are the lines of the files that failed, and nothing else.
class SourceText {
 public:
  /// How long a set of files is kept before new devices are looked for, and how long at least
  /// after a failure.
  struct Pauses {
    std::chrono::nanoseconds between_searches = std::chrono::minutes(1);
    std::chrono::nanoseconds after_failure = std::chrono::seconds(1);
  };

  /// Nothing is looked for or opened before the first read(), which may hang.
  SourceText(const table::Source& source, table::Roots roots, Pauses pauses);
  SourceText(const table::Source& source, table::Roots roots)
      : SourceText(source, std::move(roots), Pauses()) {}

  /// Whether this is the text of that source, too.
  [[nodiscard]] bool serves(const table::Source& source) const noexcept;

  /// Reads all files anew. False: no file could be read, and error() says why.
  [[nodiscard]] bool read(procfs::TextBuffer& text);

  /// What failed in the last reading, files that failed beside others included; empty: nothing.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  /// Whether error() is that this user may not read the files.
  [[nodiscard]] bool is_refused() const noexcept { return is_refused_; }

  /// Files that the kernel does not support on this host, as the first reading of them showed.
  /// They are left alone until files are looked for again, and are no error.
  [[nodiscard]] std::vector<std::string> unsupported() const;

  [[nodiscard]] std::size_t file_count() const noexcept { return files_.size(); }

 private:
  struct File {
    procfs::ProcFile file;
    std::string prefix;       ///< with a blank behind it; empty for the only file of a source
    bool was_read = false;    ///< at least once
    std::string unsupported;  ///< why it is left alone; empty: it is read
  };

  [[nodiscard]] bool read_one(procfs::TextBuffer& text);
  [[nodiscard]] bool read_several(procfs::TextBuffer& text);
  void append(File& file, procfs::TextBuffer& text);
  void append_made(procfs::TextBuffer& text);
  void note_failure(std::string message);
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
  std::string search_error_;  ///< why there are no files
  std::string error_;
  bool is_refused_ = false;
  std::size_t failures_ = 0;  ///< files that failed in the last reading
  std::size_t read_ = 0;      ///< files that could be read in it
  MonoTime next_search_{};
};

}  // namespace tscollect::sampling

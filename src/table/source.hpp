#pragma once

#include <tscollect/source.hpp>

#include "procfs/proc_file.hpp"

#include <tscollect/result.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::table {

class LineWriter;

/// Mount points of the kernel's file systems.
struct Roots {
  std::filesystem::path procfs = "/proc";
  std::filesystem::path sysfs = "/sys";
};

/// One file of a source that has several.
struct SourceFile {
  std::filesystem::path path;
  /// Put, with a blank, before each line of this file in the text of the source: "cpu", "mlx5_0/1
  /// port_rcv_data".
  std::string prefix;
};

/// Makes text that is in no file: what a library answers.
class TextMaker {
 public:
  TextMaker() = default;
  TextMaker(const TextMaker&) = delete;
  TextMaker& operator=(const TextMaker&) = delete;
  virtual ~TextMaker() = default;
  /// Lines behind what `text` holds.
  virtual Result<void> append_to(procfs::TextBuffer& text) = 0;
};

/// Facts about a device, in the order of Source::number_facts and Source::text_facts.
struct DeviceFacts {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> texts;
};

/// A metric source: the files it reads, and how a line of their text becomes values of one array.
/// Options, help, file attributes and JSON are derived from this; CONTRIBUTING.md says how to add
/// one. Sources that name the same files share one reading: each parser skips lines that are not
/// its own.
struct Source {
  SourceDescription description;

  /// Finds the files of a source that has several, or whose files depend on the devices; nullptr:
  /// description.path alone. Called at the start, after a failure, and periodically for new
  /// devices. Error: why there are none ("no InfiniBand devices").
  Result<std::vector<SourceFile>> (*find_files)(const Roots& roots) = nullptr;

  /// Opens what makes text of its own, whose lines follow those of the files that are found;
  /// nullptr: nothing does. Error: why it cannot be opened.
  Result<std::unique_ptr<TextMaker>> (*open_maker)() = nullptr;

  /// Turns the text of one file into lines that can be parsed one by one, behind what `out` holds:
  /// where names and values stand in different lines, or a line belongs to one before. Then its
  /// lines have no prefix but what this puts there. nullptr: the text is taken as it is.
  void (*rearrange)(std::string_view text, std::string_view prefix,
                    procfs::TextBuffer& out) = nullptr;

  /// Explains an errno of these files beyond its standard text; empty or nullptr: nothing to add.
  std::string_view (*explain_error)(const std::filesystem::path& file, int error_number) = nullptr;

  /// Fields known in advance, in the order of the file; empty where the kernel's text names them.
  std::span<const FieldDescription> fields = {};

  /// Parses one line, without its newline, into calls of the writer. No I/O, no clock, no globals.
  /// A line without values (a heading) makes no call.
  void (*parse_line)(std::string_view line, LineWriter& out) = nullptr;

  /// Describes a field that `fields` does not list: a key of vmstat, a statistic of a newer kernel.
  /// `suffix`: the text after the number ("kB" in meminfo), or empty. `earlier`: the fields before
  /// it, which distinguish kernels that use one name for two things.
  FieldDescription (*describe_field)(std::string_view name, std::string_view suffix,
                                     std::span<const FieldDescription> earlier) = nullptr;

  /// Counters that may decrease a little without having been reset.
  std::span<const std::string_view> counters_that_fall = {};

  /// Whether a reading may take longer than a sample should: it is made on a thread of its own.
  bool may_be_slow = false;

  /// Whether the values are ours, how long the readings of other sources took: there is no file.
  bool is_reading_time = false;

  /// Whether rows are devices, to which --include-devices and --exclude-devices apply.
  bool rows_are_devices = true;

  /// Integers that come with each device (diskstats: major and minor): their names in the file.
  std::span<const std::string_view> row_attributes = {};

  /// Facts from sysfs about a device, by their names in the file: integers (-1: unknown) and texts
  /// (empty: unknown). `describe_device` reads them when a device is first seen, on a thread of its
  /// own, as sysfs may be slow; nullptr if there are none.
  std::span<const std::string_view> number_facts = {};
  std::span<const std::string_view> text_facts = {};
  DeviceFacts (*describe_device)(const std::filesystem::path& sysfs,
                                 std::string_view row) = nullptr;
};

/// All sources, in the order of sampling and storing.
[[nodiscard]] std::span<const Source> registry();

/// nullptr if there is no source of that name.
[[nodiscard]] const Source* find_source(std::string_view name);

}  // namespace tscollect::table

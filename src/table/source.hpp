#pragma once

#include <tscollect/source.hpp>

#include <array>
#include <filesystem>
#include <span>
#include <string_view>

namespace tscollect::sources {

class LineWriter;

/// A metric source: what it is (public description) and how a line of its text becomes values.
/// To add one: a file in this folder that defines such a function, one line in registry.cpp, a test
/// and a fixture. Everything else (options, help, file attributes, JSON) follows from here.
struct Source {
  SourceDescription description;

  /// Fields known beforehand, in the order of the file; empty where the kernel's text names them.
  std::span<const FieldDescription> fields = {};

  /// Turns one line, without its newline, into calls on the writer. No I/O, no clock, no globals.
  /// A line that carries no values (a heading) makes no call.
  void (*parse_line)(std::string_view line, LineWriter& out) = nullptr;

  /// Describes a field that `fields` does not list: a key of vmstat, a statistic of a newer kernel.
  /// `suffix`: what stood behind the number ("kB" in meminfo), empty if nothing did. `earlier`: the
  /// fields seen before it, which tell apart kernels that give one name two meanings.
  FieldDescription (*describe_field)(std::string_view name, std::string_view suffix,
                                     std::span<const FieldDescription> earlier) = nullptr;

  /// Integers that come with each device (diskstats: major and minor), by their names in the file.
  std::span<const std::string_view> row_attributes = {};

  /// One more such integer, looked up in sysfs when a device is first seen; -1: unknown. Empty
  /// name and nullptr where there is none.
  std::string_view sysfs_attribute = {};
  std::int64_t (*look_up_in_sysfs)(const std::filesystem::path& sysfs,
                                   std::string_view row) = nullptr;
};

/// The explicit registry, in the order of sampling and storing.
[[nodiscard]] std::span<const Source> registry();

/// nullptr if there is none of that name.
[[nodiscard]] const Source* find_source(std::string_view name);

}  // namespace tscollect::sources

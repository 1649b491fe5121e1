#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tscollect::sources {
namespace {

using namespace test;

// Broken trees: whatever the library makes of them, it names at most what the folder is named
// after, and the other files read well.
TEST(FixtureTrees, have_errors_only_where_their_names_say) {
  for (const auto& entry : std::filesystem::directory_iterator(fixture_path(""))) {
    if (!std::filesystem::exists(entry.path() / "proc") || entry.path().filename() == "empty")
      continue;
    const std::string tree = entry.path().filename().string();
    for (const table::Source& source : table::registry()) {
      if (source.is_reading_time) continue;
      const std::string text = source_text_of(source, tree);
      const bool has_no_io = text.find("io.stat") == std::string::npos;
      if (source.description.name == "cgroup_io" && has_no_io) continue;  // version 1 has it
      const bool is_of_the_five =
          std::ranges::count(reference_source_names(), source.description.name) == 1;
      if (text.empty() && !is_of_the_five) continue;  // no stat, no pressure, no RDMA devices
      const table::Table table = table_of(source, text);
      EXPECT_TRUE(table.error().empty() || tree.starts_with(source.description.name) ||
                  tree.starts_with(source.description.path))
          << tree << ": " << table.error();
      EXPECT_FALSE(present_cells(table).empty()) << tree << " " << source.description.name;
    }
  }
}

}  // namespace
}  // namespace tscollect::sources

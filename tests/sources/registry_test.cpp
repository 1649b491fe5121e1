#include "table/source.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tscollect {
namespace {

using Names = std::vector<std::string>;

Names resolved(std::string_view list) {
  auto names = resolve_source_names(list);
  return names ? *names : Names{"error: " + names.error().message};
}

TEST(Registry, knows_the_five_sources_in_a_fixed_order) {
  Names names;
  for (const SourceDescription& source : source_descriptions()) names.emplace_back(source.name);
  EXPECT_EQ(names, (Names{"diskstats", "vmstat", "loadavg", "meminfo", "netdev"}));
  EXPECT_EQ(default_source_names(), names);
}

TEST(Registry, describes_every_source_wholly) {
  std::set<std::string_view> names;
  for (const sources::Source& source : sources::registry()) {
    const SourceDescription& description = source.description;
    EXPECT_TRUE(names.insert(description.name).second) << description.name;
    EXPECT_FALSE(description.path.empty());
    EXPECT_FALSE(description.path.starts_with('/'));
    EXPECT_TRUE(description.kernel_document.starts_with("https://www.kernel.org/doc/"));
    EXPECT_FALSE(description.summary.empty());
    EXPECT_EQ(description.row_dimension.empty(), description.row_name_field.empty());
    EXPECT_NE(source.parse_line, nullptr);
    EXPECT_NE(source.describe_field, nullptr);
    EXPECT_EQ(source.sysfs_attribute.empty(), source.look_up_in_sysfs == nullptr);
  }
}

TEST(Registry, finds_a_source_by_its_whole_name) {
  ASSERT_NE(sources::find_source("netdev"), nullptr);
  EXPECT_EQ(sources::find_source("netdev")->description.path, "net/dev");
  for (const char* name : {"", "net", "netdevs", "NETDEV", "net/dev"})
    EXPECT_EQ(sources::find_source(name), nullptr) << name;
}

TEST(ResolveSourceNames, takes_names_in_the_order_of_the_registry) {
  EXPECT_EQ(resolved("vmstat"), Names{"vmstat"});
  EXPECT_EQ(resolved("netdev,diskstats"), (Names{"diskstats", "netdev"}));
  EXPECT_EQ(resolved("vmstat,vmstat"), Names{"vmstat"});
  EXPECT_EQ(resolved(" vmstat , meminfo "), (Names{"vmstat", "meminfo"}));
}

TEST(ResolveSourceNames, takes_all) {
  EXPECT_EQ(resolved("all"), (Names{"diskstats", "vmstat", "loadavg", "meminfo", "netdev"}));
  EXPECT_EQ(resolved("vmstat,all").size(), 5U);
}

TEST(ResolveSourceNames, removes_from_what_is_named_or_else_from_the_default) {
  EXPECT_EQ(resolved("-vmstat"), (Names{"diskstats", "loadavg", "meminfo", "netdev"}));
  EXPECT_EQ(resolved("-vmstat,-netdev"), (Names{"diskstats", "loadavg", "meminfo"}));
  EXPECT_EQ(resolved("all,-loadavg"), (Names{"diskstats", "vmstat", "meminfo", "netdev"}));
  EXPECT_EQ(resolved("-vmstat,vmstat,netdev"), Names{"netdev"}) << "in whatever order";
}

TEST(ResolveSourceNames, says_when_nothing_is_left) {
  EXPECT_EQ(resolved("vmstat,-vmstat"),
            Names{"error: the list of sources 'vmstat,-vmstat' leaves none"});
  EXPECT_EQ(resolved("-all"), Names{"error: the list of sources '-all' leaves none"});
}

TEST(ResolveSourceNames, names_the_unknown_word_and_the_known_ones) {
  const auto unknown = [](const std::string& word) {
    return Names{"error: unknown source '" + word +
                 "'; known: diskstats, vmstat, loadavg, meminfo, netdev, all"};
  };
  EXPECT_EQ(resolved("vmstat,cpu"), unknown("cpu"));
  EXPECT_EQ(resolved("-cpu"), unknown("cpu"));
  EXPECT_EQ(resolved("VMSTAT"), unknown("VMSTAT"));
  EXPECT_EQ(resolved("vmstat meminfo"), unknown("vmstat meminfo"));
  for (const char* list : {"", " ", ",", "vmstat,", ",vmstat", "-", "vmstat,,netdev"})
    EXPECT_EQ(resolved(list), unknown("")) << list;
}

TEST(Kind, has_a_name_for_the_file) {
  EXPECT_EQ(to_string(Kind::counter), "counter");
  EXPECT_EQ(to_string(Kind::gauge), "gauge");
  EXPECT_EQ(to_string(Kind::unknown), "unknown");
}

}  // namespace
}  // namespace tscollect

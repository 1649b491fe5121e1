#include "table/source.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tscollect {
namespace {

using Names = std::vector<std::string>;

const Names the_five = {"diskstats", "vmstat", "loadavg", "meminfo", "netdev"};
const Names the_default = {"diskstats", "vmstat", "loadavg", "meminfo",
                           "netdev",    "cpu",    "pressure"};

Names resolved(std::string_view list) {
  auto selection = select_sources(list);
  return selection ? selection->names : Names{"error: " + selection.error().message};
}

Names known_names() {
  Names names;
  for (const SourceDescription& source : source_descriptions()) names.emplace_back(source.name);
  return names;
}

TEST(Registry, knows_the_sources_in_a_fixed_order) {
  EXPECT_EQ(known_names(), (Names{"diskstats", "vmstat", "loadavg", "meminfo", "netdev", "cpu",
                                  "percpu", "pressure", "rdma", "tcp", "nfs", "cgroup", "cgroup_io",
                                  "numa", "power", "gpu", "lustre", "reading_time"}));
  EXPECT_EQ(reference_source_names(), the_five);
  EXPECT_EQ(default_source_names(), the_default);
}

TEST(Registry, lets_sources_of_one_file_stand_side_by_side) {
  std::set<std::string_view> seen;
  std::string_view before;
  for (const SourceDescription& source : source_descriptions()) {
    EXPECT_TRUE(source.path == before || seen.insert(source.path).second) << source.name;
    before = source.path;
  }
}

TEST(Registry, gives_each_kind_of_row_a_dimension_that_is_no_source) {
  for (const SourceDescription& source : source_descriptions())
    EXPECT_EQ(table::find_source(source.row_dimension), nullptr) << source.name;
}

TEST(Registry, describes_every_source_wholly) {
  std::set<std::string_view> names;
  for (const table::Source& source : table::registry()) {
    const SourceDescription& description = source.description;
    EXPECT_TRUE(names.insert(description.name).second) << description.name;
    EXPECT_EQ(description.path.empty(), source.is_reading_time);
    EXPECT_FALSE(description.path.starts_with('/'));
    EXPECT_TRUE(source.is_reading_time ||
                description.kernel_document.starts_with("https://www.kernel.org/doc/"));
    EXPECT_FALSE(description.summary.empty());
    EXPECT_EQ(description.row_dimension.empty(), description.row_name_field.empty());
    EXPECT_NE(source.parse_line, nullptr);
    EXPECT_NE(source.describe_field, nullptr);
    EXPECT_EQ(source.text_facts.empty(), source.describe_device == nullptr);
    if (source.describe_device == nullptr) continue;
    const table::DeviceFacts facts = source.describe_device("/nonexistent", "sda");
    EXPECT_EQ(facts.numbers, std::vector<std::int64_t>(source.number_facts.size(), -1));
    EXPECT_EQ(facts.texts, std::vector<std::string>(source.text_facts.size()));
  }
}

TEST(Registry, finds_a_source_by_its_whole_name) {
  ASSERT_NE(table::find_source("netdev"), nullptr);
  EXPECT_EQ(table::find_source("netdev")->description.path, "net/dev");
  for (const char* name : {"", "net", "netdevs", "NETDEV", "net/dev"})
    EXPECT_EQ(table::find_source(name), nullptr) << name;
}

TEST(ResolveSourceNames, takes_names_in_the_order_of_the_registry) {
  EXPECT_EQ(resolved("vmstat"), Names{"vmstat"});
  EXPECT_EQ(resolved("netdev,diskstats"), (Names{"diskstats", "netdev"}));
  EXPECT_EQ(resolved("vmstat,vmstat"), Names{"vmstat"});
  EXPECT_EQ(resolved(" vmstat , meminfo "), (Names{"vmstat", "meminfo"}));
}

TEST(ResolveSourceNames, takes_all) {
  EXPECT_EQ(resolved("all"), known_names());
  EXPECT_EQ(resolved("vmstat,all"), known_names());
}

TEST(ResolveSourceNames, takes_sets_by_name) {
  EXPECT_EQ(resolved("reference"), the_five);
  EXPECT_EQ(resolved("default"), the_default);
  EXPECT_EQ(resolved("reference,rdma,-vmstat"),
            (Names{"diskstats", "loadavg", "meminfo", "netdev", "rdma"}));
}

TEST(ResolveSourceNames, tells_what_a_host_may_go_without) {
  const auto if_present = [](std::string_view list) {
    return select_sources(list).value().if_present;
  };
  EXPECT_EQ(if_present("default"), (Names{"cpu", "pressure"}));
  EXPECT_EQ(if_present("-vmstat"), (Names{"cpu", "pressure"}));
  Names beyond_the_five = known_names();
  beyond_the_five.erase(beyond_the_five.begin(), beyond_the_five.begin() + 5);
  EXPECT_EQ(if_present("all"), beyond_the_five);
  std::erase(beyond_the_five, "rdma");
  EXPECT_EQ(if_present("all,rdma"), beyond_the_five) << "it was named";
  EXPECT_EQ(if_present("all,-rdma"), beyond_the_five);
  EXPECT_EQ(if_present("cpu,pressure"), Names());
  EXPECT_EQ(if_present("reference"), Names());
}

TEST(ResolveSourceNames, removes_from_what_is_named_or_else_from_the_default) {
  EXPECT_EQ(resolved("-vmstat"),
            (Names{"diskstats", "loadavg", "meminfo", "netdev", "cpu", "pressure"}));
  EXPECT_EQ(resolved("-vmstat,-netdev,-pressure"),
            (Names{"diskstats", "loadavg", "meminfo", "cpu"}));
  EXPECT_EQ(resolved("reference,-loadavg"), (Names{"diskstats", "vmstat", "meminfo", "netdev"}));
  EXPECT_EQ(resolved("-vmstat,vmstat,netdev"), Names{"netdev"}) << "in whatever order";
}

TEST(ResolveSourceNames, says_when_nothing_is_left) {
  EXPECT_EQ(resolved("vmstat,-vmstat"),
            Names{"error: the list of sources 'vmstat,-vmstat' leaves none"});
  EXPECT_EQ(resolved("-all"), Names{"error: the list of sources '-all' leaves none"});
}

TEST(ResolveSourceNames, names_the_unknown_word_and_the_known_ones) {
  const auto unknown = [](const std::string& word) {
    std::string message = "error: unknown source '" + word + "'; known: ";
    for (const std::string& name : known_names()) message += name + ", ";
    return Names{message + "all, default, reference"};
  };
  EXPECT_EQ(resolved("vmstat,gpus"), unknown("gpus"));
  EXPECT_EQ(resolved("-gpus"), unknown("gpus"));
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

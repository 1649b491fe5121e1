#include "support/source_text_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table cgroup_of(const std::string& tree) {
  return table_of(cgroup, source_text_of(cgroup, tree));
}
table::Table io_of(const std::string& tree) {
  return table_of(cgroup_io, source_text_of(cgroup_io, tree));
}

TEST(Cgroup, is_the_jobs_and_not_the_steps) {
  const table::Table table = cgroup_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "memory.current"), 641728512) << "the step's is 4096";
  EXPECT_EQ(cell(table, "", "cpu.usage_usec"), 104857600);
  EXPECT_EQ(cell(table, "", "cpu.nr_throttled"), 340);
  EXPECT_EQ(cell(table, "", "cpu.max.quota_usec"), 50000);
  EXPECT_EQ(cell(table, "", "cpu.max.period_usec"), 100000);
  EXPECT_EQ(cell(table, "", "memory.anon"), 104857600);
  EXPECT_EQ(cell(table, "", "memory.events.oom_kill"), 1);
  EXPECT_EQ(cell(table, "", "memory.events.max"), 12);
  EXPECT_EQ(cell(table, "", "io.pressure.full_total"), 15458767);
}

TEST(Cgroup, has_no_number_where_there_is_no_limit) {
  const table::Table table = cgroup_of("linux-5.14");
  EXPECT_EQ(cell(table, "", "memory.max"), 1073741824);
  EXPECT_EQ(field_of(table, "memory.high"), nullptr);
  EXPECT_EQ(field_of(cgroup_of("linux-4.18"), "cpu.max.quota_usec"), nullptr);
  EXPECT_EQ(cell(cgroup_of("linux-4.18"), "", "cpu.max.period_usec"), 100000);
}

TEST(Cgroup, reads_version_2_beside_version_1) {
  const table::Table table = cgroup_of("linux-6.18");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "cpu.core_sched.force_idle_usec"), 0);
  EXPECT_EQ(cell(table, "", "cpu.pressure.some_total"), 18274467);
  EXPECT_EQ(field_of(table, "memory.current"), nullptr) << "the controller is version 1's";
  EXPECT_TRUE(io_of("linux-6.18").rows().empty());
}

TEST(Cgroup, finds_the_level_of_other_batch_systems) {
  const std::pair<const char*, const char*> paths[] = {
      {"/pbs_jobs.service/jobid/17.server/tasks", "/pbs_jobs.service/jobid/17.server"},
      {"/lsf/cluster/job.4711.21.1732561234/task", "/lsf/cluster/job.4711.21.1732561234"},
      {"/system.slice/slurmstepd.scope/job_8/step_batch", "/system.slice/slurmstepd.scope/job_8"},
      {"/user.slice/job_runner.scope", "/user.slice/job_runner.scope"},
      {"/", ""}};
  for (const auto& [own, level] : paths) {
    const TemporaryDirectory folder;
    folder.write("proc/self/cgroup", std::string("0::") + own + "\n");
    folder.write("sys/fs/cgroup/cgroup.controllers", "cpu\n");
    folder.write("sys/fs/cgroup" + std::string(level) + "/cpu.stat", "usage_usec 5\n");
    const auto files = cgroup.find_files({folder.path() / "proc", folder.path() / "sys"});
    ASSERT_TRUE(files) << own << files.error().message;
    EXPECT_EQ(files->at(0).path,
              folder.path().string() + "/sys/fs/cgroup" + std::string(level) + "/cpu.stat");
  }
}

TEST(Cgroup, says_why_there_is_none) {
  const auto why = [](const std::string& tree) {
    const auto files = cgroup.find_files({fixture_path(tree) / "proc", fixture_path(tree) / "sys"});
    return files ? std::string() : files.error().message;
  };
  EXPECT_NE(why("linux-3.10").find("/proc/self/cgroup: no cgroup v2 here"), std::string::npos);
  EXPECT_NE(why("linux-2.6.18").find("cannot open"), std::string::npos);
}

TEST(Cgroup, says_what_its_values_are) {
  const table::Table table = cgroup_of("linux-5.14");
  const auto is = [&](const char* name, const char* unit, Kind kind) {
    ASSERT_NE(field_of(table, name), nullptr) << name;
    EXPECT_EQ(field_of(table, name)->unit, unit) << name;
    EXPECT_EQ(field_of(table, name)->kind, kind) << name;
  };
  is("cpu.usage_usec", "us", Kind::counter);
  is("cpu.nr_throttled", "count", Kind::counter);
  is("cpu.max.quota_usec", "us", Kind::gauge);
  is("cpu.pressure.some_total", "us", Kind::counter);
  is("memory.current", "bytes", Kind::gauge);
  is("memory.max", "bytes", Kind::gauge);
  is("memory.anon", "bytes", Kind::gauge);
  is("memory.pgmajfault", "count", Kind::counter);
  is("memory.workingset_refault", "pages", Kind::counter);
  is("memory.events.max", "count", Kind::counter);
  is("memory.swap.events.max", "count", Kind::counter);
  is("pids.current", "count", Kind::gauge);
}

TEST(CgroupIo, has_a_row_for_each_device_that_did_something) {
  const table::Table table = io_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  ASSERT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(cell(table, "8:0", "rbytes"), 536870912);
  EXPECT_EQ(cell(table, "259:0", "wios"), 256);
  EXPECT_EQ(cell(table, "259:0", "dbytes"), 0);
  EXPECT_EQ(cell(io_of("linux-4.18"), "259:0", "dbytes"), std::nullopt);
  EXPECT_EQ(field_of(table, "rbytes")->unit, "bytes");
  EXPECT_EQ(field_of(table, "rios")->unit, "count");
}

TEST(CgroupIo, knows_the_names_of_its_devices) {
  const auto name = [](std::string_view device) {
    return cgroup_io.describe_device(fixture_path("linux-5.14/sys"), device).texts.front();
  };
  EXPECT_EQ(name("259:0"), "nvme0n1");
  EXPECT_EQ(name("8:0"), "sda");
  EXPECT_EQ(name("7:0"), "");
}

TEST(Cgroup, names_the_one_bad_value_among_good_ones) {
  const table::Table text = cgroup_of("cgroup-value-is-text");
  EXPECT_NE(text.error().find("cpu.usage_usec: 'soon' is not an integer"), std::string::npos)
      << text.error();
  EXPECT_EQ(cell(text, "", "memory.current"), 77);
  const table::Table io = io_of("cgroup_io-word-without-equals");
  EXPECT_NE(io.error().find("8:0 has a word without '='"), std::string::npos) << io.error();
  EXPECT_EQ(cell(io, "8:0", "rbytes"), 1);
  EXPECT_EQ(cell(io, "8:16", "wbytes"), 4);
}

}  // namespace
}  // namespace tscollect::sources

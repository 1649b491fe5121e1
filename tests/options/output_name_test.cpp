#include "options/output_name.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

namespace tscollect::options {
namespace {

using Variables = std::map<std::string, std::string>;

const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25} +
                    std::chrono::hours{12}};

OutputName named(std::string_view given, const Variables& variables = {}) {
  return name_output(
      given,
      [&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      noon);
}

// The third attempt of a task of an array of Slurm.
const Variables task = {{"SLURM_JOB_ID", "4714"},
                        {"SLURM_ARRAY_JOB_ID", "4711"},
                        {"SLURM_ARRAY_TASK_ID", "3"},
                        {"SLURM_RESTART_COUNT", "2"}};

TEST(OutputName, is_the_time_by_default) {
  EXPECT_EQ(named("").path, "timeseries_20261125T120000Z.h5");
  EXPECT_FALSE(named("").is_literal);
}

TEST(OutputName, carries_job_task_and_restart_in_a_job) {
  EXPECT_EQ(named("", task).path, "timeseries_20261125T120000Z_4711_3_r2.h5");
  EXPECT_EQ(named("", {{"SLURM_JOB_ID", "7"}}).path, "timeseries_20261125T120000Z_7.h5");
  EXPECT_EQ(named("", {{"PBS_JOBID", "12[4].server"}, {"PBS_ARRAY_INDEX", "4"}}).path,
            "timeseries_20261125T120000Z_12_4.h5");
  EXPECT_EQ(named("", {{"LSB_JOBID", "12"}, {"LSB_JOBINDEX", "0"}}).path,
            "timeseries_20261125T120000Z_12.h5");
}

TEST(OutputName, takes_the_patterns_of_slurm_and_its_own) {
  const OutputName name = named("out/%A-%3a-%j-r%r-%t-100%%.h5", task);
  EXPECT_EQ(name.path, "out/4711-003-4714-r2-20261125T120000Z-100%.h5");
  EXPECT_FALSE(name.is_literal);
}

TEST(OutputName, has_a_zero_where_there_is_no_job) {
  EXPECT_EQ(named("%j_%a_%r.h5").path, "0_0_0.h5");
}

TEST(OutputName, is_left_alone_if_it_is_spelled_out) {
  for (const char* literal : {"run.h5", "50%.h5", "a%", "%z.h5", "x%3.h5"}) {
    EXPECT_EQ(named(literal, task).path, literal);
    EXPECT_TRUE(named(literal, task).is_literal) << literal;
  }
}

TEST(OutputName, is_reserved_beside_it) {
  EXPECT_EQ(reservation_path("out/run.h5"), "out/.run.h5.reserved");
}

}  // namespace
}  // namespace tscollect::options

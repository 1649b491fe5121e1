#include "options/allocation.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

namespace tscollect::options {
namespace {

using Variables = std::map<std::string, std::string>;

Allocation allocation_in(const Variables& variables, int ranks = 2) {
  return allocation_of_job(
      [&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      ranks);
}

class NodeFile {
 public:
  explicit NodeFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("tscollect-nodes-" + std::to_string(::getpid()))) {
    std::ofstream(path_) << text;
  }
  ~NodeFile() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Allocation, is_unknown_outside_of_a_job) {
  const Allocation allocation = allocation_in({{"HOME", "/root"}});
  EXPECT_TRUE(allocation.hosts.empty());
  EXPECT_TRUE(allocation.error.empty());
}

TEST(Allocation, is_that_of_all_components_of_a_heterogeneous_job) {
  const Allocation allocation = allocation_in({{"SLURM_JOB_ID", "42"},
                                               {"SLURM_JOB_NODELIST", "node01"},
                                               {"SLURM_HET_SIZE", "2"},
                                               {"SLURM_JOB_NODELIST_HET_GROUP_0", "node01"},
                                               {"SLURM_JOB_NODELIST_HET_GROUP_1", "big[3-4]"}});
  EXPECT_EQ(allocation.hosts, (HostList{"node01", "big3", "big4"}));
}

// As srun --overlap in a job of four nodes sets it, for a step on two of them.
const Variables own_step = {{"SLURM_JOB_ID", "42"},
                            {"SLURM_JOB_NODELIST", "node[01-04]"},
                            {"SLURM_STEP_NODELIST", "node[02-03]"},
                            {"SLURM_STEP_NUM_TASKS", "2"}};

TEST(Allocation, is_that_of_our_own_step_under_srun) {
  const Allocation allocation = allocation_in(own_step);
  EXPECT_EQ(allocation.source, "SLURM_STEP_NODELIST");
  EXPECT_EQ(allocation.hosts, (HostList{"node02", "node03"}));
}

TEST(Allocation, is_that_of_the_job_where_mpirun_was_started_in_a_step) {
  EXPECT_EQ(allocation_in(own_step, 4).hosts.size(), 4U);
  Variables under_mpirun = own_step;
  under_mpirun["OMPI_COMM_WORLD_SIZE"] = "2";
  EXPECT_EQ(allocation_in(under_mpirun).source, "SLURM_JOB_NODELIST");
}

TEST(Allocation, is_read_from_the_file_of_pbs) {
  const NodeFile file("r1n1\nr1n1\nr1n2\n");
  const Allocation allocation = allocation_in({{"PBS_NODEFILE", file.path()}});
  EXPECT_EQ(allocation.source, "PBS_NODEFILE");
  EXPECT_EQ(allocation.hosts, (HostList{"r1n1", "r1n2"}));
}

TEST(Allocation, is_read_from_what_lsf_has_of_it) {
  const NodeFile file("hostA\nhostA\nhostB\n");
  const Variables variables = {{"LSB_HOSTS", "hostA hostA hostB"},
                               {"LSB_MCPU_HOSTS", "hostA 2 hostB 1"}};
  EXPECT_EQ(allocation_in(variables).source, "LSB_MCPU_HOSTS");
  EXPECT_EQ(allocation_in(variables).hosts, (HostList{"hostA", "hostB"}));
  Variables with_file = variables;
  with_file["LSB_DJOB_HOSTFILE"] = file.path();
  EXPECT_EQ(allocation_in(with_file).source, "LSB_DJOB_HOSTFILE");
  EXPECT_EQ(allocation_in(with_file).hosts, (HostList{"hostA", "hostB"}));
}

TEST(Allocation, that_cannot_be_understood_says_why) {
  const Allocation slurm = allocation_in({{"SLURM_JOB_NODELIST", "node[1-"}});
  EXPECT_TRUE(slurm.hosts.empty());
  EXPECT_EQ(slurm.source, "SLURM_JOB_NODELIST");
  EXPECT_EQ(slurm.error, "'node[1-' has no closing bracket");
  EXPECT_EQ(allocation_in({{"PBS_NODEFILE", "/no/such"}}).error,
            "/no/such: No such file or directory");
  EXPECT_EQ(allocation_in({{"PBS_NODEFILE", "/dev/zero"}}).error,
            "/dev/zero: is a device, not a file");
}

TEST(Allocation, does_not_wait_for_a_pipe_in_the_place_of_a_file) {
  const std::string path = "allocation_test_pipe." + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_NE(allocation_in({{"PBS_NODEFILE", path}}).error.find("not a file"), std::string::npos);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace tscollect::options

#include "block/privacy.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace tscollect::block {
namespace {

TEST(Privacy, hides_paths_in_sentences) {
  EXPECT_EQ(without_paths("/scratch/alice/x.journal: No space left on device"),
            "(path): No space left on device");
  EXPECT_EQ(without_paths("stop file ~/stop (see ./a, ../b, '/c')"),
            "stop file (path) (see (path), (path), '(path)')");
  EXPECT_EQ(without_paths("nfs: mount nas01:/export/home of 10.0.0.1:/x"),
            "nfs: mount (path) of (path)");
  EXPECT_EQ(without_paths("in /my folder/of alice/run.h5: cannot open it"),
            "in (path) (path) (path): cannot open it");
}

TEST(Privacy, leaves_what_is_not_a_path_or_is_the_kernels) {
  for (const char* text :
       {"", " ", "duration", "SIGUSR1 on node01", "command ended (0)",
        "nfs: /proc/self/mountstats: line 3: 'x' is no number",
        "rdma: /sys/class/infiniband: no RDMA devices", "12 ticks missed, nothing from rdma",
        "20 MB/s and 3 ops/s", "net/dev: cannot read: I/O error"})
    EXPECT_EQ(without_paths(text), text);
  EXPECT_EQ(without_paths("/process/x"), "(path)");
}

HostBlock block_with_mounts() {
  HostBlock block;
  block.summary.facts.boot_id = "0a1b";
  block.summary.facts.addresses = {"eth0 10.0.0.7"};
  block.summary.facts.kernel = "Linux";
  block.summary.journal_error = "/scratch/j: gone";
  HostSource mounts;
  mounts.name = "nfs";
  mounts.row_dimension = "mount";
  mounts.rows = {{"/home/a.b", {}, {"nas:/export", "nfs4"}}, {"/home/a", {}, {}}};
  mounts.excluded_rows = {"/mnt/secret", "other"};
  mounts.uint64_columns = {"/home/a.b.read_bytes", "/home/a.read_bytes"};
  HostSource disks;
  disks.name = "diskstats";
  disks.row_dimension = "disk";
  disks.rows = {{"cciss/c0d0", {}, {}}};
  disks.uint64_columns = {"cciss/c0d0.sectors_read"};
  block.sources = {mounts, disks};
  block.resets = {{3, 0, "nfs", "/home/a", "read_bytes"}, {3, 0, "diskstats", "cciss/c0d0", "x"}};
  block.errors = {{0, 0, 0, 0, 1, "nfs", "/mnt/x: Stale file handle"}};
  return block;
}

TEST(Privacy, numbers_rows_that_are_named_by_a_path_everywhere) {
  HostBlock block = block_with_mounts();
  hide_private(block);
  EXPECT_EQ(block.sources[0].rows[0].name, "mount 1");
  EXPECT_EQ(block.sources[0].rows[1].name, "mount 2");
  EXPECT_EQ(block.sources[0].rows[0].texts, (std::vector<std::string>{"", "nfs4"}));
  EXPECT_EQ(block.sources[0].excluded_rows, std::vector<std::string>{"other"});
  EXPECT_EQ(block.sources[0].uint64_columns,
            (std::vector<std::string>{"mount 1.read_bytes", "mount 2.read_bytes"}));
  EXPECT_EQ(block.resets[0].device, "mount 2");
  EXPECT_EQ(block.errors[0].message, "(path): Stale file handle");
  EXPECT_EQ(block.summary.journal_error, "(path): gone");
  const HostBlock once = block;
  hide_private(block);
  EXPECT_EQ(block.sources[0].rows[1].name, once.sources[0].rows[1].name);
}

TEST(Privacy, leaves_devices_and_what_a_host_is) {
  HostBlock block = block_with_mounts();
  hide_private(block);
  EXPECT_EQ(block.sources[1].rows[0].name, "cciss/c0d0");
  EXPECT_EQ(block.sources[1].uint64_columns[0], "cciss/c0d0.sectors_read");
  EXPECT_EQ(block.resets[1].device, "cciss/c0d0");
  EXPECT_EQ(block.summary.facts.kernel, "Linux");
  EXPECT_EQ(block.summary.facts.boot_id, "");
  EXPECT_TRUE(block.summary.facts.addresses.empty());
}

TEST(Privacy, leaves_no_command_line_and_no_name_of_a_job) {
  RunInfo run;
  run.history =
      "2026-01-24T22:20:00Z tscollect-mpi 0.1.0: tscollect-mpi -o /home/alice/run.h5 --label a: b\n"
      "2026-01-24T22:30:00Z tscollect 0.1.0: recovered from journals";
  run.command = RunCommand{"./benchmark --password x", "node01", "begin", "end", 0};
  run.stop_reason = "stop file /home/alice/stop";
  run.labels = {{"path", "/is/the/users/own"}};
  run.job_ids = {{"SLURM_JOB_ID", "1"},       {"SLURM_JOB_NAME", "secret"},
                 {"SLURM_CLUSTER_NAME", "c"}, {"PBS_JOBNAME", "secret"},
                 {"LSB_JOBNAME", "secret"},   {"LSB_JOBID", "2"}};
  hide_private(run);
  EXPECT_EQ(run.history,
            "2026-01-24T22:20:00Z tscollect-mpi 0.1.0: --private\n"
            "2026-01-24T22:30:00Z tscollect 0.1.0: recovered from journals");
  EXPECT_EQ(run.command->line, "");
  EXPECT_EQ(run.command->exit_status, 0);
  EXPECT_EQ(run.stop_reason, "stop file (path)");
  EXPECT_EQ(run.labels["path"], "/is/the/users/own");
  EXPECT_EQ(run.job_ids,
            (std::map<std::string, std::string>{
                {"SLURM_JOB_ID", "1"}, {"SLURM_CLUSTER_NAME", "c"}, {"LSB_JOBID", "2"}}));
  const RunInfo once = run;
  hide_private(run);
  EXPECT_EQ(run.history, once.history);
}

}  // namespace
}  // namespace tscollect::block

#include "store/run_file/run_file_writer.hpp"

#include "support/sample_run.hpp"
#include "support/temporary_folder.hpp"

#include <tscollect/json.hpp>
#include <tscollect/version.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace tscollect::store {
namespace {

std::string written_sidecar() {
  const tests::TemporaryFolder folder;
  write_sidecar(base::FilePlace(folder.path() / "run.h5"), tests::described_run(),
                tests::described_hosts());
  std::ifstream in(folder.path() / "run.json");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Sidecar, stands_beside_the_file) {
  EXPECT_EQ(sidecar_path("folder/run.h5"), "folder/run.json");
  EXPECT_EQ(sidecar_path("run"), "run.json");
  EXPECT_EQ(sidecar_path("run.json"), "run.json.json");
}

TEST(Sidecar, has_phases_where_some_were_marked) {
  EXPECT_FALSE(nlohmann::json::parse(written_sidecar()).contains("phases"));
  const tests::TemporaryFolder folder;
  block::RunInfo run = tests::described_run();
  run.phases = {{"a\n", 1'769'293'200'000'000'001, 1'769'293'201'500'000'000, "node1", 0},
                {"b", 1'769'293'200'000'000'002, 1'769'293'201'000'000'000, "", 1}};
  write_sidecar(base::FilePlace(folder.path() / "run.h5"), run, tests::described_hosts());
  std::ifstream in(folder.path() / "run.json");
  const auto phases = nlohmann::json::parse(in)["phases"];
  ASSERT_EQ(phases.size(), 2U);
  EXPECT_EQ(phases[0]["name"], "a\n");
  EXPECT_EQ(phases[0]["begin"], "2026-01-24T22:20:00.000000001Z");
  EXPECT_EQ(phases[0]["end"], "2026-01-24T22:20:01.500000000Z");
  EXPECT_EQ(phases[0]["host"], "node1");
  EXPECT_FALSE(phases[1].contains("host"));
  EXPECT_EQ(phases[1]["level"], 1);
}

TEST(Sidecar, is_a_valid_collection_without_samples) {
  const Result<TimeSeriesData> data = data_from_json(written_sidecar());
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->collection_interval_seconds, 0.1);
  EXPECT_EQ(data->num_samples, 9);
  EXPECT_EQ(data->hosts_requested.size(), 3U);
  EXPECT_EQ(data->hosts_collected.size(), 2U);
  EXPECT_TRUE(data->samples_by_host.empty());
}

TEST(Sidecar, says_what_the_run_was) {
  const auto sidecar = nlohmann::json::parse(written_sidecar());
  EXPECT_EQ(sidecar["hdf5_file"], "run.h5");
  EXPECT_EQ(sidecar["schema_version"], schema_version);
  EXPECT_EQ(sidecar["tscollect_version"], version);
  EXPECT_EQ(sidecar["completeness"], "incomplete");
  EXPECT_EQ(sidecar["stop_reason"], "SIGUSR1");
  EXPECT_EQ(sidecar["labels"]["purpose"], "a \"quoted\" label");
  EXPECT_EQ(sidecar["job_ids"]["SLURM_JOB_ID"], "4711");
}

TEST(Sidecar, says_what_became_of_each_host) {
  const auto hosts = nlohmann::json::parse(written_sidecar())["hosts"];
  ASSERT_EQ(hosts.size(), 3U);
  const auto& first = hosts["node1"];
  EXPECT_EQ(first["state"], "complete");
  EXPECT_EQ(first["first_time"], "2026-01-24T22:20:00.000Z");
  EXPECT_EQ(first["last_time"], "2026-01-24T22:20:00.400Z");
  EXPECT_EQ(first["lateness"]["p99"], 95'000);
  EXPECT_EQ(first["sample_duration"]["p50"], 130'000);
  EXPECT_EQ(first["sample_duration"]["max"], 900'000);
  EXPECT_EQ(first["clock_offset"]["stop"]["offset_ns"], -1'500);
  EXPECT_EQ(first["collector"]["cpu_seconds"], 0.00125);
  EXPECT_FALSE(first.contains("why"));
  EXPECT_EQ(hosts["node2\xef\xbf\xbd"]["errors"], 2);
}

TEST(Sidecar, leaves_out_what_is_not_known) {
  const auto hosts = nlohmann::json::parse(written_sidecar())["hosts"];
  EXPECT_EQ(hosts["node3"],
            (nlohmann::json{
                {"state", "missing"}, {"why", "did not answer within 20 s"}, {"samples", 0}}));
  for (const char* key : {"clock_offset", "kernel", "cpu_count", "addresses"})
    EXPECT_FALSE(hosts["node2\xef\xbf\xbd"].contains(key)) << key;
  for (const char* key : {"cpu_seconds", "peak_memory_bytes", "journal_fault"})
    EXPECT_FALSE(hosts["node2\xef\xbf\xbd"]["collector"].contains(key)) << key;
}

TEST(Sidecar, names_a_target_that_cannot_be_written) {
  try {
    write_sidecar(base::FilePlace("/nonexistent/run.h5"), {}, {});
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(std::string(error.what()).find("/nonexistent/run.h5: cannot open its folder"), 0U)
        << error.what();
  }
}

}  // namespace
}  // namespace tscollect::store

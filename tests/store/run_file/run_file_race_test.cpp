// HDF5 opens by name. It must not open by a name that another user can give to another file.
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/meddler.hpp"
#include "support/plain_file_system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <system_error>

namespace tscollect::store {
namespace {

using tests::MeddledFolder;

using namespace std::chrono_literals;

/// HDF5's own driver lost the race after 4 and after 10 tries.
const int tries = tests::race_tries(40);
const int fewest_tries = std::min(tries, 15);
/// On a busy machine, where a try takes long.
constexpr auto long_enough = 4s;

/// 0: another user's links never led a run's file into a private one.
int write_runs(bool force) {
  const MeddledFolder place;
  const block::HostBlock block = tests::make_block("a", 4);
  const int status = tests::status_as(tests::victim, [&] {
    const auto target = place.folder() / "run.h5";
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < tries; ++i) {
      const bool is_late = std::chrono::steady_clock::now() - begin > long_enough;
      if (is_late && i >= fewest_tries && !tests::race_is_long()) break;
      try {
        RunFileWriter writer(target, force ? Existing::replace : Existing::keep);
        writer.add_host(block);
        writer.finish(tests::make_run({"a"}, 4), {}, Sync::later);
      } catch (const StoreError&) {
      }
      if (!place.secret_is_whole()) return 1;
      std::error_code ignored;
      std::filesystem::remove(target, ignored);
    }
    return 0;
  });
  EXPECT_TRUE(place.secret_is_whole());
  return status;
}

TEST(RunFileRace, another_user_gets_nothing_overwritten) {
  EXPECT_EQ(write_runs(false), 0);
  EXPECT_EQ(write_runs(true), 0);
}

TEST(RunFileRace, nor_where_files_need_a_name_from_the_start) {
  const tests::PlainFileSystem plain;
  EXPECT_EQ(write_runs(false), 0);
  EXPECT_EQ(write_runs(true), 0);
}

}  // namespace
}  // namespace tscollect::store

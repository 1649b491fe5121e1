#include "base/files/durable_file.hpp"

#include "support/meddler.hpp"
#include "support/plain_file_system.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

namespace tscollect::base {
namespace {

using tests::MeddledFolder;
using tests::PlainFileSystem;

const int tries = tests::race_tries(500);

/// Writes the same name again and again; 0: the secret stayed what it was, and whatever the victim
/// owns under the name is whole.
int write_often(const MeddledFolder& place, Existing existing, int& published) {
  const auto target = place.folder() / "run.json";
  for (int i = 0; i < tries; ++i) {
    try {
      DurableFile file(target, existing);
      file.write("whole");
      file.publish(Sync::later);
      ++published;
    } catch (const FileError&) {
    }
    if (!place.secret_is_whole()) return 1;
    // The meddler's links are in the way of a file that replaces nothing.
    std::error_code ignored;
    if (existing == Existing::keep) std::filesystem::remove(target, ignored);
  }
  return 0;
}

/// 0: some were published; 1: hardly any; -1: the secret was overwritten.
int published_by_victim(Existing existing) {
  const MeddledFolder place;
  constexpr int failed = 2;
  const int status = tests::status_as(tests::victim, [&] {
    int published = 0;
    if (write_often(place, existing, published) != 0) return failed;
    return published > tries / 10 ? 0 : 1;
  });
  EXPECT_TRUE(place.secret_is_whole());
  return status == failed ? -1 : status;
}

TEST(DurableFileRace, another_user_gets_nothing_overwritten) {
  EXPECT_EQ(published_by_victim(Existing::replace), 0);
}

TEST(DurableFileRace, nor_where_nothing_may_be_replaced) {
  EXPECT_EQ(published_by_victim(Existing::keep), 0);
}

TEST(DurableFileRace, nor_where_files_need_a_name_from_the_start) {
  const PlainFileSystem plain;
  EXPECT_GE(published_by_victim(Existing::replace), 0);
  EXPECT_GE(published_by_victim(Existing::keep), 0);
}

/// What the others show counts only if this race can be lost.
TEST(DurableFileRace, a_file_that_is_opened_again_by_its_name_loses_it) {
  const MeddledFolder place;
  const int lost = tests::status_as(tests::victim, [&] {
    const FilePlace target(place.folder() / "run.h5");
    for (int i = 0; i < 40 * tries; ++i) {
      target.remove();
      if (!target.create(Access::by_umask).is_open()) continue;
      const base::Descriptor again(open(target.path().c_str(), O_RDWR | O_CREAT | O_TRUNC, 0666));
      if (!place.secret_is_whole()) return 1;
    }
    return 0;
  });
  EXPECT_EQ(lost, 1);
}

}  // namespace
}  // namespace tscollect::base

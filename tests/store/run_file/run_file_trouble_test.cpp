// Targets that cannot be written, and files that are not what they should be.
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "store/hdf5/hdf5_handle.hpp"
#include "support/host_blocks.hpp"
#include "support/read_back.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tscollect::store {
namespace {

using block::HostBlock;
using tests::make_block;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What reading all of the file says; "" if it can be read.
std::string trouble_with(const std::filesystem::path& path) {
  try {
    const RunFileReader reader(path);
    for (const block::HostOutcome& host : reader.hosts())
      static_cast<void>(tests::samples_of(reader.read_host(host.summary.name)));
  } catch (const StoreError& error) {
    return error.what();
  }
  return "";
}

class RunFileTrouble : public testing::Test {
 protected:
  /// Writes a good file, lets `change` spoil it, and says what reading it says.
  std::string trouble_after(const std::function<void(hid_t file)>& change) {
    const HostBlock block = make_block("a", 4);
    tests::write_run(path_, {&block, 1});
    {
      const FileHandle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
      change(file.get());
    }
    return trouble_with(path_);
  }

  tests::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "run.h5";
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(RunFileTrouble, probe_takes_a_new_name_and_leaves_nothing_behind) {
  EXPECT_TRUE(probe_target(path_, false));
  EXPECT_EQ(entries(folder_.path()), 0U);
}

TEST_F(RunFileTrouble, probe_keeps_what_exists_unless_told) {
  std::ofstream(path_) << "precious";
  const auto refused = probe_target(path_, false);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(contains(refused.error().message, "run.h5: it exists; use --force to replace it"))
      << refused.error().message;
  EXPECT_TRUE(probe_target(path_, true));
  EXPECT_EQ(text_of(path_), "precious");
}

TEST_F(RunFileTrouble, probe_names_a_missing_folder) {
  const auto refused = probe_target(folder_.path() / "none" / "run.h5", false);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(contains(refused.error().message, "none does not exist; create it"))
      << refused.error().message;
}

TEST_F(RunFileTrouble, probe_refuses_a_folder_as_file) {
  EXPECT_FALSE(probe_target(folder_.path(), true));
  EXPECT_FALSE(probe_target(folder_.path() / "", true));
}

TEST_F(RunFileTrouble, probe_names_a_folder_that_takes_no_files) {
  // Not even root can create a file there.
  const auto refused = probe_target("/proc/run.h5", false);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(contains(refused.error().message, "choose a folder that takes files"))
      << refused.error().message;
}

TEST_F(RunFileTrouble, writer_throws_where_nothing_can_be_created) {
  EXPECT_THROW(RunFileWriter(folder_.path() / "none" / "run.h5"), StoreError);
}

TEST_F(RunFileTrouble, an_abandoned_run_leaves_nothing_behind) {
  {
    RunFileWriter writer(path_);
    writer.add_host(make_block("a", 4));
    EXPECT_FALSE(std::filesystem::exists(path_));
  }
  EXPECT_EQ(entries(folder_.path()), 0U);
}

TEST_F(RunFileTrouble, an_existing_file_stays_until_the_new_one_is_whole) {
  std::ofstream(path_) << "old";
  {
    RunFileWriter writer(path_);
    writer.add_host(make_block("a", 4));
  }
  EXPECT_EQ(text_of(path_), "old");
  const HostBlock block = make_block("a", 4);
  tests::write_run(path_, {&block, 1});
  EXPECT_EQ(trouble_with(path_), "");
}

TEST_F(RunFileTrouble, the_same_host_twice_is_an_error_that_names_it) {
  RunFileWriter writer(path_);
  writer.add_host(make_block("node01", 2));
  try {
    writer.add_host(make_block("node01", 2));
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_TRUE(contains(error.what(), "create group node01")) << error.what();
  }
}

TEST_F(RunFileTrouble, chunks_outside_of_the_payload_are_an_error) {
  HostBlock block = make_block("a", 4);
  block.payload.resize(block.payload.size() / 2);
  RunFileWriter writer(path_);
  EXPECT_THROW(writer.add_host(block), StoreError);
}

/// Mounts a small file system that only this process sees, with or without being root.
bool mount_disk(std::size_t bytes, const std::filesystem::path& folder) {
  const std::string options = "size=" + std::to_string(bytes);
  const std::string own_user = "0 " + std::to_string(::getuid()) + " 1";
  const std::string own_group = "0 " + std::to_string(::getgid()) + " 1";
  // Root needs no user namespace, and cannot have one in a chroot.
  if (::unshare(CLONE_NEWNS) == 0) {
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  } else {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << own_user;
    std::ofstream("/proc/self/gid_map") << own_group;
  }
  return ::mount("none", folder.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

/// Writes to a disk of `bytes` in a process of its own, which ends as a program would: HDF5 cleans
/// up there, and used to crash. Returns its exit status: 0 written, 3 StoreError "No space left",
/// 77 no such disk here.
int status_on_a_disk_of(std::size_t bytes, const std::filesystem::path& folder,
                        const HostBlock& block) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!mount_disk(bytes, folder)) std::exit(77);
    try {
      tests::write_run(folder / "run.h5", {&block, 1});
    } catch (const StoreError& error) {
      std::fputs(contains(error.what(), "No space left") ? "" : error.what(), stderr);
      std::exit(contains(error.what(), "No space left") && entries(folder) == 0 ? 3 : 1);
    }
    std::exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(RunFileTrouble, a_full_disk_is_an_error_and_leaves_nothing_behind) {
  const HostBlock block = make_block("a", 300);
  constexpr std::size_t enough = 1U << 20U;
  int status = status_on_a_disk_of(enough, folder_.path(), block);
  if (status == 77) GTEST_SKIP() << "cannot mount a small file system here";
  EXPECT_EQ(status, 0);
  // It runs full wherever the file has got to, down to the last flush.
  std::size_t bytes = 0;
  do {
    bytes += 4096;
    status = status_on_a_disk_of(bytes, folder_.path(), block);
    EXPECT_TRUE(status == 3 || status == 0) << "status " << status << " at " << bytes;
  } while (status != 0 && bytes < enough);
}

TEST_F(RunFileTrouble, a_missing_file_is_an_error_with_the_reason) {
  EXPECT_TRUE(contains(trouble_with(path_), "No such file or directory")) << trouble_with(path_);
  EXPECT_EQ(trouble_with(folder_.path()).find('\n'), std::string::npos);
}

TEST_F(RunFileTrouble, a_file_that_is_not_hdf5_is_an_error) {
  std::ofstream(path_) << "not HDF5 at all";
  EXPECT_TRUE(contains(trouble_with(path_), "run.h5"));
}

TEST_F(RunFileTrouble, a_truncated_file_is_an_error_wherever_it_ends) {
  const HostBlock block = make_block("a", 4);
  tests::write_run(path_, {&block, 1});
  const std::string whole = text_of(path_);
  for (std::size_t length = 0; length < whole.size(); length += whole.size() / 37) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
    EXPECT_NE(trouble_with(path_), "") << length;
  }
}

TEST_F(RunFileTrouble, a_foreign_hdf5_file_is_an_error) {
  { const FileHandle file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
  EXPECT_TRUE(contains(trouble_with(path_), "is not a file of tscollect")) << trouble_with(path_);
}

TEST_F(RunFileTrouble, a_missing_array_is_an_error_that_names_it) {
  const std::string error =
      trouble_after([](hid_t file) { H5Ldelete(file, "/hosts/a/lateness", H5P_DEFAULT); });
  EXPECT_TRUE(contains(error, "/hosts/a: has no lateness")) << error;
}

TEST_F(RunFileTrouble, an_array_of_another_type_is_an_error) {
  const std::string error = trouble_after([](hid_t file) {
    H5Ldelete(file, "/hosts/a/tick", H5P_DEFAULT);
    H5Lcreate_hard(file, "/hosts/a/loadavg", file, "/hosts/a/tick", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_TRUE(contains(error, "tick does not hold 64-bit integers")) << error;
}

TEST_F(RunFileTrouble, an_array_of_another_shape_is_an_error) {
  const std::string error = trouble_after([](hid_t file) {
    H5Ldelete(file, "/hosts/a/meminfo", H5P_DEFAULT);
    H5Lcreate_hard(file, "/hosts/a/vmstat", file, "/hosts/a/meminfo", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_TRUE(contains(error, "the shape of meminfo")) << error;
}

TEST_F(RunFileTrouble, an_array_larger_than_the_file_could_hold_is_not_allocated) {
  const std::string error = trouble_after([](hid_t file) {
    H5Ldelete(file, "/hosts/a/time", H5P_DEFAULT);
    const hsize_t extent = hsize_t{1} << 50;
    const hsize_t chunk = 1024;
    const SpaceHandle space(H5Screate_simple(1, &extent, nullptr));
    const PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(properties.get(), 1, &chunk);
    const DatasetHandle time(H5Dcreate2(file, "/hosts/a/time", H5T_STD_I64LE, space.get(),
                                        H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  });
  EXPECT_TRUE(contains(error, "more than the file can hold")) << error;
}

TEST_F(RunFileTrouble, a_link_into_another_file_is_not_followed) {
  const std::string error = trouble_after([](hid_t file) {
    H5Ldelete(file, "/hosts/a/time", H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/time", file, "/hosts/a/time", H5P_DEFAULT, H5P_DEFAULT);
  });
  EXPECT_TRUE(contains(error, "time is a link elsewhere")) << error;
}

TEST_F(RunFileTrouble, data_in_another_file_is_not_read) {
  const std::string error = trouble_after([](hid_t file) {
    H5Ldelete(file, "/hosts/a/time", H5P_DEFAULT);
    const hsize_t extent = 4;
    const SpaceHandle space(H5Screate_simple(1, &extent, nullptr));
    const PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_external(properties.get(), "/etc/passwd", 0, 32);
    const DatasetHandle time(H5Dcreate2(file, "/hosts/a/time", H5T_STD_I64LE, space.get(),
                                        H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  });
  EXPECT_TRUE(contains(error, "time keeps its data outside of the file")) << error;
}

TEST_F(RunFileTrouble, a_newer_major_schema_is_refused_and_a_minor_one_is_not) {
  const auto set_schema = [](hid_t file, const char* schema) {
    H5Adelete(file, "tscollect_schema");
    const TypeHandle type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type.get(), 4);
    const SpaceHandle space(H5Screate(H5S_SCALAR));
    const AttributeHandle attribute(
        H5Acreate2(file, "tscollect_schema", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(attribute.get(), type.get(), schema);
  };
  const std::string error = trouble_after([&](hid_t file) { set_schema(file, "2.0"); });
  EXPECT_TRUE(contains(error, "has schema 2.0")) << error;
  EXPECT_EQ(trouble_after([&](hid_t file) { set_schema(file, "1.9"); }), "");
}

}  // namespace
}  // namespace tscollect::store

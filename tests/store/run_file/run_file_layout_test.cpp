// What is in the file, looked at with HDF5 itself: sharing, fill values, formats.
#include "store/hdf5/hdf5_handle.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "support/host_blocks.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace tscollect::store {
namespace {

using block::HostBlock;
using tests::make_block;

class RunFileLayout : public testing::Test {
 protected:
  void write(std::span<const HostBlock> blocks) {
    tests::write_run(path_, blocks);
    file_ = FileHandle(H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    ASSERT_GE(file_.get(), 0);
  }

  struct Info {
    std::string identity;  // the same of two names of one object
    std::array<time_t, 2> times;
  };

  [[nodiscard]] Info info_of(const std::string& object) const {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info{};
    EXPECT_GE(H5Oget_info_by_name3(file_.get(), object.c_str(), &info,
                                   H5O_INFO_BASIC | H5O_INFO_TIME, H5P_DEFAULT),
              0)
        << object;
    const auto* bytes = reinterpret_cast<const char*>(&info.token);
    return {{bytes, sizeof info.token}, { info.mtime, info.ctime }};
#else
    H5O_info_t info{};
    EXPECT_GE(H5Oget_info_by_name2(file_.get(), object.c_str(), &info,
                                   H5O_INFO_BASIC | H5O_INFO_TIME, H5P_DEFAULT),
              0)
        << object;
    return {std::to_string(info.addr), {info.mtime, info.ctime}};
#endif
  }

  [[nodiscard]] std::string identity(const std::string& object) const {
    return info_of(object).identity;
  }

  [[nodiscard]] DatasetHandle dataset(const std::string& name) const {
    return DatasetHandle(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT));
  }

  tests::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "run.h5";
  FileHandle file_;
};

TEST_F(RunFileLayout, stores_equal_names_once_and_links_them) {
  write(std::array{make_block("a", 3), make_block("b", 5)});
  for (const std::string name : {"meminfo_field", "meminfo_unit", "meminfo_kind", "diskstats_field",
                                 "disk", "disk_major", "disk_is_partition"})
    EXPECT_EQ(identity("/hosts/a/" + name), identity("/hosts/b/" + name)) << name;
  EXPECT_NE(identity("/hosts/a/meminfo"), identity("/hosts/b/meminfo"));
}

TEST_F(RunFileLayout, keeps_different_names_apart) {
  HostBlock other = make_block("b", 3);
  tests::source_of(other, "meminfo").fields[1].name = "MemFree";
  tests::source_of(other, "vmstat").fields[1].kind = Kind::gauge;
  tests::source_of(other, "diskstats").rows[0].name = "sdz";
  write(std::array{make_block("a", 3), other, make_block("c", 3)});
  for (const std::string name : {"meminfo_field", "vmstat_kind", "disk"}) {
    EXPECT_NE(identity("/hosts/a/" + name), identity("/hosts/b/" + name)) << name;
    EXPECT_EQ(identity("/hosts/a/" + name), identity("/hosts/c/" + name)) << name;
  }
  EXPECT_EQ(identity("/hosts/a/loadavg_field"), identity("/hosts/b/loadavg_field"));
}

TEST_F(RunFileLayout, marks_only_arrays_with_gaps_as_such) {
  HostBlock block = make_block("a", 2);
  tests::set_values(block, "meminfo", std::array<std::int64_t, 4>{1, 2, missing_integer, 4});
  write({&block, 1});
  EXPECT_GT(H5Aexists(dataset("/hosts/a/meminfo").get(), "_FillValue"), 0);
  EXPECT_EQ(H5Aexists(dataset("/hosts/a/vmstat").get(), "_FillValue"), 0);
}

TEST_F(RunFileLayout, has_the_smallest_integer_as_fill_value_of_every_array) {
  const HostBlock block = make_block("a", 2);
  write({&block, 1});
  for (const std::string name : {"time", "meminfo", "diskstats"}) {
    const PropertiesHandle properties(H5Dget_create_plist(dataset("/hosts/a/" + name).get()));
    std::int64_t fill = 0;
    ASSERT_GE(H5Pget_fill_value(properties.get(), H5T_NATIVE_INT64, &fill), 0);
    EXPECT_EQ(fill, missing_integer) << name;
  }
}

TEST_F(RunFileLayout, scales_are_what_hdf5_takes_for_scales) {
  const HostBlock block = make_block("a", 2);
  write({&block, 1});
  const DatasetHandle scale = dataset("/hosts/a/meminfo_field");
  const AttributeHandle attribute(H5Aopen(scale.get(), "CLASS", H5P_DEFAULT));
  const TypeHandle type(H5Aget_type(attribute.get()));
  EXPECT_EQ(H5Tget_size(type.get()), 16U);
  EXPECT_EQ(H5Tget_strpad(type.get()), H5T_STR_NULLTERM);
}

TEST_F(RunFileLayout, has_no_times_of_objects) {
  const HostBlock block = make_block("a", 2);
  write({&block, 1});
  for (const std::string name : {"/", "/hosts", "/hosts/a", "/hosts/a/meminfo", "/host_table"}) {
    const auto [modified, changed] = info_of(name).times;
    EXPECT_EQ(modified, 0) << name;
    EXPECT_EQ(changed, 0) << name;
  }
}

TEST_F(RunFileLayout, costs_a_further_host_little) {
  const std::array one = {make_block("a", 4)};
  tests::write_run(path_, one);
  const auto first = std::filesystem::file_size(path_);
  const std::array two = {make_block("a", 4), make_block("b", 4)};
  tests::write_run(path_, two);
  EXPECT_LT(std::filesystem::file_size(path_) - first, 8'000U + two[1].payload.size());
}

}  // namespace
}  // namespace tscollect::store

#include "bench/naive.hpp"

#include "block/chunk_codec.hpp"

#include <unistd.h>

#include <fcntl.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace tscollect::bench {

namespace {

template <class T>
T check(T result) {
  if (result < 0) throw std::runtime_error("HDF5 failed");
  return result;
}

void append(std::vector<std::byte>& out, std::int64_t value) {
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof value>>(value);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

std::vector<std::byte> raw_values(const RecordedHost& host) {
  // One pass for each array: the layout is only known at the end, and grows no more in between.
  stream::SampleDecoder last(host.grid, host.recorded.size());
  host.store->for_each_record([&](auto record) { return last.take(record), true; });
  std::vector<std::byte> values;
  const auto pass = [&](auto add) {
    stream::SampleDecoder decoder(host.grid, host.recorded.size());
    host.store->for_each_record([&](auto record) {
      if (decoder.take(record)) add(decoder);
      return true;
    });
  };
  for (const auto member : {&stream::SampleClock::wall_ns, &stream::SampleClock::tick,
                            &stream::SampleClock::lateness_ns, &stream::SampleClock::duration_ns})
    pass([&](const auto& decoder) { append(values, decoder.clock().*member); });
  for (const stream::StreamSource& source : last.sources()) {
    std::vector<std::uint32_t> cells(source.rows.size() * source.fields.size(), 0xffffffff);
    for (std::size_t i = 0; i < source.columns.size(); ++i)
      cells[source.columns[i].row * source.fields.size() + source.columns[i].field] =
          source.global[i];
    pass([&](const auto& decoder) {
      for (const std::uint32_t cell : cells)
        append(values, cell < decoder.values().size() ? decoder.values()[cell] : missing_integer);
    });
  }
  return values;
}

NaiveFile::NaiveFile(const std::filesystem::path& path) {
  const hid_t access = check(H5Pcreate(H5P_FILE_ACCESS));
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110));
  file_ = check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
  H5Pclose(access);
}

void NaiveFile::add(const std::string& host, const block::HostBlock& layout,
                    std::span<const std::byte> values) const {
  const hid_t group = check(H5Gcreate2(file_, host.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  const std::byte* at = values.data();
  const auto write = [&](const std::string& name, const block::ChunkedArray& array) {
    const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
    const std::vector<hsize_t> chunk(array.chunk_shape.begin(), array.chunk_shape.end());
    const auto rank = static_cast<int>(shape.size());
    const hid_t space = check(H5Screate_simple(rank, shape.data(), nullptr));
    const hid_t properties = check(H5Pcreate(H5P_DATASET_CREATE));
    check(H5Pset_chunk(properties, rank, chunk.data()));
    check(H5Pset_shuffle(properties));
    check(H5Pset_deflate(properties, block::deflate_level));
    const hid_t dataset = check(H5Dcreate2(group, name.c_str(), H5T_STD_I64LE, space, H5P_DEFAULT,
                                           properties, H5P_DEFAULT));
    check(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, at));
    std::size_t count = sizeof(std::int64_t);
    for (const std::uint64_t length : array.shape) count *= length;
    at += count;
    H5Dclose(dataset);
    H5Pclose(properties);
    H5Sclose(space);
  };
  write("time", layout.time);
  write("tick", layout.tick);
  write("lateness", layout.lateness);
  write("duration", layout.duration);
  for (const block::HostSource& source : layout.sources) write(source.name, source.values);
  H5Gclose(group);
}

void NaiveFile::close() {
  int* descriptor = nullptr;
  check(H5Fflush(file_, H5F_SCOPE_GLOBAL));
  check(H5Fget_vfd_handle(file_, H5P_DEFAULT, reinterpret_cast<void**>(&descriptor)));
  ::fsync(*descriptor);
  check(H5Fclose(file_));
}

}  // namespace tscollect::bench

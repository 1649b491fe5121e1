#include "block/chunk_codec.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>
#include <stdexcept>

namespace tscollect::record {

namespace {

/// HDF5's shuffle filter: the first byte of every element, then the second of every element, …
void shuffle(std::span<const std::int64_t> elements, std::vector<std::byte>& out) {
  const std::size_t count = elements.size();
  out.resize(count * sizeof(std::int64_t));
  const auto* bytes = reinterpret_cast<const std::byte*>(elements.data());
  for (std::size_t plane = 0; plane < sizeof(std::int64_t); ++plane)
    for (std::size_t i = 0; i < count; ++i)
      out[plane * count + i] = bytes[i * sizeof(std::int64_t) + plane];
}

}  // namespace

std::size_t append_chunk(std::span<const std::int64_t> elements, std::vector<std::byte>& scratch,
                         std::vector<std::byte>& payload) {
  shuffle(elements, scratch);
  uLongf size = compressBound(static_cast<uLong>(scratch.size()));
  const std::size_t begin = payload.size();
  payload.resize(begin + size);
  const int status = compress2(reinterpret_cast<Bytef*>(payload.data() + begin), &size,
                               reinterpret_cast<const Bytef*>(scratch.data()),
                               static_cast<uLong>(scratch.size()), deflate_level);
  if (status != Z_OK) throw std::runtime_error(fmt::format("zlib: deflate failed ({})", status));
  payload.resize(begin + size);
  return size;
}

}  // namespace tscollect::record

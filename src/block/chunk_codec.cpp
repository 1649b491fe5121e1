#include "block/chunk_codec.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <stdexcept>

namespace tscollect::block {

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

[[noreturn]] void refuse(int status) {
  throw std::runtime_error(fmt::format("zlib: deflate failed ({})", status));
}

/// The eight byte planes of a chunk have different statistics. With a low memory level zlib ends
/// its blocks, and so its codes, more often, which saves more bytes than it costs.
constexpr int memory_level = 5;

/// Owns zlib's state.
class Deflation {
 public:
  Deflation() {
    const int status = deflateInit2(&stream_, deflate_level, Z_DEFLATED, MAX_WBITS, memory_level,
                                    Z_DEFAULT_STRATEGY);
    if (status != Z_OK) refuse(status);
  }
  Deflation(const Deflation&) = delete;
  Deflation& operator=(const Deflation&) = delete;
  ~Deflation() { deflateEnd(&stream_); }

  [[nodiscard]] z_stream& stream() noexcept { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

std::size_t append_chunk(std::span<const std::int64_t> elements, std::vector<std::byte>& scratch,
                         std::vector<std::byte>& payload) {
  shuffle(elements, scratch);
  Deflation deflation;
  z_stream& stream = deflation.stream();
  const std::size_t begin = payload.size();
  payload.resize(begin + deflateBound(&stream, static_cast<uLong>(scratch.size())));
  stream.next_in = reinterpret_cast<Bytef*>(scratch.data());
  stream.avail_in = static_cast<uInt>(scratch.size());
  stream.next_out = reinterpret_cast<Bytef*>(payload.data() + begin);
  stream.avail_out = static_cast<uInt>(payload.size() - begin);
  if (const int status = deflate(&stream, Z_FINISH); status != Z_STREAM_END) refuse(status);
  const std::size_t size = stream.total_out;
  payload.resize(begin + size);
  return size;
}

}  // namespace tscollect::block

#pragma once

#include <tscollect/result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tscollect::block {

/// Deflate level of every chunk. Level 1 takes half the time and a tenth more bytes; level 9 takes
/// a fifth more time and a thousandth fewer bytes.
inline constexpr int deflate_level = 8;

/// Appends one chunk of 64-bit elements, encoded as by HDF5's shuffle and deflate filters, for
/// H5Dwrite_chunk with filter mask 0. Returns its size in bytes. `scratch` is reused between calls.
std::size_t append_chunk(std::span<const std::int64_t> elements, std::vector<std::byte>& scratch,
                         std::vector<std::byte>& payload);

}  // namespace tscollect::block

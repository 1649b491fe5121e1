#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tscollect::fuzz {

/// Makes the changes that the bytes stand for to the HDF5 file at `path`; what HDF5 refuses is
/// skipped.
void change(const std::string& path, std::span<const std::uint8_t> bytes);

}  // namespace tscollect::fuzz

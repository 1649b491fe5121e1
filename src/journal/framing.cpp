#include "journal/framing.hpp"

#include "journal/crc24.hpp"
#include "journal/header.hpp"
#include "journal/record_validator.hpp"
#include "base/bytes.hpp"

#include <array>
#include <utility>

namespace tscollect::journal {

void Framing::begin(std::vector<std::byte> header) {
  bytes_ = std::move(header);
  check_ = seed_of(bytes_);
}

void Framing::frame(std::span<const std::byte> records) {
  bytes_.clear();
  base::ByteReader in(records);
  while (!in.at_end()) {
    const auto rest = records.last(in.left());
    const std::size_t size = in.count(1);
    const auto framed = rest.first(rest.size() - in.left() + size);
    in.take(size);
    check_ = crc24_update(check_, framed);
    bytes_.insert(bytes_.end(), framed.begin(), framed.end());
    for (std::size_t i = 0; i < check_bytes; ++i)
      bytes_.push_back(static_cast<std::byte>(check_ >> (8 * i) & 0xff));
  }
}

void Framing::frame_continued() { frame(std::array{std::byte{1}, std::byte{continued_record}}); }

}  // namespace tscollect::journal

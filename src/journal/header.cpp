#include "journal/header.hpp"

#include "journal/crc24.hpp"
#include "block/host_json.hpp"
#include "base/text/integer_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace tscollect::journal {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Header, tool_version, run_id, host, hostname, start_time_ns,
                                   zero_mono_ns, interval_ns, max_samples, sources, excluded_rows,
                                   absent_sources, host_count, hosts_requested, labels, job_ids,
                                   output, marks, history, part, samples_before, facts,
                                   clock_at_start, is_private)

namespace {

constexpr std::array<char, 8> magic = {'T', 'S', 'C', 'J', 'O', 'U', 'R', 'N'};
constexpr std::size_t checksum_bytes = 4;
/// Enough for the names of a hundred thousand hosts.
constexpr std::size_t longest_head = std::size_t{8} << 20;
/// Larger than any real number of samples, and safe to add to.
constexpr std::int64_t most_samples = std::int64_t{1} << 56;

void append_number(std::vector<std::byte>& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<std::byte>(value >> shift & 0xff));
}

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i)
    value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
  return value;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

/// Empty if the header is plausible; otherwise the error.
std::string error_in(const Header& header) {
  if (header.run_id.empty()) return "no run id";
  if (header.host.empty()) return "no host name";
  if (header.interval_ns <= 0) return "an interval that is not above 0";
  if (header.sources.empty()) return "no sources";
  if (header.excluded_rows.size() > header.sources.size())
    return "more lists of devices than sources";
  if (header.part < 0 || header.samples_before < 0 || header.samples_before > most_samples ||
      (header.part == 0 && header.samples_before > 0))
    return "an impossible part number or number of samples";
  return {};
}

}  // namespace

std::vector<std::byte> encode(const Header& header) {
  const std::string head =
      nlohmann::json(header).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::vector<std::byte> front;
  const auto append = [&front](std::span<const char> text) {
    const auto bytes = std::as_bytes(text);
    front.insert(front.end(), bytes.begin(), bytes.end());
  };
  append(magic);
  append_number(front, format_version);
  append_number(front, static_cast<std::uint32_t>(head.size()));
  append(head);
  append_number(front, checksum(front));
  return front;
}

Result<std::size_t> front_bytes(std::span<const std::byte> prefix) {
  if (prefix.empty()) return Error{"it is empty"};
  const std::size_t compared = std::min(prefix.size(), magic.size());
  if (std::memcmp(prefix.data(), magic.data(), compared) != 0) return Error{"it is not a journal"};
  if (prefix.size() < prefix_bytes) return Error{"it ends within its header"};
  const std::uint32_t version = number_at(prefix, magic.size());
  if (version < oldest_format_version || version > format_version)
    return Error{fmt::format("it is a journal of format version {}, and this build reads {} to {}",
                             version, oldest_format_version, format_version)};
  const std::size_t head = number_at(prefix, magic.size() + 4);
  if (head > longest_head) return Error{"its header is damaged: too long"};
  return prefix_bytes + head + checksum_bytes;
}

Result<Header> decode(std::span<const std::byte> front) {
  const auto whole = front_bytes(front.first(std::min(front.size(), prefix_bytes)));
  if (!whole) return whole.error();
  if (front.size() < *whole) return Error{"it ends within its header"};
  const auto checked = front.first(*whole - checksum_bytes);
  if (checksum(checked) != number_at(front, checked.size()))
    return Error{"its header is damaged: wrong checksum"};
  Header header;
  try {
    const auto text = checked.subspan(prefix_bytes);
    auto parsed = base::parse_whole_json({reinterpret_cast<const char*>(text.data()), text.size()});
    if (!parsed) return Error{fmt::format("its header is damaged: {}", parsed.error().message)};
    nlohmann::json& head = *parsed;
    // Headers without parts may omit these fields. Older builds did not write the others.
    if (head.is_object()) {
      head.emplace("part", 0);
      head.emplace("samples_before", 0);
      head.emplace("absent_sources", nlohmann::json::array());
      head.emplace("marks", "");
      head.emplace("is_private", false);
      if (const auto facts = head.find("facts"); facts != head.end() && facts->is_object())
        facts->emplace("clock_ticks_per_second", 0);
    }
    head.get_to(header);
  } catch (const nlohmann::json::exception& error) {
    return Error{fmt::format("its header is damaged: {}", error.what())};
  }
  if (const std::string error = error_in(header); !error.empty())
    return Error{fmt::format("its header is damaged: {}", error)};
  return header;
}

std::uint32_t seed_of(std::span<const std::byte> front) {
  return number_at(front, front.size() - checksum_bytes) & ((1U << (8 * check_bytes)) - 1);
}

}  // namespace tscollect::journal

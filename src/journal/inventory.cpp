#include "journal/inventory.hpp"

#include "base/bytes.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace tscollect::journal {

namespace {

// Smallest packed size of a journal: path, header with its checksum, numbers.
constexpr std::size_t least_journal_bytes = prefix_bytes;
constexpr std::size_t least_foreign_bytes = 3;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write(base::ByteWriter& out, const Contents& contents) {
  out.string(contents.path.string());
  out.string(as_text(encode(contents.header)));
  out.varint(contents.file_bytes);
  out.varint(contents.good_end);
  out.signed_varint(contents.samples);
  out.signed_varint(contents.first_tick);
  out.signed_varint(contents.last_tick);
  out.varint(contents.columns);
  out.varint(contents.seed);
  out.byte(contents.being_written ? 1 : 0);
  out.string(contents.error);
}

Result<Contents> read(base::ByteReader& in, int node) {
  Contents contents;
  contents.path = std::string(in.string());
  auto header = decode(in.take(in.count(1)));
  if (!header) return header.error();
  contents.header = std::move(*header);
  contents.file_bytes = in.varint();
  contents.good_end = in.varint();
  contents.samples = in.signed_varint();
  contents.first_tick = in.signed_varint();
  contents.last_tick = in.signed_varint();
  contents.columns = static_cast<std::size_t>(in.varint());
  contents.seed = static_cast<std::uint32_t>(in.varint());
  contents.being_written = in.byte() != 0;
  contents.error = in.string();
  contents.node = node;
  return contents;
}

}  // namespace

std::string pack(const Found& found) {
  std::vector<std::byte> bytes;
  base::ByteWriter out(bytes);
  out.varint(found.refused.size());
  for (const std::string& line : found.refused) out.string(line);
  out.varint(found.journals.size());
  for (const Contents& contents : found.journals) write(out, contents);
  out.varint(found.foreign.size());
  for (const ForeignJournals& foreign : found.foreign) {
    out.varint(foreign.owner);
    out.varint(foreign.count);
    out.string(foreign.first);
  }
  return std::string(as_text(bytes));
}

Result<Found> unpack(std::string_view packed, int node) {
  base::ByteReader in(std::as_bytes(std::span(packed)));
  Found found;
  for (std::size_t left = in.count(1); left > 0 && in.ok(); --left)
    found.refused.emplace_back(in.string());
  for (std::size_t left = in.count(least_journal_bytes); left > 0 && in.ok(); --left) {
    auto contents = read(in, node);
    if (!contents) return contents.error();
    found.journals.push_back(std::move(*contents));
  }
  for (std::size_t left = in.count(least_foreign_bytes); left > 0 && in.ok(); --left) {
    ForeignJournals foreign;
    foreign.owner = static_cast<uid_t>(in.varint());
    foreign.count = static_cast<std::size_t>(in.varint());
    foreign.first = in.string();
    found.foreign.push_back(std::move(foreign));
  }
  if (!in.ok() || !in.at_end()) return Error{"a truncated list of journals"};
  return found;
}

}  // namespace tscollect::journal

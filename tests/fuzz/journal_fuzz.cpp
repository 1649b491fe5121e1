// A journal of any bytes must be read without a crash, a hang, or memory out of proportion, and
// what the survey lets through must make a block that is consistent. Checksums would keep a fuzzer
// out, so the first byte of the input says what the rest is:
//
//   even   a journal as it is
//   odd    records, as SampleEncoder::encode leaves them, to be checked and put behind a header
#include "fuzz/allowance.hpp"
#include "journal/crc24.hpp"
#include "journal/host_journal.hpp"
#include "base/bytes.hpp"
#include "support/journal_feed.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace {

using namespace tscollect;

std::vector<std::byte> with_checks(std::span<const std::byte> records) {
  std::vector<std::byte> file = journal::encode(tests::journal_header());
  std::uint32_t check = journal::seed_of(file);
  base::ByteReader in(records);
  while (!in.at_end()) {
    const auto rest = records.last(in.left());
    const auto record = in.take(in.count(1));
    if (!in.ok()) break;
    const auto framed = rest.first(rest.size() - in.left());
    check = journal::crc24_update(check, framed);
    file.insert(file.end(), framed.begin(), framed.end());
    for (unsigned shift = 0; shift < 24; shift += 8)
      file.push_back(static_cast<std::byte>(check >> shift & 0xff));
    static_cast<void>(record);
  }
  return file;
}

void read(std::span<const std::byte> bytes) {
  base::Descriptor file(memfd_create("journal", MFD_CLOEXEC));
  if (!file.is_open()) std::abort();
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = write(file.get(), bytes.data() + at, bytes.size() - at);
    if (written <= 0) std::abort();
    at += static_cast<std::size_t>(written);
  }
  auto reader = journal::Reader::adopt(std::move(file), "fuzzed");
  if (!reader) return;
  const auto journal = journal::HostJournal::of(std::move(*reader));
  const block::HostBlock block = journal.build_block();
  if (block.summary.samples != journal.samples()) std::abort();
  if (const auto again = block::unpack(block::pack(block)); !again) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (bytes.empty()) return 0;
  const fuzz::Account account(size, {std::size_t{64} << 20U, 1000});
  if ((data[0] & 1) == 0)
    read(bytes.subspan(1));
  else
    read(with_checks(bytes.subspan(1)));
  return 0;
}

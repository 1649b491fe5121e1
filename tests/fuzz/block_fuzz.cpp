// A packed block of any bytes must be refused or be consistent: packed anew it is the same, and it
// can be written to a file and read from it, or is refused by name there. The first byte says
// whether the file is written, which takes a thousand times as long, and whether the bytes after it
// are a block or changes of a good one: place (two bytes) and value, again and again.
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"
#include "block/host_block.hpp"
#include "block/run_info.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "store/hdf5/store_error.hpp"
#include "support/host_blocks.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace tscollect;

/// In memory, and one per process: fuzzers run side by side.
const std::filesystem::path& target() {
  static const std::filesystem::path path =
      "/dev/shm/tscollect-block-fuzz-" + std::to_string(getpid()) + ".h5";
  return path;
}

void write_and_read(const block::HostBlock& block) {
  try {
    store::RunFileWriter writer(target(), base::Existing::replace);
    writer.add_host(block);
    const block::HostOutcome outcome{block.summary, block::HostState::complete, ""};
    writer.finish(block::summarize(std::span(&outcome, 1), 1.0), std::span(&outcome, 1));
    const store::RunFileReader reader(target());
    static_cast<void>(reader.read_host(block.summary.name));
  } catch (const store::StoreError&) {
    // Refused by name: "two fields of one name", "chunk is no deflated data", …
  }
  std::error_code ignored;
  std::filesystem::remove(target(), ignored);
}

constexpr unsigned writes_file = 1;
constexpr unsigned changes_good_block = 8;

std::vector<std::byte> changed_block(std::span<const std::uint8_t> changes) {
  static const std::vector<std::byte> good = block::pack(tests::make_block("node1", 3));
  std::vector<std::byte> block = good;
  for (; changes.size() >= 3; changes = changes.subspan(3)) {
    const std::size_t place = (std::size_t{changes[0]} << 8U | changes[1]) % block.size();
    block[place] = std::byte{changes[2]};
  }
  return block;
}

Result<block::HostBlock> block_from(std::span<const std::uint8_t> input) {
  const auto rest = input.subspan(1);
  if ((input.front() & changes_good_block) != 0) return block::unpack(changed_block(rest));
  return block::unpack(std::as_bytes(rest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const fuzz::Account account(size, {std::size_t{8} << 20U, 400});
  const auto block = block_from({data, size});
  fuzz::require(size > 1 || (data[0] & changes_good_block) == 0 || block.has_value());
  if (!block) return 0;
  const std::vector<std::byte> packed = block::pack(block.value());
  const auto again = block::unpack(packed);
  fuzz::require(again.has_value() && block::pack(again.value()) == packed);
  if ((data[0] & writes_file) != 0) write_and_read(block.value());
  return 0;
}

// A packed block of any bytes must be refused or be consistent: packed anew it is the same, and it
// can be written to a file and read from it, or is refused by name there. The first byte says
// whether the file is written, which takes a thousand times as long.
#include "fuzz/fuzz.hpp"
#include "record/host_block.hpp"
#include "record/run_info.hpp"
#include "store/run_file_reader.hpp"
#include "store/run_file_writer.hpp"
#include "store/store_error.hpp"

#include <filesystem>
#include <string>

namespace {

using namespace tscollect;

/// In memory, and one per process: fuzzers run side by side.
const std::filesystem::path& target() {
  static const std::filesystem::path path =
      "/dev/shm/tscollect-block-fuzz-" + std::to_string(getpid()) + ".h5";
  return path;
}

void write_and_read(const record::HostBlock& block) {
  try {
    store::RunFileWriter writer(target());
    writer.add_host(block);
    const record::HostOutcome outcome{block.summary, record::HostState::complete, ""};
    writer.finish(record::summarize(std::span(&outcome, 1), 1.0), std::span(&outcome, 1));
    const store::RunFileReader reader(target());
    static_cast<void>(reader.read_host(block.summary.name));
  } catch (const store::StoreError&) {
    // Refused by name: "two fields of one name", "chunk is no deflated data", …
  }
  std::error_code ignored;
  std::filesystem::remove(target(), ignored);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto block = record::unpack(std::as_bytes(std::span(data + 1, size - 1)));
  if (!block) return 0;
  const std::vector<std::byte> packed = record::pack(block.value());
  const auto again = record::unpack(packed);
  fuzz::require(again.has_value() && record::pack(again.value()) == packed);
  if ((data[0] & 1) != 0) write_and_read(block.value());
  return 0;
}

// A run's file in which anything may have been changed must be refused by name or be read: no
// crash, no hang, no memory out of proportion. HDF5 1.10 itself crashes on files whose own
// structures are damaged, which is nobody's to mend here (tscollect validate reads in a process of
// its own for it). So the input is not the file: it is a list of changes, which HDF5 makes to a
// good file in memory: links cut, bent and tied in loops, arrays of other types, shapes and
// storage, attributes of any content. What comes out is sound HDF5 and a hostile run.
#include "tool/info/info.hpp"
#include "tool/validate/validate.hpp"
#include "base/files/real_size.hpp"
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/hdf5_changes.hpp"
#include "store/run_file/run_file_reader.hpp"
#include "store/run_file/run_file_writer.hpp"
#include "store/hdf5/store_error.hpp"
#include "support/host_blocks.hpp"

#include <fcntl.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace {

using namespace tscollect;

/// A file in memory, and one per process: fuzzers run side by side. It has a name of its own, for
/// HDF5 resolves symbolic links, and those of /proc/self/fd lead nowhere.
const std::string& file_in_memory() {
  static const std::string path =
      "/dev/shm/tscollect-run-file-fuzz-" + std::to_string(getpid()) + ".h5";
  return path;
}

/// The bytes of a run of two hosts, one with a failure in it.
const std::string& good_file() {
  static const std::string bytes = [] {
    const std::string& path = file_in_memory();
    block::HostBlock other = tests::make_block("b", 3);
    other.errors = {{1, 1, tests::start_ns, tests::start_ns, 1, "meminfo", "cannot read"}};
    other.summary.error_count = 1;
    const std::array blocks = {tests::make_block("a", 4), std::move(other)};
    tests::write_run(path, blocks);
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(path);
    return text;
  }();
  return bytes;
}

/// What `tscollect info` and `tscollect export` do; whether all of the file could be read.
bool read_all(const std::string& path) {
  bool whole = true;
  try {
    const store::RunFileReader reader(path);
    tool::RunReport report;
    report.file = path;
    report.run = reader.run();
    const analysis::RunClock clock = analysis::clock_of(reader);
    report.summary = analysis::summarize(reader, analysis::phases_of(reader, clock, std::nullopt),
                                         true, [](std::size_t) {});
    whole = report.summary.unreadable.empty();
    const auto nowhere = [](std::string_view) {};
    const auto text = tool::text_report(nowhere);
    const auto json = tool::json_report(nowhere, 2);
    text->begin(report);
    json->begin(report);
    for (const block::HostOutcome& host : reader.hosts()) {
      tool::HostReport shown{host, {}, {}};
      try {
        store::HostReader read = reader.open_host(host.summary.name);
        analysis::DigestBuilder digest(read.layout(), reader.run().collection_interval_seconds);
        read.visit(digest);
        shown.digest = digest.finish();
        std::uint64_t samples = 0;
        while (const store::ReadHost* part = read.next_part())
          store::for_each_sample(*part, [&](TimeSeriesSample&&) { ++samples; });
        fuzz::require(samples == read.samples());
      } catch (const store::StoreError& error) {
        shown.unreadable = error.what();  // refused by name; the others may be whole
        whole = false;
      }
      text->add(shown);
      json->add(shown);
    }
    text->end();
    json->end();
    return whole;
  } catch (const store::StoreError&) {
    return false;
  }
}

std::size_t real_bytes_of(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const std::uint64_t bytes = base::real_bytes(file);
  close(file);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string& good = good_file();
  const std::string& path = file_in_memory();
  std::ofstream(path, std::ios::binary) << good;
  fuzz::change(path, {data, size});
  // What is read at a time, the lists of the run and of one host, and their copies.
  const fuzz::Account account(real_bytes_of(path), {std::size_t{192} << 20U, 32});
  const bool whole = read_all(path);
  fuzz::require(whole || size > 0);
  tool::Verdict verdict;
  verdict.file = path;
  tool::validate_run(
      path, [](std::string_view) {}, verdict);
  static_cast<void>(tool::verdict_text(verdict));
  static_cast<void>(tool::verdict_json(verdict));
  std::filesystem::remove(path);
  return 0;
}

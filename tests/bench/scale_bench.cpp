// Gather and write of many hosts, with a few ranks standing for them: rank 0 is rank 0, every other
// rank answers for its share of the hosts, each with a block that was compressed beforehand.
//
//   mpirun -np N scale_bench RECORDING STEP SAMPLES HOSTS OUTPUT [naive]
//
// prints one line of JSON. naive: hosts hand over raw values, rank 0 takes all of them, then lets
// HDF5 compress and write. What the hosts do before they are asked is not counted in either.
#include "bench/naive.hpp"
#include "bench/recorded_host.hpp"
#include "gather/block_puller.hpp"
#include "gather/block_transfer.hpp"
#include "gather/mpi_session.hpp"
#include "sampling/event_wait.hpp"
#include "store/run_file/run_file_writer.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tscollect;
using namespace std::chrono_literals;
using gather::Tag;

constexpr auto timeout = 300s;

struct Arguments {
  std::filesystem::path recording;
  std::size_t step = 1;
  std::size_t samples = 0;
  std::size_t hosts = 0;
  std::filesystem::path output;
  bool naive = false;
};

std::string name_of(std::size_t host) { return fmt::format("node{:05}", host); }

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// "VmHWM:" or "VmRSS:" of this process, in bytes.
std::size_t memory(std::string_view which) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(which))
      return std::strtoul(line.c_str() + which.size(), nullptr, 10) << 10;
  return 0;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Every other rank: announces its hosts and hands their blocks over as they are asked for.
void stand_in(gather::Mailbox& mailbox, const Arguments& arguments, int rank, int ranks) {
  const bench::RecordedHost host =
      bench::read_recording(arguments.recording, arguments.step, arguments.samples);
  std::vector<std::byte> block =
      arguments.naive ? bench::raw_values(host) : block::pack(host.build_block());
  // The name, to be replaced host by host.
  const std::string placeholder = name_of(0);
  const auto* bytes = reinterpret_cast<const char*>(block.data());
  const std::size_t name_at =
      arguments.naive ? 0 : std::string_view(bytes, block.size()).find(placeholder);
  std::size_t left = 0;
  for (auto i = static_cast<std::size_t>(rank - 1); i < arguments.hosts;
       i += static_cast<std::size_t>(ranks - 1), ++left)
    mailbox.post(0, Tag::finished, fmt::format("{} {}", i, block.size()));
  for (; left > 0; --left) {
    const auto word = gather::answer_pings_until(mailbox, {Tag::pull}, base::Deadline(timeout));
    const auto request = word ? gather::decode_pull(word->message.text) : std::nullopt;
    if (!request) throw std::runtime_error("nobody asked");
    const std::string name = name_of(number_in(request->words));
    if (!arguments.naive) std::memcpy(block.data() + name_at, name.data(), name.size());
    if (!gather::OutgoingBlock(block).send(mailbox, 0, *request, timeout))
      throw std::runtime_error("not taken");
  }
}

struct Figures {
  double gather_s = 0;
  double close_s = 0;
  double write_cpu_s = 0;  ///< without waiting for the blocks
  double cpu_s = 0;
  std::size_t memory_before = 0;
  std::size_t memory_peak = 0;
};

double seconds_since(MonoTime start) {
  return std::chrono::duration<double>(mono_now() - start).count();
}

/// Takes note of every host and offers it to the puller; calls `take` with each arrival.
template <class Take>
void gather_all(gather::Mailbox& mailbox, const Arguments& arguments, Take take) {
  gather::BlockPuller puller(mailbox, timeout);
  std::size_t offered = 0;
  std::chrono::nanoseconds pause = 20us;
  while (offered < arguments.hosts || !puller.idle()) {
    while (auto message = mailbox.take(Tag::finished)) {
      const std::size_t blank = message->text.find(' ');
      puller.offer(message->source, number_in(std::string_view(message->text).substr(blank + 1)),
                   message->text.substr(0, blank));
      ++offered;
    }
    if (auto arrival = puller.take()) {
      take(std::move(*arrival));
      pause = 20us;
    } else {
      sampling::nap(pause);
      pause = std::min<std::chrono::nanoseconds>(pause * 2, 1ms);
    }
  }
}

Figures write_finished(gather::Mailbox& mailbox, const Arguments& arguments) {
  Figures figures;
  std::vector<block::HostOutcome> outcomes;
  figures.memory_before = memory("VmRSS:");
  const double cpu_before = cpu_seconds();
  const MonoTime start = mono_now();
  store::RunFileWriter writer(arguments.output, base::Existing::replace);
  gather_all(mailbox, arguments, [&](gather::Arrival arrival) {
    const double cpu_of_waiting = cpu_seconds();
    auto block = block::unpack(std::move(arrival.block));
    if (!block) throw std::runtime_error(block.error().message);
    block->summary.clock_at_stop = arrival.clocks;
    writer.add_host(*block);
    outcomes.push_back({block->summary, block::HostState::complete, ""});
    figures.write_cpu_s += cpu_seconds() - cpu_of_waiting;
  });
  figures.gather_s = seconds_since(start);
  const MonoTime gathered = mono_now();
  const double cpu_before_finish = cpu_seconds();
  writer.finish(block::summarize(outcomes, 1.0), outcomes);
  store::write_sidecar(base::FilePlace(arguments.output), block::summarize(outcomes, 1.0), outcomes,
                       base::Existing::replace);
  figures.write_cpu_s += cpu_seconds() - cpu_before_finish;
  figures.close_s = seconds_since(gathered);
  figures.cpu_s = cpu_seconds() - cpu_before;
  figures.memory_peak = memory("VmHWM:");
  return figures;
}

Figures write_naively(gather::Mailbox& mailbox, const Arguments& arguments) {
  Figures figures;
  std::vector<std::vector<std::byte>> everything;
  const bench::RecordedHost shape =
      bench::read_recording(arguments.recording, arguments.step, arguments.samples);
  const block::HostBlock layout = shape.build_block();
  figures.memory_before = memory("VmRSS:");
  const double cpu_before = cpu_seconds();
  const MonoTime start = mono_now();
  gather_all(mailbox, arguments,
             [&](gather::Arrival arrival) { everything.push_back(std::move(arrival.block)); });
  const double cpu_of_waiting = cpu_seconds();
  bench::NaiveFile file(arguments.output);
  for (std::size_t i = 0; i < everything.size(); ++i) file.add(name_of(i), layout, everything[i]);
  figures.write_cpu_s = cpu_seconds() - cpu_of_waiting;
  figures.gather_s = seconds_since(start);
  const MonoTime gathered = mono_now();
  file.close();
  figures.close_s = seconds_since(gathered);
  figures.cpu_s = cpu_seconds() - cpu_before;
  figures.memory_peak = memory("VmHWM:");
  return figures;
}

void run(const Arguments& arguments) {
  const gather::MpiSession session;
  gather::MpiSession::is_up();
  if (session.size() < 2) throw std::runtime_error("needs two ranks at least");
  gather::Mailbox mailbox;
  if (session.rank() != 0) return stand_in(mailbox, arguments, session.rank(), session.size());
  const Figures figures =
      arguments.naive ? write_naively(mailbox, arguments) : write_finished(mailbox, arguments);
  fmt::print(
      R"({{"hosts": {}, "samples": {}, "gather_s": {}, "close_s": {}, "cpu_s": {}, "write_cpu_s": {}, )"
      R"("memory_before": {}, "memory_peak": {}, "file_bytes": {}}})"
      "\n",
      arguments.hosts, arguments.samples, figures.gather_s, figures.close_s, figures.cpu_s,
      figures.write_cpu_s, figures.memory_before, figures.memory_peak,
      std::filesystem::file_size(arguments.output));
}

}  // namespace

int main(int count, char** words) {
  if (count < 6) return 2;
  try {
    run({words[1], number_in(words[2]), number_in(words[3]), number_in(words[4]), words[5],
         count > 6 && std::string_view(words[6]) == "naive"});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "scale_bench: {}\n", error.what());
    gather::abort_job(1);
  }
}

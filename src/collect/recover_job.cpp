#include "collect/recover_job.hpp"

#include "collect/heartbeat.hpp"
#include "collect/protocol.hpp"
#include "journal/recovered_run.hpp"
#include "gather/block_puller.hpp"
#include "gather/block_transfer.hpp"
#include "gather/clock_offset.hpp"
#include "journal/folder.hpp"
#include "journal/inventory.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// How long a node waits for rank 0, which asks all the others first.
constexpr auto longest_recovery = 30min;

using Paths = std::vector<std::filesystem::path>;

std::filesystem::path folder_of(const options::CollectOptions& options) {
  std::error_code ignored;
  const auto& folder = options.journal.folder;
  return std::filesystem::absolute(folder.empty() ? journal::default_folder() : folder, ignored);
}

uid_t owner_of(const options::CollectOptions& options) {
  return options.recover.owner.value_or(geteuid());
}

journal::Found look_here(const options::CollectOptions& options) {
  return journal::look_at(std::vector{folder_of(options)}, owner_of(options));
}

/// Default output: in the folder where the job was started, never at a path from a journal.
std::filesystem::path default_output(const std::string& run_id) {
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
  constexpr std::size_t longest_id = 64;
  if (run_id.size() > longest_id || !std::ranges::all_of(run_id, is_plain)) return "recovered.h5";
  return fmt::format("recovered_{}.h5", run_id);
}

/// A host of the run and the node of its journal.
struct Place {
  std::string host;
  int node = 0;
  Paths parts;
};

/// If parts of one host's journal are on several nodes, the node with most samples is used.
Place place_of(std::span<const journal::Contents> parts, const journal::RecoveredRun& run) {
  std::map<int, std::int64_t> samples;
  for (const journal::Contents& part : parts) samples[part.node] += part.samples;
  const auto most = std::ranges::max_element(
      samples, {}, [](const auto& node_and_samples) { return node_and_samples.second; });
  Place place{parts.front().header.host, most->first, {}};
  for (const journal::Contents& part : parts) {
    if (part.node == place.node)
      place.parts.push_back(part.path);
    else
      run.say(fmt::format(
          "{} on the node of rank {} is not used: the node of rank {} has more samples of {}",
          part.path.string(), part.node, place.node, place.host));
  }
  return place;
}

class RecoverJob {
 public:
  RecoverJob(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
             const options::CollectOptions& options)
      : mailbox_(mailbox), leaders_(leaders), options_(options) {}

  [[nodiscard]] base::ExitStatus run();

 private:
  [[nodiscard]] journal::Found look_everywhere();
  [[nodiscard]] std::optional<gather::Message> hear(Tag tag);
  [[nodiscard]] std::string choose_run(const journal::Found& found) const;
  [[nodiscard]] base::ExitStatus write(const journal::Found& found, const base::FilePlace& target);
  void ask_nodes(const std::vector<Place>& places);
  void add_own(const Place& place, store::RunFileWriter& writer);
  void add_others(std::vector<Place> waiting, store::RunFileWriter& writer);
  [[nodiscard]] std::optional<std::vector<std::byte>> pull(int node, std::size_t bytes);
  void add_from(const Place& place, const std::string& message, store::RunFileWriter& writer);

  gather::Mailbox& mailbox_;
  const gather::NodeLeaders& leaders_;
  const options::CollectOptions& options_;
  journal::RecoveredRun run_{"tscollect-mpi --recover"};
};

base::ExitStatus RecoverJob::run() {
  journal::Found found = look_everywhere();
  run_.log_unused(found);
  const std::string id = choose_run(found);
  if (id.empty()) return base::ExitStatus::usage;
  run_.choose(id, found, false);
  const std::filesystem::path target =
      options_.output.empty() ? default_output(id) : options_.output;
  const auto probed = store::probe_target(target, options_.force);
  if (!probed) {
    run_.say(probed.error().message);
    return base::ExitStatus::not_written;
  }
  if (const auto taken = run_.take_marks(options_.marks_file, found.journals.front().header, target,
                                         owner_of(options_));
      !taken) {
    run_.say(fmt::format("--marks-file {}", taken.error().message));
    return base::ExitStatus::usage;
  }
  try {
    return write(found, probed.value());
  } catch (const store::StoreError& error) {
    run_.say(fmt::format("{}; the journals stay as they are", error.what()));
    return base::ExitStatus::not_written;
  }
}

journal::Found RecoverJob::look_everywhere() {
  journal::Found all = look_here(options_);
  std::size_t expected = leaders_.leaders.size() - 1;
  for (; expected > 0; --expected) {
    const auto message = hear(Tag::hello);
    if (!message) break;
    auto found = journal::unpack(message->text, message->source);
    if (!found) {
      all.refused.push_back(fmt::format("rank {}: {}", message->source, found.error().message));
      continue;
    }
    std::ranges::move(found->journals, std::back_inserter(all.journals));
    std::ranges::move(found->refused, std::back_inserter(all.refused));
    std::ranges::move(found->foreign, std::back_inserter(all.foreign));
  }
  if (expected > 0)
    run_.say(fmt::format("{} of {} nodes did not report their journals within {} s", expected,
                         leaders_.leaders.size(),
                         std::chrono::duration<double>(options_.timeout).count()));
  return all;
}

/// The next message with this tag, as long as any node sends heartbeats.
std::optional<gather::Message> RecoverJob::hear(Tag tag) {
  base::Deadline deadline(options_.timeout);
  for (;;) {
    if (auto message = mailbox_.take(tag)) return message;
    if (somebody_works(mailbox_)) deadline.restart();
    if (deadline.is_over()) return std::nullopt;
    sampling::nap(1ms);
  }
}

/// The requested run, or the newest one that has ended; empty: an error was printed.
std::string RecoverJob::choose_run(const journal::Found& found) const {
  const std::vector<journal::Run> runs = journal::runs_of(found.journals);
  if (runs.empty()) {
    run_.say(
        fmt::format("there is no journal in {} on any of the {} nodes; say where with "
                    "--journal-dir",
                    folder_of(options_).string(), leaders_.leaders.size()));
    return {};
  }
  std::string chosen;
  for (const journal::Run& run : runs)
    if (options_.recover.run.empty() ? !run.is_alive : run.id == options_.recover.run)
      chosen = run.id;
  if (runs.size() > 1 || chosen.empty()) run_.log_runs(runs);
  if (chosen.empty())
    run_.say(options_.recover.run.empty()
                 ? std::string("no run has ended; name one with --run to save its samples so far")
                 : fmt::format("--run {}: there is no journal of this run", options_.recover.run));
  else if (runs.size() > 1)
    run_.say(fmt::format("recovering run {}", chosen));
  return chosen;
}

base::ExitStatus RecoverJob::write(const journal::Found& found, const base::FilePlace& target) {
  const auto existing = options_.force ? base::Existing::replace : base::Existing::keep;
  store::RunFileWriter writer(target, existing);
  std::vector<Place> places;
  for (const auto& parts : journal::by_host(found.journals))
    places.push_back(place_of(parts, run_));
  ask_nodes(places);
  for (const Place& place : places)
    if (place.node == 0) add_own(place, writer);
  std::erase_if(places, [](const Place& place) { return place.node == 0; });
  add_others(std::move(places), writer);
  run_.add_missing(found.journals);
  return run_.finish(writer, target, existing, found.journals.front().header);
}

void RecoverJob::ask_nodes(const std::vector<Place>& places) {
  std::map<int, Wanted> wanted;
  for (const Place& place : places) {
    std::vector<std::string> parts;
    for (const std::filesystem::path& part : place.parts) parts.push_back(part.string());
    if (place.node != 0) wanted[place.node].hosts.push_back(std::move(parts));
  }
  for (const auto& [node, hosts] : wanted) mailbox_.post(node, Tag::start, encode(hosts));
}

void RecoverJob::add_own(const Place& place, store::RunFileWriter& writer) {
  const auto host = journal::recover_host(place.parts, owner_of(options_));
  if (!host) return run_.leave_out(place.host, host.error().message);
  writer.add_host(host->block);
  run_.add(host->block.summary, host->finding);
}

/// Accepts hosts in any order; those of one node arrive in the order of the request.
void RecoverJob::add_others(std::vector<Place> waiting, store::RunFileWriter& writer) {
  while (!waiting.empty()) {
    const auto message = hear(Tag::finished);
    if (!message) break;
    const auto next = std::ranges::find(waiting, message->source, &Place::node);
    if (next == waiting.end()) continue;
    const Place place = std::move(*next);
    waiting.erase(next);
    add_from(place, message->text, writer);
  }
  for (const Place& place : waiting)
    run_.leave_out(place.host,
                   fmt::format("its node (rank {}) was silent for {} s", place.node,
                               std::chrono::duration<double>(options_.timeout).count()));
}

/// The block announced by the node; nothing if the node stops responding.
std::optional<std::vector<std::byte>> RecoverJob::pull(int node, std::size_t bytes) {
  gather::BlockPuller puller(mailbox_, options_.timeout);
  puller.offer(node, bytes);
  for (;;) {
    if (auto arrival = puller.take()) {
      if (!arrival->whole) return std::nullopt;
      return std::move(arrival->block);
    }
    sampling::nap(1ms);
  }
}

void RecoverJob::add_from(const Place& place, const std::string& message,
                          store::RunFileWriter& writer) {
  const auto recovered = decode_recovered(message);
  if (!recovered) return run_.leave_out(place.host, recovered.error().message);
  if (!recovered->error.empty()) return run_.leave_out(place.host, recovered->error);
  auto packed = pull(place.node, recovered->block_bytes);
  if (!packed)
    return run_.leave_out(place.host,
                          "its node stopped responding while its block was transferred");
  const auto block = block::unpack(std::move(*packed));
  if (!block) return run_.leave_out(place.host, block.error().message);
  writer.add_host(*block);
  run_.add(block->summary, {recovered->whole, recovered->why, recovered->lines});
}

/// Builds one host's block and sends it. False: rank 0 no longer needs it.
bool serve_host(gather::Mailbox& mailbox, const options::CollectOptions& options,
                const Paths& parts) {
  Recovered answer;
  std::optional<gather::OutgoingBlock> block;
  work_with_heartbeat(mailbox, options.timeout, [&] {
    auto host = journal::recover_host(parts, owner_of(options));
    if (!host) {
      answer.error = host.error().message;
      return;
    }
    block.emplace(block::pack(host->block));
    answer.block_bytes = block->size();
    answer.whole = host->finding.whole;
    answer.why = std::move(host->finding.why);
    answer.lines = std::move(host->finding.lines);
  });
  mailbox.post(0, Tag::finished, encode(answer));
  if (!answer.error.empty()) return true;
  const auto word = gather::answer_pings_until(mailbox, {Tag::pull, Tag::leave},
                                               base::Deadline(longest_recovery));
  if (!word || word->tag != Tag::pull) return false;
  const auto request = gather::decode_pull(word->message.text);
  return request && block->send(mailbox, 0, *request, options.timeout);
}

}  // namespace

base::ExitStatus recover_from_nodes(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
                                    const options::CollectOptions& options) {
  const base::ExitStatus status = RecoverJob(mailbox, leaders, options).run();
  for (int rank = 1; rank < leaders.idle + static_cast<int>(leaders.leaders.size()); ++rank)
    mailbox.post(rank, Tag::leave);
  return status;
}

void serve_recovery(gather::Mailbox& mailbox, const options::CollectOptions& options) {
  std::string inventory;
  work_with_heartbeat(mailbox, options.timeout,
                      [&] { inventory = journal::pack(look_here(options)); });
  mailbox.post(0, Tag::hello, inventory);
  const base::Deadline end(longest_recovery);
  const auto word = gather::answer_pings_until(mailbox, {Tag::start, Tag::leave}, end);
  if (!word || word->tag == Tag::leave) return;
  const auto wanted = decode_wanted(word->message.text);
  if (wanted)
    for (const std::vector<std::string>& host : wanted->hosts)
      if (!serve_host(mailbox, options, Paths(host.begin(), host.end()))) return;
  static_cast<void>(gather::answer_pings_until(mailbox, {Tag::leave}, end));
}

}  // namespace tscollect::collect

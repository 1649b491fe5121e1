#include "collect/start/host_starter.hpp"

#include "base/deadline.hpp"
#include "base/log.hpp"
#include "collect/job_environment.hpp"
#include "collect/protocol.hpp"
#include "sampling/event_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace tscollect::collect {

namespace {

using namespace std::chrono_literals;
using gather::Tag;

/// Time for the start messages to arrive before tick 0: a fixed part, and a little per host.
constexpr auto start_lead = 20ms;
constexpr auto start_lead_per_host = 100us;

/// Up to this many hosts, every host's journal gets the names of all; otherwise only rank 0's.
constexpr std::size_t most_hosts_told = 64;

/// Adds a suffix to the name if it is taken, and adds it to `taken`.
void make_unique(std::string& name, std::set<std::string>& taken) {
  const std::string given = name;
  for (int suffix = 2; !taken.insert(name).second; ++suffix)
    name = fmt::format("{}-{}", given, suffix);
}

double to_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

HostStarter::HostStarter(gather::Mailbox& mailbox, const gather::NodeLeaders& leaders,
                         const options::CollectOptions& options, HostSession& own)
    : mailbox_(mailbox),
      leaders_(leaders),
      options_(options),
      own_(own),
      handshake_(mailbox, hosts_) {}

int HostStarter::ranks() const noexcept {
  return leaders_.idle + static_cast<int>(leaders_.leaders.size());
}

std::int64_t HostStarter::count_sampling() const {
  return std::ranges::count_if(hosts_, [](const auto& entry) { return entry.second.sampling; });
}

void HostStarter::know_own() {
  KnownHost& host = hosts_[0];
  host.name = own_.hostname();
  host.node_name = node_name_from_environment();
  host.unreadable = own_.unreadable();
  host.answered = true;
  host.abandoned_journals = own_.abandoned_journals();
  host.clocks_at_start.uncertainty_ns = 0;
}

void HostStarter::start_handshake() {
  for (const int rank : leaders_.leaders) hosts_[rank];
  know_own();
  for (base::Deadline deadline(options_.timeout);; sampling::nap(1ms)) {
    handshake_.look();
    if (handshake_.everybody_is_known() || deadline.is_over()) break;
  }
  absent_ = find_absent_hosts(hosts_, options_, ranks());
  name_hosts();
}

void HostStarter::name_hosts() {
  for (auto& [rank, host] : hosts_) {
    if (host.name.empty()) host.name = fmt::format("rank-{}", rank);
    const std::string name = host.name;
    make_unique(host.name, taken_);
    if (host.name != name)
      base::log("tscollect-mpi: two hosts are called {}; the one of rank {} is {} in the file\n",
                name, rank, host.name);
  }
  for (AbsentHost& host : absent_) make_unique(host.name, taken_);
}

bool HostStarter::any_can_sample() const {
  return std::ranges::any_of(hosts_, [](const auto& entry) {
    return entry.second.is_known() && entry.second.unreadable.empty();
  });
}

StartParameters HostStarter::admit(int rank) const {
  const KnownHost& host = hosts_.at(rank);
  StartParameters parameters;
  parameters.name_in_file = host.name;
  parameters.grid = {zero_ + std::chrono::nanoseconds(host.clocks_at_start.mono_offset_ns),
                     options_.interval};
  parameters.clock = host.clocks_at_start;
  parameters.run_id = run_id_;
  parameters.output = output_.string();
  parameters.host_count = static_cast<std::int64_t>(hosts_.size() + absent_.size());
  if (rank == 0 || hosts_.size() + absent_.size() <= most_hosts_told) {
    for (const auto& [each, known] : hosts_) parameters.hosts.push_back(known.name);
    for (const AbsentHost& each : absent_) parameters.hosts.push_back(each.name);
  }
  return parameters;
}

void HostStarter::start(int rank) {
  KnownHost& host = hosts_.at(rank);
  host.sampling = host.unreadable.empty();
  if (!host.sampling)
    base::log("tscollect-mpi: {}: {}; going on without it\n", host.name, host.unreadable);
  // Rank 0 coordinates the others even if it has nothing to read itself.
  if (rank == 0)
    own_.begin(admit(0));
  else
    mailbox_.post(rank, Tag::start,
                  host.sampling ? encode(start_of(admit(rank))) : encode(dismissal()));
}

void HostStarter::start_hosts(const std::string& run_id, const std::filesystem::path& output) {
  run_id_ = run_id;
  output_ = output;
  zero_ = mono_now() + start_lead + start_lead_per_host * static_cast<std::int64_t>(hosts_.size());
  for (const auto& [rank, host] : hosts_) {
    if (rank == 0) continue;
    if (host.is_known()) {
      start(rank);
      continue;
    }
    late_[rank] = host.answered ? std::string() : host.name;
    base::log(
        "tscollect-mpi: {}: did not answer within {} s; going on without it until it answers\n",
        host.name, to_seconds(options_.timeout));
  }
  start(0);
  hosts_.at(0).journal = own_.journal_path();
  hosts_.at(0).journal_error = own_.journal_error();
}

void HostStarter::welcome_latecomers() {
  if (late_.empty()) return;
  handshake_.look();
  for (auto late = late_.begin(); late != late_.end();) {
    const auto& [rank, stand_in] = *late;
    KnownHost& host = hosts_.at(rank);
    if (!host.is_known()) {
      ++late;
      continue;
    }
    if (!stand_in.empty() && host.name != stand_in) {
      taken_.erase(stand_in);
      std::erase_if(absent_, [&](const AbsentHost& each) { return each.name == host.name; });
      make_unique(host.name, taken_);
    }
    host.joined_after = mono_now() - zero_;
    start(rank);
    if (host.sampling)
      base::log("tscollect-mpi: {}: joins {:.1f} s after the start\n", host.name,
                to_seconds(*host.joined_after));
    late = late_.erase(late);
  }
}

void HostStarter::dismiss_latecomers() {
  for (const auto& [rank, stand_in] : late_) {
    hosts_.at(rank).unreadable = fmt::format("did not answer within {} s of the start, nor later",
                                             to_seconds(options_.timeout));
    mailbox_.post(rank, Tag::start, encode(dismissal()));
  }
}

void HostStarter::dismiss_all() {
  for (const int rank : leaders_.leaders)
    if (rank != 0) mailbox_.post(rank, Tag::start, encode(dismissal()));
  for (int rank = 1; rank < ranks(); ++rank) mailbox_.post(rank, Tag::leave);
}

}  // namespace tscollect::collect

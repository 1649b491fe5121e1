#include "journal/host_journal.hpp"

#include "journal/record_validator.hpp"
#include "stream/record_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tscollect::journal {

Result<HostJournal> HostJournal::open(std::span<const std::filesystem::path> parts, uid_t owner) {
  HostJournal journal;
  for (const std::filesystem::path& path : parts) {
    auto part = Reader::open(path, owner);
    if (part) part->close();
    journal.add(std::move(part), path);
  }
  if (journal.parts_.empty())
    return Error{journal.errors_.empty() ? "no part of it is left" : journal.errors_.front()};
  if (journal.parts_.back().contents().continues && !journal.is_being_written())
    journal.errors_.emplace_back("later parts of it are missing");
  return journal;
}

HostJournal HostJournal::of(Reader part) {
  HostJournal journal;
  const std::filesystem::path path = part.contents().path;
  journal.add(Result<Reader>(std::move(part)), path);
  return journal;
}

void HostJournal::add(Result<Reader> part, const std::filesystem::path& path) {
  const std::string mismatch = part ? mismatch_of(*part) : part.error().message;
  if (!mismatch.empty()) {
    errors_.push_back(fmt::format("{}: {}", path.string(), mismatch));
    return;
  }
  const std::string& error = part->contents().error;
  if (!error.empty())
    errors_.push_back(part->contents().header.part == 0
                          ? error
                          : fmt::format("{}: {}", path.filename().string(), error));
  samples_ += part->contents().samples;
  last_tick_ = std::max(last_tick_, part->contents().last_tick);
  parts_.push_back(std::move(*part));
}

/// Why the part cannot follow those before it; normally empty. Its bytes are untrusted.
std::string HostJournal::mismatch_of(const Reader& part) const {
  if (parts_.empty()) return {};
  const Contents& before = parts_.back().contents();
  const Contents& now = part.contents();
  const Header& first = header();
  if (part.recorded() != parts_.front().recorded() || now.header.host != first.host ||
      now.header.zero_mono_ns != first.zero_mono_ns || now.header.interval_ns != first.interval_ns)
    return "it is not a part of the same journal";
  if (now.header.part <= before.header.part ||
      now.header.samples_before < before.header.samples_before + before.samples)
    return fmt::format("it does not follow part {}", before.header.part);
  if (now.samples > 0 && now.first_tick <= last_tick_)
    return "its ticks do not follow those before it";
  return {};
}

std::int64_t HostJournal::lost_samples() const {
  const Contents& last = parts_.back().contents();
  return last.header.samples_before + last.samples - samples();
}

bool HostJournal::is_being_written() const {
  return std::ranges::any_of(parts_,
                             [](const Reader& part) { return part.contents().being_written; });
}

block::HostBlock HostJournal::build_block() const {
  block::BlockContext context;
  context.grid = header().grid();
  context.recorded = parts_.front().recorded();
  context.excluded_rows = header().excluded_rows;
  context.summary.name = header().host;
  context.summary.facts = header().facts;
  context.summary.absent_sources = header().absent_sources;
  context.summary.clock_at_start = header().clock_at_start;
  context.summary.dropped_samples = lost_samples();
  // Every tick up to the last one was either sampled or missed.
  for (const Reader& part : parts_) {
    const Contents& contents = part.contents();
    context.summary.missed_ticks = std::max<std::int64_t>(
        context.summary.missed_ticks,
        contents.last_tick + 1 - contents.header.samples_before - contents.samples);
    context.summary.stored_bytes += contents.stored_bytes;
    context.summary.journal_bytes += static_cast<std::int64_t>(contents.file_bytes);
  }
  return block::build_block([this](const block::RecordVisitor& visitor) { visit(visitor); },
                            std::move(context));
}

void HostJournal::visit(const block::RecordVisitor& visitor) const {
  constexpr std::array restart{std::byte{stream::restart_record}};
  for (const Reader& part : parts_) {
    // Each part begins with a restart. If a damaged one does not, it must not be decoded as a
    // continuation of the part before.
    if (&part != &parts_.front() && !visitor(restart)) return;
    // The samples of a part that was removed meanwhile count as lost.
    if (const auto whole = part.visit(visitor); whole && !*whole) return;
  }
}

}  // namespace tscollect::journal

#include "sampling/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tscollect::sampling {

Sampler::Sampler(const SampleOptions& options, Devices devices) {
  const table::DeviceFilter filter(options.include_devices, options.exclude_devices);
  const table::Roots roots{options.procfs, options.sysfs};
  for (const std::string& name : options.sources)
    if (table::find_source(name) == nullptr)
      throw std::invalid_argument(select_sources(name).error().message);
  const auto lists = [](const std::vector<std::string>& names, const table::Source& source) {
    return std::ranges::find(names, source.description.name) != names.end();
  };
  for (const table::Source& source : table::registry())
    if (lists(options.sources, source))
      watch(source, filter, roots, lists(options.sources_if_present, source));
  // The readings point into watched_, which does not grow from here on.
  for (const Watched& watched : watched_) readings_.push_back({&watched.table, {}});
  if (devices == Devices::described) inspector_.emplace(options.sysfs);
}

// Sources of one text stand side by side in the registry, so that it is read into one buffer and
// all of them follow it before the next.
void Sampler::watch(const table::Source& source, const table::DeviceFilter& filter,
                    const table::Roots& roots, bool may_be_absent) {
  if (texts_.empty() || !texts_.back().text.serves(source)) {
    SourceText text(source, roots);
    if (may_be_absent && !text.read(text_)) {
      absent_.push_back({std::string(source.description.name), text.error(), true});
      return;
    }
    texts_.push_back({std::move(text), watched_.size(), 0});
  }
  ++texts_.back().watched_count;
  const auto& root = source.description.is_in_sysfs ? roots.sysfs : roots.procfs;
  watched_.push_back(
      {table::Table(source, source.rows_are_devices ? filter : table::DeviceFilter()),
       root / source.description.path,
       {},
       0});
}

[[gnu::hot]] void Sampler::read() {
  if (inspector_ && inspector_->has_answers()) take_descriptions();
  for (Text& text : texts_) {
    being_read_.store(text.first_watched, std::memory_order_relaxed);
    const bool got_text = text.text.read(text_);
    being_read_.store(none, std::memory_order_relaxed);
    for (std::size_t i = text.first_watched; i < text.first_watched + text.watched_count; ++i) {
      Watched& watched = watched_[i];
      if (!got_text) {
        watched.table.clear_values();
        fail(i, text.text.error());
        continue;
      }
      watched.table.update(text_);
      if (watched.rows_seen != watched.table.rows().size()) ask_for_descriptions(i);
      if (text.text.error().empty())
        readings_[i].error = watched.table.error();
      else if (watched.table.error().empty())
        fail(i, text.text.error());
      else
        fail(i, fmt::format("{}; {}", text.text.error(), watched.table.error()));
    }
  }
}

void Sampler::ask_for_descriptions(std::size_t watched) {
  Watched& asking = watched_[watched];
  const table::Source& source = asking.table.source();
  const auto& rows = asking.table.rows();
  if (inspector_ && source.describe_device != nullptr) {
    std::vector<DeviceInspector::Question> questions;
    for (std::size_t row = asking.rows_seen; row < rows.size(); ++row)
      questions.push_back({watched, row, source.describe_device, rows[row].name});
    inspector_->ask(std::move(questions));
  }
  asking.rows_seen = rows.size();
}

void Sampler::take_descriptions() {
  for (const DeviceInspector::Answer& answer : inspector_->take())
    watched_[answer.source].table.describe_row(answer.row, answer.facts);
}

void Sampler::finish_descriptions(MonoTime deadline) {
  if (!inspector_) return;
  inspector_->wait(deadline);
  take_descriptions();
}

std::optional<std::size_t> Sampler::being_read() const noexcept {
  const std::size_t source = being_read_.load(std::memory_order_relaxed);
  return source == none ? std::nullopt : std::optional(source);
}

void Sampler::fail(std::size_t watched, const std::string& message) {
  watched_[watched].error = message;
  readings_[watched].error = watched_[watched].error;
}

std::vector<AbsentSource> Sampler::absent() const {
  std::vector<AbsentSource> absent = absent_;
  for (const Text& text : texts_)
    for (std::string& reason : text.text.unsupported())
      absent.push_back({std::string(watched_[text.first_watched].table.source().description.name),
                        std::move(reason), false});
  return absent;
}

bool Sampler::read_anything() const noexcept {
  return std::ranges::any_of(readings_, [](const stream::SourceReading& reading) {
    return std::ranges::any_of(reading.table->values(),
                               [](std::int64_t value) { return value != missing_integer; });
  });
}

std::size_t Sampler::failures() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      readings_, [](const stream::SourceReading& reading) { return !reading.error.empty(); }));
}

}  // namespace tscollect::sampling

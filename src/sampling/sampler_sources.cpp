// What a sampler reads: its sources, what this host lacks of them, and facts about their devices.
#include "sampling/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tscollect::sampling {

namespace {

bool lists(const std::vector<std::string>& names, const table::Source& source) {
  return std::ranges::find(names, source.description.name) != names.end();
}

std::filesystem::path path_of(const table::Source& source, const SampleOptions& options) {
  return (source.description.is_in_sysfs ? options.sysfs : options.procfs) /
         source.description.path;
}

}  // namespace

Sampler::Sampler(const SampleOptions& options, SamplerDuties duties)
    : duties_(duties),
      buffer_(std::make_unique<procfs::TextBuffer>()),
      room_(std::make_shared<ReadingRoom>()) {
  for (const auto& names : {options.sources, options.slow_sources})
    for (const std::string& name : names)
      if (table::find_source(name) == nullptr)
        throw std::invalid_argument(select_sources(name).error().message);
  for (const table::Source& source : table::registry())
    if (!source.is_reading_time && lists(options.sources, source)) watch(source, options);
  watch_reading_times(options);
  // The readings point into watched_, which does not grow after this.
  for (const Watched& watched : watched_) readings_.push_back({&watched.table, {}});
  if (duties_.devices == Devices::described) inspector_.emplace(options.sysfs);
}

Sampler::~Sampler() { close(); }

// Sources of one text are adjacent in the registry: the text is read once, and all of them parse it
// before the next text is read.
void Sampler::watch(const table::Source& source, const SampleOptions& options) {
  const table::Roots roots{options.procfs, options.sysfs};
  const table::DeviceFilter filter(options.include_devices, options.exclude_devices);
  std::filesystem::path path = path_of(source, options);
  if (texts_.empty() || !texts_.back().text->serves(source)) {
    auto text = std::make_shared<SourceText>(source, roots);
    if (lists(options.sources_if_present, source) && !text->read(*buffer_)) {
      absent_.push_back({std::string(source.description.name), text->error(), true});
      return;
    }
    texts_.push_back({std::move(text), watched_.size(), 0, false,
                      fmt::format("{}: the read had not returned in time", path.string())});
  }
  Text& text = texts_.back();
  ++text.watched_count;
  text.may_be_slow = text.may_be_slow || source.may_be_slow || lists(options.slow_sources, source);
  watched_.push_back(
      {table::Table(source, source.rows_are_devices ? filter : table::DeviceFilter()),
       std::move(path),
       {},
       0});
}

/// Reading times are kept for sources that may be slow, or if they were requested.
void Sampler::watch_reading_times(const SampleOptions& options) {
  const auto source = std::ranges::find_if(table::registry(), &table::Source::is_reading_time);
  if (!lists(options.sources, *source) && std::ranges::none_of(texts_, &Text::may_be_slow)) return;
  times_ = watched_.size();
  watched_.push_back({table::Table(*source, {}), source->description.path, {}, 0});
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

std::string Sampler::names_of(const Text& text) const {
  std::string names;
  for (std::size_t i = text.first_watched; i < text.first_watched + text.watched_count; ++i) {
    if (!names.empty()) names += ", ";
    names += watched_[i].table.source().description.name;
  }
  return names;
}

std::vector<LateSource> Sampler::late_sources() const {
  const std::lock_guard lock(room_->mutex);
  std::vector<LateSource> late;
  for (const Text& text : texts_)
    if (text.late_samples > 0)
      late.push_back({names_of(text), watched_[text.first_watched].path, text.late_samples,
                      text.slot && text.slot->is_late()});
  return late;
}

std::vector<AbsentSource> Sampler::absent() const {
  std::vector<AbsentSource> absent = absent_;
  for (const Text& text : texts_)
    for (std::string& reason : text.text->unsupported())
      absent.push_back({std::string(watched_[text.first_watched].table.source().description.name),
                        std::move(reason), false});
  return absent;
}

bool Sampler::read_anything() const noexcept {
  return std::ranges::any_of(readings_, [](const stream::SourceReading& reading) {
    return !reading.table->source().is_reading_time &&
           std::ranges::any_of(reading.table->values(),
                               [](std::int64_t value) { return value != missing_integer; });
  });
}

std::size_t Sampler::failures() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      readings_, [](const stream::SourceReading& reading) { return !reading.error.empty(); }));
}

}  // namespace tscollect::sampling

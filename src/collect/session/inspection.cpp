#include "collect/session/inspection.hpp"

#include "base/process/background_task.hpp"
#include "block/host_facts.hpp"
#include "sampling/sampler.hpp"
#include "sampling/source_probe.hpp"
#include "table/source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace tscollect::collect {

namespace {

/// Reads all sources once, on a thread of its own.
class Trial {
 public:
  explicit Trial(const SampleOptions& options)
      : state_(std::make_shared<State>(options)), task_([state = state_] { state->read(); }) {}

  /// Throws what the reading has thrown.
  [[nodiscard]] bool is_read_within(std::chrono::nanoseconds limit) const {
    if (!task_.wait(base::Deadline(limit))) return false;
    task_.rethrow();
    return true;
  }
  [[nodiscard]] const sampling::Sampler& sampler() const { return *state_->sampler; }

 private:
  struct State {
    explicit State(SampleOptions given) : options(std::move(given)) {}
    void read() {
      sampler.emplace(options);
      sampler->read();
    }
    SampleOptions options;
    std::optional<sampling::Sampler> sampler;
  };
  std::shared_ptr<State> state_;
  BackgroundTask task_;
};

/// Removes hanging sources from the options.
std::vector<std::string> leave_out_what_hangs(SampleOptions& options,
                                              std::chrono::nanoseconds limit,
                                              std::chrono::nanoseconds waited) {
  const double seconds = std::chrono::duration<double>(limit + waited).count();
  std::vector<const table::Source*> wanted;
  for (const std::string& name : options.sources)
    if (const table::Source* source = table::find_source(name)) wanted.push_back(source);
  std::vector<std::string> hanging;
  for (const sampling::SourceProbe& probe :
       sampling::probe_sources(wanted, {options.procfs, options.sysfs}, limit)) {
    if (probe.availability != sampling::Availability::hangs) continue;
    const SourceDescription& description = probe.source->description;
    const auto& root = description.is_in_sysfs ? options.sysfs : options.procfs;
    hanging.push_back(fmt::format("{}: a read of {} has not returned for {:.1f} s",
                                  description.name, (root / description.path).string(), seconds));
    std::erase(options.sources, description.name);
  }
  return hanging;
}

void describe(const sampling::Sampler& trial, const SampleOptions& options,
              Inspection& inspection) {
  for (const stream::SourceReading& reading : trial.readings()) {
    inspection.sources.emplace_back(reading.table->source().description.name);
    inspection.excluded_rows.push_back(reading.table->excluded_rows());
  }
  for (const sampling::AbsentSource& absent : trial.absent())
    inspection.absent.push_back(fmt::format("{}: {}", absent.name, absent.reason));
  if (trial.read_anything()) return;
  inspection.unreadable = fmt::format("nothing could be read below {}", options.procfs.string());
  for (const stream::SourceReading& reading : trial.readings())
    if (!reading.error.empty()) inspection.unreadable += fmt::format("; {}", reading.error);
}

}  // namespace

Inspection inspect(const SampleOptions& given, std::chrono::nanoseconds limit) {
  const std::chrono::nanoseconds first_limit = limit / 2;
  const std::chrono::nanoseconds other_limit = limit / 4;
  const MonoTime end = mono_now() + limit;
  SampleOptions options = given;
  Inspection inspection;
  const auto facts = std::make_shared<block::HostFacts>();
  const BackgroundTask facts_task(
      [facts, procfs = given.procfs] { *facts = block::read_host_facts(procfs); });
  std::optional<Trial> trial(options);
  bool is_read = trial->is_read_within(first_limit);
  if (!is_read) {
    inspection.hanging = leave_out_what_hangs(options, other_limit, first_limit);
    if (!inspection.hanging.empty() && !options.sources.empty()) trial.emplace(options);
    is_read = !options.sources.empty() && trial->is_read_within(other_limit);
  }
  if (is_read) {
    describe(trial->sampler(), options, inspection);
  } else {
    inspection.unreadable =
        inspection.hanging.empty()
            ? fmt::format("reading what is below {} took longer than {:.1f} s",
                          options.procfs.string(), std::chrono::duration<double>(limit).count())
            : fmt::format("{}", fmt::join(inspection.hanging, "; "));
  }
  // The facts may hang for the same reason as a source.
  const auto left = std::max<std::chrono::nanoseconds>(end - mono_now(), {});
  if (facts_task.wait(base::Deadline(left))) {
    facts_task.rethrow();
    inspection.facts = *facts;
  }
  return inspection;
}

}  // namespace tscollect::collect

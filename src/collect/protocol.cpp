#include "collect/protocol.hpp"

#include "base/text/integer_json.hpp"

#include <nlohmann/json.hpp>

namespace tscollect::collect {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Hello, hostname, node_name, unreadable, abandoned_journals)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Start, leave, name_in_file, zero_mono_ns, run_id, output,
                                   clock_offset_ns, clock_uncertainty_ns, mono_offset_ns,
                                   host_count, hosts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Finished, block_bytes, journal_loss, failure, gave_up)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Wanted, hosts)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Recovered, error, block_bytes, whole, why, lines)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Ready, journal, journal_error, refused)

namespace {

/// Content of Tag::stop.
struct Stop {
  int cause = 0;
  std::string text;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Stop, cause, text)

template <class T>
std::string to_text(const T& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class T>
Result<T> from_text(std::string_view text) {
  try {
    const auto value = base::parse_whole_json(text);
    if (!value) return value.error();
    return value->template get<T>();
  } catch (const nlohmann::json::exception& error) {
    return Error{error.what()};
  }
}

}  // namespace

Start start_of(const StartParameters& parameters) {
  Start start;
  start.name_in_file = parameters.name_in_file;
  start.zero_mono_ns = parameters.grid.zero.time_since_epoch().count();
  start.run_id = parameters.run_id;
  start.output = parameters.output;
  start.clock_offset_ns = parameters.clock.offset_ns;
  start.clock_uncertainty_ns = parameters.clock.uncertainty_ns;
  start.mono_offset_ns = parameters.clock.mono_offset_ns;
  start.host_count = parameters.host_count;
  start.hosts = parameters.hosts;
  return start;
}

Start dismissal() {
  Start start;
  start.leave = true;
  return start;
}

std::string encode(const sampling::StopReason& reason) {
  return to_text(Stop{static_cast<int>(reason.cause), reason.text});
}

sampling::StopReason decode_stop(std::string_view text) {
  using sampling::StopCause;
  const Result<Stop> stop = from_text<Stop>(text);
  if (!stop || stop->cause < 0 || stop->cause > static_cast<int>(StopCause::error))
    return {StopCause::error, "a message that is no reason to stop"};
  return {static_cast<StopCause>(stop->cause), stop->text};
}

std::string encode(JournalFate fate) { return fate == JournalFate::remove ? "remove" : "keep"; }

JournalFate decode_journal_fate(std::string_view text) {
  return text == encode(JournalFate::remove) ? JournalFate::remove : JournalFate::keep;
}

std::string encode(const Hello& hello) { return to_text(hello); }
std::string encode(const Start& start) { return to_text(start); }
std::string encode(const Ready& ready) { return to_text(ready); }
Result<Hello> decode_hello(std::string_view text) { return from_text<Hello>(text); }
Result<Start> decode_start(std::string_view text) { return from_text<Start>(text); }
Result<Ready> decode_ready(std::string_view text) { return from_text<Ready>(text); }
std::string encode(const Finished& finished) { return to_text(finished); }
Result<Finished> decode_finished(std::string_view text) { return from_text<Finished>(text); }
std::string encode(const Wanted& wanted) { return to_text(wanted); }
std::string encode(const Recovered& recovered) { return to_text(recovered); }
Result<Wanted> decode_wanted(std::string_view text) { return from_text<Wanted>(text); }
Result<Recovered> decode_recovered(std::string_view text) { return from_text<Recovered>(text); }

}  // namespace tscollect::collect

// A file of marks of any bytes must give phases that begin before they end, within those that they
// are nested in, and no more of them than it has lines.
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"
#include "marks/marked_phases.hpp"

#include <algorithm>

namespace {

using namespace tscollect;

marks::RunClocks clocks() {
  constexpr std::int64_t second_ns = 1'000'000'000;
  const block::ClockOffset here{0, 0, 0};
  const block::ClockOffset ahead{second_ns, 10, -second_ns};
  return {{{"a", "boot-a", 1'000 * second_ns, here, here},
           {"b", "boot-b", 999 * second_ns, ahead, {second_ns, 10, 5 * second_ns}}},
          1'769'293'200 * second_ns,
          1'769'293'300 * second_ns};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A byte of an array takes one of nlohmann's values.
  const fuzz::Account account(size, {std::size_t{1} << 20U, 400});
  const std::string_view text = fuzz::text_of(data, size);
  const auto marks = marks::parse_marks(text);
  if (!marks) return 0;
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  fuzz::require(marks->marks.size() + marks->bad_lines <= lines);
  const marks::RunClocks run = clocks();
  const marks::MarkedPhases found = marks::phases_of(*marks, run);
  fuzz::require(found.phases.size() <= marks->marks.size());
  std::vector<std::int64_t> ends;  // of those that go on, the outermost first
  std::int64_t begin_ns = INT64_MIN;
  for (const block::RunPhase& phase : found.phases) {
    fuzz::require(phase.begin_ns >= begin_ns);
    begin_ns = phase.begin_ns;
    fuzz::require(phase.begin_ns <= phase.end_ns && phase.end_ns <= run.end_ns);
    fuzz::require(!phase.name.empty());
    fuzz::require(phase.level >= 0 && static_cast<std::size_t>(phase.level) <= ends.size());
    ends.resize(static_cast<std::size_t>(phase.level));
    fuzz::require(ends.empty() || phase.end_ns <= ends.back());
    ends.push_back(phase.end_ns);
  }
  for (const auto& mark : marks->marks) {
    std::string line = marks::to_line(mark);
    line.pop_back();
    const auto again = marks::parse_line(line);
    fuzz::require(again && std::get<marks::Mark>(*again) == mark);
  }
  return 0;
}

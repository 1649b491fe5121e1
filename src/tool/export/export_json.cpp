#include "tool/export/export.hpp"
#include "store/json/json_value.hpp"
#include "store/json/sidecar.hpp"

#include <tscollect/json.hpp>

namespace tscollect::tool {

namespace {

/// Writes the samples of a host; `first` is whether none was written before.
void write_samples(const store::ReadHost& host, const SampleFilter& filter, bool& first,
                   Output& output, base::Progress& progress, std::size_t& done) {
  std::size_t row = 0;
  store::for_each_sample(host, [&](TimeSeriesSample&& sample) {
    if (!filter.has_time(host, row++)) return progress.show(++done);
    filter.apply(sample);
    output.write(first ? "\n" : ",\n");
    output.write(tscollect::to_json(sample));
    first = false;
    progress.show(++done);
  });
}

}  // namespace

void export_json(const RunInput& input, const SampleFilter& filter, Output& output,
                 base::Progress& progress) {
  constexpr int on_one_line = -1;
  std::string head = store::to_text(store::head_to_value(store::head_of(input.run())), on_one_line);
  head.pop_back();  // the closing brace: samples_by_host is the last member
  // Further members are ignored by the reference's readers.
  if (const auto& phases = input.run().phases; !phases.empty())
    head += ",\n\"phases\":" + store::to_text(store::phases_to_value(phases), on_one_line);
  output.write(head + ",\n\"samples_by_host\":{");
  bool first = true;
  std::size_t done = 0;
  for (const std::string& name : filter.hosts_of(input)) {
    output.write(first ? "\n" : ",\n");
    output.write(store::to_text(name, on_one_line) + ":[");
    bool is_first_sample = true;
    input.read_in_parts(name, [&](const store::ReadHost& part) {
      write_samples(part, filter, is_first_sample, output, progress, done);
    });
    output.write("]");
    first = false;
  }
  output.write("}}\n");
}

}  // namespace tscollect::tool

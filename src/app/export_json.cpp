#include "app/export.hpp"
#include "store/json_value.hpp"

#include <tscollect/json.hpp>

namespace tscollect::app {

namespace {

void write_samples(const store::ReadHost& host, Output& output) {
  bool first = true;
  store::for_each_sample(host, [&](const TimeSeriesSample& sample) {
    output.write(first ? "\n" : ",\n");
    output.write(to_json(sample));
    first = false;
  });
}

}  // namespace

void export_json(const RunInput& input, Output& output) {
  constexpr int on_one_line = -1;
  std::string head = store::to_text(store::head_to_value(store::head_of(input.run())), on_one_line);
  head.pop_back();  // the brace that closes it: samples_by_host is the last member
  output.write(head + ",\n\"samples_by_host\":{");
  bool first = true;
  for (const std::string& name : input.collected()) {
    output.write(first ? "\n" : ",\n");
    output.write(store::to_text(name, on_one_line) + ":[");
    write_samples(input.read_host(name), output);
    output.write("]");
    first = false;
  }
  output.write("}}\n");
}

}  // namespace tscollect::app

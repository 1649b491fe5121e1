#include "tool/rates/row_writer.hpp"

#include "base/text/visible_json.hpp"
#include "tool/csv_cell.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iterator>

namespace tscollect::tool {

namespace {

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(Output& output) : output_(output) {
    output_.write("host,device,time,seconds,metric,value,unit\n");
  }

  void begin_series(std::string_view host, std::string_view device,
                    const analysis::Quantity& quantity) override {
    front_ = fmt::format("{},{},", csv_cell(host), csv_cell(device));
    metric_ = quantity.name;
    back_ = fmt::format(",{}\n", quantity.unit);
  }

  void write(std::int64_t /*time_ns*/, std::string_view time_text, double seconds,
             double value) override {
    line_ = front_;
    fmt::format_to(std::back_inserter(line_), "{},{:.9g},{},{}", time_text, seconds, metric_,
                   value);
    output_.write(line_ += back_);
  }

 private:
  Output& output_;
  std::string front_;
  std::string metric_;
  std::string back_;
  std::string line_;
};

/// One JSON object per line.
class JsonWriter final : public RowWriter {
 public:
  explicit JsonWriter(Output& output) : output_(output) {}

  void begin_series(std::string_view host, std::string_view device,
                    const analysis::Quantity& quantity) override {
    front_ = fmt::format(R"({{"host":{},"device":{},"time":")", quoted(host), quoted(device));
    middle_ = fmt::format(R"(,"metric":"{}","value":)", quantity.name);
    back_ = fmt::format(",\"unit\":\"{}\"}}\n", quantity.unit);
  }

  void write(std::int64_t /*time_ns*/, std::string_view time_text, double seconds,
             double value) override {
    line_ = front_;
    fmt::format_to(std::back_inserter(line_), R"({}","seconds":{:.9g}{}{})", time_text, seconds,
                   middle_, value);
    output_.write(line_ += back_);
  }

 private:
  static std::string quoted(std::string_view text) {
    using Json = nlohmann::json;
    return base::visible_json(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  Output& output_;
  std::string front_;
  std::string middle_;
  std::string back_;
  std::string line_;
};

}  // namespace

std::unique_ptr<RowWriter> make_row_writer(const std::string& format, Output& output) {
  if (format == "json") return std::make_unique<JsonWriter>(output);
  return std::make_unique<CsvWriter>(output);
}

}  // namespace tscollect::tool

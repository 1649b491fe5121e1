#pragma once

#include "procfs/proc_file.hpp"
#include "stream/sample_stream.hpp"
#include "table/table.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tscollect::tests {

/// Tables fed with texts instead of files, as a sampler would have them.
class TableFeed {
 public:
  explicit TableFeed(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      tables_.emplace_back(*sources::find_source(name), sources::DeviceFilter{});
      readings_.push_back({&tables_.back(), {}});
    }
  }

  void update(std::size_t source, std::string_view text) {
    buffer_.assign(text);
    tables_[source].update(buffer_);
    readings_[source].error = tables_[source].error();
  }
  void describe(std::size_t source, std::size_t row, const sources::DeviceFacts& facts) {
    tables_[source].describe_row(row, facts);
  }
  void fail(std::size_t source, std::string_view message) {
    tables_[source].clear_values();
    readings_[source].error = message;
  }

  [[nodiscard]] const std::vector<record::SourceReading>& readings() const { return readings_; }
  [[nodiscard]] const sources::Table& table(std::size_t source) const { return tables_[source]; }
  [[nodiscard]] std::vector<const sources::Source*> recorded() const {
    std::vector<const sources::Source*> list;
    for (const sources::Table& table : tables_) list.push_back(&table.source());
    return list;
  }

 private:
  std::deque<sources::Table> tables_;
  std::vector<record::SourceReading> readings_;
  procfs::TextBuffer buffer_;
};

}  // namespace tscollect::tests

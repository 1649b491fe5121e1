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
      tables_.emplace_back(*table::find_source(name), table::DeviceFilter{});
      readings_.push_back({&tables_.back(), {}});
    }
  }

  void update(std::size_t source, std::string_view text) {
    buffer_.assign(text);
    tables_[source].update(buffer_);
    readings_[source].error = tables_[source].error();
  }
  void describe(std::size_t source, std::size_t row, const table::DeviceFacts& facts) {
    tables_[source].describe_row(row, facts);
  }
  void fail(std::size_t source, std::string_view message) {
    tables_[source].clear_values();
    readings_[source].error = message;
  }

  [[nodiscard]] const std::vector<stream::SourceReading>& readings() const { return readings_; }
  [[nodiscard]] const table::Table& table(std::size_t source) const { return tables_[source]; }
  [[nodiscard]] std::vector<const table::Source*> recorded() const {
    std::vector<const table::Source*> list;
    for (const table::Table& table : tables_) list.push_back(&table.source());
    return list;
  }

 private:
  std::deque<table::Table> tables_;
  std::vector<stream::SourceReading> readings_;
  procfs::TextBuffer buffer_;
};

}  // namespace tscollect::tests

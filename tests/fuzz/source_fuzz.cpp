// Any text under /proc, one after the other, must be read without a crash or a hang, and a table
// that follows them must hold what a new one reads from the last text alone. Form feeds separate
// the texts. Compiled once per source: TSCOLLECT_FUZZED_SOURCE is its name.
#include "fuzz/fuzz.hpp"
#include "sources/sources.hpp"
#include "table/table.hpp"

#include <map>
#include <utility>

namespace {

using namespace tscollect;

using Cells = std::map<std::pair<std::string, std::string>, std::int64_t>;

Cells present_cells(const table::Table& table) {
  Cells cells;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const table::TableColumn& column = table.columns()[i];
    if (table.values()[i] != missing_integer)
      cells[{table.rows()[column.row].name, table.fields()[column.field].name}] = table.values()[i];
  }
  return cells;
}

void update(table::Table& table, std::string_view text) {
  procfs::TextBuffer buffer;
  if (table.source().rearrange == nullptr)
    buffer.assign(text);
  else
    table.source().rearrange(text, "node0", buffer);
  table.update(buffer);
}

/// Whatever differs from before was touched, and nothing was touched twice.
void check_touched(const table::Table& table, const std::vector<std::int64_t>& before) {
  std::vector<bool> touched(table.values().size(), false);
  for (const std::uint32_t column : table.touched()) {
    fuzz::require(column < touched.size() && !touched[column]);
    touched[column] = true;
  }
  for (std::size_t i = 0; i < touched.size(); ++i) {
    const std::int64_t was = i < before.size() ? before[i] : missing_integer;
    fuzz::require(touched[i] || table.values()[i] == was);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const table::DeviceFilter filter("", "^(loop|veth)");
  const table::Source& source = sources::TSCOLLECT_FUZZED_SOURCE;
  table::Table table(source, filter);
  for (const std::string_view text : fuzz::pieces(fuzz::text_of(data, size), '\f')) {
    const std::vector<std::int64_t> before = table.values();
    update(table, text);
    check_touched(table, before);
    table::Table anew(source, filter);
    update(anew, text);
    fuzz::require(present_cells(table) == present_cells(anew));
    fuzz::require(table.error() == anew.error());
  }
  return 0;
}

#include "store/run_file/host_reader.hpp"

#include "block/chunk_shape.hpp"
#include "store/hdf5/dataset_writer.hpp"
#include "store/run_file/host_layout.hpp"
#include "store/run_file/layout_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tscollect::store {

namespace {

constexpr std::uint64_t most_sources = 64;

/// Cells in memory at a time: 32 MiB for some columns, or 56 MiB for all columns together. With
/// very many columns each chunk is decompressed repeatedly, for some hundred samples at a time.
constexpr std::uint64_t most_cells = std::uint64_t{4} << 20U;
constexpr std::uint64_t most_cells_of_part = std::uint64_t{7} << 20U;

/// Number of columns that is always accepted. Users of a host keep data for each column; a column
/// of a valid file takes some hundred bytes in the file.
constexpr std::uint64_t always_columns = std::uint64_t{1} << 18U;
constexpr std::uint64_t bytes_per_column = 16;

/// The failures of one source do not overlap, so together they cover each row at most once per
/// source. A larger number is refused, as users may expand them row by row.
void check_extent(const ObjectRef& host, const std::vector<block::HostError>& errors,
                  std::uint64_t samples) {
  const auto rows = static_cast<std::int64_t>(samples);
  std::uint64_t covered = 0;
  for (const block::HostError& error : errors) {
    const std::int64_t first = std::max<std::int64_t>(error.first_row, 0);
    const std::int64_t last = std::min(error.last_row, rows - 1);
    if (first <= last) covered += static_cast<std::uint64_t>(last - first) + 1;
    if (covered > samples * most_sources)
      throw_at(host, "lists more failures than its sources can have had");
  }
}

std::array<OpenDataset, layout::time_lists.size()> open_times(const ObjectRef& host) {
  std::array<OpenDataset, layout::time_lists.size()> lists;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const char* const name = layout::time_lists[i].list.name;
    lists[i] = open_dataset(host, name, H5T_INTEGER, 1);
    check_length(host, name, lists[i].count, lists.front().count);
    check_dataset(host,
                  {name, {layout::time_dimension}, layout::time_lists[i].list, ValueType::integer});
  }
  return lists;
}

/// All columns of a source.
CellBlock whole(std::size_t index, const SourceReader& source) {
  return {index, 0, source.rows(), 0, source.fields(), {}};
}

}  // namespace

HostReader::State::State(GroupHandle opened, std::string file_name, std::string host_path,
                         const block::HostSummary& summary, Diagnostics* sink)
    : diagnostics(sink),
      file(std::move(file_name)),
      path(std::move(host_path)),
      group(std::move(opened)),
      budget(file_bytes({group.get(), file, path})),
      times(open_times(node())),
      samples(times.front().count) {
  layout.summary = summary;
  expect_text(node(), layout::hostname, summary.name);
  std::set<std::string> names;
  std::set<hobj_ref_t> arrays;
  for (const std::string& name : read_texts(node(), layout::sources)) {
    if (!names.insert(name).second)
      throw_at(node(), fmt::format("names the source {} twice", name));
    if (names.size() > most_sources)
      throw_at(node(), fmt::format("names more than {} sources", most_sources));
    or_report([&] { add_source(name, arrays); });
  }
  named_sources = names.size();
  if (columns > always_columns + file_bytes(node()) / bytes_per_column)
    throw_at(node(), fmt::format("claims {} columns, more than the file can hold", columns));
  or_report([&] { layout.errors = read_optional_table(node(), layout::errors); });
  check_extent(node(), layout.errors, samples);
  or_report([&] { layout.gaps = read_optional_table(node(), layout::gaps); });
  or_report([&] { layout.resets = read_optional_table(node(), layout::resets); });
}

/// With diagnostics a part that cannot be read is reported, and the others are checked.
void HostReader::State::or_report(const std::function<void()>& read) const {
  if (diagnostics == nullptr)
    read();
  else
    guarded(node(), "unreadable-host", read);
}

void HostReader::State::add_source(const std::string& name, std::set<hobj_ref_t>& arrays) {
  ReadSource read;
  read.description.name = name;
  SourceReader source(node(), samples, read.description);
  if (!arrays.insert(reference_to(node(), name.c_str())).second)
    throw_at(node(), fmt::format("has another name for the array {}", name));
  columns += source.rows() * source.fields();
  layout.sources.push_back(std::move(read));
  sources.push_back(std::move(source));
}

void HostReader::State::warn_of_unknown_objects() const {
  if (layout.sources.size() < named_sources) return;  // what belongs to the others is not known
  std::set<std::string> known;
  for (const layout::TimeList& each : layout::time_lists) known.insert(each.list.name);
  layout::for_each_event_table([&](const auto& table) {
    known.insert(table.dimension);
    for (const auto& column : table.columns) known.insert(column.list.name);
  });
  for (const ReadSource& source : layout.sources) known.merge(object_names(source.description));
  for (const std::string& name : link_names(node()))
    if (!known.contains(name))
      diagnostics->warn("unknown-object", fmt::format("{}/{}", path, name), std::nullopt,
                        "is not part of the format");
}

void HostReader::State::read_times(const RowRange& rows, HostTimes& read) const {
  const RowRange range = rows.within(samples);
  read.first_row = range.first;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const layout::TimeList& list = layout::time_lists[i];
    read_box(node(), list.list.name, times[i], ValueType::integer, {{range.first}, {range.count}},
             read.*list.values);
  }
}

HostReader::HostReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
HostReader::HostReader(HostReader&&) noexcept = default;

HostReader::~HostReader() {
  const QuietErrors quiet;
  state_.reset();
}

const ReadHost& HostReader::layout() const { return state_->layout; }
std::uint64_t HostReader::samples() const { return state_->samples; }

std::optional<HostEnds> HostReader::ends() const {
  const QuietErrors quiet;
  if (samples() == 0) return std::nullopt;
  HostTimes first;
  HostTimes last;
  state_->read_times({0, 1}, first);
  state_->read_times({samples() - 1, 1}, last);
  return HostEnds{first.tick.front(), last.tick.front(), first.lateness_ns.front(),
                  last.lateness_ns.front()};
}

void HostReader::read_times(std::uint64_t first, std::uint64_t count, HostTimes& times) const {
  const QuietErrors quiet;
  state_->read_times({first, count}, times);
}

void HostReader::read_cells(std::uint64_t first, std::uint64_t count, const CellBlock& where,
                            std::vector<std::int64_t>& values) const {
  const QuietErrors quiet;
  state_->sources[where.source].read(state_->node(), RowRange{first, count}.within(samples()),
                                     where, values);
}

ReadHost HostReader::read(std::uint64_t first, std::uint64_t count) const {
  const QuietErrors quiet;
  ReadHost host = state_->layout;
  state_->read_times({first, count}, host);
  const RowRange range = RowRange{first, count}.within(samples());
  for (std::size_t i = 0; i < host.sources.size(); ++i) {
    const SourceReader& source = state_->sources[i];
    source.read(state_->node(), range, whole(i, source), host.sources[i].values);
  }
  return host;
}

HostTimes HostReader::read_times(std::uint64_t first, std::uint64_t count) const {
  const QuietErrors quiet;
  HostTimes times;
  state_->read_times({first, count}, times);
  return times;
}

std::vector<std::int64_t> HostReader::read_column(std::size_t source, std::size_t row,
                                                  std::size_t field, std::uint64_t first,
                                                  std::uint64_t count) const {
  const QuietErrors quiet;
  std::vector<std::int64_t> values;
  state_->sources[source].read(state_->node(), RowRange{first, count}.within(samples()),
                               {source, row, 1, field, 1, {}}, values);
  return values;
}

const ReadHost* HostReader::next_part() {
  const QuietErrors quiet;
  ReadHost& part = state_->part;
  if (part.sources.empty() && part.time_ns.empty()) part = state_->layout;
  const std::uint64_t first = part.first_row + part.time_ns.size();
  if (first >= samples()) return nullptr;
  // As long as the longest chunk, so that each chunk is decompressed once, unless that needs too
  // much memory.
  const std::uint64_t most = most_cells_of_part / std::max<std::uint64_t>(state_->columns, 1);
  const RowRange range =
      RowRange{first, std::clamp<std::uint64_t>(most, 1, block::longest_chunk_samples)}.within(
          samples());
  state_->read_times(range, part);
  for (std::size_t i = 0; i < part.sources.size(); ++i) {
    const SourceReader& source = state_->sources[i];
    source.read(state_->node(), range, whole(i, source), part.sources[i].values);
  }
  return &part;
}

void HostReader::visit(HostVisitor& visitor) const {
  const QuietErrors quiet;
  HostTimes times;
  std::vector<std::int64_t> values;
  constexpr std::uint64_t part = block::longest_chunk_samples;
  constexpr std::uint64_t most_columns = most_cells / part;
  for (std::uint64_t first = 0; first < samples(); first += part) {
    const RowRange range = RowRange{first, part}.within(samples());
    state_->read_times(range, times);
    visitor.take_times(times);
    for (std::size_t i = 0; i < state_->sources.size(); ++i) {
      const SourceReader& source = state_->sources[i];
      const std::uint64_t fields = std::min(source.fields(), most_columns);
      const std::uint64_t rows =
          fields == 0 ? 0 : std::max<std::uint64_t>(most_columns / fields, 1);
      for (std::uint64_t row = 0; fields > 0 && row < source.rows(); row += rows)
        for (std::uint64_t field = 0; field < source.fields(); field += fields) {
          CellBlock block{i,
                          row,
                          std::min(rows, source.rows() - row),
                          field,
                          std::min(fields, source.fields() - field),
                          {}};
          source.read(state_->node(), range, block, values);
          block.values = values;
          visitor.take_cells(times, block);
        }
    }
  }
}

void visit(const ReadHost& host, HostVisitor& visitor) {
  visitor.take_times(host);
  for (std::size_t i = 0; i < host.sources.size(); ++i) {
    const ReadSource& source = host.sources[i];
    const bool flat = source.description.row_dimension.empty();
    visitor.take_cells(host, {i, 0, flat ? 1 : source.description.rows.size(), 0,
                              source.description.fields.size(), source.values});
  }
}

}  // namespace tscollect::store

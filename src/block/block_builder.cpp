#include "block/block_builder.hpp"

#include "block/chunk_shape.hpp"
#include "block/chunk_builder.hpp"
#include "block/clock_columns.hpp"
#include "block/presence.hpp"
#include "block/reset_finder.hpp"
#include "block/slices.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tscollect::block {

namespace {

/// Runs of failures kept per host; further ones are only counted.
constexpr std::size_t most_errors = 1000;

/// The value of an unknown number, as in Source::number_facts.
constexpr std::int64_t unknown_number = -1;

void note_errors(const stream::SampleDecoder& decoder, const BlockContext& context,
                 std::vector<std::size_t>& open, HostBlock& block) {
  const std::int64_t row = decoder.samples() - 1;
  for (std::size_t i = 0; i < decoder.sources().size(); ++i) {
    const std::string& message = decoder.sources()[i].error;
    if (message.empty()) continue;
    ++block.summary.error_count;
    if (open[i] < block.errors.size()) {
      HostError& run = block.errors[open[i]];
      if (run.last_row == row - 1 && run.message == message) {
        run.last_row = row;
        run.last_time_ns = decoder.clock().wall_ns;
        ++run.count;
        continue;
      }
    }
    if (block.errors.size() >= most_errors) continue;
    open[i] = block.errors.size();
    block.errors.push_back({row, row, decoder.clock().wall_ns, decoder.clock().wall_ns, 1,
                            std::string(context.recorded[i]->description.name), message});
  }
}

/// The first pass over the records: clocks, errors, the samples in which each device is present,
/// and the final layout.
struct FirstPass {
  std::vector<stream::SampleClock> clocks;
  std::vector<stream::StreamSource> sources;
  Presence presence;

  [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(clocks.size()); }
  /// By device of a source.
  [[nodiscard]] std::vector<SampleRange> present(std::size_t source) const {
    std::vector<SampleRange> ranges;
    for (std::size_t row = 0; row < sources[source].rows.size(); ++row)
      ranges.push_back(presence.of(source, row, samples()));
    return ranges;
  }
};

FirstPass first_pass(const RecordSource& records, const BlockContext& context, HostBlock& block) {
  FirstPass found{{}, {}, Presence(context.recorded.size())};
  stream::SampleDecoder decoder(context.grid, context.recorded.size());
  std::vector<std::size_t> open(context.recorded.size(), most_errors);
  ResetFinder resets(context.recorded);
  records([&](std::span<const std::byte> record) {
    if (decoder.take(record)) {
      found.clocks.push_back(decoder.clock());
      note_errors(decoder, context, open, block);
      resets.look(decoder, block);
    }
    found.presence.follow(record, decoder);
    return !decoder.failed();
  });
  found.sources = decoder.sources();
  return found;
}

/// Whether most cells are missing, because most devices were present only briefly.
bool is_sparse(const std::vector<SampleRange>& present, std::uint64_t samples) {
  std::uint64_t there = 0;
  for (const SampleRange& range : present) there += static_cast<std::uint64_t>(range.size());
  return there < present.size() * samples / sparse_below_one_in;
}

/// Facts that were still unknown when sampling ended get the value for "unknown".
void name_facts(const table::Source& source, HostSource& host) {
  for (const std::string_view name : source.row_attributes) host.row_attributes.emplace_back(name);
  for (const std::string_view name : source.number_facts) host.row_attributes.emplace_back(name);
  for (const std::string_view name : source.text_facts) host.row_texts.emplace_back(name);
  for (HostRow& row : host.rows) {
    row.attributes.resize(host.row_attributes.size(), unknown_number);
    row.texts.resize(host.row_texts.size());
  }
}

/// The source's description and the shape of its array, without chunks.
HostSource describe(const table::Source& source, const stream::StreamSource& stream,
                    std::uint64_t samples, const std::vector<SampleRange>& present) {
  HostSource host;
  const bool flat = source.description.row_dimension.empty();
  host.name = source.description.name;
  host.row_dimension = source.description.row_dimension;
  host.row_name_field = source.description.row_name_field;
  host.kernel_document = source.description.kernel_document;
  host.summary = source.description.summary;
  for (const table::TableColumn& column : stream.columns) {
    if (!column.beyond_int64) continue;
    const std::string& row = stream.rows[column.row].name;
    const std::string& field = stream.fields[column.field].name;
    host.uint64_columns.push_back(flat ? field : fmt::format("{}.{}", row, field));
  }
  host.values.type = source.description.value_type;
  const ChunkShape chunk =
      chunk_shape(samples, stream.fields.size(), flat, is_sparse(present, samples));
  if (flat) {
    host.values.shape = {samples, stream.fields.size()};
    host.values.chunk_shape = {chunk.samples, chunk.fields};
  } else {
    host.values.shape = {samples, stream.rows.size(), stream.fields.size()};
    host.values.chunk_shape = {chunk.samples, 1, chunk.fields};
    host.rows = stream.rows;
    name_facts(source, host);
  }
  host.fields = stream.fields;
  return host;
}

/// Fills the slices of one pass, each from its first value on.
bool fill_slices(const RecordSource& records, const BlockContext& context, const Slices& slices,
                 const std::vector<SlicePart>& pass, const ChunkSink& sink) {
  bool saw_missing = false;
  std::size_t begun = 0;
  std::vector<SliceWriter> live;
  const auto end = [&](SliceWriter& writer) {
    writer.finish(sink);
    saw_missing = saw_missing || writer.saw_missing();
  };
  stream::SampleDecoder decoder(context.grid, context.recorded.size());
  records([&](std::span<const std::byte> record) {
    if (!decoder.take(record)) return !decoder.failed();
    const std::int64_t sample = decoder.samples() - 1;
    for (; begun < pass.size() && pass[begun].present.begin <= sample; ++begun)
      live.push_back(slices.writer(pass[begun]));
    for (SliceWriter& writer : live) {
      writer.add(decoder.values(), sink);
      if (writer.is_complete()) end(writer);
    }
    std::erase_if(live, [](const SliceWriter& writer) { return writer.is_complete(); });
    return begun < pass.size() || !live.empty();
  });
  for (SliceWriter& writer : live) end(writer);
  return saw_missing;
}

void write_values(const RecordSource& records, const BlockContext& context,
                  const stream::StreamSource& stream, const std::vector<SampleRange>& present,
                  HostSource& host, std::vector<std::byte>& payload) {
  const auto samples = static_cast<std::int64_t>(host.values.shape.front());
  host.has_missing = std::ranges::any_of(
      present, [&](const SampleRange& range) { return range.size() < samples; });
  std::vector<std::byte> scratch;
  const ChunkSink sink{host.values, payload, scratch};
  const Slices slices(host, stream, present);
  for (const std::vector<SlicePart>& pass : slices.passes())
    if (fill_slices(records, context, slices, pass, sink)) host.has_missing = true;
}

}  // namespace

HostBlock build_block(const RecordSource& records, BlockContext context) {
  HostBlock block;
  block.summary = std::move(context.summary);
  FirstPass found = first_pass(records, context, block);
  write_clocks(found.clocks, context.grid.interval, block);
  for (std::size_t i = 0; i < context.recorded.size(); ++i) {
    block.sources_requested.emplace_back(context.recorded[i]->description.name);
    if (found.sources[i].columns.empty()) continue;
    const std::vector<SampleRange> present = found.present(i);
    HostSource host =
        describe(*context.recorded[i], found.sources[i], found.clocks.size(), present);
    if (i < context.excluded_rows.size()) host.excluded_rows = context.excluded_rows[i];
    write_values(records, context, found.sources[i], present, host, block.payload);
    block.sources.push_back(std::move(host));
  }
  return block;
}

}  // namespace tscollect::block

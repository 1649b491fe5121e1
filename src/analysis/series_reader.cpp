#include "analysis/series_reader.hpp"

#include "analysis/beginnings.hpp"
#include "analysis/counter_rate.hpp"
#include "analysis/series_plan.hpp"
#include "analysis/time_span.hpp"
#include "block/chunk_shape.hpp"
#include "store/hdf5/store_error.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace tscollect::analysis {

namespace {

constexpr std::uint64_t most_cells = std::uint64_t{2} << 20U;
/// Whole chunks, and several of them, as each read has a fixed cost.
constexpr std::uint64_t part_samples = 4 * block::longest_chunk_samples;

/// The cells of some fields of some rows, in the order of reading.
struct Batch {
  /// A box of the array, and the position of a column in it.
  struct Box {
    std::size_t first_field = 0;
    std::size_t fields = 0;
    std::vector<std::int64_t> cells;
  };
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::vector<Box> boxes;
};

/// Runs a read. Distinguishes its errors from exceptions of the visitor.
template <class Reading>
auto reading(const Reading& read) {
  try {
    return read();
  } catch (const store::StoreError& error) {
    throw UnreadableHost(error.what());
  }
}

class HostSeriesReader {
 public:
  HostSeriesReader(const store::HostReader& host, double interval_seconds,
                   const SeriesChoice& choice, SeriesVisitor& visitor)
      : host_(host),
        interval_seconds_(interval_seconds),
        clock_(interval_seconds),
        visitor_(visitor),
        plans_(reading([&] { return plan_series(host, choice); })) {
    for (const SourcePlan& plan : plans_) {
      before_.emplace_back(plan.roles.size() * plan.fields.size(), missing_integer);
      beginnings_.emplace_back(plan.roles.size() * plan.fields.size());
    }
  }

  void read() {
    if (plans_.empty()) return;
    for (std::uint64_t first = 0; first < host_.samples(); first += part_samples) {
      read_intervals(first);
      visitor_.begin_part(intervals_);
      for (std::size_t i = 0; i < plans_.size(); ++i) read_source(i, first);
      visitor_.end_part(intervals_);
    }
  }

 private:
  void read_intervals(std::uint64_t first) {
    if (!intervals_.tick.empty()) intervals_.tick_before = intervals_.tick.back();
    reading([&] { host_.read_times(first, part_samples, times_); });
    if (first == 0 && !times_.tick.empty()) intervals_.tick_before = times_.tick.front();
    clock_.take(times_);
    intervals_.seconds = clock_.seconds();
    intervals_.tick = times_.tick;
    intervals_.end.resize(times_.tick.size());
    for (std::size_t i = 0; i < times_.tick.size(); ++i)
      intervals_.end[i] = seconds_at(times_.tick[i], times_.lateness_ns[i], interval_seconds_);
  }

  /// The fields of a device share a chunk; a flat source has a chunk for each field.
  static std::vector<Batch::Box> boxes_of(const SourcePlan& plan, bool flat) {
    std::vector<Batch::Box> boxes;
    for (const std::size_t field : plan.fields) {
      if (flat || boxes.empty())
        boxes.push_back({field, 1, {}});
      else
        boxes.back().fields = field - boxes.back().first_field + 1;
    }
    return boxes;
  }

  void read_source(std::size_t index, std::uint64_t first) {
    const SourcePlan& plan = plans_[index];
    const block::HostSource& source = host_.layout().sources[plan.source].description;
    Batch batch;
    batch.boxes = boxes_of(plan, source.row_dimension.empty());
    std::uint64_t fields = 0;
    for (const Batch::Box& box : batch.boxes) fields += box.fields;
    const std::size_t most_rows = std::max<std::uint64_t>(most_cells / part_samples / fields, 1);
    for (std::size_t row = 0; row < plan.wanted.size();) {
      if (!plan.wanted[row]) {
        ++row;
        continue;
      }
      batch.first_row = row;
      while (row < plan.wanted.size() && plan.wanted[row] && row - batch.first_row < most_rows)
        ++row;
      batch.rows = row - batch.first_row;
      for (Batch::Box& box : batch.boxes)
        reading([&] {
          host_.read_cells(
              first, part_samples,
              {plan.source, batch.first_row, batch.rows, box.first_field, box.fields, {}},
              box.cells);
        });
      for (std::size_t i = 0; i < batch.rows; ++i) take_row(index, source, batch, i);
    }
  }

  [[nodiscard]] CellColumn column_at(std::size_t index, const block::HostSource& source,
                                     const Batch& batch, std::size_t row_of_batch,
                                     std::size_t place) const {
    const SourcePlan& plan = plans_[index];
    const std::size_t field = plan.fields[place];
    const std::size_t row = batch.first_row + row_of_batch;
    const auto box = std::ranges::find_if(batch.boxes, [field](const Batch::Box& one) {
      return field >= one.first_field && field < one.first_field + one.fields;
    });
    CellColumn column;
    column.stride = batch.rows * box->fields;
    const std::size_t offset = row_of_batch * box->fields + field - box->first_field;
    column.samples = std::min(intervals_.size(), box->cells.size() / column.stride);
    column.cells = std::span(box->cells).subspan(std::min(offset, box->cells.size()));
    column.before = before_[index][row * plan.fields.size() + place];
    column.type = source.values.type;
    column.width_bits = source.fields[field].width_bits;
    column.is_unsigned = plan.unsigned_cells[row * source.fields.size() + field];
    return column;
  }

  void take_row(std::size_t index, const block::HostSource& source, const Batch& batch,
                std::size_t row_of_batch) {
    const SourcePlan& plan = plans_[index];
    const std::size_t row = batch.first_row + row_of_batch;
    const bool flat = source.row_dimension.empty();
    std::vector<CellColumn> columns;
    for (std::size_t place = 0; place < plan.fields.size(); ++place)
      columns.push_back(column_at(index, source, batch, row_of_batch, place));
    if (!plan.presence.empty())
      beginnings_[index].fill(row * plan.fields.size(), plan.presence, columns);
    for (std::size_t i = 0; i < plan.quantities.size(); ++i) {
      const PlannedQuantity& planned = plan.quantities[i];
      if (!flat && !is_of_device(*planned.quantity, source.rows[row].name)) continue;
      QuantityColumns of_quantity;
      for (const auto& [terms, chosen] :
           {std::pair{&planned.numerator, &of_quantity.numerator},
            std::pair{&planned.denominator, &of_quantity.denominator}})
        for (const PlannedTerm& term : *terms) {
          chosen->push_back(columns[term.column]);
          chosen->back().may_fall = term.may_fall;
          chosen->back().factor = term.factor;
          if (term.range) chosen->back().ranges = columns[*term.range].cells;
        }
      if (planned.attribute && !flat && *planned.attribute < source.rows[row].attributes.size())
        of_quantity.attribute =
            static_cast<double>(source.rows[row].attributes[*planned.attribute]);
      evaluate(*planned.quantity, of_quantity, intervals_.seconds, fractions_);
      visitor_.take(intervals_,
                    {planned.quantity, plan.first_series + row * plan.quantities.size() + i,
                     flat ? std::string_view() : source.rows[row].name, plan.roles[row].role,
                     plan.roles[row].counted, &fractions_});
    }
    for (std::size_t place = 0; place < columns.size(); ++place) {
      const CellColumn& column = columns[place];
      if (column.samples > 0)
        before_[index][row * plan.fields.size() + place] =
            column.cells[(column.samples - 1) * column.stride];
    }
  }

  const store::HostReader& host_;
  double interval_seconds_;
  IntervalClock clock_;
  SeriesVisitor& visitor_;
  std::vector<SourcePlan> plans_;
  std::vector<std::vector<std::int64_t>> before_;  ///< by plan, row and field: the previous cell
  std::vector<Beginnings> beginnings_;             ///< by plan
  store::HostTimes times_;
  Intervals intervals_;
  Fractions fractions_;
};

}  // namespace

void read_series(const store::RunFileReader& run, const std::string& host,
                 const SeriesChoice& choice, SeriesVisitor& visitor) {
  const auto open = reading([&] { return run.open_host(host); });
  HostSeriesReader(open, run.run().collection_interval_seconds, choice, visitor).read();
}

}  // namespace tscollect::analysis

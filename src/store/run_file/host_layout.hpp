#pragma once

// The attributes, lists and arrays of the group of one host.

#include "block/host_block.hpp"
#include "store/run_file/layout.hpp"
#include "store/run_file/layout_types.hpp"
#include "store/run_file/run_file_reader.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace tscollect::store::layout {

using block::CounterReset;
using block::HostError;
using block::HostFacts;
using block::HostSource;
using block::HostSummary;
using block::TickGap;

/// Facts about the host, and what the collection cost there.
inline constexpr auto host_attributes = std::to_array<Attribute<HostSummary>>({
    {"kernel", member<HostSummary, &HostSummary::facts, &HostFacts::kernel>()},
    {"cpu_model", member<HostSummary, &HostSummary::facts, &HostFacts::cpu_model>()},
    {"cpu_count", member<HostSummary, &HostSummary::facts, &HostFacts::cpu_count>()},
    {"memory_kib", member<HostSummary, &HostSummary::facts, &HostFacts::memory_kib>()},
    {"boot_id", member<HostSummary, &HostSummary::facts, &HostFacts::boot_id>()},
    {"addresses", member<HostSummary, &HostSummary::facts, &HostFacts::addresses>()},
    {"clock_ticks_per_second",
     member<HostSummary, &HostSummary::facts, &HostFacts::clock_ticks_per_second>()},
    {"collector_cpu_ns", member<HostSummary, &HostSummary::cpu_ns>()},
    {"collector_peak_memory_bytes", member<HostSummary, &HostSummary::peak_memory_bytes>()},
    {"collector_stored_bytes", member<HostSummary, &HostSummary::stored_bytes>(),
     Presence::required},
    {"collector_journal_bytes", member<HostSummary, &HostSummary::journal_bytes>(),
     Presence::required},
    {"collector_journal_fault", member<HostSummary, &HostSummary::journal_error>()},
    {"absent_sources", member<HostSummary, &HostSummary::absent_sources>()},
});

/// An array along time with an element per sample, and the members that hold it.
struct TimeList {
  ListLayout list;
  block::ChunkedArray block::HostBlock::*array = nullptr;
  std::vector<std::int64_t> HostTimes::*values = nullptr;
};

/// The first one is the scale of time.
inline constexpr std::array<TimeList, 4> time_lists = {{
    {{.name = time_dimension, .units = time_units, .standard_name = "time"},
     &block::HostBlock::time,
     &HostTimes::time_ns},
    {{"tick", "number of the tick", "1"}, &block::HostBlock::tick, &HostTimes::tick},
    {{"lateness", "start of the sample after its tick", "nanoseconds"},
     &block::HostBlock::lateness,
     &HostTimes::lateness_ns},
    {{"duration", "time that the sample took", "nanoseconds"},
     &block::HostBlock::duration,
     &HostTimes::duration_ns},
}};

// Events. A host without events of a kind does not have the table.

inline constexpr TableLayout<HostError, 7> errors = {
    "error",
    std::nullopt,
    {{
        {{.name = "error_time", .units = time_units},
         member<HostError, &HostError::first_time_ns>()},
        {{.name = "error_last_time", .units = time_units},
         member<HostError, &HostError::last_time_ns>()},
        {{"error_first_row"}, member<HostError, &HostError::first_row>()},
        {{"error_last_row"}, member<HostError, &HostError::last_row>()},
        {{"error_count"}, member<HostError, &HostError::count>()},
        {{"error_source"}, member<HostError, &HostError::source>()},
        {{"error_message"}, member<HostError, &HostError::message>()},
    }}};

inline constexpr TableLayout<TickGap, 4> gaps = {
    "gap",
    std::nullopt,
    {{
        {{"gap_first_tick"}, member<TickGap, &TickGap::first_tick>()},
        {{"gap_last_tick"}, member<TickGap, &TickGap::last_tick>()},
        {{"gap_next_row"}, member<TickGap, &TickGap::next_row>()},
        {{.name = "gap_next_time", .units = time_units}, member<TickGap, &TickGap::next_time_ns>()},
    }}};

inline constexpr TableLayout<CounterReset, 5> resets = {
    "reset",
    std::nullopt,
    {{
        {{.name = "reset_time", .units = time_units},
         member<CounterReset, &CounterReset::time_ns>()},
        {{"reset_row"}, member<CounterReset, &CounterReset::row>()},
        {{"reset_source"}, member<CounterReset, &CounterReset::source>()},
        {{"reset_device"}, member<CounterReset, &CounterReset::device>()},
        {{"reset_fields"}, member<CounterReset, &CounterReset::fields>()},
    }}};

/// Calls `take` with the table of each kind of event.
void for_each_event_table(auto&& take) {
  take(errors);
  take(gaps);
  take(resets);
}

/// The fields of a source. Names follow the source's: "vmstat_field".
inline constexpr TableLayout<FieldDescription, 2> fields = {
    "_field",
    member<FieldDescription, &FieldDescription::name>(),
    {{
        {{"_unit"}, member<FieldDescription, &FieldDescription::unit>()},
        {{"_kind"},
         Field<FieldDescription, std::string>{
             [](const FieldDescription& field) { return std::string(to_string(field.kind)); },
             [](FieldDescription& field, std::string& kind) {
               // A kind that a later version added is unknown here.
               for (const Kind known : {Kind::counter, Kind::gauge})
                 if (kind == to_string(known)) field.kind = known;
               return true;
             }}},
    }}};

/// Of a source's array. Beside them: coordinates, row_dimension and _FillValue.
inline constexpr auto array_attributes = std::to_array<Attribute<HostSource>>({
    {"long_name", member<HostSource, &HostSource::summary>(), Presence::required},
    {"kernel_document", member<HostSource, &HostSource::kernel_document>()},
    {row_name_field, member<HostSource, &HostSource::row_name_field>()},
    {"excluded", member<HostSource, &HostSource::excluded_rows>()},
    {"uint64_columns", member<HostSource, &HostSource::uint64_columns>()},
});

}  // namespace tscollect::store::layout

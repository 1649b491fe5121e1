#include <tscollect/json.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace tscollect {
namespace {

constexpr auto largest_uint64 = std::numeric_limits<std::uint64_t>::max();

TimeSeriesSample full_sample() {
  TimeSeriesSample sample;
  sample.timestamp = "2026-01-24T22:20:00.125Z";
  sample.hostname = "node1";
  sample.sources["diskstats"] = std::vector<DeviceFields>{
      {"sda", {{"reads_completed", std::int64_t{12}}, {"ios_in_progress", std::int64_t{-1}}}},
      {"cciss/c0d0", {{"reads_completed", std::int64_t{0}}}}};
  sample.sources["vmstat"] =
      Fields{{"pgfault", largest_uint64}, {"nr_zone_write_pending", std::int64_t{-42}}};
  sample.sources["loadavg"] = Fields{{"load_1min", 0.15}, {"running_processes", std::int64_t{2}}};
  sample.sources["meminfo"] = Fields{{"MemTotal", std::int64_t{16384000}},
                                     {"Active(anon)", std::int64_t{9007199254740993}}};
  sample.sources["netdev"] =
      std::vector<DeviceFields>{{"eth0:1", {{"rx_bytes", std::int64_t{1296}}}}};
  sample.errors.emplace();
  sample.errors->emplace("vmstat", "line 3: expected an integer, found 'x'");
  return sample;
}

std::string error_of(std::string_view text) {
  const Result<TimeSeriesSample> sample = sample_from_json(text);
  return sample ? "no error" : sample.error().message;
}

TEST(JsonWriter, writes_a_sample_in_the_shape_and_order_of_the_reference) {
  EXPECT_EQ(to_json(full_sample()),
            R"({"timestamp":"2026-01-24T22:20:00.125Z","hostname":"node1",)"
            R"("diskstats":[{"device_name":"sda","reads_completed":12,"ios_in_progress":-1},)"
            R"({"device_name":"cciss/c0d0","reads_completed":0}],)"
            R"("vmstat":{"pgfault":18446744073709551615,"nr_zone_write_pending":-42},)"
            R"("loadavg":{"load_1min":0.15,"running_processes":2},)"
            R"_("meminfo":{"MemTotal":16384000,"Active(anon)":9007199254740993},)_"
            R"("netdev":[{"interface_name":"eth0:1","rx_bytes":1296}],)"
            R"("errors":{"vmstat":"line 3: expected an integer, found 'x'"}})");
}

TEST(JsonWriter, leaves_out_what_is_absent_or_not_finite) {
  TimeSeriesSample sample;
  sample.timestamp = "t";
  sample.hostname = "h";
  sample.sources["loadavg"] = Fields{{"load_1min", std::nan("")}, {"load_5min", 1.0}};
  EXPECT_EQ(to_json(sample), R"({"timestamp":"t","hostname":"h","loadavg":{"load_5min":1.0}})");
}

TEST(JsonWriter, replaces_invalid_utf8_instead_of_failing) {
  TimeSeriesSample sample = full_sample();
  sample.hostname = "node\xff";
  const Result<TimeSeriesSample> back = sample_from_json(to_json(sample));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->hostname, "node\xef\xbf\xbd");
}

TEST(JsonWriter, keeps_a_source_that_only_a_newer_build_knows) {
  TimeSeriesSample sample;
  sample.sources["newsource"] = std::vector<DeviceFields>{{"d0", {{"x", std::int64_t{1}}}}};
  EXPECT_EQ(to_json(sample), R"({"timestamp":"","hostname":"","newsource":[{"name":"d0","x":1}]})");
}

TEST(JsonReader, reads_back_the_sample_that_was_written) {
  const Result<TimeSeriesSample> back = sample_from_json(to_json(full_sample(), 2));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, full_sample());
}

TEST(JsonReader, takes_null_as_absent_and_ignores_unknown_keys) {
  const Result<TimeSeriesSample> sample = sample_from_json(
      R"({"timestamp":"t","hostname":"h","vmstat":null,"errors":null,"later":[{"a":{}}],)"
      R"("meminfo":{"MemFree":1,"MemTotal":null}})");
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->fields("vmstat"), nullptr);
  EXPECT_FALSE(sample->errors.has_value());
  EXPECT_EQ(*sample->fields("meminfo"), (Fields{{"MemFree", std::int64_t{1}}}));
  EXPECT_EQ(sample->sources.size(), 1U);
}

TEST(JsonReader, takes_the_last_of_members_with_one_name) {
  const Result<TimeSeriesSample> sample = sample_from_json(
      R"({"timestamp":"a","hostname":"h","timestamp":"b","vmstat":{"x":1,"y":2,"x":3}})");
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->timestamp, "b");
  EXPECT_EQ(*sample->fields("vmstat"), (Fields{{"x", std::int64_t{3}}, {"y", std::int64_t{2}}}));
}

TEST(JsonReader, names_the_path_of_a_wrong_type) {
  const Result<TimeSeriesData> data =
      data_from_json(R"({"samples_by_host":{"node1":[{"timestamp":"t","hostname":"h"},)"
                     R"({"timestamp":"t","hostname":"h","vmstat":{"pgfault":"9"}}]}})");
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().message,
            "samples_by_host.node1[1].vmstat.pgfault: expected a number, found a string");
}

TEST(JsonReader, says_what_is_wrong_with_a_sample) {
  EXPECT_EQ(error_of("[]"), "document: expected an object, found an array");
  EXPECT_EQ(error_of("{}"), "timestamp: expected a string, found nothing");
  EXPECT_EQ(error_of(R"({"timestamp":1})"), "timestamp: expected a string, found a number");
  const std::string head = R"({"timestamp":"t","hostname":"h",)";
  EXPECT_EQ(error_of(head + R"("vmstat":[]})"), "vmstat: expected an object, found an array");
  EXPECT_EQ(error_of(head + R"("netdev":{}})"), "netdev: expected an array, found an object");
  EXPECT_EQ(error_of(head + R"("netdev":[{"rx_bytes":1}]})"),
            "netdev[0].interface_name: expected a string, found nothing");
  EXPECT_EQ(error_of(head + R"("netdev":[{"interface_name":"a","rx_bytes":true}]})"),
            "netdev[0].rx_bytes: expected a number, found a boolean");
  EXPECT_EQ(error_of(head + R"("errors":{"vmstat":3}})"),
            "errors.vmstat: expected a string, found a number");
}

TEST(JsonReader, says_where_the_text_stops_being_json) {
  EXPECT_EQ(error_of("{\n \"timestamp\": oops}").substr(0, 42),
            "not JSON: parse error at line 2, column 15");
  EXPECT_NE(error_of("").find("line 1, column 1"), std::string::npos);
  EXPECT_NE(error_of("{\"timestamp\":\"\xff\"}").find("column"), std::string::npos);
  EXPECT_NE(error_of(R"({"timestamp":1e999})").find("1e999"), std::string::npos);
  EXPECT_LT(error_of("[\"" + std::string(1'000'000, 'x')).size(), 400U);
}

TEST(JsonReader, survives_depth_and_width) {
  const std::string deep(200'000, '[');
  EXPECT_NE(error_of(deep).find("not JSON"), std::string::npos);
  EXPECT_EQ(error_of(deep + std::string(deep.size(), ']')),
            "document: expected an object, found an array");
  std::string wide = R"({"timestamp":"t","hostname":"h","vmstat":{"k":0)";
  for (int i = 0; i < 200'000; ++i) wide += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_EQ(error_of(wide + "}}"), "no error");
}

TEST(JsonData, has_the_defaults_of_the_reference) {
  const Result<TimeSeriesData> data = data_from_json("{}");
  ASSERT_TRUE(data);
  EXPECT_EQ(*data, TimeSeriesData());
  EXPECT_EQ(data->collection_interval_seconds, 10.0);
  EXPECT_EQ(data->collection_method, "unknown");
  const Result<TimeSeriesData> nulls = data_from_json(
      R"({"collection_interval_seconds":null,"samples_by_host":null,"hosts_requested":null})");
  ASSERT_TRUE(nulls);
  EXPECT_EQ(*nulls, TimeSeriesData());
}

TEST(JsonData, round_trips) {
  TimeSeriesData data;
  data.collection_interval_seconds = 0.1;
  data.start_time = "2026-01-24T22:20:00.000Z";
  data.end_time = "2026-01-24T22:21:00.000Z";
  data.num_samples = 2;
  data.samples_by_host = {{"node1", {full_sample(), full_sample()}}, {"node2", {}}};
  data.collection_method = "mpi";
  data.hosts_requested = {"node1", "node2", "node3"};
  data.hosts_collected = {"node1", "node2"};
  const Result<TimeSeriesData> back = data_from_json(to_json(data));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, data);
}

TEST(JsonData, refuses_counts_that_are_no_integers) {
  EXPECT_EQ(data_from_json(R"({"num_samples":1.5})").error().message,
            "num_samples: expected an integer, found a number with decimals");
  EXPECT_EQ(data_from_json(R"({"num_samples":9223372036854775808})").error().message,
            "num_samples: expected an integer below 2^63, found 9223372036854775808");
  EXPECT_EQ(data_from_json(R"({"hosts_requested":["a",null]})").error().message,
            "hosts_requested[1]: expected a string, found null");
}

TEST(Sample, finds_flat_sources_and_sources_of_devices) {
  const TimeSeriesSample sample = full_sample();
  ASSERT_NE(sample.fields("meminfo"), nullptr);
  ASSERT_NE(sample.devices("netdev"), nullptr);
  EXPECT_EQ(sample.devices("netdev")->front().name, "eth0:1");
  EXPECT_EQ(sample.fields("netdev"), nullptr);
  EXPECT_EQ(sample.devices("meminfo"), nullptr);
  EXPECT_EQ(sample.fields("nothing"), nullptr);
}

}  // namespace
}  // namespace tscollect

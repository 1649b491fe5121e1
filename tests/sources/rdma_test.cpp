#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table rdma_of(const std::string& tree) { return table_of(rdma, source_text_of(rdma, tree)); }

TEST(Rdma, reads_the_counters_of_every_port) {
  const table::Table table = rdma_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  ASSERT_EQ(table.rows().size(), 3U);
  EXPECT_EQ(cell(table, "mlx5_0/1", "port_rcv_data"), 84726352816);
  EXPECT_EQ(cell(table, "mlx5_0/1", "port_xmit_data"), 93746251102);
  EXPECT_EQ(cell(table, "mlx5_0/1", "multicast_rcv_packets"), 464);
  EXPECT_EQ(cell(table, "mlx5_0/1", "rx_write_requests"), 2837465) << "of hw_counters";
  EXPECT_EQ(cell(table, "mlx5_1/1", "port_rcv_data"), 0);
  EXPECT_EQ(table.columns().size(), 101U);
}

TEST(Rdma, reads_state_and_rate_as_numbers) {
  const table::Table table = rdma_of("linux-5.14");
  EXPECT_EQ(cell(table, "mlx5_0/1", "state"), 4);
  EXPECT_EQ(cell(table, "mlx5_0/1", "rate_mbps"), 200'000);
  EXPECT_EQ(cell(table, "mlx5_1/1", "state"), 1);
  EXPECT_EQ(cell(rdma_of("linux-3.10"), "mlx4_0/2", "rate_mbps"), 2'500) << "2.5 Gb/sec";
}

TEST(Rdma, leaves_out_what_a_port_does_not_count) {
  const table::Table table = rdma_of("linux-3.10");
  EXPECT_EQ(table.error(), "") << "N/A (no PMA) is no error";
  EXPECT_EQ(cell(table, "mlx4_0/1", "port_rcv_data"), 4294967295) << "where it stays";
  EXPECT_EQ(cell(table, "mlx4_0/2", "port_rcv_data"), std::nullopt);
  EXPECT_EQ(cell(table, "mlx4_0/2", "state"), 2);
}

TEST(Rdma, reads_other_vendors_ports) {
  EXPECT_EQ(cell(rdma_of("linux-4.18"), "hfi1_0/1", "port_rcv_data"), 9182736455463);
  const table::Table efa = rdma_of("linux-6.18");
  EXPECT_EQ(cell(efa, "rdmap0s6/1", "rx_bytes"), 918273645546);
  EXPECT_EQ(field_of(efa, "rx_bytes")->unit, "bytes");
  EXPECT_EQ(field_of(efa, "rx_pkts")->unit, "packets");
}

TEST(Rdma, reads_the_counters_of_slingshot) {
  const table::Table table = rdma_of("linux-5.14");
  EXPECT_EQ(cell(table, "cxi0", "hni_sts_rx_ok_octets"), 918273645546) << "without its time";
  EXPECT_EQ(cell(table, "cxi0", "hni_pkts_sent_by_tc_0"), 4182);
  EXPECT_EQ(cell(table, "cxi0", "pct_retry_srb_requests"), 2);
  EXPECT_EQ(field_of(table, "hni_sts_rx_ok_octets")->unit, "bytes");
  EXPECT_EQ(field_of(table, "hni_timestamp_low"), nullptr);
  EXPECT_EQ(field_of(table, "lpe_rndzv_puts_0"), nullptr) << "of 1,500 some are taken";
}

TEST(Rdma, says_what_its_values_are) {
  const table::Table table = rdma_of("linux-5.14");
  EXPECT_EQ(field_of(table, "port_rcv_data")->unit, "4 bytes");
  EXPECT_EQ(field_of(table, "port_xmit_data")->unit, "4 bytes");
  EXPECT_EQ(field_of(table, "port_xmit_data")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "port_rcv_packets")->unit, "packets");
  EXPECT_EQ(field_of(table, "symbol_error")->unit, "count");
  EXPECT_EQ(field_of(table, "state")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "rate_mbps")->unit, "Mb/s");
}

TEST(Rdma, names_the_one_bad_value_among_good_ones) {
  const table::Table text = rdma_of("rdma-counter-is-text");
  EXPECT_EQ(text.error(),
            "class/infiniband/*/ports/*: mlx5_0/1.port_xmit_data: 'lots' is not an integer");
  EXPECT_EQ(cell(text, "mlx5_0/1", "port_rcv_data"), 12);
  EXPECT_EQ(cell(text, "mlx5_0/1", "port_xmit_data"), std::nullopt);
  const table::Table rate = rdma_of("rdma-rate-is-text");
  EXPECT_EQ(rate.error(),
            "class/infiniband/*/ports/*: mlx5_0/1.rate_mbps: 'fast' is not an integer");
  EXPECT_EQ(cell(rate, "mlx5_0/1", "state"), 4);
}

TEST(Rdma, passes_over_an_empty_file) {
  const table::Table table = table_of(rdma, "mlx5_0/1 symbol_error\nmlx5_0/1 link_downed 3\n");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "mlx5_0/1", "link_downed"), 3);
}

TEST(Rdma, follows_ports_and_a_counter_that_begins_to_be_known) {
  table::Table table =
      table_of(rdma, "a/1 rx 1\na/1 tx N/A (no PMA)\na/1 rate 100 Gb/sec (4X EDR)\n");
  feed(table, "a/1 rx 5\na/1 tx N/A (no PMA)\na/1 rate 2.5 Gb/sec (1X SDR)\n");
  EXPECT_EQ(table.touched().size(), 2U) << "it was not learned anew";
  EXPECT_EQ(cell(table, "a/1", "rate_mbps"), 2'500);
  feed(table, "a/1 rx 5\na/1 tx 7\na/1 rate 2.5 Gb/sec (1X SDR)\nb/1 rx 9\n");
  EXPECT_EQ(cell(table, "a/1", "tx"), 7);
  EXPECT_EQ(cell(table, "b/1", "rx"), 9);
  EXPECT_EQ(cell(table, "a/1", "rx"), 5);
}

TEST(Rdma, finds_files_in_order_and_tells_counters_of_one_name_apart) {
  const auto files = rdma.find_files({{}, fixture_path("linux-5.14/sys")});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->size(), 101U);
  EXPECT_EQ(files->front().prefix, "mlx5_0/1 VL15_dropped");
  EXPECT_EQ(files->at(95).prefix, "mlx5_1/1 rate");
  EXPECT_EQ(files->back().prefix, "cxi0 pct_retry_srb_requests");
}

TEST(Rdma, says_that_there_are_no_devices) {
  const auto files = rdma.find_files({{}, fixture_path("linux-2.6.18/sys")});
  ASSERT_FALSE(files);
  EXPECT_TRUE(files.error().message.ends_with("/class/infiniband: no RDMA devices"))
      << files.error().message;
}

}  // namespace
}  // namespace tscollect::sources

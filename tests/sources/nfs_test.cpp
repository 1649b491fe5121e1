#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table nfs_of(const std::string& tree) { return table_of(nfs, source_text_of(nfs, tree)); }

TEST(Nfs, reads_bytes_of_programs_and_of_servers) {
  const table::Table table = nfs_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "/scratch", "application_read_bytes"), 4096);
  EXPECT_EQ(cell(table, "/scratch", "application_write_bytes"), 268435456);
  EXPECT_EQ(cell(table, "/scratch", "direct_read_bytes"), 536870912);
  EXPECT_EQ(cell(table, "/scratch", "server_read_bytes"), 536870912);
  EXPECT_EQ(cell(table, "/scratch", "write_pages"), 65536);
}

TEST(Nfs, reads_the_operations_that_occurred) {
  const table::Table table = nfs_of("linux-5.14");
  EXPECT_EQ(cell(table, "/scratch", "READ_operations"), 512);
  EXPECT_EQ(cell(table, "/scratch", "READ_transmissions"), 513);
  EXPECT_EQ(cell(table, "/scratch", "READ_major_timeouts"), 1);
  EXPECT_EQ(cell(table, "/scratch", "READ_bytes_sent"), 94208);
  EXPECT_EQ(cell(table, "/scratch", "READ_bytes_received"), 536934400);
  EXPECT_EQ(cell(table, "/scratch", "READ_queue_ms"), 12);
  EXPECT_EQ(cell(table, "/scratch", "READ_response_ms"), 301);
  EXPECT_EQ(cell(table, "/scratch", "READ_execution_ms"), 330);
  EXPECT_EQ(cell(table, "/scratch", "WRITE_errors"), 3);
  EXPECT_EQ(field_of(table, "NULL_operations"), nullptr);
  EXPECT_EQ(field_of(table, "READ_PLUS_operations"), nullptr);
}

TEST(Nfs, sums_the_transports_of_a_mount) {
  const table::Table table = nfs_of("linux-5.14");
  EXPECT_EQ(cell(table, "/scratch", "transports"), 2);
  EXPECT_EQ(cell(table, "/scratch", "transport_connects"), 3);
  EXPECT_EQ(cell(table, "/scratch", "transport_sends"), 768);
  EXPECT_EQ(cell(table, "/scratch", "transport_bad_xids"), 1);
  EXPECT_EQ(cell(table, "/home/a\\040b", "transport_sends"), 77) << "RDMA";
  EXPECT_EQ(cell(nfs_of("linux-3.10"), "/mnt/udp", "transport_sends"), 40);
  EXPECT_EQ(cell(nfs_of("linux-3.10"), "/mnt/udp", "transport_connects"), 0);
}

TEST(Nfs, reads_older_kernels) {
  const table::Table table = nfs_of("linux-3.10");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(table.rows().size(), 2U);
  EXPECT_EQ(cell(table, "/mnt/nfs", "READ_execution_ms"), 330);
  EXPECT_EQ(cell(table, "/mnt/nfs", "READ_errors"), std::nullopt);
  EXPECT_EQ(cell(table, "/mnt/nfs", "delays"), 25);
  EXPECT_EQ(cell(table, "/mnt/nfs", "pnfs_reads"), std::nullopt);
  EXPECT_EQ(cell(nfs_of("linux-5.14"), "/scratch", "pnfs_writes"), 27);
}

TEST(Nfs, passes_over_other_file_systems) {
  EXPECT_EQ(source_text_of(nfs, "linux-6.18"), "") << "and nfsd, which is one";
  EXPECT_TRUE(nfs_of("linux-6.18").rows().empty());
}

TEST(Nfs, takes_an_operation_in_when_it_occurs) {
  std::string raw = raw_text_of(nfs, "linux-3.10");
  table::Table table = nfs_of("linux-3.10");
  EXPECT_EQ(cell(table, "/mnt/nfs", "WRITE_operations"), 0) << "the first ones are to count";
  EXPECT_EQ(field_of(table, "NULL_operations"), nullptr);
  const std::string idle = "NULL: 0 0 0 0 0 0 0 0";
  raw.replace(raw.find(idle), idle.size(), "NULL: 1 1 0 9 8 0 7 7");
  procfs::TextBuffer text;
  nfs.rearrange(raw, {}, text);
  table.update(text);
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "/mnt/nfs", "NULL_bytes_sent"), 9);
  EXPECT_EQ(cell(table, "/mnt/nfs", "READ_operations"), 512);
}

TEST(Nfs, says_what_its_values_are) {
  const table::Table table = nfs_of("linux-5.14");
  EXPECT_EQ(field_of(table, "server_read_bytes")->unit, "bytes");
  EXPECT_EQ(field_of(table, "READ_bytes_received")->unit, "bytes");
  EXPECT_EQ(field_of(table, "READ_response_ms")->unit, "ms");
  EXPECT_EQ(field_of(table, "READ_response_ms")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "read_pages")->unit, "pages");
  EXPECT_EQ(field_of(table, "transports")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "transport_sends")->width_bits, 0);
}

TEST(Nfs, names_the_one_bad_value_among_good_ones) {
  const table::Table cut = nfs_of("nfs-operation-cut-short");
  EXPECT_EQ(cut.error(), "self/mountstats: /mnt/nfs READ has fewer than 8 numbers");
  EXPECT_EQ(cell(cut, "/mnt/nfs", "GETATTR_operations"), 6);
  const table::Table text = nfs_of("nfs-bytes-are-text");
  EXPECT_EQ(text.error(),
            "self/mountstats: /mnt/nfs.application_read_bytes: 'half' is not an integer");
  EXPECT_EQ(cell(text, "/mnt/nfs", "server_read_bytes"), 536870912);
  const table::Table transport = nfs_of("nfs-transport-is-text");
  EXPECT_NE(transport.error().find("transports: '?' is not an integer"), std::string::npos)
      << transport.error();
  EXPECT_EQ(cell(transport, "/mnt/nfs", "READ_operations"), 512);
}

}  // namespace
}  // namespace tscollect::sources

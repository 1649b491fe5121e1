#include "support/source_text_of.hpp"

#include <gtest/gtest.h>

namespace tscollect::sources {
namespace {

using namespace test;

table::Table tcp_of(const std::string& tree) { return table_of(tcp, source_text_of(tcp, tree)); }

TEST(Tcp, pairs_names_with_values) {
  const table::Table table = tcp_of("linux-5.14");
  EXPECT_EQ(table.error(), "");
  EXPECT_EQ(cell(table, "", "TcpActiveOpens"), 528);
  EXPECT_EQ(cell(table, "", "TcpRetransSegs"), 577);
  EXPECT_EQ(cell(table, "", "UdpRcvbufErrors"), 78);
  EXPECT_EQ(cell(table, "", "TcpExtListenOverflows"), 90);
  EXPECT_EQ(cell(table, "", "IpExtInOctets"), 2199023255552 + 107);
  EXPECT_EQ(cell(table, "", "TcpMaxConn"), -1);
}

TEST(Tcp, takes_what_a_kernel_has) {
  const table::Table old = tcp_of("linux-2.6.18");
  EXPECT_EQ(old.error(), "");
  EXPECT_EQ(cell(old, "", "TcpExtTCPTimeouts"), 67);
  EXPECT_EQ(cell(old, "", "TcpExtTCPSynRetrans"), std::nullopt);
  EXPECT_EQ(old.columns().size(), 48U);
  const table::Table now = tcp_of("linux-6.18");
  EXPECT_EQ(now.error(), "");
  EXPECT_GT(now.columns().size(), 150U) << "from a running kernel";
}

TEST(Tcp, leaves_out_other_protocols) {
  const table::Table table = tcp_of("linux-5.14");
  for (const FieldDescription& field : table.fields())
    EXPECT_TRUE(!field.name.starts_with("Icmp") && !field.name.starts_with("MPTcp") &&
                !field.name.starts_with("UdpLite"))
        << field.name;
}

TEST(Tcp, says_what_its_values_are) {
  const table::Table table = tcp_of("linux-5.14");
  EXPECT_EQ(field_of(table, "TcpCurrEstab")->kind, Kind::gauge);
  EXPECT_EQ(field_of(table, "TcpRtoMin")->unit, "ms");
  EXPECT_EQ(field_of(table, "TcpInSegs")->kind, Kind::counter);
  EXPECT_EQ(field_of(table, "TcpInSegs")->width_bits, 0);
  EXPECT_EQ(field_of(table, "IpExtOutOctets")->unit, "bytes");
  EXPECT_EQ(field_of(table, "IpExtOutOctets")->width_bits, 64);
}

TEST(Tcp, names_the_one_bad_value_among_good_ones) {
  const table::Table text = tcp_of("tcp-value-is-text");
  EXPECT_EQ(text.error(), "net/{snmp,netstat}: TcpRetransSegs: 'many' is not an integer");
  EXPECT_EQ(cell(text, "", "TcpOutRsts"), 19);
  const table::Table cut = tcp_of("tcp-values-cut-short");
  EXPECT_EQ(cut.error(), "net/{snmp,netstat}: TcpRetransSegs: '' is not an integer (and 2 more)");
  EXPECT_EQ(cell(cut, "", "TcpExtListenDrops"), 4) << "of the other file";
  EXPECT_EQ(tcp_of("tcp-more-values-than-names").error(),
            "net/{snmp,netstat}: has more values than names");
}

TEST(Tcp, follows_its_numbers_in_place) {
  table::Table table = tcp_of("linux-5.14");
  std::string text = source_text_of(tcp, "linux-5.14");
  const std::uint64_t layout = table.layout_version();
  text.replace(text.find("RetransSegs 577"), 15, "RetransSegs 600");
  feed(table, text);
  EXPECT_EQ(cell(table, "", "TcpRetransSegs"), 600);
  EXPECT_EQ(table.touched().size(), 1U);
  EXPECT_EQ(table.layout_version(), layout);
}

}  // namespace
}  // namespace tscollect::sources

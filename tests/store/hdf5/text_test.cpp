#include "store/hdf5/text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tscollect::store {
namespace {

TEST(StorableText, keeps_valid_utf8) {
  const std::string text = "plain, \xC3\xB6, \xE2\x82\xAC, \xF0\x9F\x98\x80";
  EXPECT_EQ(storable_text(text), text);
}

TEST(StorableText, replaces_each_byte_that_is_none) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(storable_text("a\xFF"), "a" + mark);
  EXPECT_EQ(storable_text("\xC3"), mark) << "cut off";
  EXPECT_EQ(storable_text("\xC0\xAF"), mark + mark) << "overlong";
  EXPECT_EQ(storable_text("\xED\xA0\x80"), mark + mark + mark) << "a surrogate";
  EXPECT_EQ(storable_text("\xF4\x90\x80\x80"), mark + mark + mark + mark) << "beyond U+10FFFF";
  EXPECT_EQ(storable_text(std::string_view("a\0b", 3)), "a" + mark + "b");
}

TEST(EscapeName, leaves_host_names_alone) {
  EXPECT_EQ(escape_name("node-01.cluster_2.example"), "node-01.cluster_2.example");
}

TEST(EscapeName, escapes_what_hdf5_cannot_hold) {
  EXPECT_EQ(escape_name("a/b"), "a%2Fb");
  EXPECT_EQ(escape_name("."), "%2E");
  EXPECT_EQ(escape_name(".."), "%2E%2E");
  EXPECT_EQ(escape_name(""), "%");
}

TEST(EscapeName, can_be_undone_and_no_two_names_meet) {
  const std::set<std::string> names = {"",   "%",   "%25", "a/b", "a%2Fb", ".",   "%2E",
                                       "..", "a b", "\n",  "%2",  "\xFF",  "100%"};
  std::set<std::string> escaped;
  for (const std::string& name : names) {
    EXPECT_EQ(unescape_name(escape_name(name)), name);
    escaped.insert(escape_name(name));
  }
  EXPECT_EQ(escaped.size(), names.size());
}

}  // namespace
}  // namespace tscollect::store

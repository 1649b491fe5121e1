#include "base/text/printable.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

TEST(Printable, keeps_text_that_any_file_can_hold) {
  for (const char* text : {"", "sda", "Active(anon)", "cciss/c0d0", "a\\b", "\xc3\xa9",
                           "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, spells_out_control_characters) {
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\x1b[0m\x7f"), "\\x1b[0m\\x7f");
  EXPECT_EQ(printable("\xc2\x80"), "\\xc2\\x80") << "U+0080";
}

TEST(Printable, spells_out_what_is_not_utf8) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("eth\xe9"), "eth\\xe9");
  EXPECT_EQ(printable("\xc3"), "\\xc3") << "cut short";
  EXPECT_EQ(printable("\xc3("), "\\xc3(");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf") << "overlong";
  EXPECT_EQ(printable("\xf0\x80\x80\xaf"), "\\xf0\\x80\\x80\\xaf") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond U+10FFFF";
  EXPECT_EQ(printable("\x80"), "\\x80");
}

TEST(Printable, spells_out_what_is_not_seen_and_changes_what_is) {
  EXPECT_EQ(printable("a\u202e"
                      "b"),
            "a\\xe2\\x80\\xaeb")
      << "writing direction";
  EXPECT_EQ(printable("\u2066\u061c"), "\\xe2\\x81\\xa6\\xd8\\x9c");
  EXPECT_EQ(printable("\u2028"), "\\xe2\\x80\\xa8") << "the end of a line";
  EXPECT_EQ(printable("\ufeff"), "\\xef\\xbb\\xbf") << "no width";
  EXPECT_EQ(printable("\U000e0041"), "\\xf3\\xa0\\x81\\x81") << "a tag";
  EXPECT_EQ(printable("می\u200cخواهم"), "می\u200cخواهم") << "scripts need joiners";
}

TEST(IsPlain, holds_for_whatever_a_collector_may_have_written) {
  EXPECT_TRUE(
      is_plain("a\u202e"
               "b"))
      << "an older one kept it";
  EXPECT_TRUE(is_plain(printable("\x1b\xff")));
  EXPECT_FALSE(is_plain("\x1b"));
  EXPECT_FALSE(is_plain("\xc2\x9b"));
  EXPECT_FALSE(is_plain("\xff"));
}

TEST(PrintablePrefix, ends_before_what_is_spelled_out) {
  EXPECT_EQ(printable_prefix("abc"), 3U);
  EXPECT_EQ(printable_prefix("é\x1b"), 2U);
  EXPECT_EQ(printable_prefix("\u202e"), 0U);
  EXPECT_EQ(printable_prefix(""), 0U);
}

TEST(InQuotes, shortens_what_is_long) {
  EXPECT_EQ(in_quotes("lots"), "'lots'");
  EXPECT_EQ(in_quotes(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
  EXPECT_EQ(in_quotes(std::string(41, 'x')), "'" + std::string(40, 'x') + "…'");
}

}  // namespace
}  // namespace tscollect::base

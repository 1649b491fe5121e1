#include "base/text/utf8.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

TEST(Utf8, takes_well_formed_characters_only) {
  EXPECT_EQ(character_bytes("a"), 1U);
  EXPECT_EQ(character_bytes("µ"), 2U);
  EXPECT_EQ(character_bytes("…x"), 3U);
  EXPECT_EQ(character_bytes("\U0001F600"), 4U);
  EXPECT_EQ(character_bytes(""), 0U);
  for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"})
    EXPECT_EQ(character_bytes(text), 0U) << text;
  EXPECT_EQ(code_point("\U0001F600", 4), U'\U0001F600');
}

TEST(Utf8, counts_and_cuts_between_characters) {
  EXPECT_EQ(count_characters("größe"), 5U);
  EXPECT_EQ(prefix_bytes("größe", 3), 4U);
  EXPECT_EQ(prefix_bytes("ab", 5), 2U);
  EXPECT_EQ(shortened("größe", 7), "größe");
  EXPECT_EQ(shortened("größe", 3), "gr…");
  EXPECT_EQ(shortened("größe", 4), "grö…");
}

}  // namespace
}  // namespace tscollect::base

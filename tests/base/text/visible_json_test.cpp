#include "base/text/visible_json.hpp"

#include <gtest/gtest.h>

namespace tscollect::base {
namespace {

TEST(VisibleJson, keeps_what_can_be_seen) {
  for (const char* json : {"", "{\n \"a\": [1, -2.5]\n}\n", "\"é \\u001b €\"", "\"\\\"\""})
    EXPECT_EQ(visible_json(json), json);
}

TEST(VisibleJson, escapes_what_a_terminal_obeys_and_what_deceives) {
  EXPECT_EQ(visible_json("\"a\x7f\xc2\x9b\""), "\"a\\u007f\\u009b\"");
  EXPECT_EQ(visible_json("\"\u202e\u2028\ufeff\""), "\"\\u202e\\u2028\\ufeff\"");
  EXPECT_EQ(visible_json("\"\U000e0041\""), "\"\\udb40\\udc41\"") << "a pair of surrogates";
}

}  // namespace
}  // namespace tscollect::base

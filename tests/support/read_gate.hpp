#pragma once

#include <set>
#include <string>

// pread() is a test program's own with this, so that reads can be held.
namespace tscollect::test {

/// Holds reads of files in whose path one of these texts is found, until they are released: of each
/// file those behind the first `whole_reads`, of two calls each, for the second finds the end.
/// Forgets what was held before.
void hold_reads(const std::set<std::string>& texts, int whole_reads);
void release_reads();
/// How many reads have been held since hold_reads().
[[nodiscard]] int held_reads();

}  // namespace tscollect::test

#pragma once

#include <tscollect/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Host lists as written by batch systems and users. The text is untrusted: it comes from the
// environment or from a file. Every function returns the hosts without duplicates, in the order of
// the text, or an error that quotes the invalid part.

namespace tscollect::options {

using HostList = std::vector<std::string>;

/// A larger number of hosts is treated as a mistake: "[1-999999999]".
inline constexpr std::size_t most_hosts = 100'000;

/// The form of Slurm and Flux: names separated by commas, with any number of bracketed ranges per
/// name. The width of a range's first number is kept: "a[01-03,7]" is a01 a02 a03 a7, and
/// "r[1-2]n[0-1]x" is r1n0x r1n1x r2n0x r2n1x.
[[nodiscard]] Result<HostList> expand_host_list(std::string_view text);

/// The hosts of a host file.
struct HostFile {
  HostList names;
  HostList logins;  ///< the same, with "user@" where the file has it
};

/// One host per line, as in the host files of MPI implementations and in $PBS_NODEFILE. Only the
/// first word is used, without "user@" and ":8"; empty lines and comments after '#' are skipped.
[[nodiscard]] Result<HostFile> parse_host_file(std::string_view text);

/// Names separated by blanks, repeated for each slot: LSF's LSB_HOSTS.
[[nodiscard]] Result<HostList> hosts_in_words(std::string_view text);

/// Alternating names and numbers of slots: LSF's LSB_MCPU_HOSTS, "hostA 16 hostB 8".
[[nodiscard]] Result<HostList> hosts_with_slots(std::string_view text);

}  // namespace tscollect::options

#pragma once

#include <tscollect/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Lists of hosts as batch systems and people write them. The text is not trusted: it comes from the
// environment or from a file. Every function gives each host once, in the order of the text, or an
// error that quotes what it could not read.

namespace tscollect::options {

using HostList = std::vector<std::string>;

/// More hosts than this are a mistake: "[1-999999999]".
inline constexpr std::size_t most_hosts = 100'000;

/// Slurm's and Flux's form: names separated by commas, numbers in brackets, as often as wanted in a
/// name; the width of a range's first number is kept: "a[01-03,7]" is a01 a02 a03 a7, and
/// "r[1-2]n[0-1]x" is r1n0x r1n1x r2n0x r2n1x.
[[nodiscard]] Result<HostList> expand_host_list(std::string_view text);

/// The hosts of a host file.
struct HostFile {
  HostList names;
  HostList logins;  ///< the same, with "user@" where the file has it
};

/// One host a line, as in host files of every MPI and in $PBS_NODEFILE: the first word counts,
/// without "user@" before and ":8" behind it; empty lines and what follows '#' do not.
[[nodiscard]] Result<HostFile> parse_host_file(std::string_view text);

/// Names separated by blanks, one for each slot: LSF's LSB_HOSTS.
[[nodiscard]] Result<HostList> hosts_in_words(std::string_view text);

/// A name and its number of slots, again and again: LSF's LSB_MCPU_HOSTS, "hostA 16 hostB 8".
[[nodiscard]] Result<HostList> hosts_with_slots(std::string_view text);

}  // namespace tscollect::options

#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace tscollect::test {

/// Files of a machine with many devices, generated so that each call differs from the one before
/// in about one line of ten and stays the same in its layout.
class BigMachine {
 public:
  BigMachine(std::size_t disks, std::size_t interfaces) : disks_(disks), interfaces_(interfaces) {}

  [[nodiscard]] std::string diskstats(std::uint64_t step) const {
    std::string text;
    for (std::size_t i = 0; i < disks_; ++i) {
      const std::string row = std::to_string(i);
      text += " 259 " + std::string(7 - std::min<std::size_t>(row.size(), 6), ' ') + row + " nvme" +
              row + "n1";
      const std::uint64_t value = i % 10 == 0 ? 1'000'000 + step : 1'000'000;
      for (std::uint64_t statistic = 0; statistic < 17; ++statistic)
        text += ' ' + std::to_string(value * (statistic + 1));
      text += '\n';
    }
    return text;
  }

  [[nodiscard]] std::string net_dev(std::uint64_t step) const {
    std::string text =
        "Inter-|   Receive                                                |  Transmit\n"
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
        "drop fifo colls carrier compressed\n";
    for (std::size_t i = 0; i < interfaces_; ++i) {
      text += "veth" + std::to_string(i) + ':';
      const std::uint64_t value = i % 10 == 0 ? 5'000'000'000 + step : 5'000'000'000;
      for (std::uint64_t statistic = 0; statistic < 16; ++statistic)
        text += ' ' + std::to_string(statistic % 8 < 2 ? value + statistic : 0);
      text += '\n';
    }
    return text;
  }

  /// Writes both into a proc tree, in place.
  void write(const std::filesystem::path& proc, std::uint64_t step) const {
    std::filesystem::create_directories(proc / "net");
    std::ofstream(proc / "diskstats", std::ios::binary) << diskstats(step);
    std::ofstream(proc / "net" / "dev", std::ios::binary) << net_dev(step);
  }

 private:
  std::size_t disks_;
  std::size_t interfaces_;
};

}  // namespace tscollect::test

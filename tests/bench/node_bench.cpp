// A sample of whatever a tree of /proc and /sys has, all sources, every number of which changes its
// last digit between samples: node_bench PROC SYS SAMPLES. Prints how many values there are and the
// bytes a sample in memory. Under callgrind it tells instructions:
//
//   valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*Recorder::take_due*' ...
#include "sampling/recorder.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace tscollect;

/// The files of a tree that hold numbers, changed in place.
class Tree {
 public:
  explicit Tree(const std::vector<fs::path>& roots) {
    for (const fs::path& root : roots)
      for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && !entry.is_symlink()) add(entry.path());
  }

  void change() {
    digit_ = digit_ == '9' ? '1' : static_cast<char>(digit_ + 1);
    for (File& file : files_) {
      for (const std::size_t place : file.places) file.text[place] = digit_;
      if (::pwrite(file.descriptor, file.text.data(), file.text.size(), 0) < 0) std::abort();
    }
  }

 private:
  struct File {
    int descriptor;
    std::string text;
    std::vector<std::size_t> places;
  };

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void add(const fs::path& path) {
    const std::string name = path.filename();
    if (name == "cgroup" || name == "state" || name == "rate" || name == "numa_node") return;
    std::ifstream in(path);
    File file{-1, std::string(std::istreambuf_iterator<char>(in), {}), {}};
    for (std::size_t i = 1; i < file.text.size(); ++i) {
      if (!is_digit(file.text[i - 1]) || is_digit(file.text[i])) continue;
      std::size_t begin = i - 1;
      while (begin > 0 && is_digit(file.text[begin - 1])) --begin;
      const char before = begin == 0 ? ' ' : file.text[begin - 1];
      const bool ends = file.text[i] == ' ' || file.text[i] == '\n';
      const bool is_node = begin >= 5 && file.text.compare(begin - 5, 5, "Node ") == 0;
      if (ends && !is_node && (before == ' ' || before == '\t' || before == '='))
        file.places.push_back(i - 1);
    }
    if (file.places.empty()) return;
    file.descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    files_.push_back(std::move(file));
  }

  std::vector<File> files_;
  char digit_ = '1';
};

}  // namespace

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  if (argc != 4) return 2;
  SampleOptions options;
  options.procfs = argv[1];
  options.sysfs = argv[2];
  const auto all = select_sources("all").value();
  options.sources = all.names;
  options.sources_if_present = all.if_present;
  const int samples = std::atoi(argv[3]);
  Tree tree({argv[1], argv[2]});
  sampling::Recorder recorder(options, stream::TickSchedule{mono_now(), 1ms}, {});
  constexpr int warm_up = 5;
  std::size_t first = 0;
  std::chrono::nanoseconds spent{};
  for (int i = 0; i < samples + warm_up; ++i) {
    tree.change();
    if (i == warm_up) first = recorder.store().bytes();
    const MonoTime begin = mono_now();
    recorder.take_due();
    if (i >= warm_up) spent += mono_now() - begin;
  }
  std::size_t values = 0;
  for (const auto& reading : recorder.sampler().readings()) {
    const auto& all_values = reading.table->values();
    const auto there = static_cast<std::size_t>(
        std::ranges::count_if(all_values, [](std::int64_t v) { return v != missing_integer; }));
    fmt::print("{:<13} {:>6} values in {} rows {}\n", reading.table->source().description.name,
               there, reading.table->rows().size(), reading.error);
    values += there;
  }
  fmt::print("{} values; {} bytes a sample in memory; {:.0f} us a sample\n", values,
             (recorder.store().bytes() - first) / static_cast<std::size_t>(samples),
             std::chrono::duration<double, std::micro>(spent).count() / samples);
  return 0;
}

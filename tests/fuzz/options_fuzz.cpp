// Any command line and config file must give options within their limits, or be refused with a
// status. Before a form feed stand the words, one per line; behind it, if there is one, the config
// file.
#include "options/collect_options.hpp"
#include "fuzz/allowance.hpp"
#include "fuzz/fuzz.hpp"

#include <string>

namespace {

using namespace tscollect;

void check(const options::CollectOptions& options) {
  using namespace std::chrono_literals;
  fuzz::require(options.interval >= 1ms && options.interval <= 24h);
  fuzz::require(options.timeout >= 100ms && options.timeout <= 24h);
  fuzz::require(!options.duration || *options.duration >= 1ms);
  fuzz::require(!options.journal.sync_every || *options.journal.sync_every >= 1ms);
  fuzz::require(options.watch_pid >= 0);
  fuzz::require(!options.cpu || *options.cpu >= 0);
  for (const auto& [key, value] : options.labels) fuzz::require(!key.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // An expression for devices may take a mebibyte, and hosts are as many as in host_list_fuzz.
  const fuzz::Account account(size, {std::size_t{8} << 20U, 100'000 * 8});
  const std::string_view input = fuzz::text_of(data, size);
  const std::size_t feed = input.find('\f');
  std::vector<std::string> words = {"tscollect-mpi"};
  for (const std::string_view line : fuzz::pieces(input.substr(0, feed), '\n'))
    if (!line.empty()) words.emplace_back(line.substr(0, line.find('\0')));
  const std::string_view config = feed == std::string_view::npos ? "" : input.substr(feed + 1);
  const int file = fuzz::memory_file(config.data(), config.size());
  if (!config.empty()) words.push_back("--config=/proc/self/fd/" + std::to_string(file));
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  const options::ParsedOptions parsed =
      options::parse_collect_options(static_cast<int>(pointers.size()), pointers.data(), false);
  close(file);
  if (parsed.options)
    check(*parsed.options);
  else
    fuzz::require(parsed.exit_status == 0 || parsed.exit_status == 2);
  return 0;
}

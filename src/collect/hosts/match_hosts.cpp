#include "collect/hosts/match_hosts.hpp"

#include "base/process/host_name.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace tscollect::collect {

namespace {

/// The expected names that are not yet matched, found by name.
class OpenNames {
 public:
  explicit OpenNames(const options::HostList& asked_for) : open_(asked_for.size(), true) {
    for (std::size_t i = 0; i < asked_for.size(); ++i) {
      const std::string name = base::lower_case(asked_for[i]);
      whole_[name].push_back(i);
      if (base::has_domain(name))
        short_of_long_[std::string(base::without_domain(name))].push_back(i);
    }
  }

  bool take_equal(const std::string& name) {
    return !name.empty() && take(whole_, base::lower_case(name));
  }

  /// Matches a name without a domain to one with it, or the reverse.
  bool take_similar(const std::string& name) {
    const std::string text = base::lower_case(name);
    if (text.empty()) return false;
    return base::has_domain(text) ? take(whole_, std::string(base::without_domain(text)))
                                  : take(short_of_long_, text);
  }

  [[nodiscard]] std::vector<std::size_t> left_over() const {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < open_.size(); ++i)
      if (open_[i]) left.push_back(i);
    return left;
  }

 private:
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;

  bool take(const Index& index, const std::string& name) {
    const auto entry = index.find(name);
    if (entry == index.end()) return false;
    const auto free =
        std::ranges::find_if(entry->second, [this](std::size_t i) { return open_[i]; });
    if (free == entry->second.end()) return false;
    open_[*free] = false;
    return true;
  }

  std::vector<bool> open_;
  Index whole_;
  Index short_of_long_;
};

}  // namespace

HostMatch match_hosts(const options::HostList& asked_for, std::span<const PresentHost> present) {
  OpenNames open(asked_for);
  std::vector<bool> found(present.size(), false);
  // Its own name first: some launchers pass the batch system's name of their own node to every
  // rank.
  for (std::size_t i = 0; i < present.size(); ++i) found[i] = open.take_equal(present[i].name);
  for (std::size_t i = 0; i < present.size(); ++i)
    found[i] = found[i] || open.take_similar(present[i].name);
  for (std::size_t i = 0; i < present.size(); ++i)
    found[i] = found[i] || open.take_equal(present[i].node_name);

  HostMatch result;
  result.taken_for.resize(present.size());
  const std::vector<std::size_t> left = open.left_over();
  auto next = left.begin();
  const auto take_next = [&](std::size_t i) {
    found[i] = true;
    result.taken_for[i] = asked_for[*next++];
  };
  for (std::size_t i = 0; i < present.size() && next != left.end(); ++i)
    if (!found[i] && !present[i].name.empty()) take_next(i);
  if (std::ranges::count(found, false) == 1 && left.end() - next == 1)
    take_next(static_cast<std::size_t>(std::ranges::find(found, false) - found.begin()));
  for (; next != left.end(); ++next) result.missing.push_back(asked_for[*next]);
  return result;
}

}  // namespace tscollect::collect

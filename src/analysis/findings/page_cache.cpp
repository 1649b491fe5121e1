// Programs read more than the server sent: the page cache served the rest. Reported only if both
// are counted, as for NFS and Lustre. For local file systems the kernel does not count what
// programs request.
#include "analysis/findings/host_rule.hpp"
#include "analysis/findings/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace tscollect::analysis {

namespace {

constexpr double least_read = 10e6;       // bytes per second, requested by programs
constexpr double most_from_server = 0.5;  // of the requested bytes
constexpr double least_share = 0.5;       // of the part

constexpr RuleDescription about = {
    .name = "page-cache",
    .title = "Served from the page cache",
    .kind = FindingKind::limit,
    .rule =
        "programs read 10 MB/s or more from NFS or Lustre, of which the servers sent less than "
        "half, for at least half of a phase",
    .needs =
        "the sources nfs or lustre, with a mount that is read: of local file systems nobody counts "
        "what programs ask for",
    .cannot_know =
        "Which files were in the cache. Files that are mapped into memory are not in "
        "what programs asked for",
};

struct FileSystem {
  std::string_view name;
  std::string_view asked;
  std::string_view sent;
};
constexpr auto file_systems = std::to_array<FileSystem>(
    {{"NFS", "nfs.read.throughput", "nfs.server_read.throughput"},
     {"Lustre", "lustre.read.throughput", "lustre.server_read.throughput"}});

class PageCache final : public HostRule {
 public:
  [[nodiscard]] const RuleDescription& description() const override { return about; }

  void take(const HostView& host, const RuleContext& context) override {
    for (const FileSystem& file_system : file_systems) look(file_system, host, context);
  }

 private:
  void look(const FileSystem& file_system, const HostView& host, const RuleContext& context) {
    const SlotSeries* asked = host.series.find(file_system.asked);
    const SlotSeries* sent = host.series.find(file_system.sent);
    if (asked == nullptr || sent == nullptr) return;
    set_judged();
    for (std::size_t part = 0; part < context.parts.size(); ++part) {
      const Held held = held_in(*context.slots, context.parts[part].slots,
                                [&](std::size_t slot) -> std::optional<bool> {
                                  if (std::isnan(asked->mean(slot)) || std::isnan(sent->mean(slot)))
                                    return std::nullopt;
                                  return asked->mean(slot) >= least_read &&
                                         sent->mean(slot) < most_from_server * asked->mean(slot);
                                });
      watch(held.share, host.summary.name, {}, context.parts[part]);
      if (held.share < least_share || !held.is_long_enough(*context.slots)) continue;
      const double read = mean_over(*asked, held.slots);
      const double moved = mean_over(*sent, held.slots);
      add(part,
          {host.summary.name,
           {},
           held.share * read,
           fmt::format("read from the page cache for {}", share_text(held.share)),
           fmt::format("programs read {} from {}, the servers sent {}", with_unit(read, "bytes/s"),
                       file_system.name, with_unit(moved, "bytes/s")),
           held.when,
           {{"asked for", with_unit(read, "bytes/s"), "at least 10 MB/s"},
            {"sent by the servers", with_unit(moved, "bytes/s"),
             "less than half of what was asked for"}}});
    }
  }
};

}  // namespace

std::unique_ptr<Rule> page_cache_rule() { return std::make_unique<PageCache>(); }

}  // namespace tscollect::analysis

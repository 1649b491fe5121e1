#include "tool/validate/validate.hpp"
#include "base/format.hpp"
#include "journal/reader.hpp"

#include <fmt/format.h>

namespace tscollect::tool {

void validate_journal(const std::filesystem::path& path, Verdict& verdict) {
  verdict.kind = "journal";
  const auto reader = journal::Reader::open(path, journal::any_owner);
  if (!reader) {
    verdict.diagnostics.error("journal", "head", reader.error().message);
    return;
  }
  const journal::Contents& contents = reader->contents();
  verdict.summary = fmt::format("{}, host {}, run {}", base::counted(contents.samples, "sample"),
                                contents.header.host, contents.header.run_id);
  if (contents.being_written) verdict.diagnostics.warn("journal", "end", "its run is not over");
  if (!contents.error.empty())
    verdict.diagnostics.error("journal", fmt::format("sample {}", contents.samples),
                              contents.error);
}

}  // namespace tscollect::tool

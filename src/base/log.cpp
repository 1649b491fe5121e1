#include "base/log.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace tscollect::record {

void write_words(std::string_view words) noexcept {
  static_cast<void>(std::fwrite(words.data(), 1, words.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

void open_standard_streams() {
  int opened = 0;
  do opened = ::open("/dev/null", O_RDWR);
  while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened >= 0) ::close(opened);
}

}  // namespace tscollect::record

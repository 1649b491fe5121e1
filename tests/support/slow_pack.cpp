// Preloaded: a host that takes SLOW_PACK_SECONDS to compress its samples, as after a long run.

#include <dlfcn.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <utility>

extern "C" int compress2(Bytef* to, uLongf* to_bytes, const Bytef* from, uLong from_bytes,
                         int level) {
  static const auto real = reinterpret_cast<decltype(&compress2)>(::dlsym(RTLD_NEXT, "compress2"));
  static bool first = true;
  const char* seconds = std::getenv("SLOW_PACK_SECONDS");
  if (seconds != nullptr && std::exchange(first, false))
    ::sleep(static_cast<unsigned>(std::atoi(seconds)));
  return real(to, to_bytes, from, from_bytes, level);
}

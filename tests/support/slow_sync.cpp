// Preloaded: a file system that takes SLOW_SYNC_SECONDS to sync a file, as a busy one may. What is
// synced then is told by a file `syncing` in the current folder.

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

extern "C" int fsync(int descriptor) {
  using Fsync = int (*)(int);
  static const auto real = reinterpret_cast<Fsync>(::dlsym(RTLD_NEXT, "fsync"));
  if (const char* seconds = std::getenv("SLOW_SYNC_SECONDS")) {
    ::close(::open("syncing", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ::sleep(static_cast<unsigned>(std::atoi(seconds)));
  }
  return real(descriptor);
}

// Preloaded: a file system that refuses locks, as some mounts of NFS, DVS and Lustre do.

#include <sys/file.h>

#include <cerrno>

extern "C" int flock(int /*descriptor*/, int /*operation*/) noexcept {
  errno = ENOLCK;
  return -1;
}

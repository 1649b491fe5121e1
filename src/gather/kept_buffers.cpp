#include "gather/kept_buffers.hpp"

#include <utility>
#include <vector>

namespace tscollect::gather {

void keep_until_exit(std::shared_ptr<const void> buffer) {
  // Never destroyed: MPI's own threads may outlive static objects.
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  static auto* const kept = new std::vector<std::shared_ptr<const void>>;
  kept->push_back(std::move(buffer));
}

}  // namespace tscollect::gather

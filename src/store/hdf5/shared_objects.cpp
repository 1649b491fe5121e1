#include "store/hdf5/shared_objects.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace tscollect::store {

namespace {

/// Number of different contents remembered. Further ones are written for each host, so that memory
/// does not grow if all hosts are different.
constexpr std::size_t most_known_objects = 256;

void link_into(const ObjectRef& group, const NamedObject& object) {
  const ObjectHandle target(
      check_h5(H5Rdereference2(group.id, H5P_DEFAULT, H5R_OBJECT, &object.reference), group,
               "open a shared object"));
  if (H5Olink(target.get(), group.id, object.name.c_str(), H5P_DEFAULT, H5P_DEFAULT) < 0)
    throw_h5(group, fmt::format("link {}", object.name));
}

}  // namespace

ObjectBundle SharedObjects::place(const ObjectRef& group, const std::string& content,
                                  const std::function<ObjectBundle()>& create) {
  const auto found = known_.find(content);
  if (found != known_.end()) {
    for (const NamedObject& object : found->second) link_into(group, object);
    return found->second;
  }
  ObjectBundle created = create();
  if (known_.size() < most_known_objects) known_.emplace(content, created);
  return created;
}

}  // namespace tscollect::store

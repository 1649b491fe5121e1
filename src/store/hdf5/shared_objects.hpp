#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tscollect::store {

/// Datasets that say what an array's columns or rows are: a scale first, then what stands beside
/// it.
struct NamedObject {
  std::string name;
  hobj_ref_t reference = 0;
};
using ObjectBundle = std::vector<NamedObject>;

/// Field names, units, kinds and device names are the same on most hosts of a job. They are written
/// once per distinct content and hard-linked into each further host's group, so that every host is
/// complete in itself at the cost of a link.
class SharedObjects {
 public:
  /// Puts the objects that `content` describes in full into `group`: links them if they are in the
  /// file, else lets `create` write them there.
  ObjectBundle place(const ObjectRef& group, const std::string& content,
                     const std::function<ObjectBundle()>& create);

 private:
  std::map<std::string, ObjectBundle> known_;
};

}  // namespace tscollect::store

#pragma once

#include "store/hdf5/hdf5_handle.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tscollect::store {

/// Datasets that describe an array's columns or rows: first the scale, then the lists along it.
struct NamedObject {
  std::string name;
  hobj_ref_t reference = 0;
};
using ObjectBundle = std::vector<NamedObject>;

/// Field names, units, kinds and device names are the same on most hosts of a job. Each distinct
/// content is written once and hard-linked into the groups of further hosts, so that every host's
/// group is complete at the cost of a link.
class SharedObjects {
 public:
  /// Puts the objects described by `content` into `group`: links them if they are in the file
  /// already, otherwise lets `create` write them there.
  ObjectBundle place(const ObjectRef& group, const std::string& content,
                     const std::function<ObjectBundle()>& create);

 private:
  std::map<std::string, ObjectBundle> known_;
};

}  // namespace tscollect::store

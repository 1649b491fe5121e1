#include <tscollect/sample.hpp>

namespace tscollect {

namespace {

template <class Shape>
const Shape* find_shape(const std::map<std::string, SourceValues>& sources,
                        const std::string& source) {
  const auto found = sources.find(source);
  return found == sources.end() ? nullptr : std::get_if<Shape>(&found->second);
}

}  // namespace

const Fields* TimeSeriesSample::fields(const std::string& source) const {
  return find_shape<Fields>(sources, source);
}

const std::vector<DeviceFields>* TimeSeriesSample::devices(const std::string& source) const {
  return find_shape<std::vector<DeviceFields>>(sources, source);
}

}  // namespace tscollect

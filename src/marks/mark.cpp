#include "marks/mark.hpp"

#include "base/process/host_name.hpp"
#include "base/files/descriptor.hpp"
#include "base/text/integer_json.hpp"

#include <tscollect/time.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

namespace tscollect::marks {

namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::array<std::string_view, 3> kind_names = {"next", "begin", "end"};

std::string line_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// The member as text; empty where there is none. Throws nlohmann's exception for another type.
std::string text_at(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? std::string() : found->get<std::string>();
}

Result<Line> read_mark(const nlohmann::json& object) {
  Mark mark;
  const auto kind = std::ranges::find(kind_names, text_at(object, "mark"));
  if (kind == kind_names.end()) return Error{"it is of an unknown kind"};
  mark.kind = static_cast<MarkKind>(kind - kind_names.begin());
  mark.name = text_at(object, "name");
  if (mark.kind != MarkKind::end || !mark.name.empty())
    if (std::string error = error_in_name(mark.name); !error.empty()) return Error{error};
  mark.host = text_at(object, "host");
  mark.boot_id = text_at(object, "boot_id");
  mark.wall_ns = object.at("wall_ns").get<std::int64_t>();
  mark.mono_ns = object.at("mono_ns").get<std::int64_t>();
  return Line(std::move(mark));
}

Result<Line> read_command(const nlohmann::json& object) {
  block::RunCommand command{text_at(object, "line"), text_at(object, "host"),
                            text_at(object, "begin"), text_at(object, "end"), std::nullopt};
  if (const auto status = object.find("exit_status"); status != object.end())
    command.exit_status = status->get<std::int64_t>();
  return Line(std::move(command));
}

Result<Line> read_object(const nlohmann::json& object) {
  if (!object.is_object()) return Error{"it is no JSON object"};
  if (object.contains("mark")) return read_mark(object);
  if (object.contains("command")) return read_command(object.at("command"));
  if (object.contains("closed")) return Line(Closed{});
  if (object.contains("tscollect_marks"))
    return Line(Head{text_at(object, "run"), text_at(object, "holder")});
  return Error{"it is no mark"};
}

std::string boot_id() {
  const base::Descriptor file(::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  std::array<char, 64> text{};
  const ssize_t got = file.is_open() ? ::read(file.get(), text.data(), text.size()) : 0;
  std::string id(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return id.substr(0, id.find('\n'));
}

}  // namespace

std::string error_in_name(std::string_view name) {
  if (name.empty()) return "it has no name";
  if (name.find('\0') != std::string_view::npos) return "its name has a zero byte";
  if (name.size() > longest_name)
    return fmt::format("its name has {} bytes, and {} are the most", name.size(), longest_name);
  return {};
}

std::string to_line(const Head& head) {
  Json value = {{"tscollect_marks", version}, {"run", head.run_id}};
  if (!head.holder.empty()) value["holder"] = head.holder;
  return line_of(value);
}

std::string to_line(const Mark& mark) {
  Json value = {{"mark", kind_names.at(static_cast<std::size_t>(mark.kind))}};
  if (!mark.name.empty()) value["name"] = mark.name;
  value["host"] = mark.host;
  if (!mark.boot_id.empty()) value["boot_id"] = mark.boot_id;
  value["wall_ns"] = mark.wall_ns;
  value["mono_ns"] = mark.mono_ns;
  return line_of(value);
}

std::string to_line(const block::RunCommand& command) {
  Json value = Json::object();
  const auto add = [&value](const char* name, const std::string& text) {
    if (!text.empty()) value[name] = text;
  };
  add("line", command.line);
  add("host", command.host);
  add("begin", command.begin);
  add("end", command.end);
  if (command.exit_status) value["exit_status"] = *command.exit_status;
  return line_of({{"command", value}});
}

std::string to_line(const Closed& /*closed*/) {
  return line_of({{"closed", format_timestamp(wall_now())}});
}

Result<Line> parse_line(std::string_view text) {
  try {
    const auto value = base::parse_whole_json(text);
    if (!value) return value.error();
    return read_object(*value);
  } catch (const nlohmann::json::exception&) {
    return Error{"it is no line of JSON with a mark's members"};
  }
}

Mark mark_now(MarkKind kind, std::string name) {
  return {kind,
          std::move(name),
          base::this_host(),
          boot_id(),
          wall_now().time_since_epoch().count(),
          mono_now().time_since_epoch().count()};
}

}  // namespace tscollect::marks

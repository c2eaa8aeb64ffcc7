#include "base/json_fields.h"

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

const Json& EmptyObject() {
  static const auto* const empty = new Json(Json::object());
  return *empty;
}

const Json& EmptyList() {
  static const auto* const empty = new Json(Json::array());
  return *empty;
}

// Whether it is an integer of 64 bits with a sign: others would wrap around.
bool IsInteger(const Json& json) {
  if (json.is_number_unsigned()) {
    return json.get<uint64_t>() <=
           static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  }
  return json.is_number_integer();
}

}  // namespace

JsonFields::JsonFields(const Json& json, std::string where)
    : json_(json), where_(std::move(where)) {
  if (json.is_object()) return;
  status_ = absl::DataLossError(absl::StrCat(where_, where_.empty() ? "" : ": ",
                                             "expected an object, found ",
                                             Excerpt(json)));
}

std::string JsonFields::Text(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json& json) { return json.is_string(); }, "text");
  return json == nullptr ? "" : json->get<std::string>();
}

bool JsonFields::Bool(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json& json) { return json.is_boolean(); }, "true or false");
  return json != nullptr && json->get<bool>();
}

double JsonFields::Number(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json& json) { return json.is_number(); }, "a number");
  return json == nullptr ? 0 : json->get<double>();
}

int64_t JsonFields::Integer(absl::string_view key, int64_t least,
                            int64_t most) {
  const Json* const json = Expect(key, IsInteger, "an integer");
  const int64_t value = json == nullptr ? least : json->get<int64_t>();
  if (value >= least && value <= most) return value;
  Refuse(key, absl::StrCat("an integer from ", least, " to ", most));
  return least;
}

const Json& JsonFields::Object(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json& json) { return json.is_object(); }, "an object");
  return json == nullptr ? EmptyObject() : *json;
}

const Json& JsonFields::List(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json& json) { return json.is_array(); }, "a list");
  return json == nullptr ? EmptyList() : *json;
}

const Json& JsonFields::Any(absl::string_view key) {
  const Json* const json = Expect(
      key, [](const Json&) { return true; }, "a value");
  return json == nullptr ? EmptyObject() : *json;
}

void JsonFields::Refuse(absl::string_view key, absl::string_view expected) {
  if (!status_.ok()) return;
  const Json* const json = Find(key);
  status_ = absl::DataLossError(
      json == nullptr ? absl::StrCat("key '", PathTo(key), "' not found")
                      : absl::StrCat(PathTo(key), ": expected ", expected,
                                     ", found ", Excerpt(*json)));
}

const Json* JsonFields::Find(absl::string_view key) const {
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(std::string(key));
  return found == json_.end() ? nullptr : &*found;
}

const Json* JsonFields::Expect(absl::string_view key, bool (*good)(const Json&),
                               absl::string_view expected) {
  const Json* const json = Find(key);
  if (json != nullptr && good(*json)) return json;
  Refuse(key, expected);
  return nullptr;
}

std::string JsonFields::PathTo(absl::string_view key) const {
  return absl::StrCat(where_, where_.empty() ? "" : ".", key);
}

absl::Status ReadTexts(const Json& object, const std::string& where,
                       std::map<std::string, std::string>& texts) {
  JsonFields fields(object, where);
  for (const auto& [key, value] : object.items()) {
    texts[key] = fields.Text(key);
  }
  return fields.status();
}

}  // namespace bigstep

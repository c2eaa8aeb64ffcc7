#include "base/schema.h"

#include <algorithm>

#include "base/suggest.h"
#include "base/terminal_text.h"

namespace bigstep {

void OptionTable::Read(const SpecNode& map, const std::string& path,
                       Problems& problems, void* options) const {
  std::vector<std::string> known;
  for (const Field& field : fields_) known.push_back(field.name);
  std::sort(known.begin(), known.end());

  const int before = problems.count();
  for (const auto& [key, value, key_mark] : map.entries) {
    const auto field =
        std::find_if(fields_.begin(), fields_.end(),
                     [&key = key](const Field& f) { return f.name == key; });
    if (field != fields_.end()) {
      field->read(value, absl::StrCat(path, ".", key), problems, options);
    } else if (key != "name") {
      std::string hint = DidYouMean(key, known);
      if (hint.empty()) hint = OptionAdvice(key);
      problems.Add(
          key_mark, path,
          absl::StrCat("unknown key '", VisibleText(key), "'", hint,
                       known.empty()
                           ? " (it has no options)"
                           : absl::StrCat(" (known: ",
                                          absl::StrJoin(known, ", "), ")")));
    }
  }
  for (const Field& field : fields_) {
    if (field.required && map.Find(field.name) == nullptr) {
      problems.AddMissing(map.mark, path,
                          absl::StrCat("missing key '", field.name, "' (",
                                       field.type, ": ", field.doc, ")"));
    }
  }
  // A rule between options means nothing while one of them is wrong.
  for (const auto& check : checks_) {
    if (problems.count() != before) break;
    const std::string wrong = check(options);
    if (!wrong.empty()) problems.Add(map.mark, path, wrong);
  }
}

Json OptionTable::ToJson(const void* options) const {
  Json json = Json::object();
  for (const Field& field : fields_) {
    json[field.name] = field.write(options);
  }
  return json;
}

Json OptionTable::NonDefaults(const void* options) const {
  const std::shared_ptr<void> defaults = New();
  Json json = Json::object();
  for (const Field& field : fields_) {
    Json value = field.identity(options);
    if (field.required || value != field.neutral(defaults.get())) {
      json[field.name] = std::move(value);
    }
  }
  return json;
}

}  // namespace bigstep

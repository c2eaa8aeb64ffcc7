#include "experiments/report/tables/trials_csv.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/json.h"
#include "experiments/records/outcome.h"
#include "experiments/report/tables/csv_text.h"

namespace bigstep {
namespace {

using Fields = std::map<std::string, std::string>;

// Text as it is; numbers and the rest as JSON.
std::string ValueText(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string()
             ? value.get<std::string>()
             : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What tells a plugin of a list from the others: its label, else its name;
// empty if it has neither.
std::string PluginName(const Json& plugin) {
  if (!plugin.is_object()) return "";
  const Json name = plugin.value("label", plugin.value("name", Json()));
  return name.is_string() ? name.get<std::string>() : "";
}

// Whether `list` holds plugins, each of another name.
bool IsPluginList(const Json& list) {
  std::set<std::string> names;
  for (const Json& item : list) {
    const std::string name = PluginName(item);
    if (name.empty() || !names.insert(name).second) return false;
  }
  return true;
}

// Adds the options in `value` to `fields` under their dotted paths.
void Flatten(const Json& value, const std::string& path, Fields& fields) {
  const auto below = [&path](const std::string& key) {
    return path.empty() ? key : absl::StrCat(path, ".", key);
  };
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      Flatten(item, below(key), fields);
    }
  } else if (value.is_array() && IsPluginList(value)) {
    std::vector<std::string> names;
    for (const Json& item : value) {
      names.push_back(PluginName(item));
      for (const auto& [key, option] : item.items()) {
        if (key == "name" && option == names.back()) continue;
        Flatten(option, below(absl::StrCat(names.back(), ".", key)), fields);
      }
    }
    fields[path] = absl::StrJoin(names, "+");
  } else {
    fields[path] = ValueText(value);
  }
}

Fields Options(const Record& record) {
  Fields fields;
  for (const auto& [section, value] : record.trial.items()) {
    // Metrics are the study's, the seed has a column.
    if (section == "metrics" || section == "seed") continue;
    Flatten(value, section, fields);
  }
  return fields;
}

Fields Results(const Record& record) {
  Fields fields;
  for (const auto& [metric, values] : record.metrics.items()) {
    for (const auto& [result, value] : values.items()) {
      if (!value.is_number() && !value.is_null()) continue;
      fields[absl::StrCat(metric, ".", result)] = ValueText(value);
    }
  }
  return fields;
}

Fields RunNotes(const Record& record) {
  Fields fields;
  for (const auto& [name, value] : record.times.items()) {
    if (!value.is_structured())
      fields[absl::StrCat("run.", name)] = ValueText(value);
  }
  for (const char* name : {"commit", "device", "device_name"}) {
    const auto value = record.provenance.find(name);
    if (value == record.provenance.end()) continue;
    fields[absl::StrCat("run.", name)] = ValueText(*value);
  }
  return fields;
}

const Record* Find(const Records& records, const std::string& id) {
  const auto it = records.find(id);
  return it == records.end() ? nullptr : &it->second;
}

// The names of columns, found by a look at every record.
struct Names {
  std::vector<std::string> options, results, run;
};

// Paths whose values are not the same in all records.
class Varying {
 public:
  void Add(const Fields& fields) {
    ++records_;
    for (const auto& [path, value] : fields) {
      Seen& seen = seen_.try_emplace(path, Seen{value}).first->second;
      ++seen.count;
      seen.varies = seen.varies || seen.first != value;
    }
  }
  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const auto& [path, seen] : seen_) {
      if (seen.varies || seen.count < records_) paths.push_back(path);
    }
    return paths;
  }

 private:
  struct Seen {
    std::string first;
    int count = 0;
    bool varies = false;
  };
  int records_ = 0;
  std::map<std::string, Seen> seen_;
};

Names FindNames(const Study& study, const Records& records) {
  Varying varying;
  std::set<std::string> results, run;
  for (const StudyTrial& trial : study.trials) {
    const Record* record = Find(records, trial.id);
    if (record == nullptr) continue;
    varying.Add(Options(*record));
    for (const auto& [name, value] : Results(*record)) results.insert(name);
    for (const auto& [name, value] : RunNotes(*record)) run.insert(name);
  }
  return {varying.Paths(),
          {results.begin(), results.end()},
          {run.begin(), run.end()}};
}

std::string AxisLabel(const Study& study, const StudyTrial& trial,
                      const std::string& axis) {
  for (const size_t configuration : trial.configurations) {
    for (const AxisValue& axis_value :
         study.configurations[configuration].axis_values) {
      if (axis_value.axis == axis) return axis_value.label;
    }
  }
  return "";
}

std::string Settings(const Study& study, const StudyTrial& trial) {
  std::vector<std::string> settings;
  for (const size_t configuration : trial.configurations) {
    settings.push_back(absl::StrCat(study.configurations[configuration].sweep,
                                    ": ",
                                    study.configurations[configuration].name));
  }
  return absl::StrJoin(settings, "; ");
}

void Append(const std::vector<std::string>& names, const Fields& fields,
            std::string& csv) {
  for (const std::string& name : names) {
    const auto it = fields.find(name);
    absl::StrAppend(&csv, ",", it == fields.end() ? "" : CsvField(it->second));
  }
}

void AppendRow(const Study& study, const StudyTrial& trial,
               const Record* record, const Names& names, std::string& csv) {
  absl::StrAppend(&csv, trial.id, ",", trial.seed, ",");
  if (record == nullptr) {
    absl::StrAppend(&csv, "missing,,,,");
  } else {
    absl::StrAppend(&csv, OutcomeName(record->outcome), ",",
                    record->collapsed ? "true" : "false", ",", record->steps,
                    ",", CsvField(record->stop), ",", CsvField(record->reason));
  }
  absl::StrAppend(&csv, ",", CsvField(Settings(study, trial)));
  for (const StudyAxis& axis : study.axes) {
    absl::StrAppend(&csv, ",", CsvField(AxisLabel(study, trial, axis.name)));
  }
  const Record none;
  const Record& present = record == nullptr ? none : *record;
  Append(names.options, Options(present), csv);
  Append(names.results, Results(present), csv);
  Append(names.run, RunNotes(present), csv);
  csv += '\n';
}

}  // namespace

std::string TrialsCsv(const Study& study, const Records& records) {
  const Names names = FindNames(study, records);
  std::string csv = "id,seed,outcome,collapsed,steps,stop,reason,settings";
  for (const StudyAxis& axis : study.axes) {
    absl::StrAppend(&csv, ",", CsvField(absl::StrCat("axis.", axis.name)));
  }
  for (const auto* group : {&names.options, &names.results, &names.run}) {
    for (const std::string& name : *group) {
      absl::StrAppend(&csv, ",", CsvField(name));
    }
  }
  csv += '\n';
  for (const StudyTrial& trial : study.trials) {
    AppendRow(study, trial, Find(records, trial.id), names, csv);
  }
  return csv;
}

}  // namespace bigstep

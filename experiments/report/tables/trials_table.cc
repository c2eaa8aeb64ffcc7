#include "experiments/report/tables/trials_table.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/json.h"
#include "experiments/records/outcome.h"
#include "experiments/report/analysis/derived_quantity.h"
#include "experiments/report/analysis/recorded_trial.h"
#include "experiments/report/tables/result_columns.h"

namespace bigstep {
namespace {

using Fields = std::map<std::string, std::string>;

// Text unchanged; numbers and the rest as JSON.
std::string JsonText(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string()
             ? value.get<std::string>()
             : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The label or else the name of a plugin in a list; empty if it has neither.
std::string PluginName(const Json& plugin) {
  if (!plugin.is_object()) return "";
  const Json name = plugin.value("label", plugin.value("name", Json()));
  return name.is_string() ? name.get<std::string>() : "";
}

// Whether `list` holds plugins with distinct names.
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
    fields[path] = JsonText(value);
  }
}

// Whether a section of a trial is an option: metrics are the study's, the seed
// has a column.
bool IsOption(const std::string& section) {
  return section != "metrics" && section != "seed";
}

// The options in some sections of a trial, and what derives from them.
Fields Options(const Record& record, const std::set<std::string>& sections) {
  Fields fields;
  for (const std::string& section : sections) {
    const auto value = record.trial.find(section);
    if (value != record.trial.end()) Flatten(*value, section, fields);
  }
  if (sections.count("optimizer") + sections.count("training") > 0) {
    for (const DerivedQuantity& quantity : DerivedQuantities()) {
      const std::optional<double> value = quantity.of(record.trial);
      fields[absl::StrCat("derived.", quantity.name)] =
          value ? JsonText(*value) : "";
    }
  }
  return fields;
}

// The sections in which two trials differ.
std::set<std::string> DifferingSections(const Record& a, const Record& b) {
  std::set<std::string> sections;
  for (const auto& [of, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    for (const auto& [section, value] : of->trial.items()) {
      if (!IsOption(section)) continue;
      const auto found = other->trial.find(section);
      if (found == other->trial.end() || *found != value) {
        sections.insert(section);
      }
    }
  }
  return sections;
}

bool IsShown(const Json& result) {
  return result.is_number() || result.is_null();
}

Fields Results(const Record& record) {
  Fields fields;
  for (const auto& [result, value] : record.fit.items()) {
    if (!value.is_number()) continue;
    fields[absl::StrCat("fit.", result)] = JsonText(value);
  }
  for (const Json* const metrics : {&record.metrics, &record.course}) {
    for (const auto& [metric, values] : metrics->items()) {
      for (const auto& [result, value] : values.items()) {
        if (!IsShown(value)) continue;
        fields[absl::StrCat(metric, ".", result)] = JsonText(value);
      }
    }
  }
  return fields;
}

Fields RunNotes(const Record& record) {
  Fields fields;
  for (const auto& [name, value] : record.times.items()) {
    if (!value.is_structured())
      fields[absl::StrCat("run.", name)] = JsonText(value);
  }
  for (const char* name :
       {"commit", "workspace_commit", "device", "device_name"}) {
    const auto value = record.provenance.find(name);
    if (value == record.provenance.end()) continue;
    fields[absl::StrCat("run.", name)] = JsonText(*value);
  }
  return fields;
}

// The names of columns that records decide: the options that are not the same
// in all records, all results, and all notes about runs.
struct Names {
  std::vector<std::string> options, results, run;
  std::set<std::string> sections;  // Of the options.
};

void AddResultNames(const Record& record, std::set<std::string>& names) {
  for (const auto& [name, value] : Results(record)) names.insert(name);
}

Names FindNames(const Study& study, const Records& records) {
  const Record* first = nullptr;
  std::set<std::string> varying, results, run, all_sections;
  for (const StudyTrial& trial : study.trials) {
    const Record* record = FindRecord(records, trial.id);
    if (record == nullptr) continue;
    if (first == nullptr) first = record;
    const std::set<std::string> sections = DifferingSections(*record, *first);
    const Fields options = Options(*record, sections);
    const Fields before = Options(*first, sections);
    std::vector<Fields::value_type> differing;
    std::set_symmetric_difference(options.begin(), options.end(),
                                  before.begin(), before.end(),
                                  std::back_inserter(differing));
    for (const auto& [path, value] : differing) varying.insert(path);
    all_sections.insert(sections.begin(), sections.end());
    AddResultNames(*record, results);
    for (const auto& [name, value] : RunNotes(*record)) run.insert(name);
  }
  return {{varying.begin(), varying.end()},
          {results.begin(), results.end()},
          {run.begin(), run.end()},
          std::move(all_sections)};
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

// The trial's configurations without their sweeps, each name once.
std::string ShortNames(const Study& study, const StudyTrial& trial) {
  std::vector<std::string> names;
  for (const size_t configuration : trial.configurations) {
    const std::string& name = study.configurations[configuration].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return absl::StrJoin(names, "; ");
}

std::string NamesWithSweeps(const Study& study, const StudyTrial& trial) {
  std::vector<std::string> names;
  for (const size_t c : trial.configurations) {
    const Configuration& configuration = study.configurations[c];
    names.push_back(
        absl::StrCat(configuration.sweep, ": ", configuration.name));
  }
  return absl::StrJoin(names, "; ");
}

std::vector<Table::Column> TrialColumns(const Study& study,
                                        const Names& names) {
  Table::Column more{.csv_titles = {"settings"}, .csv_only = true};
  for (const StudyAxis& axis : study.axes) {
    more.csv_titles.push_back(absl::StrCat("axis.", axis.name));
  }
  for (const auto* group : {&names.options, &names.results, &names.run}) {
    more.csv_titles.insert(more.csv_titles.end(), group->begin(), group->end());
  }
  std::vector<Table::Column> columns = {
      {.title = "id", .is_text = true, .csv_titles = {"id"}},
      {.title = "setting", .is_text = true},
      {.title = "seed", .csv_titles = {"seed"}},
      {.title = "outcome",
       .is_text = true,
       .csv_titles = {"outcome", "collapsed", "not_converged"}},
      {.title = "steps", .csv_titles = {"steps", "stop", "reason"}},
      {.title = "time (s)"},
      std::move(more)};
  for (const Column& column : study.columns) {
    columns.push_back(ResultColumn(column));
  }
  return columns;
}

// The fields of the column that only CSV has.
std::vector<std::string> CsvFields(const Study& study, const StudyTrial& trial,
                                   const Record& record, const Names& names) {
  std::vector<std::string> csv = {NamesWithSweeps(study, trial)};
  for (const StudyAxis& axis : study.axes) {
    csv.push_back(AxisLabel(study, trial, axis.name));
  }
  const auto append = [&csv](const std::vector<std::string>& group,
                             const Fields& fields) {
    for (const std::string& name : group) {
      const auto it = fields.find(name);
      csv.push_back(it == fields.end() ? "" : it->second);
    }
  };
  append(names.options, Options(record, names.sections));
  append(names.results, Results(record));
  append(names.run, RunNotes(record));
  return csv;
}

Table::Row TrialRow(const Study& study, const RecordedTrial& recorded,
                    const Names* names) {
  const StudyTrial& trial = *recorded.trial;
  const bool finished = recorded.record != nullptr;
  static const Record* const none = new Record;
  const Record& record = finished ? *recorded.record : *none;
  const std::string steps = finished ? absl::StrCat(record.steps) : "";
  std::vector<Table::Entry> entries = {
      {trial.id},
      {ShortNames(study, trial)},
      {absl::StrCat(trial.seed)},
      {recorded.State(),
       finished
           ? std::vector<std::string>{OutcomeName(record.outcome),
                                      record.collapsed ? "true" : "false",
                                      IsUnconverged(record) ? "true" : "false"}
           : std::vector<std::string>{"missing", "", ""}},
      {steps, {steps, record.stop, record.reason}},
      {finished ? absl::StrFormat("%.1f", SecondsOf(record)) : ""},
      {.csv = names == nullptr ? std::vector<std::string>()
                               : CsvFields(study, trial, record, *names)}};
  for (const Column& column : study.columns) {
    const std::optional<double> value = recorded.Value(column);
    entries.push_back({value ? absl::StrFormat("%.5g", *value) : ""});
  }
  return {std::move(entries)};
}

std::string WhatHappened(const Record& record) {
  std::string text;
  if (record.outcome == Outcome::kDiverged) {
    text = absl::StrCat(
        "the loss or the logits became NaN or infinite at step ", record.steps);
  } else if (record.outcome == Outcome::kFailed) {
    text = absl::StrCat("after ", record.steps, " steps");
  } else {
    text = record.collapsed
               ? "no better than guessing on the training data"
               : absl::StrCat("without the fit it was to reach, at step ",
                              record.steps);
  }
  if (!record.reason.empty()) absl::StrAppend(&text, ": ", record.reason);
  return text;
}

}  // namespace

Table TrialsTable(const Study& study, const Records& records, bool with_csv) {
  const Names names = with_csv ? FindNames(study, records) : Names();
  Table table;
  table.columns = TrialColumns(study, names);
  for (const StudyTrial& trial : study.trials) {
    table.rows.push_back(TrialRow(study,
                                  {&trial, FindRecord(records, trial.id)},
                                  with_csv ? &names : nullptr));
  }
  return table;
}

Table FailuresTable(const Study& study, const Records& records) {
  Table table;
  table.columns = {{.title = "id", .is_text = true},
                   {.title = "setting", .is_text = true},
                   {.title = "seed"},
                   {.title = "outcome", .is_text = true},
                   {.title = "what happened", .is_text = true}};
  for (const StudyTrial& trial : study.trials) {
    const RecordedTrial recorded{&trial, FindRecord(records, trial.id)};
    const Record* record = recorded.record;
    if (record == nullptr) continue;
    if (record->outcome == Outcome::kCompleted && !record->collapsed &&
        !IsUnconverged(*record)) {
      continue;
    }
    table.rows.push_back({{{trial.id},
                           {ShortNames(study, trial)},
                           {absl::StrCat(trial.seed)},
                           {recorded.State()},
                           {WhatHappened(*record)}}});
  }
  return table;
}

}  // namespace bigstep

#include "experiments/records/study.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/folder.h"
#include "base/json_fields.h"
#include "base/shell_quote.h"
#include "base/status.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

const std::map<std::string, Direction>& DirectionNames() {
  static const auto* const names =
      new std::map<std::string, Direction>{{"higher", Direction::kHigher},
                                           {"lower", Direction::kLower},
                                           {"neither", Direction::kNeither}};
  return *names;
}

std::string DirectionName(Direction direction) {
  for (const auto& [name, value] : DirectionNames()) {
    if (value == direction) return name;
  }
  return "";
}

// JSON has no infinity: an open end is null.
Json Bound(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json ColumnToJson(const Column& column) {
  const ResultSpec& result = column.result;
  Json json = {{"metric", column.metric},
               {"result", result.name},
               {"doc", result.doc},
               {"least", Bound(result.least)},
               {"most", Bound(result.most)},
               {"direction", DirectionName(result.direction)}};
  if (!result.title.empty()) json["title"] = result.title;
  return json;
}

// The items of a list, each read by `read`, which takes its fields and returns
// the item.
template <class Item>
absl::Status ReadItems(const Json& list, const std::string& where,
                       const std::function<Item(JsonFields&)>& read,
                       std::vector<Item>* items) {
  for (size_t i = 0; i < list.size(); ++i) {
    JsonFields fields(list[i], absl::StrCat(where, "[", i, "]"));
    items->push_back(read(fields));
    RETURN_IF_ERROR(fields.status());
  }
  return absl::OkStatus();
}

Column ColumnFromJson(JsonFields& fields) {
  const auto bound = [&fields](const char* key, double open) {
    return fields.Any(key).is_null() ? open : fields.Number(key);
  };
  const auto direction = DirectionNames().find(fields.Text("direction"));
  if (direction == DirectionNames().end()) {
    fields.Refuse("direction", "higher, lower or neither");
    return {};
  }
  return {fields.Text("metric"),
          {fields.Text("result"), fields.Text("doc"),
           bound("least", -kInfinity), bound("most", kInfinity),
           direction->second, fields.Has("title") ? fields.Text("title") : ""}};
}

AxisValue AxisValueFromJson(JsonFields& fields) {
  AxisValue value{fields.Text("axis"), fields.Text("label"), std::nullopt};
  if (fields.Has("number")) value.number = fields.Number("number");
  if (fields.Has("value")) value.value = fields.Text("value");
  if (fields.Has("with")) value.with = fields.Text("with");
  return value;
}

absl::Status ReadConfigurations(const Json& list, Study& study) {
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string where = absl::StrCat("cells[", i, "]");
    JsonFields fields(list[i], where);
    Configuration configuration{fields.Text("block"), fields.Text("setting")};
    const Json& values = fields.List("knobs");
    RETURN_IF_ERROR(fields.status());
    RETURN_IF_ERROR(ReadItems<AxisValue>(values, absl::StrCat(where, ".knobs"),
                                         AxisValueFromJson,
                                         &configuration.axis_values));
    study.configurations.push_back(std::move(configuration));
  }
  return absl::OkStatus();
}

absl::Status ReadTrials(const Json& list, Study& study) {
  if (list.empty()) {
    return absl::DataLossError("trials: expected at least one, found none");
  }
  std::set<std::string> ids;
  for (size_t i = 0; i < list.size(); ++i) {
    JsonFields fields(list[i], absl::StrCat("trials[", i, "]"));
    StudyTrial trial{fields.Text("id"), fields.Integer("seed"), {}};
    if (!ids.insert(trial.id).second) {
      fields.Refuse("id", "an id that no other trial has");
    }
    std::set<size_t> positions;
    const Json& cells = fields.List("cells");
    if (cells.empty()) fields.Refuse("cells", "at least one position");
    for (const Json& position : cells) {
      if (!position.is_number_unsigned() ||
          position.get<uint64_t>() >= study.configurations.size()) {
        fields.Refuse("cells", "positions in the list of cells");
        break;
      }
      if (!positions.insert(position.get<size_t>()).second) {
        fields.Refuse("cells", "each position once");
        break;
      }
      trial.configurations.push_back(position.get<size_t>());
    }
    RETURN_IF_ERROR(fields.status());
    study.trials.push_back(std::move(trial));
  }
  return absl::OkStatus();
}

constexpr size_t kMaxSelections = 10;

// Reads what studies have had since claims came up.
absl::Status ReadOptionalLists(JsonFields& fields, Study& study) {
  if (fields.Has("other_selections")) {
    const Json& list = fields.List("other_selections");
    if (list.size() > kMaxSelections) {
      fields.Refuse("other_selections", "at most 10 results");
    }
    RETURN_IF_ERROR(fields.status());
    RETURN_IF_ERROR(ReadItems<Selection>(
        list, "other_selections",
        [](JsonFields& selection) {
          return Selection{selection.Text("result"), selection.Bool("lower")};
        },
        &study.other_selections));
  }
  if (fields.Has("claims")) {
    const Json& claims = fields.List("claims");
    RETURN_IF_ERROR(fields.status());
    ASSIGN_OR_RETURN(study.claims, StudyClaimsFromJson(claims));
  }
  if (fields.Has("withdrawn_claims")) {
    const Json& claims = fields.List("withdrawn_claims");
    RETURN_IF_ERROR(fields.status());
    ASSIGN_OR_RETURN(study.withdrawn, WithdrawnClaimsFromJson(claims));
  }
  if (fields.Has("seed_changes")) {
    const Json& changes = fields.List("seed_changes");
    RETURN_IF_ERROR(fields.status());
    ASSIGN_OR_RETURN(study.seed_changes, SeedChangesFromJson(changes));
  }
  if (!fields.Has("titles")) return absl::OkStatus();
  const Json& titles = fields.Object("titles");
  RETURN_IF_ERROR(fields.status());
  return ReadTexts(titles, "titles", study.titles);
}

Json ToJson(const Study& study) {
  Json axes = Json::array();
  for (const StudyAxis& axis : study.axes) {
    axes.push_back({{"name", axis.name}, {"set", axis.set}});
  }
  Json columns = Json::array();
  for (const Column& column : study.columns) {
    columns.push_back(ColumnToJson(column));
  }
  Json configurations = Json::array();
  for (const Configuration& configuration : study.configurations) {
    configurations.push_back(ConfigurationToJson(configuration));
  }
  Json trials = Json::array();
  for (const StudyTrial& trial : study.trials) {
    trials.push_back({{"id", trial.id},
                      {"seed", trial.seed},
                      {"cells", trial.configurations}});
  }
  Json json = {{"format", kStudyFormat},
               {"study", study.name},
               {"question", study.question},
               {"reference", study.reference},
               {"selection", study.selection},
               {"selection_lower", study.selection_lower},
               {"axes", axes},
               {"columns", columns},
               {"metric_ids", study.metric_ids},
               {"cells", configurations},
               {"trials", trials}};
  for (const Selection& selection : study.other_selections) {
    json["other_selections"].push_back(
        {{"result", selection.result}, {"lower", selection.lower}});
  }
  if (!study.claims.empty()) json["claims"] = StudyClaimsToJson(study.claims);
  if (!study.withdrawn.empty()) {
    json["withdrawn_claims"] = WithdrawnClaimsToJson(study.withdrawn);
  }
  if (!study.seed_changes.empty()) {
    json["seed_changes"] = SeedChangesToJson(study.seed_changes);
  }
  if (!study.titles.empty()) json["titles"] = study.titles;
  if (!study.spec.empty()) json["spec"] = study.spec;
  if (!study.arguments.empty()) json["arguments"] = study.arguments;
  return json;
}

// "accuracy: unbiased test".
std::string InWords(const std::string& name) {
  return absl::StrReplaceAll(name, {{".", ": "}, {"_", " "}});
}

// How many trials in the folder have a record.
int CountRecords(const std::string& study_folder) {
  int count = 0;
  std::error_code error;
  std::filesystem::directory_iterator it(study_folder + "/trials", error), end;
  for (; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (std::filesystem::exists(it->path() / "record.json", ignored)) ++count;
  }
  return count;
}

std::set<int64_t> SeedsOf(const Study& study) {
  std::set<int64_t> seeds;
  for (const StudyTrial& trial : study.trials) seeds.insert(trial.seed);
  return seeds;
}

Json DatedJson(const std::string& study_folder, Study study) {
  const absl::StatusOr<Study> before = ReadStudy(study_folder);
  const bool had_claims =
      before.ok() && !(before->claims.empty() && before->withdrawn.empty());
  const bool same_seeds = !before.ok() || SeedsOf(*before) == SeedsOf(study);
  if (before.ok()) study.seed_changes = before->seed_changes;
  // Counting the records of a large study takes a while.
  if (study.claims.empty() && !had_claims && same_seeds) return ToJson(study);
  const std::string now =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  const int trials_done = CountRecords(study_folder);
  ClaimHistory claims_before;
  if (before.ok()) {
    claims_before = {before->claims, before->withdrawn};
    AddSeedChange(SeedsOf(*before), SeedsOf(study), now, trials_done,
                  study.seed_changes);
  }
  ClaimHistory history =
      ContinueHistory(claims_before, std::move(study.claims), now, trials_done);
  study.claims = std::move(history.claims);
  study.withdrawn = std::move(history.withdrawn);
  return ToJson(study);
}

// More than the longest name that specs allow; names of files are made of
// names.
constexpr size_t kMaxWord = 128;

// Whether `text` can be part of a script, the title of a column and the name of
// a file without quotes: letters, digits and _. Specs are stricter about names.
bool IsWord(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxWord &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  c == '_';
         });
}

// Whether `text` is a word or one with what a result about the course of
// training adds: "share.peak", "share.at_1e-05". As safe as a word.
bool IsResultName(absl::string_view text) {
  const size_t dot = std::min(text.find('.'), text.size());
  if (!IsWord(text.substr(0, dot)) || text.size() > kMaxWord) return false;
  if (dot == text.size()) return true;
  const absl::string_view rest = text.substr(dot + 1);
  return !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("_.+-").find(c) != absl::string_view::npos;
  });
}

// A study from a stranger must not make reports run commands or write
// elsewhere.
absl::Status CheckWords(const Study& study) {
  const auto check = [](const std::string& what, const std::string& text,
                        bool (*good)(absl::string_view) = IsWord) {
    if (good(text)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "expected letters, digits and _, at most ", kMaxWord, ", as ", what,
        ", found '", text.substr(0, kMaxWord), "'"));
  };
  for (const StudyAxis& axis : study.axes) {
    RETURN_IF_ERROR(check("the name of an axis", axis.name));
  }
  for (const Column& column : study.columns) {
    RETURN_IF_ERROR(check("the name of a metric", column.metric));
    RETURN_IF_ERROR(
        check("the name of a result", column.result.name, IsResultName));
  }
  for (const Configuration& configuration : study.configurations) {
    for (const AxisValue& axis_value : configuration.axis_values) {
      RETURN_IF_ERROR(check("the axis of a value", axis_value.axis));
    }
  }
  for (const StudyTrial& trial : study.trials) {
    RETURN_IF_ERROR(check("the id of a trial", trial.id));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Column::title() const {
  return result.title.empty() ? InWords(name()) : result.title;
}

std::string Study::TitleOf(const std::string& name) const {
  for (const Column& column : columns) {
    if (column.name() == name) return column.title();
  }
  const auto title = titles.find(name);
  return title == titles.end() ? InWords(name) : title->second;
}

absl::StatusOr<Study> ParseStudy(absl::string_view text) {
  ASSIGN_OR_RETURN(const Json json, ParseJson(text));
  JsonFields fields(json);
  const Json& format = fields.Any("format");
  RETURN_IF_ERROR(fields.status());
  if (format != 1 && format != kStudyFormat) {
    return absl::DataLossError(absl::StrCat("expected format ", kStudyFormat,
                                            ", found ", Excerpt(format)));
  }
  Study study;
  study.name = fields.Text("study");
  study.question = fields.Text("question");
  study.reference = fields.Text("reference");
  study.selection = fields.Text("selection");
  study.selection_lower = fields.Bool("selection_lower");
  const Json& axes = fields.List("axes");
  const Json& columns = fields.List("columns");
  const Json& configurations = fields.List("cells");
  const Json& trials = fields.List("trials");
  RETURN_IF_ERROR(fields.status());
  const auto read_axis = [](JsonFields& axis) {
    return StudyAxis{axis.Text("name"), axis.Text("set")};
  };
  RETURN_IF_ERROR(ReadItems<StudyAxis>(axes, "axes", read_axis, &study.axes));
  RETURN_IF_ERROR(
      ReadItems<Column>(columns, "columns", ColumnFromJson, &study.columns));
  RETURN_IF_ERROR(ReadConfigurations(configurations, study));
  RETURN_IF_ERROR(ReadTrials(trials, study));
  if (format != 1) {
    RETURN_IF_ERROR(
        ReadTexts(fields.Object("metric_ids"), "metric_ids", study.metric_ids));
    RETURN_IF_ERROR(fields.status());
  }
  RETURN_IF_ERROR(ReadOptionalLists(fields, study));
  if (fields.Has("spec")) study.spec = fields.Text("spec");
  if (fields.Has("arguments")) {
    for (const Json& argument : fields.List("arguments")) {
      if (argument.is_string()) study.arguments.push_back(argument);
    }
  }
  RETURN_IF_ERROR(fields.status());
  RETURN_IF_ERROR(CheckWords(study));
  return study;
}

bool IsAt(const Configuration& configuration,
          const std::map<std::string, std::string>& at) {
  if (configuration.axis_values.size() != at.size()) return false;
  return std::all_of(
      configuration.axis_values.begin(), configuration.axis_values.end(),
      [&at](const AxisValue& value) {
        const auto wanted = at.find(value.axis);
        return wanted != at.end() && wanted->second == value.label;
      });
}

std::string SettingsKey(const Study& study,
                        const Configuration& configuration) {
  std::vector<std::string> parts;
  for (const AxisValue& value : configuration.axis_values) {
    if (value.value.empty()) {  // Unknown, or the axis does not apply.
      parts.push_back(Json({value.axis, value.label}).dump());
      continue;
    }
    const auto axis = std::find_if(
        study.axes.begin(), study.axes.end(),
        [&value](const StudyAxis& axis) { return axis.name == value.axis; });
    const bool known = axis != study.axes.end() && !axis->set.empty();
    double number = 0;  // 1e-1 is 0.1.
    const bool is_number =
        absl::SimpleAtod(value.value, &number) && std::isfinite(number);
    parts.push_back(
        Json({known ? axis->set : value.axis,
              is_number ? Json(number) : Json(value.value), value.with})
            .dump());
  }
  std::sort(parts.begin(), parts.end());
  if (parts.empty()) parts = {configuration.sweep, configuration.name};
  return absl::StrJoin(parts, "\n");
}

Json ConfigurationToJson(const Configuration& configuration) {
  Json values = Json::array();
  for (const AxisValue& axis_value : configuration.axis_values) {
    values.push_back({{"axis", axis_value.axis}, {"label", axis_value.label}});
    if (axis_value.number) values.back()["number"] = *axis_value.number;
    if (!axis_value.value.empty()) values.back()["value"] = axis_value.value;
    if (!axis_value.with.empty()) values.back()["with"] = axis_value.with;
  }
  return {{"block", configuration.sweep},
          {"setting", configuration.name},
          {"knobs", values}};
}

absl::Status WriteStudy(const std::string& study_folder, const Study& study) {
  const Folder folder(study_folder);
  RETURN_IF_ERROR(folder.Make(""));
  if (!study.spec.empty()) {
    std::string flags;
    for (const std::string& argument : study.arguments) {
      absl::StrAppend(&flags, " ", ShellQuote(VisibleText(argument)));
    }
    RETURN_IF_ERROR(folder.Write(
        "spec.yaml",
        absl::StrCat(flags.empty() ? "" : "# Run with these flags:", flags,
                     flags.empty() ? "" : "\n", study.spec)));
  }
  return folder.Write(
      "study.json",
      DatedJson(study_folder, study)
              .dump(1, ' ', false, Json::error_handler_t::replace) +
          "\n");
}

absl::Status CheckStudyIsThere(const std::string& study_folder) {
  std::error_code error;
  const auto type =
      std::filesystem::status(study_folder + "/study.json", error).type();
  if (type != std::filesystem::file_type::not_found) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "the results folder ", study_folder,
      " was deleted during the run (study.json is gone), and with it the "
      "trials that were finished; the same command runs them again"));
}

absl::StatusOr<Study> ReadStudy(const std::string& study_folder) {
  const absl::StatusOr<std::string> text =
      Folder(study_folder).Read("study.json", kMaxStudyBytes);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(
        absl::StrCat(study_folder,
                     " holds no study (there is no study.json); run the study "
                     "with this folder's parent as --out first"));
  }
  RETURN_IF_ERROR(text.status());
  absl::StatusOr<Study> study = ParseStudy(*text);
  RETURN_IF_ERROR(study.status())
      << "in " << study_folder
      << "/study.json; run the study again to rewrite the file";
  return study;
}

}  // namespace bigstep

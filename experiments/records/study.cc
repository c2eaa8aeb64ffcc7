#include "experiments/records/study.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/files.h"
#include "base/status.h"

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
  return {{"metric", column.metric},
          {"result", result.name},
          {"doc", result.doc},
          {"least", Bound(result.least)},
          {"most", Bound(result.most)},
          {"direction", DirectionName(result.direction)}};
}

Column ColumnFromJson(const Json& json) {
  const auto bound = [&json](const char* key, double open) {
    return json.at(key).is_null() ? open : json.at(key).get<double>();
  };
  return {
      json.at("metric").get<std::string>(),
      {json.at("result").get<std::string>(), json.at("doc").get<std::string>(),
       bound("least", -kInfinity), bound("most", kInfinity),
       DirectionNames().at(json.at("direction").get<std::string>())}};
}

std::vector<AxisValue> AxisValuesFromJson(const Json& json) {
  std::vector<AxisValue> axis_values;
  for (const Json& axis_value : json) {
    axis_values.push_back({axis_value.at("axis").get<std::string>(),
                           axis_value.at("label").get<std::string>(),
                           std::nullopt});
    if (axis_value.contains("number")) {
      axis_values.back().number = axis_value.at("number").get<double>();
    }
  }
  return axis_values;
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
  return {{"format", kStudyFormat},
          {"study", study.name},
          {"question", study.question},
          {"reference", study.reference},
          {"selection", study.selection},
          {"selection_lower", study.selection_lower},
          {"axes", axes},
          {"columns", columns},
          {"cells", configurations},
          {"trials", trials}};
}

// Whether `text` can be part of a script, the title of a column and the name of
// a file without quotes: letters, digits and _. Specs are stricter about names.
bool IsWord(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  });
}

// A study from a stranger must not make reports run commands or write
// elsewhere.
absl::Status CheckWords(const Study& study) {
  const auto check = [](const std::string& what, const std::string& text) {
    if (IsWord(text)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(
        "expected letters, digits and _ as ", what, ", found '", text, "'"));
  };
  for (const StudyAxis& axis : study.axes) {
    RETURN_IF_ERROR(check("the name of an axis", axis.name));
  }
  for (const Column& column : study.columns) {
    RETURN_IF_ERROR(check("the name of a metric", column.metric));
    RETURN_IF_ERROR(check("the name of a result", column.result.name));
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

// Throws the exceptions of nlohmann-json and std::map.
Study FromJson(const Json& json) {
  Study study{json.at("study").get<std::string>(),
              json.at("question").get<std::string>(),
              json.at("reference").get<std::string>(),
              json.at("selection").get<std::string>(),
              json.at("selection_lower").get<bool>(),
              {},
              {},
              {},
              {}};
  for (const Json& axis : json.at("axes")) {
    study.axes.push_back({axis.at("name").get<std::string>(),
                          axis.at("set").get<std::string>()});
  }
  for (const Json& column : json.at("columns")) {
    study.columns.push_back(ColumnFromJson(column));
  }
  for (const Json& configuration : json.at("cells")) {
    study.configurations.push_back(
        {configuration.at("block").get<std::string>(),
         configuration.at("setting").get<std::string>(),
         AxisValuesFromJson(configuration.at("knobs"))});
  }
  for (const Json& trial : json.at("trials")) {
    study.trials.push_back({trial.at("id").get<std::string>(),
                            trial.at("seed").get<int64_t>(),
                            trial.at("cells").get<std::vector<size_t>>()});
    for (const size_t configuration : study.trials.back().configurations) {
      study.configurations.at(configuration);  // Throws if there is none.
    }
  }
  return study;
}

}  // namespace

Json ConfigurationToJson(const Configuration& configuration) {
  Json knobs = Json::array();
  for (const AxisValue& axis_value : configuration.axis_values) {
    knobs.push_back({{"axis", axis_value.axis}, {"label", axis_value.label}});
    if (axis_value.number) knobs.back()["number"] = *axis_value.number;
  }
  return {{"block", configuration.sweep},
          {"setting", configuration.name},
          {"knobs", knobs}};
}

absl::Status WriteStudy(const std::string& study_folder, const Study& study) {
  RETURN_IF_ERROR(MakeFolder(study_folder));
  return WriteFileAtomically(
      absl::StrCat(study_folder, "/study.json"),
      ToJson(study).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

absl::StatusOr<Study> ReadStudy(const std::string& study_folder) {
  const std::string path = absl::StrCat(study_folder, "/study.json");
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(
        absl::StrCat(study_folder,
                     " holds no study (there is no study.json); run the study "
                     "with this folder's parent as --out first"));
  }
  RETURN_IF_ERROR(text.status());
  const char* const cure = "; run the study again to rewrite the file";
  absl::StatusOr<Json> json = ParseJson(*text);
  RETURN_IF_ERROR(json.status()) << "in " << path << cure;
  try {
    if (json->at("format") != kStudyFormat) {
      return absl::DataLossError(absl::StrCat(path, ": expected format ",
                                              kStudyFormat, ", found ",
                                              json->at("format").dump(), cure));
    }
    Study study = FromJson(*json);
    RETURN_IF_ERROR(CheckWords(study)) << "in " << path << cure;
    return study;
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat(path, ": ", error.what(), cure));
  }
}

}  // namespace bigstep

#include "experiments/records/history.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/folder.h"
#include "base/status.h"

namespace bigstep {
namespace {

// One row: the step, then a number or nothing for each name.
bool ParseRow(absl::string_view line, History& history) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, ',');
  if (fields.size() != history.names.size() + 1) return false;
  int64_t step = 0;
  if (!absl::SimpleAtoi(fields[0], &step)) return false;
  if (!history.steps.empty() && step <= history.steps.back()) return false;
  std::vector<std::optional<double>> values;
  for (size_t i = 1; i < fields.size(); ++i) {
    double value = 0;
    if (fields[i].empty() || fields[i] == "null") {
      values.push_back(std::nullopt);
    } else if (absl::SimpleAtod(fields[i], &value) && std::isfinite(value)) {
      values.push_back(value);
    } else {
      return false;
    }
  }
  history.steps.push_back(step);
  history.values.push_back(std::move(values));
  return true;
}

// Takes the columns out whose metric has one of `labels`.
void DropColumns(const std::set<std::string>& labels, History& history) {
  std::vector<size_t> kept;
  for (size_t i = 0; i < history.names.size(); ++i) {
    const std::string& name = history.names[i];
    if (labels.count(name.substr(0, name.find('.'))) == 0) kept.push_back(i);
  }
  if (kept.size() == history.names.size()) return;
  const auto keep = [&kept](auto& cells) {
    for (size_t i = 0; i < kept.size(); ++i) cells[i] = cells[kept[i]];
    cells.resize(kept.size());
  };
  keep(history.names);
  for (auto& row : history.values) keep(row);
}

}  // namespace

std::string HistoryCsv(const std::vector<HistoryRow>& history) {
  std::set<std::string> names;
  for (const HistoryRow& row : history) {
    for (const auto& [metric, values] : row.metrics.items()) {
      for (const auto& [result, value] : values.items()) {
        if (!value.is_array()) names.insert(absl::StrCat(metric, ".", result));
      }
    }
  }
  std::string csv = "step,train_loss";
  for (const std::string& name : names) absl::StrAppend(&csv, ",", name);
  absl::StrAppend(&csv, "\n");
  for (const HistoryRow& row : history) {
    absl::StrAppend(&csv, row.step, ",", CanonicalJson(row.train_loss));
    for (const std::string& name : names) {
      const size_t dot = name.find('.');
      const Json value = row.metrics.value(name.substr(0, dot), Json::object())
                             .value(name.substr(dot + 1), Json());
      absl::StrAppend(&csv, ",", value.is_null() ? "" : CanonicalJson(value));
    }
    absl::StrAppend(&csv, "\n");
  }
  return csv;
}

std::optional<size_t> History::Find(const std::string& name) const {
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return std::nullopt;
  return static_cast<size_t>(it - names.begin());
}

absl::StatusOr<History> ParseHistory(absl::string_view text,
                                     const std::string& path) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  const auto damaged = [&path](size_t line) {
    return absl::DataLossError(
        absl::StrCat(path, ":", line,
                     ": not a row of results; delete the trial's record.json "
                     "and run the study again"));
  };
  if (lines.empty()) return damaged(1);
  History history;
  history.names = absl::StrSplit(lines[0], ',');
  if (history.names[0] != "step") return damaged(1);
  history.names.erase(history.names.begin());
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!ParseRow(lines[i], history)) return damaged(i + 1);
  }
  return history;
}

std::set<std::string> LabelsMeasuredLater(const Record& record) {
  std::set<std::string> labels;
  for (const Json& entry : record.measured) {
    for (const Json& label : entry.at("metrics")) {
      if (label.is_string()) labels.insert(label.get<std::string>());
    }
  }
  return labels;
}

absl::StatusOr<std::optional<History>> ReadHistory(
    const std::string& study_folder, const Record& record) {
  const Folder folder(study_folder);
  const std::string file = TrialFile(record.id, "history.csv");
  const absl::StatusOr<std::string> text = folder.Read(file, kMaxHistoryBytes);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  ASSIGN_OR_RETURN(History history, ParseHistory(*text, folder.PathTo(file)));
  DropColumns(LabelsMeasuredLater(record), history);
  return std::optional<History>(std::move(history));
}

}  // namespace bigstep

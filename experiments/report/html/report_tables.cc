#include "experiments/report/html/report_tables.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/html_text.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/figure_data.h"
#include "experiments/report/figures/plot_script.h"
#include "experiments/report/tables/table_parts.h"

namespace bigstep {
namespace {

std::string Arrow(const Column& column) {
  switch (column.result.direction) {
    case Direction::kHigher:
      return "↑ higher is better";
    case Direction::kLower:
      return "↓ lower is better";
    case Direction::kNeither:
      break;
  }
  return "";
}

// "ρ +0.93, n = 15".
std::string CorrelationText(const Analysis& analysis, const std::string& axis,
                            size_t column) {
  for (const Correlation& correlation : analysis.correlations) {
    if (correlation.axis != axis || correlation.column != column) continue;
    if (!correlation.rho) return "";
    return absl::StrFormat("ρ %+.2f (n = %d)", *correlation.rho, correlation.n);
  }
  return "";
}

const Difference* FindDifference(const Analysis& analysis,
                                 const std::string& axis, size_t column) {
  for (const Difference& difference : analysis.differences) {
    if (difference.axis == axis && difference.column == column &&
        difference.pairs > 0) {
      return &difference;
    }
  }
  return nullptr;
}

std::string HeadCell(const Column& column) {
  return absl::StrCat("<th scope=\"col\" title=\"",
                      EscapeHtml(column.result.doc), "\">",
                      EscapeHtml(PlainName(column.name())), "<small>",
                      Arrow(column), "</small></th>");
}

void AppendSmall(const std::string& text, std::string& html) {
  if (!text.empty()) {
    absl::StrAppend(&html, "<small>", EscapeHtml(text), "</small>");
  }
}

// One row of the comparison.
std::string AxisRow(const Analysis& analysis, const Best& best,
                    const std::vector<NumberStyle>& styles) {
  std::string html =
      absl::StrCat("<tr><th scope=\"row\">", EscapeHtml(best.axis));
  if (best.axis == analysis.study.reference) AppendSmall("reference", html);
  absl::StrAppend(&html, "</th><td>");
  const TableRow* row = best.row ? &analysis.rows[*best.row] : nullptr;
  if (row != nullptr) {
    absl::StrAppend(&html,
                    EscapeHtml(row->configuration.axis_values.empty()
                                   ? row->configuration.name
                                   : row->configuration.axis_values[0].label));
  } else {
    absl::StrAppend(&html, "-");
  }
  AppendSmall(absl::StrCat("of ", best.settings), html);
  absl::StrAppend(&html, "</td>");
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    absl::StrAppend(&html, "<td>");
    if (row != nullptr) {
      absl::StrAppend(&html, EscapeHtml(ValueText(styles[c], row->values[c],
                                                  row->completed)));
    }
    const Difference* difference = FindDifference(analysis, best.axis, c);
    if (difference != nullptr) {
      AppendSmall(absl::StrCat("Δ ", styles[c].Signed(difference->mean)), html);
      if (difference->interval) {
        AppendSmall(styles[c].Signed(*difference->interval), html);
      }
    }
    AppendSmall(CorrelationText(analysis, best.axis, c), html);
    absl::StrAppend(&html, "</td>");
  }
  return html + "</tr>\n";
}

// Text of a share in tables of the score.
std::string Share(const std::optional<double>& share) {
  return share ? absl::StrFormat("%.2f", *share) : "-";
}

// The settings worth a row: the best of each axis, and the best of all. Best
// are only settings whose trials all completed.
std::vector<size_t> TandemRows(const Analysis& analysis) {
  std::vector<size_t> rows;
  std::set<size_t> known;
  const auto add = [&](size_t row) {
    if (analysis.tandem[row].score && known.insert(row).second) {
      rows.push_back(row);
    }
  };
  // Of settings that lost trials, the score is that of the survivors.
  const auto better = [&](size_t row, const std::optional<size_t>& than) {
    const auto& score = analysis.tandem[row].score;
    return score && analysis.rows[row].complete() &&
           (!than || *score > *analysis.tandem[*than].score);
  };
  std::optional<size_t> top;
  for (size_t row = 0; row < analysis.tandem.size(); ++row) {
    if (better(row, top)) top = row;
  }
  if (top) add(*top);
  for (const Best& best : analysis.best) {
    if (best.row) add(*best.row);
  }
  // Without a rule of choice, the highest score of each axis.
  for (const AxisSettings& axis : AxesOf(analysis.study)) {
    std::optional<size_t> of_axis;
    for (const size_t row : axis.rows) {
      if (better(row, of_axis)) of_axis = row;
    }
    if (of_axis && analysis.study.selection.empty()) add(*of_axis);
  }
  return rows;
}

std::string Seconds(const Record& record) {
  double seconds = 0;
  for (const char* part : {"train_s", "evaluate_s"}) {
    const auto time = record.times.find(part);
    if (time != record.times.end() && time->is_number()) {
      seconds += time->get<double>();
    }
  }
  return absl::StrFormat("%.1f", seconds);
}

// What a trial's settings are called, in all sweeps that have them.
std::string SettingOf(const Study& study, const StudyTrial& trial) {
  std::vector<std::string> names;
  for (const size_t configuration : trial.configurations) {
    const std::string& name = study.configurations[configuration].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return absl::StrJoin(names, "; ");
}

std::string WhatHappened(const Record& record) {
  std::string text;
  if (record.outcome == Outcome::kDiverged) {
    text = absl::StrCat(
        "the loss or the logits became NaN or infinite at step ", record.steps);
  } else if (record.outcome == Outcome::kFailed) {
    text = absl::StrCat("after ", record.steps, " steps");
  } else {
    text = "no better than guessing on the training data";
  }
  if (!record.reason.empty()) absl::StrAppend(&text, ": ", record.reason);
  return text;
}

}  // namespace

std::string AxesHtml(const Analysis& analysis) {
  if (analysis.best.empty()) return "";
  const Study& study = analysis.study;
  const std::vector<NumberStyle> styles = ColumnStyles(analysis);
  std::string html = absl::StrCat(
      "<table class=\"compared\">\n<caption>Each axis at its best value: mean "
      "± sample standard "
      "deviation over seeds.",
      study.reference.empty()
          ? ""
          : absl::StrCat(" Δ: difference to the best value of ",
                         EscapeHtml(study.reference),
                         ", seed by seed, with its 95 % bootstrap interval."),
      " ρ: Spearman's rank correlation of the result with the knob over the "
      "trials of the axis.</caption>\n<thead><tr><th scope=\"col\">axis</th>"
      "<th scope=\"col\">best value</th>");
  for (const Column& column : study.columns) {
    absl::StrAppend(&html, HeadCell(column));
  }
  absl::StrAppend(&html, "</tr></thead>\n<tbody>\n");
  for (const Best& best : analysis.best) {
    absl::StrAppend(&html, AxisRow(analysis, best, styles));
  }
  return Scrolling("the axes compared", html + "</tbody>\n</table>\n");
}

std::string TandemHtml(const Analysis& analysis) {
  const std::vector<size_t> rows = TandemRows(analysis);
  if (rows.empty()) return "";
  std::string html =
      "<table>\n<caption>In tandem: the mean of the parts, each the way from "
      "the worst (0) to the best (1) mean of all settings of the "
      "study.</caption>\n<thead><tr><th scope=\"col\">setting</th><th "
      "scope=\"col\" class=\"number\">in tandem</th>";
  for (const Column& column : analysis.study.columns) {
    if (column.result.direction == Direction::kNeither) continue;
    absl::StrAppend(&html, "<th scope=\"col\" class=\"number\">",
                    EscapeHtml(PlainName(column.name())), "</th>");
  }
  absl::StrAppend(&html, "</tr></thead>\n<tbody>\n");
  for (const size_t row : rows) {
    const Tandem& tandem = analysis.tandem[row];
    absl::StrAppend(&html, "<tr><th scope=\"row\">",
                    EscapeHtml(analysis.rows[row].configuration.name),
                    "</th><td class=\"number\"><b>", Share(tandem.score),
                    "</b></td>");
    for (size_t c = 0; c < tandem.parts.size(); ++c) {
      if (analysis.study.columns[c].result.direction == Direction::kNeither) {
        continue;
      }
      absl::StrAppend(&html, "<td class=\"number\">", Share(tandem.parts[c]),
                      "</td>");
    }
    absl::StrAppend(&html, "</tr>\n");
  }
  return Scrolling("in tandem", html + "</tbody>\n</table>\n");
}

DataTable SettingsTable(const Analysis& analysis) {
  const std::vector<NumberStyle> styles = ColumnStyles(analysis);
  DataTable table{"settings",
                  "Every setting: mean ± sample standard deviation over the "
                  "completed trials.",
                  {{"setting", "", false, {}},
                   {"varied", "", false, {}},
                   {"completed", "", false, {}}},
                  "table.csv"};
  for (const Column& column : analysis.study.columns) {
    table.columns.push_back(
        {PlainName(column.name()), Arrow(column), true, {}});
  }
  for (const TableRow& row : analysis.rows) {
    table.columns[0].texts.push_back(row.configuration.name);
    table.columns[1].texts.push_back(row.configuration.sweep);
    table.columns[2].texts.push_back(ShortOutcomes(row));
    for (size_t c = 0; c < row.values.size(); ++c) {
      table.columns[c + 3].texts.push_back(
          ValueText(styles[c], row.values[c], row.completed));
    }
  }
  return table;
}

DataTable TrialsTable(const Analysis& analysis, const Records& records) {
  const Study& study = analysis.study;
  DataTable table{"trials",
                  "Every trial. Its settings in full, its record and its log "
                  "are in trials/<id>/.",
                  {{"id", "", false, {}},
                   {"setting", "", false, {}},
                   {"seed", "", true, {}},
                   {"outcome", "", false, {}},
                   {"steps", "", true, {}},
                   {"time", "seconds", true, {}}},
                  "trials.csv"};
  for (const Column& column : study.columns) {
    table.columns.push_back(
        {PlainName(column.name()), Arrow(column), true, {}});
  }
  for (const StudyTrial& trial : study.trials) {
    const auto it = records.find(trial.id);
    const Record* record = it == records.end() ? nullptr : &it->second;
    std::vector<std::string> texts = {
        trial.id,
        SettingOf(study, trial),
        absl::StrCat(trial.seed),
        SettingTrial{&trial, record}.State(),
        record == nullptr ? "" : absl::StrCat(record->steps),
        record == nullptr ? "" : Seconds(*record)};
    for (const Column& column : study.columns) {
      const std::optional<double> value = ValueOf(record, column);
      texts.push_back(value ? absl::StrFormat("%.5g", *value) : "");
    }
    for (size_t c = 0; c < texts.size(); ++c) {
      table.columns[c].texts.push_back(std::move(texts[c]));
    }
  }
  return table;
}

DataTable FailuresTable(const Study& study, const Records& records) {
  DataTable table{"troubles",
                  "Trials that failed, diverged or collapsed.",
                  {{"id", "", false, {}},
                   {"setting", "", false, {}},
                   {"seed", "", true, {}},
                   {"outcome", "", false, {}},
                   {"what happened", "", false, {}}},
                  "trials.csv"};
  for (const StudyTrial& trial : study.trials) {
    const auto it = records.find(trial.id);
    if (it == records.end()) continue;
    const Record& record = it->second;
    if (record.outcome == Outcome::kCompleted && !record.collapsed) continue;
    std::vector<std::string> texts = {
        trial.id, SettingOf(study, trial), absl::StrCat(trial.seed),
        SettingTrial{&trial, &record}.State(), WhatHappened(record)};
    for (size_t c = 0; c < texts.size(); ++c) {
      table.columns[c].texts.push_back(std::move(texts[c]));
    }
  }
  return table;
}

}  // namespace bigstep

#include "experiments/report/tables/studies_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/report/tables/csv_text.h"
#include "experiments/report/tables/table_parts.h"
#include "experiments/report/tables/text_table.h"

namespace bigstep {
namespace {

size_t PositionOf(const Study& study, const std::string& column) {
  size_t position = 0;
  while (position < study.columns.size() &&
         study.columns[position].name() != column) {
    ++position;
  }
  return position;  // study.columns.size() if there is none.
}

bool HasColumn(const Study& study, const std::string& column) {
  return PositionOf(study, column) < study.columns.size();
}

// "tiny", "tiny (2)" for the second of that name.
std::vector<std::string> UniqueNames(const std::vector<Analysis>& studies) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const Analysis& analysis : studies) {
    const int count = ++seen[analysis.study.name];
    names.push_back(count == 1
                        ? analysis.study.name
                        : absl::StrCat(analysis.study.name, " (", count, ")"));
  }
  return names;
}

// "accuracy.unbiased_test ↑".
std::string ResultTitle(const StudySet& set, const std::string& column) {
  const Study& first = set.studies[0].study;
  const TextTable::Column title =
      ColumnTitle(first.columns[PositionOf(first, column)]);
  return absl::StrCat(title.group, ".", title.title);
}

std::vector<std::vector<NumberStyle>> Styles(const StudySet& set) {
  std::vector<std::vector<NumberStyle>> styles;
  for (const Analysis& analysis : set.studies) {
    styles.push_back(ColumnStyles(analysis));
  }
  return styles;
}

// A line of the tables: words that say what it is about, and the row of each
// study, null where a study has none.
struct Line {
  std::string axis;
  std::string what;
  std::vector<const TableRow*> rows;
};

// The value of one result, counted where not all trials have it; empty where
// the study has no such row.
std::string Value(const TableRow* row, size_t column,
                  const NumberStyle& style) {
  if (row == nullptr) return "";
  const Summary& summary = row->values[column];
  const std::string count =
      summary.n == row->trials
          ? ""
          : absl::StrCat(" (", summary.n, " of ", row->trials, ")");
  return absl::StrCat(style.MeanAndStd(summary), count);
}

// All lines for the first shared result, then for the next: a column for each
// study keeps that narrow.
TextTable TableOf(const StudySet& set, const std::string& what,
                  const std::vector<Line>& lines) {
  TextTable table;
  table.columns = {{"", "result", true}, {"", "axis", true}, {"", what, true}};
  for (const std::string& name : set.names) table.columns.push_back({"", name});
  const auto styles = Styles(set);
  for (const std::string& column : set.columns) {
    bool starts = true;
    for (const Line& line : lines) {
      table.rows.push_back(
          {{{ResultTitle(set, column)}, {line.axis}, {line.what}}, starts});
      starts = false;
      for (size_t s = 0; s < set.studies.size(); ++s) {
        const size_t c = PositionOf(set.studies[s].study, column);
        table.rows.back().entries.push_back(
            {Value(line.rows[s], c, styles[s][c])});
      }
    }
  }
  return table;
}

TextTable SettingsTable(const StudySet& set) {
  std::vector<Line> lines;
  std::map<std::pair<std::string, std::string>, size_t> positions;
  for (size_t s = 0; s < set.studies.size(); ++s) {
    for (const TableRow& row : set.studies[s].rows) {
      const auto [it, is_new] = positions.try_emplace(
          {row.configuration.sweep, row.configuration.name}, lines.size());
      if (is_new) {
        lines.push_back({row.configuration.sweep, row.configuration.name,
                         std::vector<const TableRow*>(set.studies.size())});
      }
      lines[it->second].rows[s] = &row;
    }
  }
  return TableOf(set, "setting", lines);
}

// "0.1" if all studies have it as their best, else "0.1 / 0.3 / -".
std::string BestLabels(const std::vector<const TableRow*>& rows) {
  std::vector<std::string> labels;
  for (const TableRow* row : rows) {
    labels.push_back(row == nullptr ? "-"
                                    : row->configuration.axis_values[0].label);
  }
  const bool same =
      std::all_of(labels.begin(), labels.end(),
                  [&](const std::string& label) { return label == labels[0]; });
  return same ? labels[0] : absl::StrJoin(labels, " / ");
}

TextTable AxesTable(const StudySet& set) {
  std::vector<Line> lines;
  std::map<std::string, size_t> positions;
  for (size_t s = 0; s < set.studies.size(); ++s) {
    for (const Best& best : set.studies[s].best) {
      if (!best.row) continue;
      const auto [it, is_new] = positions.try_emplace(best.axis, lines.size());
      if (is_new) {
        lines.push_back(
            {best.axis, "", std::vector<const TableRow*>(set.studies.size())});
      }
      lines[it->second].rows[s] = &set.studies[s].rows[*best.row];
    }
  }
  for (Line& line : lines) line.what = BestLabels(line.rows);
  return TableOf(set, "best", lines);
}

// Each rule once, with the studies that go by it.
std::string SelectionRules(const StudySet& set) {
  std::vector<std::string> rules;
  std::map<std::string, std::vector<std::string>> names;
  for (size_t s = 0; s < set.studies.size(); ++s) {
    const std::string rule = SelectionRule(set.studies[s].study);
    if (names.count(rule) == 0) rules.push_back(rule);
    names[rule].push_back(set.names[s]);
  }
  if (rules.size() == 1) return rules[0];
  std::vector<std::string> parts;
  for (const std::string& rule : rules) {
    parts.push_back(absl::StrCat(absl::StrJoin(names[rule], ", "), ": ", rule));
  }
  return absl::StrJoin(parts, " ");
}

std::string Rules(const StudySet& set) {
  return absl::StrCat(kMeansRule,
                      " 1 of 3: so many of the planned trials have a value. "
                      "Empty: not in the study. ",
                      SelectionRules(set), " ", kArrowsRule);
}

}  // namespace

absl::StatusOr<StudySet> MakeStudySet(std::vector<Analysis> studies) {
  if (studies.size() < 2) {
    return absl::InvalidArgumentError(
        "comparing takes two studies or more; name their folders with commas "
        "between");
  }
  StudySet set;
  set.names = UniqueNames(studies);
  for (const Column& column : studies[0].study.columns) {
    const std::string name = column.name();
    if (std::all_of(studies.begin(), studies.end(), [&](const Analysis& a) {
          return HasColumn(a.study, name);
        })) {
      set.columns.push_back(name);
    }
  }
  if (set.columns.empty()) {
    std::vector<std::string> columns;
    for (size_t s = 0; s < studies.size(); ++s) {
      std::vector<std::string> names;
      for (const Column& column : studies[s].study.columns) {
        names.push_back(column.name());
      }
      columns.push_back(
          absl::StrCat(set.names[s], " has ", absl::StrJoin(names, ", ")));
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the studies share no column of their tables: ",
                     absl::StrJoin(columns, "; ")));
  }
  set.studies = std::move(studies);
  return set;
}

StudiesTables MakeStudiesTables(const StudySet& set) {
  return {AxesTable(set), SettingsTable(set), Rules(set)};
}

std::string StudiesMarkdown(const StudySet& set) {
  std::string text = absl::StrCat(
      "# ", EscapeMarkdown(absl::StrJoin(set.names, ", ")), "\n\n");
  for (size_t s = 0; s < set.studies.size(); ++s) {
    const TableRow& total = set.studies[s].total;
    absl::StrAppend(&text, "- ", EscapeMarkdown(set.names[s]), ": ",
                    EscapeMarkdown(set.studies[s].study.question), " (",
                    Outcomes(total), ")\n");
  }
  const TextTable axes = AxesTable(set);
  absl::StrAppend(&text, "\n", ToMarkdown(SettingsTable(set)));
  if (!axes.rows.empty()) {
    absl::StrAppend(&text, "\nThe best value of each axis:\n\n",
                    ToMarkdown(axes));
  }
  return absl::StrCat(text, "\n", EscapeMarkdown(Rules(set)), "\n");
}

std::string StudiesLatex(const StudySet& set) {
  const std::string label = absl::StrJoin(set.names, "-");
  std::string text = ToLatex(SettingsTable(set),
                             {"Results of each setting, study by study.",
                              Rules(set), absl::StrCat(label, "-settings")});
  const TextTable axes = AxesTable(set);
  if (axes.rows.empty()) return text;
  return absl::StrCat(
      text, "\n",
      ToLatex(axes, {"The best value of each axis, study by study.",
                     SelectionRules(set), absl::StrCat(label, "-axes")}));
}

std::string StudiesCsv(const StudySet& set) {
  std::string csv = absl::StrCat("study,axis,setting,", kCountsCsvHead);
  for (const std::string& column : set.columns) {
    absl::StrAppend(&csv, ",", SummaryCsvHead(column));
  }
  csv += '\n';
  for (size_t s = 0; s < set.studies.size(); ++s) {
    for (const TableRow& row : set.studies[s].rows) {
      absl::StrAppend(&csv, CsvField(set.names[s]), ",",
                      CsvField(row.configuration.sweep), ",",
                      CsvField(row.configuration.name), ",", CountsCsv(row));
      for (const std::string& column : set.columns) {
        const size_t c = PositionOf(set.studies[s].study, column);
        absl::StrAppend(&csv, ",", SummaryCsv(row.values[c]));
      }
      csv += '\n';
    }
  }
  return csv;
}

absl::Status WriteStudies(const std::string& folder, const StudySet& set) {
  RETURN_IF_ERROR(MakeFolder(folder));
  const std::pair<const char*, std::string> files[] = {
      {"studies.md", StudiesMarkdown(set)},
      {"studies.csv", StudiesCsv(set)},
      {"studies.tex", StudiesLatex(set)}};
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(
        WriteFileAtomically(absl::StrCat(folder, "/", name), content));
  }
  return absl::OkStatus();
}

}  // namespace bigstep

#include "experiments/report/tables/studies_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/folder.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/tables/claims_table.h"
#include "experiments/report/tables/result_columns.h"
#include "experiments/report/tables/table_rules.h"
#include "experiments/report/tables/tables.h"

namespace bigstep {
namespace {

size_t PositionOf(const Study& study, const std::string& column) {
  size_t position = 0;
  while (position < study.columns.size() &&
         study.columns[position].name() != column) {
    ++position;
  }
  return position;  // study.columns.size() if absent.
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
  return FullTitle(ResultColumn(first.columns[PositionOf(first, column)]));
}

std::vector<std::vector<NumberStyle>> Styles(const StudySet& set) {
  std::vector<std::vector<NumberStyle>> styles;
  for (const Analysis& analysis : set.studies) {
    styles.push_back(ColumnStyles(analysis));
  }
  return styles;
}

// A line of the tables: an axis, its value or configuration, and the results
// of each study, null where a study has none.
struct Line {
  std::string axis;
  std::string what;
  std::vector<const ConfigurationResults*> results;
};

// Lines in the order in which studies first have them.
class Lines {
 public:
  explicit Lines(const StudySet& set) : studies_(set.studies.size()) {}

  // Joins results of equal keys, called as the first study calls them.
  void Add(size_t study, const std::string& key, const std::string& axis,
           const std::string& what, const ConfigurationResults& results) {
    const auto [it, is_new] = positions_.try_emplace(key, lines_.size());
    if (is_new) {
      lines_.push_back(
          {axis, what, std::vector<const ConfigurationResults*>(studies_)});
    }
    // Two settings of a study may set the same: the first stands.
    const ConfigurationResults*& entry = lines_[it->second].results[study];
    if (entry == nullptr) entry = &results;
  }
  std::vector<Line> Take() { return std::move(lines_); }

 private:
  size_t studies_;
  std::vector<Line> lines_;
  std::map<std::string, size_t> positions_;
};

// The option that the axis sets; the axis's name if that is not known.
std::string OptionOf(const Study& study, const std::string& name) {
  for (const StudyAxis& axis : study.axes) {
    if (axis.name == name && !axis.set.empty()) return axis.set;
  }
  return name;
}

// "optimizer.lr: 0.1", cut to what a table bears.
std::string SetsText(const Study& study, const Configuration& configuration) {
  constexpr size_t kMost = 80;
  std::vector<std::string> parts;
  for (const AxisValue& value : configuration.axis_values) {
    if (value.value.empty()) continue;
    parts.push_back(
        absl::StrCat(OptionOf(study, value.axis), ": ", value.value));
    if (!value.with.empty()) parts.push_back(value.with);
  }
  return CutToWidth(VisibleText(absl::StrJoin(parts, ", ")), kMost);
}

// Tells lines of one name apart, which set different options.
void TellApart(const StudySet& set, std::vector<Line>& lines) {
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const Line& line : lines) ++counts[{line.axis, line.what}];
  for (Line& line : lines) {
    if (counts[{line.axis, line.what}] == 1) continue;
    size_t s = 0;
    while (line.results[s] == nullptr) ++s;
    const std::string sets =
        SetsText(set.studies[s].study, line.results[s]->configuration);
    if (!sets.empty()) absl::StrAppend(&line.what, " (", sets, ")");
  }
}

// The mean of one result, with a count where not all trials have it; empty
// where the study lacks the configuration.
std::string Value(const ConfigurationResults* results, size_t column,
                  const NumberStyle& style) {
  if (results == nullptr) return "";
  const Summary& summary = results->values[column];
  const std::string count =
      summary.n == results->trials
          ? ""
          : absl::StrCat(" (", summary.n, " of ", results->trials, ")");
  return absl::StrCat(style.MeanAndStd(summary), count);
}

// All lines for the first shared result, then for the next; a column for each
// study. That is narrower than a column for each study and result.
Table TableOf(const StudySet& set, const std::string& what,
              const std::vector<Line>& lines) {
  Table table;
  table.columns = {{.title = "result", .is_text = true},
                   {.title = "axis", .is_text = true},
                   {.title = what, .is_text = true}};
  for (const std::string& name : set.names) {
    table.columns.push_back({.title = name});
  }
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
            {Value(line.results[s], c, styles[s][c])});
      }
    }
  }
  return table;
}

Table SharedConfigurationsTable(const StudySet& set) {
  Lines lines(set);
  for (size_t s = 0; s < set.studies.size(); ++s) {
    for (const ConfigurationResults& results : set.studies[s].configurations) {
      const Configuration& configuration = results.configuration;
      lines.Add(s, SettingsKey(set.studies[s].study, configuration),
                configuration.sweep, configuration.name, results);
    }
  }
  std::vector<Line> all = lines.Take();
  TellApart(set, all);
  return TableOf(set, "setting", all);
}

// "0.1" if all studies have it as their best, else "0.1 / 0.3 / -". Labels that
// mean different values are followed by these.
std::string BestLabels(
    const StudySet& set,
    const std::vector<const ConfigurationResults*>& results) {
  std::vector<std::string> labels;
  std::set<std::string> keys, different;
  for (size_t s = 0; s < results.size(); ++s) {
    if (results[s] == nullptr) {
      labels.push_back("-");
      keys.insert("");
    } else {
      const Configuration& best = results[s]->configuration;
      labels.push_back(best.axis_values[0].label);
      keys.insert(SettingsKey(set.studies[s].study, best));
    }
    different.insert(labels.back());
  }
  if (keys.size() == 1) return labels[0];
  if (different.size() == 1) {
    for (size_t s = 0; s < results.size(); ++s) {
      absl::StrAppend(&labels[s], " (",
                      SetsText(set.studies[s].study, results[s]->configuration),
                      ")");
    }
  }
  return absl::StrJoin(labels, " / ");
}

Table BestTable(const StudySet& set) {
  Lines best_values(set);
  for (size_t s = 0; s < set.studies.size(); ++s) {
    for (const Best& best : set.studies[s].best) {
      if (!best.configuration) continue;
      const Analysis& analysis = set.studies[s];
      // By the name too: several axes may set one option.
      best_values.Add(
          s, absl::StrCat(OptionOf(analysis.study, best.axis), "\n", best.axis),
          best.axis, "", analysis.configurations[*best.configuration]);
    }
  }
  std::vector<Line> lines = best_values.Take();
  for (Line& line : lines) line.what = BestLabels(set, line.results);
  return TableOf(set, "best", lines);
}

// Each rule once, with the studies that follow it.
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

// Results that some studies measured by other options or another version of
// their metric, which numbers alone do not show.
std::string DifferentlyMeasured(const StudySet& set) {
  std::set<std::string> metrics;
  const Study& first = set.studies[0].study;
  for (const std::string& column : set.columns) {
    const std::string& metric = first.columns[PositionOf(first, column)].metric;
    std::set<std::string> ids;
    for (const Analysis& analysis : set.studies) {
      const auto id = analysis.study.metric_ids.find(metric);
      if (id != analysis.study.metric_ids.end()) ids.insert(id->second);
    }
    if (ids.size() > 1) metrics.insert(metric);
  }
  if (metrics.empty()) return "";
  return absl::StrCat("Warning: not all studies measured ",
                      absl::StrJoin(metrics, ", "),
                      " by the same options and version of the metric. ");
}

std::string Rules(const StudySet& set) {
  return absl::StrCat(DifferentlyMeasured(set), kMeansRule,
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
  return {ClaimsMatrix(set.studies, set.names), BestTable(set),
          SharedConfigurationsTable(set), Rules(set)};
}

std::string StudiesMarkdown(const StudySet& set) {
  std::string text = absl::StrCat(
      "# ", EscapeMarkdown(absl::StrJoin(set.names, ", ")), "\n\n");
  for (size_t s = 0; s < set.studies.size(); ++s) {
    absl::StrAppend(&text, "- ", EscapeMarkdown(set.names[s]), ": ",
                    EscapeMarkdown(set.studies[s].study.question), " (",
                    OutcomesText(set.studies[s].total), ")\n");
    for (const std::string& warning : set.studies[s].warnings) {
      absl::StrAppend(&text, "  ", EscapeMarkdown(warning), "\n");
    }
  }
  const StudiesTables tables = MakeStudiesTables(set);
  if (!tables.claims.rows.empty()) {
    absl::StrAppend(&text, "\nThe claims:\n\n", ToMarkdown(tables.claims), "\n",
                    EscapeMarkdown(kClaimsRule), "\n");
  }
  absl::StrAppend(&text, "\n", ToMarkdown(tables.configurations));
  if (!tables.axes.rows.empty()) {
    absl::StrAppend(&text, "\nThe best value of each axis:\n\n",
                    ToMarkdown(tables.axes));
  }
  return absl::StrCat(text, "\n", EscapeMarkdown(tables.rules), "\n");
}

std::string StudiesLatex(const StudySet& set) {
  const std::string label = absl::StrJoin(set.names, "-");
  const StudiesTables tables = MakeStudiesTables(set);
  std::string text;
  if (!tables.claims.rows.empty()) {
    text = absl::StrCat(
        ToLatex(tables.claims, {"Claims and verdicts, study by study.",
                                kClaimsRule, absl::StrCat(label, "-claims")}),
        "\n");
  }
  text += ToLatex(tables.configurations,
                  {"Results of each setting, study by study.", tables.rules,
                   absl::StrCat(label, "-settings")});
  if (tables.axes.rows.empty()) return text;
  return absl::StrCat(
      text, "\n",
      ToLatex(tables.axes,
              {"The best value of each axis, study by study.",
               SelectionRules(set), absl::StrCat(label, "-axes")}));
}

std::string StudiesCsv(const StudySet& set) {
  Table all;
  // All studies have the same columns, whatever fits their trials have.
  Fits fits;
  for (const Analysis& analysis : set.studies) {
    const Fits own = FitsIn(analysis);
    fits.of_classes |= own.of_classes;
    fits.of_regressions |= own.of_regressions;
  }
  for (size_t s = 0; s < set.studies.size(); ++s) {
    const Analysis& analysis = set.studies[s];
    std::vector<size_t> columns;
    for (const std::string& column : set.columns) {
      columns.push_back(PositionOf(analysis.study, column));
    }
    Table table = ConfigurationsTable(analysis, columns, fits);
    all.columns = std::move(table.columns);
    for (Table::Row& row : table.rows) {
      row.entries.insert(row.entries.begin(), Table::Entry{set.names[s]});
      all.rows.push_back(std::move(row));
    }
  }
  all.columns.insert(all.columns.begin(),
                     Table::Column{.csv_titles = {"study"}});
  return ToCsv(all);
}

absl::Status WriteStudies(const std::string& folder, const StudySet& set) {
  const Folder out(folder);
  RETURN_IF_ERROR(out.Make(""));
  const std::pair<const char*, std::string> files[] = {
      {"studies.md", StudiesMarkdown(set)},
      {"studies.csv", StudiesCsv(set)},
      {"studies.tex", StudiesLatex(set)}};
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(out.Write(name, content));
  }
  const Table claims = ClaimsMatrix(set.studies, set.names);
  if (claims.rows.empty()) return absl::OkStatus();
  return out.Write("claims.csv", ToCsv(claims));
}

}  // namespace bigstep

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"
#include "experiments/report/figures/plotted_axis.h"

namespace bigstep {
namespace {

constexpr char kName[] = "dynamics";
// The most steps of one line; more would not be visible.
constexpr size_t kMaxSteps = 200;
// Lines of one panel.
constexpr size_t kMaxLines = 10;
// Of a line's label.
constexpr size_t kMaxLetters = 40;

struct MeanOfSeeds {
  double sum = 0;
  int n = 0;
};

// One result of a trial, where it has finite values: straight lines in between.
struct Series {
  std::vector<int64_t> steps;  // Ascending.
  std::vector<double> values;
};

// One line: a value of the axis.
struct DynamicsLine {
  std::string label;
  // By step, then by result.
  std::map<int64_t, std::vector<MeanOfSeeds>> steps;
};

struct Dynamics {
  std::string axis;
  std::vector<std::string> results;  // train_loss, ...
  std::vector<std::string> titles;   // Of each, for readers.
  std::vector<bool> may_be_log;      // Of each: whether it has no upper bound.
  std::vector<DynamicsLine> lines;
};

bool IsConflictShare(const std::string& name) {
  return absl::EndsWith(name, ".effective_conflicting_share");
}

// The results worth a panel: those that any history has.
std::vector<std::string> ResultsOf(const Study& study,
                                   const Histories& histories) {
  std::vector<std::string> wanted = {"train_loss"};
  for (const Column& column : study.columns) wanted.push_back(column.name());
  for (const auto& [id, history] : histories) {
    const auto share = std::find_if(history.names.begin(), history.names.end(),
                                    IsConflictShare);
    if (share == history.names.end()) continue;
    if (std::find(wanted.begin(), wanted.end(), *share) == wanted.end()) {
      wanted.push_back(*share);
    }
    break;
  }
  std::vector<std::string> results;
  for (const std::string& name : wanted) {
    const bool known = std::any_of(
        histories.begin(), histories.end(),
        [&name](const auto& entry) { return entry.second.Find(name); });
    if (known) results.push_back(name);
  }
  return results;
}

Series SeriesOf(const History& history, const std::string& result) {
  Series series;
  const std::optional<size_t> place = history.Find(result);
  if (!place) return series;
  for (size_t s = 0; s < history.steps.size(); ++s) {
    const std::optional<double>& value = history.values[s][*place];
    if (!value || !std::isfinite(*value)) continue;
    series.steps.push_back(history.steps[s]);
    series.values.push_back(*value);
  }
  return series;
}

// The value of a series at a step that is not before its first: on a straight
// line between evaluations; a trial that has ended keeps its last value.
double ValueAt(const Series& series, int64_t step) {
  const size_t next = static_cast<size_t>(
      std::upper_bound(series.steps.begin(), series.steps.end(), step) -
      series.steps.begin());
  if (next == series.steps.size()) return series.values.back();
  const int64_t from = series.steps[next - 1], to = series.steps[next];
  const double share =
      static_cast<double>(step - from) / static_cast<double>(to - from);
  return (1 - share) * series.values[next - 1] + share * series.values[next];
}

// The means of `result` over all series that have values, from the step on at
// which each has one: a mean over those that happen to have a value would jump
// from one seed to another.
void AddMeans(const std::vector<Series>& all, size_t result,
              DynamicsLine& line) {
  int64_t first = std::numeric_limits<int64_t>::min();
  for (const Series& series : all) {
    if (!series.steps.empty()) first = std::max(first, series.steps.front());
  }
  for (auto it = line.steps.lower_bound(first); it != line.steps.end(); ++it) {
    for (const Series& series : all) {
      if (series.steps.empty()) continue;
      it->second[result].sum += ValueAt(series, it->first);
      ++it->second[result].n;
    }
  }
}

// What one line is to show.
struct LineChoice {
  std::string label;
  std::vector<std::string> ids;  // Of the trials whose mean it is.
};

// What lines differ in, and the lines.
struct Choice {
  std::string axis;
  std::vector<LineChoice> lines;
};

// Evenly spread ones, if there are more than fit in a panel.
template <typename T>
std::vector<T> Spread(const std::vector<T>& all) {
  if (all.size() <= kMaxLines) return all;
  std::vector<T> some;
  for (size_t i = 0; i < kMaxLines; ++i) {
    some.push_back(all[i * (all.size() - 1) / (kMaxLines - 1)]);
  }
  return some;
}

// The values of the first axis that varies alone; else the configurations; of
// a single one, its seeds.
Choice ChooseLines(const Study& study) {
  const std::vector<PlottedAxis> axes = PlottedAxes(study);
  if (axes.empty() && study.configurations.size() == 1) {
    Choice seeds{"seed", {}};
    for (const StudyTrial& trial : study.trials) {
      seeds.lines.push_back({absl::StrCat("seed ", trial.seed), {trial.id}});
    }
    seeds.lines = Spread(seeds.lines);
    return seeds;
  }
  Choice choice{axes.empty() ? "configuration" : axes[0].axis, {}};
  std::map<size_t, size_t> places;  // Of configurations among the lines.
  for (const size_t i : Spread(axes.empty() ? AllConfigurations(study)
                                            : axes[0].configurations)) {
    places[i] = choice.lines.size();
    const Configuration& configuration = study.configurations[i];
    choice.lines.push_back(
        {axes.empty() ? configuration.name
                      : absl::StrCat(choice.axis, " ",
                                     configuration.axis_values[0].label),
         {}});
  }
  for (const StudyTrial& trial : study.trials) {
    for (const size_t i : trial.configurations) {
      const auto place = places.find(i);
      if (place == places.end()) continue;
      choice.lines[place->second].ids.push_back(trial.id);
    }
  }
  return choice;
}

// The name of a result for readers.
std::string TitleOf(const Study& study, const std::string& name) {
  for (const Column& column : study.columns) {
    if (column.name() == name) return column.title();
  }
  if (name == "train_loss") {
    return "mean training loss since the last evaluation";
  }
  return IsConflictShare(name) ? "loss share of conflicting examples"
                               : PlainName(name);
}

bool MayBeLog(const Study& study, const std::string& name) {
  for (const Column& column : study.columns) {
    if (column.name() == name) return column.result.most == kInfinity;
  }
  return name == "train_loss";
}

Dynamics Gather(const Study& study, const Histories& histories,
                const Choice& choice) {
  Dynamics dynamics{choice.axis, ResultsOf(study, histories), {}, {}, {}};
  for (const std::string& name : dynamics.results) {
    dynamics.titles.push_back(TitleOf(study, name));
    dynamics.may_be_log.push_back(MayBeLog(study, name));
  }
  for (const LineChoice& chosen : choice.lines) {
    DynamicsLine line{chosen.label, {}};
    std::vector<const History*> of_line;
    for (const std::string& id : chosen.ids) {
      const auto history = histories.find(id);
      if (history == histories.end()) continue;
      of_line.push_back(&history->second);
      for (const int64_t step : history->second.steps) {
        line.steps[step].resize(dynamics.results.size());
      }
    }
    for (size_t r = 0; r < dynamics.results.size(); ++r) {
      std::vector<Series> all;
      for (const History* history : of_line) {
        all.push_back(SeriesOf(*history, dynamics.results[r]));
      }
      AddMeans(all, r, line);
    }
    // Without a mean: before all have begun.
    for (auto it = line.steps.begin(); it != line.steps.end();) {
      const bool any =
          std::any_of(it->second.begin(), it->second.end(),
                      [](const MeanOfSeeds& mean) { return mean.n > 0; });
      it = any ? std::next(it) : line.steps.erase(it);
    }
    dynamics.lines.push_back(std::move(line));
  }
  return dynamics;
}

std::string DynamicsCsv(const Dynamics& dynamics) {
  std::string csv = "line,step";
  for (const std::string& name : dynamics.results) {
    absl::StrAppend(&csv, ",", DataField(name));
  }
  absl::StrAppend(&csv, ",", DataField(dynamics.axis), "\n");
  for (size_t i = 0; i < dynamics.lines.size(); ++i) {
    const DynamicsLine& line = dynamics.lines[i];
    const size_t stride = (line.steps.size() + kMaxSteps - 1) / kMaxSteps;
    size_t count = 0;
    for (const auto& [step, means] : line.steps) {
      // The last one always.
      if (++count % stride != 0 && count != line.steps.size()) continue;
      absl::StrAppend(&csv, i, ",", step);
      for (const MeanOfSeeds& mean : means) {
        absl::StrAppend(&csv, ",",
                        mean.n > 0 ? ExactText(mean.sum / mean.n) : "");
      }
      absl::StrAppend(&csv, ",", DataField(line.label), "\n");
    }
  }
  return csv;
}

ValueRange RangeOf(const Dynamics& dynamics, size_t result) {
  std::vector<double> values;
  for (const DynamicsLine& line : dynamics.lines) {
    for (const auto& [step, means] : line.steps) {
      if (means[result].n > 0) {
        values.push_back(means[result].sum / means[result].n);
      }
    }
  }
  return MakeValueRange(values, dynamics.may_be_log[result]);
}

// The darkest and lightest ends of the scale are hard to see on some grounds.
std::string LineColor(const Dynamics& dynamics, size_t i) {
  const double last = static_cast<double>(dynamics.lines.size()) - 1;
  return ScaleColor(last > 0 ? 0.12 + 0.72 * static_cast<double>(i) / last
                             : 0.3);
}

std::string DrawResult(const Dynamics& dynamics, size_t result) {
  std::string script = "plot ";
  for (size_t i = 0; i < dynamics.lines.size(); ++i) {
    absl::StrAppend(&script, i == 0 ? "" : ", \\\n  ", "'", kName,
                    ".csv' using (strcol(1) eq '", i,
                    "' ? $2 : NaN):", result + 3,
                    " with linespoints pt 7 ps P*0.2 lw 1 lc rgb '",
                    LineColor(dynamics, i), "'");
  }
  return script + "\n";
}

// Ticks at the begin, the middle and the end; powers of ten if some lines end
// ten times as late as others.
std::string StepTicks(const Dynamics& dynamics) {
  int64_t first = std::numeric_limits<int64_t>::max(), earliest_end = first;
  int64_t last = 1;
  for (const DynamicsLine& line : dynamics.lines) {
    if (line.steps.empty()) continue;
    first = std::min(first, line.steps.begin()->first);
    earliest_end = std::min(earliest_end, line.steps.rbegin()->first);
    last = std::max(last, line.steps.rbegin()->first);
  }
  if (first > 0 && last / 10 >= earliest_end) {
    std::vector<std::string> ticks;
    int exponent = 0;
    for (double power = 1; power <= static_cast<double>(last); power *= 10) {
      if (power >= static_cast<double>(first)) {
        ticks.push_back(
            absl::StrFormat("'10^{%d}' %s", exponent, ExactText(power)));
      }
      ++exponent;
    }
    return absl::StrCat("set logscale x\nset xrange [", first, ":", last,
                        "]\nset xtics (", absl::StrJoin(ticks, ", "),
                        ") offset 0,0.3\n");
  }
  return absl::StrCat("set xrange [0:", last, "]\nset xtics 0,",
                      std::max<int64_t>(1, last / 2), " offset 0,0.3\n");
}

std::string DynamicsScript(const Dynamics& dynamics) {
  std::vector<KeyEntry> entries;
  for (size_t i = 0; i < dynamics.lines.size(); ++i) {
    entries.push_back({Shortened(dynamics.lines[i].label, kMaxLetters),
                       LineColor(dynamics, i), 7, true, 1, 0.3});
  }
  const PageShape shape = TitledPanels();
  const Page page = MakePage(dynamics.results.size(), shape, entries);
  std::string script = absl::StrCat(ScriptHead(kName, page.width, page.height),
                                    page.key, StepTicks(dynamics));
  for (size_t r = 0; r < dynamics.results.size(); ++r) {
    absl::StrAppend(&script, PlaceOn(page, page.panels[r]),
                    ValueTicks(RangeOf(dynamics, r)),
                    PanelTitle(dynamics.titles[r], page.panels[r].width, 999),
                    AxisName("step", page, page.panels[r], shape.ticks, 998),
                    DrawResult(dynamics, r), "unset label\nunset arrow\n");
  }
  return script + ScriptFoot();
}

}  // namespace

std::vector<std::string> DynamicsTrials(const Study& study) {
  std::vector<std::string> ids;
  for (const LineChoice& line : ChooseLines(study).lines) {
    ids.insert(ids.end(), line.ids.begin(), line.ids.end());
  }
  return ids;
}

std::vector<Figure> DynamicsFigure(const Study& study,
                                   const Histories& histories) {
  if (histories.empty()) return {};
  const Choice choice = ChooseLines(study);
  const Dynamics dynamics = Gather(study, histories, choice);
  const bool any = std::any_of(
      dynamics.lines.begin(), dynamics.lines.end(),
      [](const DynamicsLine& line) { return line.steps.size() > 1; });
  if (!any) return {};
  Figure figure;
  figure.name = kName;
  figure.kind = FigureKind::kDynamics;
  figure.title = absl::StrCat("Learning curves by ", choice.axis);
  figure.caption =
      choice.axis == "seed"
          ? "One line a seed."
          : "Means over the seeds, from the step on at which all have been "
            "evaluated, with straight lines between the evaluations of a "
            "seed; a trial that has ended keeps its last values.";
  figure.data = {{absl::StrCat(kName, ".csv"), DynamicsCsv(dynamics)}};
  figure.script = DynamicsScript(dynamics);
  return {figure};
}

}  // namespace bigstep

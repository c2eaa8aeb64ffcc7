#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/recorded_trial.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"
#include "experiments/report/figures/plotted_axis.h"

namespace bigstep {
namespace {

// More points add nothing and take space in a report.
constexpr size_t kMaxPoints = 600;
constexpr char kDiverged[] = "#C00000";

// The data of one figure.
struct CurveData {
  const Analysis& analysis;
  const std::vector<PlottedAxis>& axes;
  // By configuration.
  const std::vector<std::vector<RecordedTrial>>& trials;
  size_t column = 0;

  const Summary& Of(size_t configuration) const {
    return analysis.configurations[configuration].values[column];
  }
  const Column& Spec() const { return analysis.study.columns[column]; }
};

std::string MeansCsv(const CurveData& data) {
  std::string csv =
      "axis,x,mean,low,high,n,completed,collapsed,diverged,failed,missing,"
      "value\n";
  for (const PlottedAxis& axis : data.axes) {
    for (size_t i = 0; i < axis.configurations.size(); ++i) {
      const size_t c = axis.configurations[i];
      const ConfigurationResults& results = data.analysis.configurations[c];
      const Summary& summary = data.Of(c);
      absl::StrAppend(&csv, DataField(axis.axis), ",",
                      ExactText(axis.scale.positions[i]), ",",
                      ExactText(summary.mean), ",");
      if (summary.interval) {
        absl::StrAppend(&csv, ExactText(summary.interval->low), ",",
                        ExactText(summary.interval->high));
      } else {
        absl::StrAppend(&csv, ",");
      }
      for (const int count :
           {summary.n, results.completed, results.collapsed, results.diverged,
            results.failed, results.missing}) {
        absl::StrAppend(&csv, ",", count);
      }
      absl::StrAppend(&csv, ",",
                      DataField(results.configuration.axis_values[0].label),
                      "\n");
    }
  }
  return csv;
}

size_t CountTrials(const CurveData& data) {
  size_t total = 0;
  for (const PlottedAxis& axis : data.axes) {
    for (const size_t i : axis.configurations) total += data.trials[i].size();
  }
  return total;
}

// Every trial, or evenly spread ones if there are too many to draw.
std::string TrialsCsv(const CurveData& data) {
  const size_t total = CountTrials(data);
  std::string csv = "axis,x,result,outcome,seed,value\n";
  size_t count = 0;
  for (const PlottedAxis& axis : data.axes) {
    for (size_t i = 0; i < axis.configurations.size(); ++i) {
      const Configuration& configuration =
          data.analysis.study.configurations[axis.configurations[i]];
      for (const RecordedTrial& trial : data.trials[axis.configurations[i]]) {
        if (!IsDrawn(count++, total, kMaxPoints)) continue;
        const std::optional<double> value = trial.Value(data.Spec());
        absl::StrAppend(&csv, DataField(axis.axis), ",",
                        ExactText(axis.scale.positions[i]), ",",
                        value ? ExactText(*value) : "", ",", trial.State(), ",",
                        trial.trial->seed, ",",
                        DataField(configuration.axis_values[0].label), "\n");
      }
    }
  }
  return csv;
}

// The range of y: all trials and means, and intervals as far as they do not
// press the points together (with two seeds they can be huge).
ValueRange RangeOf(const CurveData& data) {
  std::vector<double> values;
  for (const PlottedAxis& axis : data.axes) {
    for (const size_t i : axis.configurations) {
      values.push_back(data.Of(i).mean);
      for (const RecordedTrial& trial : data.trials[i]) {
        const auto value = trial.Value(data.Spec());
        if (value) values.push_back(*value);
      }
    }
  }
  const ResultSpec& spec = data.Spec().result;
  const bool may_be_log = !std::isfinite(spec.most);
  const ValueRange points = MakeValueRange(values, may_be_log);
  if (points.log) return points;
  const double room = (points.high - points.low) / 3;
  for (const PlottedAxis& axis : data.axes) {
    for (const size_t i : axis.configurations) {
      const auto& interval = data.Of(i).interval;
      if (!interval) continue;
      values.push_back(
          std::max({interval->low, points.low - room, spec.least}));
      values.push_back(
          std::min({interval->high, points.high + room, spec.most}));
    }
  }
  return MakeValueRange(values, may_be_log);
}

// Whether an interval ends beyond `range`.
bool IsCut(const CurveData& data, const ValueRange& range) {
  for (const PlottedAxis& axis : data.axes) {
    for (const size_t i : axis.configurations) {
      const auto& interval = data.Of(i).interval;
      if (interval &&
          (interval->low < range.low || interval->high > range.high)) {
        return true;
      }
    }
  }
  return false;
}

// The mean at the best value of the reference axis, chosen as everywhere in the
// report, to compare the other axes with; nothing if none is chosen.
std::optional<double> BestOfReference(const CurveData& data) {
  const std::string& reference = data.analysis.study.reference;
  if (data.axes.size() < 2 || reference.empty() ||
      data.axes[0].axis != reference) {
    return std::nullopt;
  }
  for (const Best& best : data.analysis.best) {
    if (best.axis != reference || !best.configuration) continue;
    const Summary& summary = data.Of(*best.configuration);
    if (summary.n > 0) return summary.mean;
  }
  return std::nullopt;
}

// Whether trials were counted there, in any configuration that is drawn.
bool Any(const CurveData& data, int TrialCounts::*count) {
  for (const PlottedAxis& axis : data.axes) {
    for (const size_t i : axis.configurations) {
      if (data.analysis.configurations[i].*count > 0) return true;
    }
  }
  return false;
}

std::vector<KeyEntry> Entries(const CurveData& data) {
  std::vector<KeyEntry> entries = {
      {"mean, 95 % interval", "#808080", 7, true, 1, 0.5},
      {"one trial", Faint("#808080"), 7, false, 1, 0.3}};
  if (BestOfReference(data)) {
    entries.push_back(
        {absl::StrCat("best ", data.axes[0].axis), Color(0), 0, true, 2});
  }
  if (Any(data, &TrialCounts::collapsed)) {
    entries.push_back({"collapsed", "#808080", 10, false, 1, 0.5});
  }
  if (Any(data, &TrialCounts::unconverged)) {
    entries.push_back({"not converged", "#808080", 6, false, 1, 0.5});
  }
  if (Any(data, &TrialCounts::diverged)) {
    entries.push_back({"diverged", kDiverged, 2, false, 1, 0.55});
  }
  return entries;
}

// Bars: with an arrow where they continue below, above, and on both sides.
std::string IntervalStyles(const std::string& color) {
  constexpr std::array<const char*, 4> kHeads = {"nohead", "backhead", "head",
                                                 "heads"};
  std::string script;
  for (size_t k = 0; k < kHeads.size(); ++k) {
    absl::StrAppend(&script, "set style arrow ", k + 1, " ", kHeads[k],
                    " filled size screen 0.01,22 lw 0.8 lc rgb '", color,
                    "'\n");
  }
  return script;
}

// Draws one panel. `best` is the height of a line to compare with, or empty.
std::string DrawPanel(const std::string& name, const PlottedAxis& axis,
                      const ValueRange& range, const std::string& best) {
  const std::string color = Color(axis.color);
  const std::string is_axis =
      absl::StrCat("(strcol(1) eq ", PlotWord(axis.axis));
  const std::string x = absl::StrCat(is_axis, " ? $2 : ");
  const std::string means = absl::StrCat("'", name, ".csv'");
  const std::string trials = absl::StrCat("'", name, "_trials.csv'");
  std::string script = IntervalStyles(color) + "plot ";
  if (!best.empty()) {
    absl::StrAppend(&script, best, " with lines ", Dash(2), " lw 0.8 lc rgb '",
                    Color(0), "', \\\n  ");
  }
  const auto seeds = [&](const char* state, int marker, double size,
                         const std::string& shade) {
    absl::StrAppend(&script, trials, " using ", is_axis, " && strcol(4) eq '",
                    state, "' ? $2 : NaN):3 with points", " pt ", marker,
                    " ps P*", size, " lw 0.7 lc rgb '", shade, "', \\\n  ");
  };
  seeds("completed", Marker(axis.color), 0.3, Faint(color));
  seeds("collapsed", 10, 0.5, color);
  seeds("not converged", 6, 0.5, color);
  // Between words there is nothing for a line to pass.
  absl::StrAppend(
      &script, means, " using ", x,
      "NaN):(Into($4)):(0):(Into($5)-Into($4)):(Ends($4,$5)+1) with vectors "
      "arrowstyle variable, \\\n  ",
      means, " using ", x, "NaN):3 with ",
      axis.scale.words ? "points" : "linespoints", " pt ", Marker(axis.color),
      " ps P*0.5 lw 1 lc rgb '", color, "', \\\n  ", means, " using ", is_axis,
      " && $9 > 0 ? $2 : NaN):(", ExactText(range.low),
      ") with points pt 2 ps P*0.55 lw 1.2 lc rgb '", kDiverged, "'\n");
  return script;
}

PageShape ShapeOf(const CurveData& data, const ValueRange& range) {
  PageShape shape;
  shape.left =
      LeftOf(data.Spec().title(), shape.panel_height, ValueTicksWidth(range));
  for (const PlottedAxis& axis : data.axes) {
    shape.ticks =
        std::max(shape.ticks, MakeTicks(axis.scale, shape.panel_width).height);
  }
  return shape;
}

std::string CurveScript(const CurveData& data, const std::string& name) {
  const ValueRange range = RangeOf(data);
  const Page page =
      MakePage(data.axes.size(), ShapeOf(data, range), Entries(data));
  const std::optional<double> best = BestOfReference(data);
  std::string script = ScriptHead(name, page.width, page.height);
  absl::StrAppend(&script, IntoRange(range), "Ends(a, b) = (a < ",
                  ExactText(range.low), " ? 1 : 0) + (b > ",
                  ExactText(range.high), " ? 2 : 0)\n", page.key);
  for (size_t i = 0; i < data.axes.size(); ++i) {
    const PlottedAxis& axis = data.axes[i];
    const Panel& panel = page.panels[i];
    const Ticks ticks = MakeTicks(axis.scale, panel.width);
    absl::StrAppend(
        &script, PlaceOn(page, panel), ticks.script,
        AxisName(axis.axis, page, panel, ticks.height, 999), ValueTicks(range),
        page.IsLeft(i) ? SideLabel(data.Spec().title(), page.width,
                                   panel.height, "graph 0.5")
                       : "set format y ''\n",
        DrawPanel(name, axis, range, best && i > 0 ? ExactText(*best) : ""),
        "unset label\nunset arrow\n");
  }
  return script + ScriptFoot();
}

// "The values of momentum are spaced evenly." for axes of crowded numbers; and
// where a logarithmic axis has its 0.
std::string SpacingText(const std::vector<PlottedAxis>& axes) {
  std::vector<std::string> even, zero;
  for (const PlottedAxis& axis : axes) {
    const AxisScale& scale = axis.scale;
    if (!scale.numeric && !scale.words) even.push_back(axis.axis);
    if (scale.log && scale.numeric && !scale.labels.empty() &&
        scale.labels[0] == "0") {
      zero.push_back(axis.axis);
    }
  }
  std::string text;
  if (!even.empty()) {
    absl::StrAppend(&text, " The values of ", absl::StrJoin(even, " and "),
                    " are spaced evenly.");
  }
  if (!zero.empty()) {
    absl::StrAppend(&text, " 0 is drawn left of the logarithmic scale of ",
                    absl::StrJoin(zero, " and "), ".");
  }
  return text;
}

Figure CurveFigure(const CurveData& data) {
  Figure figure;
  const std::string column = data.Spec().name();
  figure.name = FileStem(column);
  figure.kind = FigureKind::kCurves;
  figure.title = Capitalized(data.Spec().title());
  figure.caption =
      absl::StrCat("Means with 95 % intervals; faint marks are single trials.",
                   DrawnText(CountTrials(data), kMaxPoints),
                   IsCut(data, RangeOf(data))
                       ? " An arrow: the interval continues beyond the border."
                       : "",
                   SpacingText(data.axes),
                   Any(data, &TrialCounts::diverged)
                       ? " Red crosses: values with trials that diverged."
                       : "",
                   data.Spec().result.doc.empty()
                       ? ""
                       : absl::StrCat(" ", Capitalized(data.Spec().title()),
                                      ": ", data.Spec().result.doc, "."));
  figure.data = {{absl::StrCat(figure.name, ".csv"), MeansCsv(data)},
                 {absl::StrCat(figure.name, "_trials.csv"), TrialsCsv(data)}};
  figure.script = CurveScript(data, figure.name);
  return figure;
}

}  // namespace

std::vector<Figure> CurveFigures(const Analysis& analysis,
                                 const Records& records) {
  const std::vector<PlottedAxis> axes = PlottedAxes(analysis.study);
  if (axes.empty()) return {};
  const auto trials = TrialsOfConfigurations(analysis.study, records);
  std::vector<Figure> figures;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    const bool any =
        std::any_of(axes.begin(), axes.end(), [&](const PlottedAxis& axis) {
          return RangeOfMeans(analysis, axis.configurations, c).has_value();
        });
    if (any) figures.push_back(CurveFigure({analysis, axes, trials, c}));
  }
  return figures;
}

}  // namespace bigstep

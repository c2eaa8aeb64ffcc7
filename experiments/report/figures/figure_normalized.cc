// All results along one axis, in one scale.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"
#include "experiments/report/figures/plotted_axis.h"

namespace bigstep {
namespace {

// One line of the normalized figure: the column and its place in 0..1 at each
// configuration of the axis; NaN without a value and where most trials
// collapsed.
struct NormalizedLine {
  std::string name;
  std::vector<double> places;
};

std::vector<NormalizedLine> Normalize(const Analysis& analysis,
                                      const PlottedAxis& axis) {
  std::vector<NormalizedLine> lines;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    const std::optional<Interval> range =
        RangeOfMeans(analysis, axis.configurations, c);
    if (!range || !(range->high > range->low)) continue;
    const Column& column = analysis.study.columns[c];
    const bool turned = column.result.direction == Direction::kLower;
    NormalizedLine line{
        absl::StrCat(column.title(), turned ? " (turned over)" : ""), {}};
    for (const size_t i : axis.configurations) {
      const ConfigurationResults& results = analysis.configurations[i];
      const double mean = results.most_collapsed()
                              ? std::numeric_limits<double>::quiet_NaN()
                              : results.values[c].mean;
      const double place = (mean - range->low) / (range->high - range->low);
      line.places.push_back(turned ? 1 - place : place);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string NormalizedScript(const std::vector<NormalizedLine>& lines,
                             const PlottedAxis& axis) {
  std::vector<KeyEntry> entries;
  for (size_t i = 0; i < lines.size(); ++i) {
    entries.push_back(
        {lines[i].name, Color(i), Marker(i), true, i < 7 ? 1 : 2, 0.5});
  }
  PageShape shape;
  shape.panel_height = 2.2;
  shape.left = 0.5;
  shape.panel_width = kOneColumn - shape.left - shape.right;
  const Ticks ticks = MakeTicks(axis.scale, shape.panel_width);
  shape.ticks = std::max(shape.ticks, ticks.height);
  const Page page = MakePage(1, shape, entries);
  const Panel& panel = page.panels[0];
  std::string script = absl::StrCat(
      ScriptHead("normalized", page.width, page.height), page.key,
      PlaceOn(page, panel), ticks.script, ValueTicks({false, -0.06, 1.06}),
      SideLabel("share of the range", page.width, panel.height, "graph 0.5"),
      AxisName(axis.axis, page, panel, shape.ticks, 999), "plot ");
  for (size_t i = 0; i < lines.size(); ++i) {
    absl::StrAppendFormat(
        &script,
        "%s'normalized.csv' using 1:%d with linespoints pt %d ps P*0.5 lw 1 %s "
        "lc rgb '%s'",
        i == 0 ? "" : ", \\\n  ", i + 2, Marker(i), Dash(i < 7 ? 1 : 2),
        Color(i));
  }
  return script + "\n" + ScriptFoot();
}

}  // namespace

std::vector<Figure> NormalizedFigure(const Analysis& analysis) {
  const std::vector<PlottedAxis> axes = PlottedAxes(analysis.study);
  if (axes.empty()) return {};
  const std::vector<NormalizedLine> lines = Normalize(analysis, axes[0]);
  if (lines.empty()) return {};
  std::string csv = "x";
  for (const NormalizedLine& line : lines) {
    absl::StrAppend(&csv, ",", DataField(line.name));
  }
  absl::StrAppend(&csv, "\n");
  for (size_t i = 0; i < axes[0].configurations.size(); ++i) {
    absl::StrAppend(&csv, ExactText(axes[0].scale.positions[i]));
    for (const NormalizedLine& line : lines) {
      absl::StrAppend(&csv, ",", ExactText(line.places[i]));
    }
    absl::StrAppend(&csv, "\n");
  }
  Figure figure;
  figure.name = "normalized";
  figure.kind = FigureKind::kNormalized;
  figure.title = absl::StrCat("All results along ", axes[0].axis);
  figure.caption =
      "Each result from its least mean along the axis (0) to its greatest (1); "
      "turned over where lower is better; without values most of whose trials "
      "collapsed.";
  figure.script = NormalizedScript(lines, axes[0]);
  figure.data = {{"normalized.csv", csv}};
  return {figure};
}

}  // namespace bigstep

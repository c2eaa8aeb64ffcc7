#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {
namespace {

// The values of one axis of a grid, in order.
struct GridAxis {
  std::string name;
  std::vector<AxisValue> values;

  size_t Find(const AxisValue& value) const {
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].label == value.label) return i;
    }
    return values.size();
  }
};

// A sweep of two axes.
struct Grid {
  std::string sweep;
  GridAxis x, y;
  std::vector<size_t> configurations;
};

void AddValue(const AxisValue& value, GridAxis& axis) {
  if (axis.Find(value) == axis.values.size()) axis.values.push_back(value);
}

void SortValues(GridAxis& axis) {
  const bool numbers = std::all_of(
      axis.values.begin(), axis.values.end(),
      [](const AxisValue& value) { return value.number.has_value(); });
  if (!numbers) return;
  std::stable_sort(axis.values.begin(), axis.values.end(),
                   [](const AxisValue& a, const AxisValue& b) {
                     return *a.number < *b.number;
                   });
}

std::vector<Grid> GridsOf(const Analysis& analysis) {
  std::vector<Grid> grids;
  for (size_t i = 0; i < analysis.configurations.size(); ++i) {
    const Configuration& configuration =
        analysis.configurations[i].configuration;
    // Draws and zips of two axes do not fill a grid; their sweeps say so.
    if (configuration.axis_values.size() != 2 ||
        configuration.sweep !=
            absl::StrCat(configuration.axis_values[0].axis, " x ",
                         configuration.axis_values[1].axis)) {
      continue;
    }
    auto grid = std::find_if(grids.begin(), grids.end(),
                             [&configuration](const Grid& other) {
                               return other.sweep == configuration.sweep;
                             });
    if (grid == grids.end()) {
      grids.push_back({configuration.sweep,
                       {configuration.axis_values[0].axis, {}},
                       {configuration.axis_values[1].axis, {}},
                       {}});
      grid = grids.end() - 1;
    }
    AddValue(configuration.axis_values[0], grid->x);
    AddValue(configuration.axis_values[1], grid->y);
    grid->configurations.push_back(i);
  }
  for (Grid& grid : grids) {
    SortValues(grid.x);
    SortValues(grid.y);
  }
  return grids;
}

// Why a configuration has no value, in few letters.
std::string WhyEmpty(const TrialCounts& counts) {
  if (counts.diverged > 0) return "div.";
  if (counts.failed > 0) return "fail";
  return counts.missing > 0 ? "..." : "-";
}

// The mean; with an asterisk where most trials collapsed.
std::string MeanText(const TrialCounts& counts, double mean) {
  const bool plain =
      std::fabs(mean) < 10 && (mean == 0 || std::fabs(mean) >= 1e-3);
  return absl::StrCat(
      plain ? absl::StrFormat("%.3f", mean) : absl::StrFormat("%.3g", mean),
      counts.most_collapsed() ? "*" : "");
}

// The values of one column over the grid.
struct HeatMap {
  size_t column = 0;
  double low = 0, high = 0;
};

std::vector<HeatMap> MapsOf(const Analysis& analysis, const Grid& grid) {
  std::vector<HeatMap> maps;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    const std::optional<Interval> range =
        RangeOfMeans(analysis, grid.configurations, c);
    if (range) maps.push_back({c, range->low, range->high});
  }
  return maps;
}

// The data of all maps. `ink` says with what to write on the configuration's
// colour.
std::string MapsCsv(const Analysis& analysis, const Grid& grid,
                    const std::vector<HeatMap>& maps) {
  std::string csv = "result,x,y,mean,color,ink,text,x_value,y_value\n";
  for (const HeatMap& map : maps) {
    for (const size_t i : grid.configurations) {
      const ConfigurationResults& results = analysis.configurations[i];
      const std::vector<AxisValue>& values = results.configuration.axis_values;
      const Summary& summary = results.values[map.column];
      const double share = map.high > map.low
                               ? (summary.mean - map.low) / (map.high - map.low)
                               : 0.5;
      const bool empty = summary.n == 0;
      absl::StrAppend(
          &csv, map.column, ",", grid.x.Find(values[0]), ",",
          grid.y.Find(values[1]), ",", ExactText(summary.mean), ",",
          empty ? "#D9D9D9" : ScaleColor(share), ",",
          !empty && share < 0.6 ? "light" : "dark", ",",
          empty ? WhyEmpty(results) : MeanText(results, summary.mean), ",",
          DataField(values[0].label), ",", DataField(values[1].label), "\n");
    }
  }
  return csv;
}

// The most letters of a label; the rest is cut off.
constexpr size_t kMaxLetters = 20;

double LongestLabel(const GridAxis& axis) {
  double longest = 0;
  for (const AxisValue& value : axis.values) {
    longest = std::max(longest, TextWidth(Shortened(value.label, kMaxLetters)));
  }
  return longest;
}

// Ticks of rows, `room` inches each; as many as fit.
std::string RowTicks(const GridAxis& axis, double room) {
  constexpr double kRow = 0.12;
  const auto stride =
      std::max<size_t>(1, static_cast<size_t>(std::ceil(kRow / room)));
  std::vector<std::string> ticks;
  for (size_t i = 0; i < axis.values.size(); i += stride) {
    ticks.push_back(
        absl::StrCat(absl::StrReplaceAll(
                         PlotText(Shortened(axis.values[i].label, kMaxLetters)),
                         {{"%", "%%"}}),
                     " ", i));
  }
  return absl::StrFormat(
      "set ytics (%s) scale 0 offset 0.4,0\nset yrange [-0.5:%d.5]\n",
      absl::StrJoin(ticks, ", "), static_cast<int>(axis.values.size()) - 1);
}

// Draws the map whose `count` lines begin at line `first` of the data.
std::string DrawMap(const std::string& name, size_t first, size_t count,
                    bool with_text) {
  const std::string mine = absl::StrFormat(
      "'%s.csv' skip 1 every ::%d::%d using ", name, first, first + count - 1);
  std::string script = absl::StrCat(
      "plot ", mine,
      "2:3:($2-0.5):($2+0.5):($3-0.5):($3+0.5):(Packed(strcol(5))) with "
      "boxxyerror fs solid 1 noborder lc rgb variable");
  if (!with_text) return script + "\n";
  for (const char* ink : {"light", "dark"}) {
    absl::StrAppend(&script, ", \\\n  ", mine, "(strcol(6) eq '", ink,
                    "' ? $2 : NaN):3:(strcol(7)) with labels tc rgb '",
                    ink == std::string("light") ? "#FEFEFE" : "#101010", "'");
  }
  return script + "\n";
}

// Panels of one size, in which no label of y is cut off.
PageShape ShapeOf(const Grid& grid) {
  PageShape shape;
  shape.left = LeftOf(grid.y.name, 1, LongestLabel(grid.y));
  shape.above = 0.34;  // The name of the result, on two lines.
  shape.panel_width =
      std::clamp(0.36 * static_cast<double>(grid.x.values.size()), 1.4, 2.8);
  shape.panel_height =
      std::clamp(0.24 * static_cast<double>(grid.y.values.size()), 0.6, 2.5);
  return shape;
}

std::string MapsScript(const Analysis& analysis, const Grid& grid,
                       const std::string& name,
                       const std::vector<HeatMap>& maps) {
  PageShape shape = ShapeOf(grid);
  const Ticks ticks =
      MakeTicks(MakeEvenScale(grid.x.values), shape.panel_width);
  shape.ticks = std::max(shape.ticks, ticks.height);
  const Page page = MakePage(maps.size(), shape);
  const double box_width =
      shape.panel_width / static_cast<double>(grid.x.values.size());
  const double box_height =
      shape.panel_height / static_cast<double>(grid.y.values.size());
  const bool with_text = box_width > 0.33 && box_height > 0.12;
  std::string script = absl::StrCat(
      ScriptHead(name, page.width, page.height),
      "Packed(c) = int('0x'.substr(c, 2, 7))\nunset grid\nset border 0\n");
  for (size_t i = 0; i < maps.size(); ++i) {
    const Panel& panel = page.panels[i];
    absl::StrAppend(&script, PlaceOn(page, panel), ticks.script,
                    "set xtics scale 0\n", RowTicks(grid.y, box_height),
                    AxisName(grid.x.name, page, panel, shape.ticks, 2),
                    PanelTitle(analysis.study.columns[maps[i].column].title(),
                               panel.width, 1),
                    page.IsLeft(i)
                        ? SideLabel(grid.y.name, page.width, 1, "graph 0.5")
                        : "unset ytics\n",
                    DrawMap(name, i * grid.configurations.size(),
                            grid.configurations.size(), with_text),
                    "unset label\n");
  }
  return script + ScriptFoot();
}

}  // namespace

std::vector<Figure> HeatMapFigures(const Analysis& analysis) {
  std::vector<Figure> figures;
  for (const Grid& grid : GridsOf(analysis)) {
    const std::vector<HeatMap> maps = MapsOf(analysis, grid);
    if (maps.empty()) continue;
    Figure figure;
    // A sweep of the same axes may come again.
    figure.name =
        absl::StrCat("grid", figures.size() + 1, "-", FileStem(grid.x.name),
                     "-", FileStem(grid.y.name));
    figure.kind = FigureKind::kHeatMaps;
    figure.title = absl::StrCat(grid.x.name, " and ", grid.y.name);
    figure.caption =
        "Means, from the least (dark) to the greatest (light) of each map. "
        "Grey: no value (div.: diverged, fail: failed, dots: missing).";
    if (std::any_of(grid.configurations.begin(), grid.configurations.end(),
                    [&analysis](size_t i) {
                      return analysis.configurations[i].most_collapsed();
                    })) {
      absl::StrAppend(&figure.caption,
                      " Asterisk: most trials collapsed; such means do not set "
                      "the colours.");
    }
    figure.data = {
        {absl::StrCat(figure.name, ".csv"), MapsCsv(analysis, grid, maps)}};
    figure.script = MapsScript(analysis, grid, figure.name, maps);
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace bigstep

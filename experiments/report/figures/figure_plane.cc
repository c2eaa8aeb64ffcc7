#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plane.h"
#include "experiments/report/figures/plane_labels.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {
namespace {

constexpr char kName[] = "plane";
// More marks would hide each other.
constexpr size_t kMaxMarks = 1000;

std::optional<size_t> FirstOf(const Study& study,
                              const std::vector<std::string>& metrics) {
  for (const std::string& metric : metrics) {
    for (size_t c = 0; c < study.columns.size(); ++c) {
      if (study.columns[c].result.direction != Direction::kNeither &&
          absl::StartsWith(study.columns[c].metric, metric)) {
        return c;
      }
    }
  }
  return std::nullopt;
}

void AppendSummary(const Summary& summary, std::string& csv) {
  absl::StrAppend(&csv, ",", ExactText(summary.mean));
  // Without an interval: the mean itself, so that nothing is drawn.
  const double mean = summary.mean;
  const Interval interval = summary.interval.value_or(Interval{mean, mean});
  absl::StrAppend(&csv, ",", ExactText(interval.low), ",",
                  ExactText(interval.high));
}

size_t CountMarks(const Plane& plane) {
  size_t total = 0;
  for (const MarkGroup& group : plane.groups) {
    total += static_cast<size_t>(
        std::count_if(group.configurations.begin(), group.configurations.end(),
                      [&plane](size_t i) { return plane.Has(i); }));
  }
  return total;
}

std::string PlaneCsv(const Plane& plane) {
  const size_t total = CountMarks(plane);
  std::string csv = "group,x,x_low,x_high,y,y_low,y_high,setting\n";
  size_t count = 0;
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    for (const size_t i : plane.groups[g].configurations) {
      if (!plane.Has(i) || !IsDrawn(count++, total, kMaxMarks)) continue;
      absl::StrAppend(&csv, g);
      AppendSummary(plane.X(i), csv);
      AppendSummary(plane.Y(i), csv);
      absl::StrAppend(
          &csv, ",",
          DataField(plane.analysis.configurations[i].configuration.name), "\n");
    }
  }
  return csv;
}

// Functions of gnuplot that bring ends of intervals to the border, beyond which
// it would not draw them at all, and tell which ends are beyond.
std::string Borders(char axis, const ValueRange& range) {
  const std::string low = ExactText(range.low), high = ExactText(range.high);
  return absl::StrFormat(
      "Into%c(v) = v < %s ? %s : v > %s ? %s : v\n"
      "Ends%c(a, b) = (a < %s ? 1 : 0) + (b > %s ? 2 : 0)\n",
      axis, low, low, high, high, axis, low, high);
}

// Bars with caps at their ends, but for ends beyond the border.
std::string IntervalStyles(const Plane& plane) {
  constexpr std::array<const char*, 4> kHeads = {"heads", "head", "backhead",
                                                 "nohead"};
  std::string script;
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    for (size_t k = 0; k < kHeads.size(); ++k) {
      absl::StrAppend(&script, "set style arrow ", g * kHeads.size() + k + 1,
                      " ", kHeads[k],
                      " size screen 0.007,90 nofilled lw 0.7 lc rgb '#70",
                      plane.groups[g].color.substr(1), "'\n");
    }
  }
  return script;
}

// Bars along x and along y, below all marks.
std::string DrawIntervals(const Plane& plane, const std::string& file) {
  std::string script;
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    const auto only = [g](int low) {  // The column of the lower end.
      return absl::StrFormat(" using (strcol(1) eq '%d' && $%d > $%d ? ", g,
                             low + 1, low);
    };
    absl::StrAppend(
        &script, file, only(3),
        "IntoX($3) : NaN):5:(IntoX($4)-IntoX($3)):(0):(EndsX($3,$4)+",
        4 * g + 1, ") with vectors arrowstyle variable, \\\n  ");
    absl::StrAppend(&script, file, only(6),
                    "$2 : NaN):(IntoY($6)):(0):(IntoY($7)-IntoY($6)):(EndsY($6,"
                    "$7)+",
                    4 * g + 1, ") with vectors arrowstyle variable, \\\n  ");
  }
  return script;
}

bool IsCut(const Plane& plane) {
  for (const size_t column : {plane.x, plane.y}) {
    const ValueRange range = RangeOf(plane, column);
    if (IsCut(plane, column, range, true) ||
        IsCut(plane, column, range, false)) {
      return true;
    }
  }
  return false;
}

// A little inside of the lower or upper end of a range.
double Inside(const ValueRange& range, bool below) {
  constexpr double kShare = 0.03;
  if (!range.log) {
    const double step = kShare * (range.high - range.low);
    return below ? range.low + step : range.high - step;
  }
  const double ratio = std::pow(range.high / range.low, kShare);
  return below ? range.low * ratio : range.high / ratio;
}

// Arrows at the border where intervals continue beyond it.
std::string DrawArrows(const Plane& plane, const ValueRange& x,
                       const ValueRange& y, const std::string& file) {
  constexpr char kStyle[] =
      " with vectors head filled size screen 0.014,22 lw 0.7 lc rgb '#808080', "
      "\\\n  ";
  std::string script;
  for (const bool below : {true, false}) {
    const double x_end = below ? x.low : x.high;
    const double y_end = below ? y.low : y.high;
    if (IsCut(plane, plane.x, x, below)) {
      const double from = Inside(x, below);
      absl::StrAppend(&script, file, " using ($", below ? "3 < " : "4 > ",
                      ExactText(x_end), " ? ", ExactText(from), " : NaN):5:(",
                      ExactText(x_end - from), "):(0)", kStyle);
    }
    if (IsCut(plane, plane.y, y, below)) {
      const double from = Inside(y, below);
      absl::StrAppend(&script, file, " using ($", below ? "6 < " : "7 > ",
                      ExactText(y_end), " ? $2 : NaN):(", ExactText(from),
                      "):(0):(", ExactText(y_end - from), ")", kStyle);
    }
  }
  return script;
}

// "prunability, higher is better".
std::string Directed(const Column& column) {
  const Direction direction = column.result.direction;
  return absl::StrCat(column.title(),
                      direction == Direction::kHigher  ? ", higher is better"
                      : direction == Direction::kLower ? ", lower is better"
                                                       : "");
}

PageShape ShapeOf(const Plane& plane) {
  PageShape shape;
  shape.panel_height = 2.5;
  shape.left =
      LeftOf(Directed(plane.analysis.study.columns[plane.y]),
             shape.panel_height, ValueTicksWidth(RangeOf(plane, plane.y)));
  shape.panel_width = kOneColumn - shape.left - shape.right;
  return shape;
}

std::string PlaneScript(const Plane& plane) {
  std::vector<KeyEntry> entries;
  for (const MarkGroup& group : plane.groups) {
    entries.push_back(
        {group.name, group.color, group.marker, group.connected, 1, 0.65});
  }
  const Page page = MakePage(1, ShapeOf(plane), entries);
  const Panel& panel = page.panels[0];
  const ValueRange x = RangeOf(plane, plane.x), y = RangeOf(plane, plane.y);
  const auto& columns = plane.analysis.study.columns;
  const std::string file = absl::StrCat("'", kName, ".csv'");
  std::string script = absl::StrCat(
      ScriptHead(kName, page.width, page.height), page.key,
      PlaceOn(page, panel), Borders('X', x), Borders('Y', y),
      IntervalStyles(plane), ValueTicks(y), ValueTicks(x, 'x'),
      "set xtics offset 0,0.3\nunset grid\n",
      AxisName(Directed(columns[plane.x]), page, panel, PageShape().ticks, 999),
      SideLabel(Directed(columns[plane.y]), page.width, panel.height,
                "graph 0.5"),
      PlaneLabels(plane, panel), "plot ", DrawIntervals(plane, file),
      DrawArrows(plane, x, y, file));
  for (size_t g = plane.groups.size(); g-- > 0;) {
    const MarkGroup& group = plane.groups[g];
    absl::StrAppend(&script, file, " using (strcol(1) eq '", g,
                    "' ? $2 : NaN):5 with ",
                    group.connected ? "linespoints" : "points", " pt ",
                    group.marker, " ps P*0.7 lw 1.3 lc rgb '", group.color, "'",
                    g == 0 ? "\n" : ", \\\n  ");
  }
  return script + ScriptFoot();
}

// Of the configurations that the plane leaves out although they have results.
std::string LeftOut(const Plane& plane) {
  constexpr size_t kMaxNames = 5;
  std::vector<std::string> names;
  for (const ConfigurationResults& results : plane.analysis.configurations) {
    if (results.most_collapsed()) names.push_back(results.configuration.name);
  }
  if (names.empty()) return "";
  if (names.size() > kMaxNames) {
    const size_t more = names.size() - kMaxNames;
    names.resize(kMaxNames);
    names.push_back(absl::StrCat("and ", more, " more"));
  }
  return absl::StrCat(" Left out, since most of their trials collapsed: ",
                      absl::StrJoin(names, ", "), ".");
}

}  // namespace

std::optional<std::pair<size_t, size_t>> PlaneColumns(const Study& study) {
  const std::optional<size_t> robust = FirstOf(study, {"accuracy"});
  const std::optional<size_t> compressible =
      FirstOf(study, {"parameter_compressibility", "prunability", "pq_index"});
  if (robust && compressible) return std::make_pair(*compressible, *robust);
  std::vector<size_t> directed;
  for (size_t c = 0; c < study.columns.size(); ++c) {
    if (study.columns[c].result.direction != Direction::kNeither) {
      directed.push_back(c);
    }
  }
  if (directed.size() < 2) return std::nullopt;
  return std::make_pair(directed[1], directed[0]);
}

std::vector<Figure> PlaneFigure(const Analysis& analysis) {
  const auto columns = PlaneColumns(analysis.study);
  if (!columns) return {};
  const Plane plane{analysis, columns->first, columns->second,
                    GroupsOf(analysis)};
  bool any = false;
  for (size_t i = 0; i < analysis.configurations.size(); ++i) {
    any = any || plane.Has(i);
  }
  if (!any) return {};
  const std::string x = analysis.study.columns[plane.x].title();
  const std::string y = analysis.study.columns[plane.y].title();
  Figure figure;
  figure.name = kName;
  figure.kind = FigureKind::kPlane;
  figure.title = absl::StrCat(Capitalized(y), " against ", x);
  figure.caption = absl::StrCat(
      "Configurations with a completed trial, with 95 % intervals.",
      DrawnText(CountMarks(plane), kMaxMarks), LeftOut(plane),
      IsCut(plane) ? " An arrow: the interval continues beyond the border."
                   : "",
      plane.groups[0].connected
          ? absl::StrCat(" The line follows ", plane.groups[0].name, ".")
          : "");
  figure.data = {{absl::StrCat(kName, ".csv"), PlaneCsv(plane)}};
  figure.script = PlaneScript(plane);
  return {figure};
}

}  // namespace bigstep

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/label_places.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"
#include "experiments/report/figures/plotted_axis.h"

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

// Configurations with one look: those of an axis, or all that vary several axes
// or none.
struct MarkGroup {
  std::string name;
  std::string color;
  int marker = 0;
  std::vector<size_t> configurations;
  bool connected = false;
};

std::vector<MarkGroup> GroupsOf(const Analysis& analysis) {
  std::vector<MarkGroup> groups;
  for (const PlottedAxis& axis : PlottedAxes(analysis.study)) {
    groups.push_back({axis.axis, Color(axis.color), Marker(axis.color),
                      axis.configurations,
                      groups.empty() && !axis.scale.words});
  }
  MarkGroup others{"", "#A0A0A0", 1, {}};
  for (size_t i = 0; i < analysis.configurations.size(); ++i) {
    const Configuration& configuration =
        analysis.configurations[i].configuration;
    if (configuration.axis_values.size() == 1) continue;
    if (others.configurations.empty()) others.name = configuration.sweep;
    if (others.name != configuration.sweep) others.name = "combinations";
    others.configurations.push_back(i);
  }
  if (!others.configurations.empty()) groups.push_back(others);
  return groups;
}

struct Plane {
  const Analysis& analysis;
  size_t x = 0, y = 0;
  std::vector<MarkGroup> groups;

  const Summary& X(size_t i) const {
    return analysis.configurations[i].values[x];
  }
  const Summary& Y(size_t i) const {
    return analysis.configurations[i].values[y];
  }
  bool Has(size_t i) const { return X(i).n > 0 && Y(i).n > 0; }
};

void AppendSummary(const Summary& summary, std::string& csv) {
  absl::StrAppend(&csv, ",", ExactText(summary.mean));
  // Without an interval: the mean itself, so that nothing is drawn.
  const double mean = summary.mean;
  const Interval interval = summary.interval.value_or(Interval{mean, mean});
  absl::StrAppend(&csv, ",", ExactText(interval.low), ",",
                  ExactText(interval.high));
}

std::string PlaneCsv(const Plane& plane) {
  size_t total = 0;
  for (const MarkGroup& group : plane.groups)
    total += group.configurations.size();
  const size_t stride = total / kMaxMarks + 1;
  std::string csv = "group,x,x_low,x_high,y,y_low,y_high,setting\n";
  size_t count = 0;
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    for (const size_t i : plane.groups[g].configurations) {
      if (count++ % stride != 0 || !plane.Has(i)) continue;
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

// The range of a column: all means, and intervals as far as they do not press
// the means together (with two seeds they can be huge).
ValueRange RangeOf(const Plane& plane, size_t column) {
  constexpr double kRoom = 0.35;  // Of the means' range, on each side.
  std::vector<const Summary*> summaries;
  std::vector<double> values;
  for (const MarkGroup& group : plane.groups) {
    for (const size_t i : group.configurations) {
      if (!plane.Has(i)) continue;
      summaries.push_back(&plane.analysis.configurations[i].values[column]);
      values.push_back(summaries.back()->mean);
    }
  }
  const ResultSpec& spec = plane.analysis.study.columns[column].result;
  const ValueRange means = MakeValueRange(values, spec.most == kInfinity);
  if (means.log) return means;
  const auto [least, most] = Padded(means.low, means.high, kRoom);
  for (const Summary* summary : summaries) {
    if (!summary->interval) continue;
    values.push_back(std::max({summary->interval->low, least, spec.least}));
    values.push_back(std::min({summary->interval->high, most, spec.most}));
  }
  return MakeValueRange(values, false);
}

// Where a value stands in a range, 0..1.
double Share(const ValueRange& range, double value) {
  const auto turn = [&range](double v) {
    // Ends of intervals may be negative. Must not overflow.
    return range.log ? std::log10(std::max(v, range.low)) : v / 4;
  };
  return (turn(value) - turn(range.low)) / (turn(range.high) - turn(range.low));
}

// Where things of a plane stand in its panel, in inches.
struct Places {
  const Plane& plane;
  ValueRange x_range, y_range;
  double width = 0, height = 0;

  LabelPlaces::Point At(double x, double y) const {
    return {std::clamp(Share(x_range, x), 0.0, 1.0) * width,
            std::clamp(Share(y_range, y), 0.0, 1.0) * height};
  }
  LabelPlaces::Point Of(size_t i) const {
    return At(plane.X(i).mean, plane.Y(i).mean);
  }
};

void AvoidConfiguration(const Places& places, size_t i, LabelPlaces& labels) {
  const Summary &x = places.plane.X(i), &y = places.plane.Y(i);
  labels.AvoidMark(places.Of(i));
  if (x.interval) {
    labels.AvoidLine(places.At(x.interval->low, y.mean),
                     places.At(x.interval->high, y.mean));
  }
  if (y.interval) {
    labels.AvoidLine(places.At(x.mean, y.interval->low),
                     places.At(x.mean, y.interval->high));
  }
}

// Names every value along the path of the connected axis.
std::string PathLabels(const Plane& plane, const Panel& panel) {
  const MarkGroup& path = plane.groups[0];
  if (!path.connected) return "";
  const Places places{plane, RangeOf(plane, plane.x), RangeOf(plane, plane.y),
                      panel.width, panel.height};
  LabelPlaces labels(panel.width, panel.height);
  for (const MarkGroup& group : plane.groups) {
    for (const size_t i : group.configurations) {
      if (plane.Has(i)) AvoidConfiguration(places, i, labels);
    }
  }
  std::vector<size_t> shown;
  for (const size_t i : path.configurations) {
    if (!plane.Has(i)) continue;
    if (!shown.empty()) {
      labels.AvoidLine(places.Of(shown.back()), places.Of(i));
    }
    shown.push_back(i);
  }
  // More would hide the path.
  constexpr size_t kMostLabels = 16;
  const size_t stride = shown.size() / kMostLabels + 1;
  std::string script;
  for (size_t k = 0; k < shown.size(); k += stride) {
    const size_t i = shown[k];
    const std::string& value =
        plane.analysis.configurations[i].configuration.axis_values[0].label;
    const std::string text =
        k == 0 ? absl::StrCat(path.name, " ", value) : value;
    script +=
        labels.Place(PlotText(text), TextWidth(text), places.Of(i), path.color);
  }
  return script;
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
      PathLabels(plane, panel), "plot ", DrawIntervals(plane, file));
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
      "Every configuration with a completed trial, with 95 % intervals; a bar "
      "without a cap goes on.",
      plane.groups[0].connected
          ? absl::StrCat(" The line follows ", plane.groups[0].name, ".")
          : "");
  figure.data = {{absl::StrCat(kName, ".csv"), PlaneCsv(plane)}};
  figure.script = PlaneScript(plane);
  return {figure};
}

}  // namespace bigstep

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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
                      axis.configurations, groups.empty()});
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

// A function of gnuplot that brings ends of intervals to the border, beyond
// which it would not draw them at all.
std::string IntoRange(char axis, const ValueRange& range) {
  return absl::StrCat("Into", std::string(1, axis), "(v) = v < ",
                      ExactText(range.low), " ? ", ExactText(range.low),
                      " : v > ", ExactText(range.high), " ? ",
                      ExactText(range.high), " : v\n");
}

// Names the ends of the reference axis in the plane.
std::string EndLabels(const Plane& plane) {
  if (!plane.groups[0].connected) return "";
  std::vector<size_t> ends = plane.groups[0].configurations;
  ends.erase(std::remove_if(ends.begin(), ends.end(),
                            [&](size_t i) { return !plane.Has(i); }),
             ends.end());
  if (ends.size() < 2) return "";
  std::string script;
  // Apart, even where both are in one place.
  const auto label = [&](size_t i, const char* where) {
    absl::StrAppend(&script, "set label ",
                    PlotText(plane.analysis.configurations[i]
                                 .configuration.axis_values[0]
                                 .label),
                    " at first ", ExactText(plane.X(i).mean), ",",
                    ExactText(plane.Y(i).mean), " ", where, " front tc rgb '",
                    Color(0), "'\n");
  };
  label(ends.front(), "right offset character -0.7,-0.8");
  label(ends.back(), "left offset character 0.7,0.8");
  return script;
}

ValueRange RangeOf(const Plane& plane, size_t column) {
  std::vector<double> values;
  for (const MarkGroup& group : plane.groups) {
    for (const size_t i : group.configurations) {
      if (!plane.Has(i)) continue;
      values.push_back(plane.analysis.configurations[i].values[column].mean);
    }
  }
  const ResultSpec& spec = plane.analysis.study.columns[column].result;
  ValueRange range = MakeValueRange(values, spec.most == kInfinity);
  if (range.log) return range;
  // Room for the labels at the ends.
  const auto [low, high] = Padded(range.low, range.high, 0.08);
  return {false, low, high};
}

std::string XCommands(const ValueRange& range) {
  return absl::StrCat(
      range.log ? "set logscale x\nset format x '10^{%L}'\n" : "",
      "set xrange [", ExactText(range.low), ":", ExactText(range.high),
      "]\nset xtics offset 0,0.3\nset grid x y lt 1 lc rgb '#B0808080' lw "
      "0.4\n");
}

std::string PlaneScript(const Plane& plane) {
  std::vector<KeyEntry> entries;
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    const MarkGroup& group = plane.groups[g];
    entries.push_back(
        {group.name, group.color, group.marker, group.connected, 1, 0.55});
  }
  PageShape shape;
  shape.panel_height = 2.2;
  const Page page = MakePage(1, shape, entries);
  const auto& columns = plane.analysis.study.columns;
  const std::string file = absl::StrCat("'", kName, ".csv'");
  std::string script = absl::StrCat(
      ScriptHead(kName, page.width, page.height), page.key,
      PlaceOn(page, page.panels[0]), IntoRange('X', RangeOf(plane, plane.x)),
      IntoRange('Y', RangeOf(plane, plane.y)),
      ValueTicks(RangeOf(plane, plane.y)), XCommands(RangeOf(plane, plane.x)),
      "set xlabel ", PlotText(PlainName(columns[plane.x].name())),
      " offset 0,0.75\n",
      SideLabel(PlainName(columns[plane.y].name()), page.width, "graph 0.5"),
      EndLabels(plane), "plot ");
  const auto only = [](size_t g) {
    return absl::StrCat(" using (strcol(1) eq '", g, "' ? $2 : NaN):");
  };
  // Intervals below all marks.
  for (size_t g = 0; g < plane.groups.size(); ++g) {
    const std::string look =
        absl::StrCat(" with vectors nohead lw 0.5 lc rgb '",
                     Faint(plane.groups[g].color), "', \\\n  ");
    // Along x, then along y.
    absl::StrAppend(&script, file, " using (strcol(1) eq '", g,
                    "' ? IntoX($3) : NaN):5:(IntoX($4)-IntoX($3)):(0)", look);
    absl::StrAppend(&script, file, only(g), "(IntoY($6)):(0):(IntoY($7)-",
                    "IntoY($6))", look);
  }
  for (size_t g = plane.groups.size(); g-- > 0;) {
    const MarkGroup& group = plane.groups[g];
    absl::StrAppend(&script, file, only(g), "5 with ",
                    group.connected ? "linespoints" : "points", " pt ",
                    group.marker, " ps P*0.6 lw 1 lc rgb '", group.color, "'",
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
  const std::string x = PlainName(analysis.study.columns[plane.x].name());
  const std::string y = PlainName(analysis.study.columns[plane.y].name());
  Figure figure;
  figure.name = kName;
  figure.kind = FigureKind::kPlane;
  figure.title = absl::StrCat(y, " against ", x);
  figure.caption = absl::StrCat(
      "Every configuration at its means, with 95 % intervals where there are "
      "several "
      "seeds",
      plane.groups[0].connected
          ? absl::StrCat("; ", plane.groups[0].name,
                         " is connected in the order of its values, the first "
                         "and the last of which are named")
          : "",
      ". Configurations without a completed trial are not drawn.");
  figure.data = {{absl::StrCat(kName, ".csv"), PlaneCsv(plane)}};
  figure.script = PlaneScript(plane);
  return {figure};
}

}  // namespace bigstep

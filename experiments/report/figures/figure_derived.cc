// Results against what the learning rate forms with other hyperparameters.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "experiments/report/analysis/derived_quantity.h"
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

// A configuration and the value of the quantity for it.
struct DerivedPoint {
  double value = 0;
  size_t configuration = 0;
};

// The points of one sweep, in the order of the quantity.
struct DerivedSeries {
  std::string sweep;
  size_t color = 0;  // That of the axis in all figures.
  std::vector<DerivedPoint> points;
  bool connected = true;  // By a line: the sweep varies one axis alone.
};

// The value for a configuration: that of its first finished trial.
std::optional<double> ValueFor(const DerivedQuantity& quantity,
                               const std::vector<RecordedTrial>& trials) {
  for (const RecordedTrial& trial : trials) {
    if (trial.record != nullptr) return quantity.of(trial.record->trial);
  }
  return std::nullopt;
}

// The sweeps that vary the quantity.
std::vector<DerivedSeries> SeriesOf(const DerivedQuantity& quantity,
                                    const Analysis& analysis,
                                    const Records& records) {
  const auto trials = TrialsOfConfigurations(analysis.study, records);
  std::vector<DerivedSeries> sweeps;  // In the order of the study.
  for (size_t i = 0; i < analysis.study.configurations.size(); ++i) {
    const Configuration& configuration = analysis.study.configurations[i];
    const std::optional<double> value = ValueFor(quantity, trials[i]);
    if (!value) continue;
    auto series = std::find_if(sweeps.begin(), sweeps.end(),
                               [&](const DerivedSeries& known) {
                                 return known.sweep == configuration.sweep;
                               });
    if (series == sweeps.end()) {
      sweeps.emplace_back().sweep = configuration.sweep;
      series = std::prev(sweeps.end());
    }
    series->points.push_back({*value, i});
    series->connected &= configuration.axis_values.size() == 1;
  }
  const std::vector<PlottedAxis> axes = PlottedAxes(analysis.study);
  size_t color = axes.size();
  for (DerivedSeries& series : sweeps) {
    const auto axis = std::find_if(
        axes.begin(), axes.end(),
        [&](const PlottedAxis& a) { return a.axis == series.sweep; });
    series.color = axis == axes.end() ? color++ : axis->color;
  }
  std::vector<DerivedSeries> varied;
  for (DerivedSeries& series : sweeps) {
    std::stable_sort(series.points.begin(), series.points.end(),
                     [](const DerivedPoint& a, const DerivedPoint& b) {
                       return a.value < b.value;
                     });
    if (series.points.front().value < series.points.back().value) {
      varied.push_back(std::move(series));
    }
  }
  return varied;
}

// Whether all values of `b` are those of `a`, times one number.
bool AreProportional(const std::vector<DerivedSeries>& a,
                     const std::vector<DerivedSeries>& b) {
  std::map<size_t, double> values;
  for (const DerivedSeries& series : a) {
    for (const auto& [value, i] : series.points) values[i] = value;
  }
  std::optional<double> ratio;
  for (const DerivedSeries& series : b) {
    for (const auto& [value, i] : series.points) {
      if (values.count(i) == 0) return false;
      const double here = value / values[i];
      if (ratio && std::abs(here / *ratio - 1) > 1e-9) return false;
      ratio = here;
    }
  }
  return true;
}

// Whether the quantity orders what no single axis does.
bool IsWorthDrawing(const std::vector<DerivedSeries>& all) {
  return all.size() > 1 || (all.size() == 1 && !all[0].connected);
}

// A row for each point: the sweep, the value, then mean, low and high of each
// column, and the configuration.
std::string DerivedCsv(const Analysis& analysis, const std::string& quantity,
                       const std::vector<DerivedSeries>& all) {
  std::string csv = absl::StrCat("series,", quantity);
  for (const Column& column : analysis.study.columns) {
    for (const char* part : {"", ".low", ".high"}) {
      absl::StrAppend(&csv, ",", DataField(absl::StrCat(column.name(), part)));
    }
  }
  absl::StrAppend(&csv, ",setting\n");
  for (size_t s = 0; s < all.size(); ++s) {
    for (const auto& [value, i] : all[s].points) {
      absl::StrAppend(&csv, s, ",", ExactText(value));
      for (const Summary& summary : analysis.configurations[i].values) {
        const bool known = summary.interval.has_value();
        absl::StrAppend(&csv, ",", ExactText(summary.mean), ",",
                        known ? ExactText(summary.interval->low) : "", ",",
                        known ? ExactText(summary.interval->high) : "");
      }
      absl::StrAppend(&csv, ",",
                      DataField(analysis.study.configurations[i].name), "\n");
    }
  }
  return csv;
}

// The range of the means of a column.
ValueRange RangeOf(const Analysis& analysis,
                   const std::vector<DerivedSeries>& all, size_t column) {
  std::vector<double> means;
  for (const DerivedSeries& series : all) {
    for (const DerivedPoint& point : series.points) {
      means.push_back(
          analysis.configurations[point.configuration].values[column].mean);
    }
  }
  const bool may_be_log =
      !std::isfinite(analysis.study.columns[column].result.most);
  return MakeValueRange(means, may_be_log);
}

ValueRange RangeOfValues(const std::vector<DerivedSeries>& all) {
  std::vector<double> values;
  for (const DerivedSeries& series : all) {
    for (const DerivedPoint& point : series.points) {
      values.push_back(point.value);
    }
  }
  return MakeValueRange(values, /*may_be_log=*/true);
}

std::string DrawColumn(const std::string& file,
                       const std::vector<DerivedSeries>& all, size_t column) {
  const size_t mean = 3 + 3 * column;
  std::string script = "plot ";
  for (size_t s = 0; s < all.size(); ++s) {
    const std::string x =
        absl::StrCat("'", file, "' using (strcol(1) eq '", s, "' ? $2 : NaN):");
    absl::StrAppend(&script, s == 0 ? "" : ", \\\n  ", x, "(Into($", mean + 1,
                    ")):(0):(Into($", mean + 2, ")-Into($", mean + 1,
                    ")) with vectors nohead lw 0.8 lc rgb '",
                    Faint(Color(all[s].color)), "', \\\n  ", x, mean, " with ",
                    all[s].connected ? "linespoints" : "points", " pt ",
                    Marker(all[s].color), " ps P*0.5 lw 1 lc rgb '",
                    Color(all[s].color), "'");
  }
  return script + "\n";
}

std::string DerivedScript(const Analysis& analysis,
                          const DerivedQuantity& quantity,
                          const std::vector<DerivedSeries>& all) {
  std::vector<KeyEntry> entries;
  for (size_t s = 0; s < all.size(); ++s) {
    entries.push_back({all[s].sweep, Color(all[s].color), Marker(all[s].color),
                       all[s].connected, 1, 0.5});
  }
  const std::vector<Column>& columns = analysis.study.columns;
  const PageShape shape = TitledPanels();
  const Page page = MakePage(columns.size(), shape, entries);
  std::string script =
      absl::StrCat(ScriptHead(quantity.name, page.width, page.height), page.key,
                   "set xtics offset 0,0.3\n");
  for (size_t c = 0; c < columns.size(); ++c) {
    const Panel& panel = page.panels[c];
    const ValueRange range = RangeOf(analysis, all, c);
    absl::StrAppend(&script, IntoRange(range), PlaceOn(page, panel),
                    ValueTicks(RangeOfValues(all), 'x'), ValueTicks(range),
                    PanelTitle(columns[c].title(), panel.width, 999),
                    AxisName(quantity.title, page, panel, shape.ticks, 998),
                    DrawColumn(absl::StrCat(quantity.name, ".csv"), all, c),
                    "unset label\nunset arrow\n");
  }
  return script + ScriptFoot();
}

}  // namespace

std::vector<Figure> DerivedFigures(const Analysis& analysis,
                                   const Records& records) {
  std::vector<Figure> figures;
  std::vector<DerivedSeries> before;
  if (analysis.study.columns.empty()) return figures;
  for (const DerivedQuantity& quantity : DerivedQuantities()) {
    std::vector<DerivedSeries> all = SeriesOf(quantity, analysis, records);
    if (!IsWorthDrawing(all) ||
        (!before.empty() && AreProportional(before, all))) {
      continue;
    }
    Figure figure;
    figure.name = quantity.name;
    figure.kind = FigureKind::kDerived;
    figure.title = absl::StrCat("All results against the ", quantity.title);
    figure.caption = absl::StrCat(
        Capitalized(quantity.title), ": ", quantity.formula,
        ". Means with 95 % intervals, up to the border, of the configurations "
        "whose sweep varies it. Where it alone decides, the marks lie on one "
        "curve.");
    figure.data = {{absl::StrCat(quantity.name, ".csv"),
                    DerivedCsv(analysis, quantity.name, all)}};
    figure.script = DerivedScript(analysis, quantity, all);
    figures.push_back(std::move(figure));
    before = std::move(all);
  }
  return figures;
}

}  // namespace bigstep

// Random search: each result against each hyperparameter, and all
// hyperparameters side by side.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/figure.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_page.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {
namespace {

// More marks would hide each other.
constexpr size_t kMaxMarks = 1000;
// Results that get figures.
constexpr size_t kMaxResults = 3;
constexpr char kDiverged[] = "#C00000";

// One hyperparameter of a search.
struct Hyperparameter {
  std::string name;
  AxisScale scale;                 // Of `words`, or of the numbers drawn.
  std::vector<std::string> words;  // If some value is not a number.

  bool numeric() const { return words.empty(); }
  double Position(const AxisValue& value) const {
    if (numeric())
      return scale.log && *value.number <= 0 ? scale.low : *value.number;
    return static_cast<double>(
        std::find(words.begin(), words.end(), value.label) - words.begin());
  }
};

// The configurations of one random sweep.
struct Search {
  std::string sweep;
  std::vector<size_t> configurations;  // A part if there are many.
  size_t planned = 0;                  // Configurations of the search.
  std::vector<Hyperparameter> hyperparameters;
};

Hyperparameter HyperparameterOf(const Analysis& analysis, const Search& search,
                                size_t place) {
  std::vector<AxisValue> values;
  bool numbers = true;
  for (const size_t i : search.configurations) {
    values.push_back(
        analysis.configurations[i].configuration.axis_values[place]);
    numbers = numbers && values.back().number.has_value();
  }
  Hyperparameter hyperparameter{values[0].axis, {}, {}};
  if (numbers) {
    // Enough of them that none is spaced evenly.
    values.resize(std::max<size_t>(values.size(), 13), values[0]);
    hyperparameter.scale = MakeAxisScale(values);
    return hyperparameter;
  }
  std::vector<AxisValue> distinct;
  for (const AxisValue& value : values) {
    if (std::find(hyperparameter.words.begin(), hyperparameter.words.end(),
                  value.label) != hyperparameter.words.end())
      continue;
    hyperparameter.words.push_back(value.label);
    distinct.push_back({value.axis, value.label, std::nullopt});
  }
  hyperparameter.scale = MakeAxisScale(distinct);
  return hyperparameter;
}

std::vector<Search> SearchesOf(const Analysis& analysis) {
  std::vector<Search> searches;
  for (size_t i = 0; i < analysis.configurations.size(); ++i) {
    const Configuration& configuration =
        analysis.configurations[i].configuration;
    if (!absl::StartsWith(configuration.sweep, "random ") ||
        configuration.axis_values.empty()) {
      continue;
    }
    const auto known = std::find_if(searches.begin(), searches.end(),
                                    [&](const Search& other) {
                                      return other.sweep == configuration.sweep;
                                    });
    if (known == searches.end()) {
      searches.push_back({configuration.sweep, {i}, 0, {}});
    } else {
      known->configurations.push_back(i);
    }
  }
  for (Search& search : searches) {
    search.planned = search.configurations.size();
    std::vector<size_t> kept;
    for (size_t i = 0; i < search.planned; ++i) {
      if (!IsDrawn(i, search.planned, kMaxMarks)) continue;
      kept.push_back(search.configurations[i]);
    }
    search.configurations = std::move(kept);
    const size_t count = analysis.configurations[search.configurations[0]]
                             .configuration.axis_values.size();
    for (size_t a = 0; a < count; ++a) {
      search.hyperparameters.push_back(HyperparameterOf(analysis, search, a));
    }
  }
  return searches;
}

// A search and one of its results.
struct SearchData {
  const Analysis& analysis;
  const Search& search;
  size_t column = 0;

  const Column& Spec() const { return analysis.study.columns[column]; }
  const Summary& Of(size_t i) const {
    return analysis.configurations[i].values[column];
  }
  double Position(size_t i, size_t place) const {
    return search.hyperparameters[place].Position(
        analysis.configurations[i].configuration.axis_values[place]);
  }
};

ValueRange RangeOf(const SearchData& data) {
  std::vector<double> means;
  for (const size_t i : data.search.configurations) {
    if (data.Of(i).n > 0) means.push_back(data.Of(i).mean);
  }
  return MakeValueRange(means, !std::isfinite(data.Spec().result.most));
}

std::string ScatterCsv(const SearchData& data) {
  std::string csv = "mean,n,diverged";
  for (const Hyperparameter& each : data.search.hyperparameters) {
    absl::StrAppend(&csv, ",", DataField(each.name));
  }
  absl::StrAppend(&csv, ",setting\n");
  for (const size_t i : data.search.configurations) {
    absl::StrAppend(&csv, ExactText(data.Of(i).mean), ",", data.Of(i).n, ",",
                    data.analysis.configurations[i].diverged);
    for (size_t a = 0; a < data.search.hyperparameters.size(); ++a) {
      absl::StrAppend(&csv, ",", ExactText(data.Position(i, a)));
    }
    absl::StrAppend(
        &csv, ",",
        DataField(data.analysis.configurations[i].configuration.name), "\n");
  }
  return csv;
}

std::string TicksOf(const Hyperparameter& hyperparameter, double width) {
  if (!hyperparameter.numeric()) {
    return MakeTicks(hyperparameter.scale, width).script;
  }
  const AxisScale& scale = hyperparameter.scale;
  return absl::StrCat(ValueTicks({scale.log, scale.low, scale.high}, 'x'),
                      "set xtics norotate offset 0,0.3\n");
}

std::string ScatterScript(const SearchData& data, const std::string& name) {
  const auto& hyperparameters = data.search.hyperparameters;
  const ValueRange range = RangeOf(data);
  PageShape shape;
  shape.left =
      LeftOf(data.Spec().title(), shape.panel_height, ValueTicksWidth(range));
  for (const Hyperparameter& each : hyperparameters) {
    if (each.numeric()) continue;
    shape.ticks =
        std::max(shape.ticks, MakeTicks(each.scale, shape.panel_width).height);
  }
  const Page page = MakePage(hyperparameters.size(), shape);
  std::string script = ScriptHead(name, page.width, page.height);
  for (size_t a = 0; a < hyperparameters.size(); ++a) {
    const Panel& panel = page.panels[a];
    absl::StrAppend(
        &script, PlaceOn(page, panel), TicksOf(hyperparameters[a], panel.width),
        AxisName(hyperparameters[a].name, page, panel, shape.ticks, 999),
        ValueTicks(range),
        page.IsLeft(a) ? SideLabel(data.Spec().title(), page.width,
                                   panel.height, "graph 0.5")
                       : "set format y ''\n",
        "plot '", name, ".csv' skip 1 using ", a + 4,
        ":1 with points pt 7 ps P*0.35 lc rgb '", Color(a), "', \\\n  '", name,
        ".csv' skip 1 using ($3 > 0 ? $", a + 4, " : NaN):(",
        ExactText(range.low), ") with points pt 2 ps P*0.5 lw 1 lc rgb '",
        kDiverged, "'\nunset label\n");
  }
  return script + ScriptFoot();
}

Figure ScatterFigure(const SearchData& data, const std::string& name) {
  Figure figure;
  figure.name = name;
  figure.kind = FigureKind::kRandom;
  figure.title = absl::StrCat(Capitalized(data.Spec().title()),
                              " against each hyperparameter");
  figure.caption = absl::StrCat(
      "One mark a configuration: its mean over seeds. Red crosses: "
      "configurations with diverged trials.",
      DrawnText(data.search.planned, kMaxMarks));
  figure.data = {{absl::StrCat(name, ".csv"), ScatterCsv(data)}};
  figure.script = ScatterScript(data, name);
  return figure;
}

// --- Parallel coordinates. ---------------------------------------------------

// Configurations with values, the best last, so that they are drawn on top.
std::vector<size_t> WorstFirst(const SearchData& data) {
  std::vector<size_t> order;
  for (const size_t i : data.search.configurations) {
    if (data.Of(i).n > 0) order.push_back(i);
  }
  const double sign =
      data.Spec().result.direction == Direction::kLower ? -1 : 1;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return sign * data.Of(a).mean < sign * data.Of(b).mean;
  });
  return order;
}

// A block of lines for each configuration: where it crosses which axis.
std::string ParallelCsv(const SearchData& data) {
  const ValueRange range = RangeOf(data);
  const AxisScale result{true, range.log, range.low, range.high};
  std::string csv = "axis,share,color,setting\n";
  for (const size_t i : WorstFirst(data)) {
    const double share = result.Along(data.Of(i).mean);
    // Not as far as the light end, which is hard to see.
    const std::string color = ScaleColor(share * 0.9);
    const std::string name =
        DataField(data.analysis.configurations[i].configuration.name);
    const size_t count = data.search.hyperparameters.size();
    for (size_t a = 0; a <= count; ++a) {
      const double place =
          a == count
              ? share
              : data.search.hyperparameters[a].scale.Along(data.Position(i, a));
      absl::StrAppend(&csv, a, ",", ExactText(place), ",", color, ",", name,
                      "\n");
    }
    csv += "\n";
  }
  return csv;
}

// A vertical axis at `x` with its name above and the ends of its scale, or its
// words, beside.
std::string ParallelAxis(const std::string& name, const AxisScale& scale,
                         size_t x, double width) {
  std::string script =
      absl::StrCat("set arrow from first ", x, ",0 to first ", x,
                   ",1 nohead lw 0.6 lc rgb '#606060' front\nset label ",
                   PlotLines(Wrapped(name, width, 2)), " at first ", x,
                   ",1 center offset 0,1.7\n");
  const auto label = [&](const std::string& text, double share) {
    absl::StrAppend(&script, "set label ", text, " at first ", x, ",",
                    ExactText(share), " right offset -0.5,0 front\n");
  };
  if (scale.words) {
    for (size_t i = 0; i < scale.labels.size(); ++i) {
      label(PlotText(Shortened(scale.labels[i], 14)),
            scale.Along(scale.positions[i]));
    }
    return script;
  }
  const auto short_number = [](double number) {
    return PlotText(absl::StrFormat("%.3g", number));
  };
  label(short_number(scale.low), 0.02);
  label(short_number(scale.high), 0.98);
  return script;
}

Figure ParallelFigure(const SearchData& data, const std::string& name) {
  constexpr double kStep = 1.1;  // Inches between axes, at most.
  const size_t count = data.search.hyperparameters.size();
  PageShape shape;
  shape.left = 0.55;
  shape.right = 0.45;
  shape.above = 0.4;
  shape.ticks = 0;
  shape.panel_height = 1.9;
  shape.panel_width = std::min(kTwoColumns - shape.left - shape.right,
                               kStep * static_cast<double>(count));
  const Page page = MakePage(1, shape);
  std::string script = absl::StrCat(
      ScriptHead(name, page.width, page.height), PlaceOn(page, page.panels[0]),
      "Packed(c) = int('0x'.substr(c, 2, 7))\nunset grid\nunset border\nunset "
      "tics\nset xrange [0:",
      count, "]\nset yrange [0:1]\n");
  const double room =
      std::min(2 * shape.right, shape.panel_width / static_cast<double>(count));
  for (size_t a = 0; a < count; ++a) {
    const Hyperparameter& each = data.search.hyperparameters[a];
    script += ParallelAxis(each.name, each.scale, a, room);
  }
  const ValueRange range = RangeOf(data);
  script += ParallelAxis(data.Spec().title(),
                         {true, range.log, range.low, range.high}, count, room);
  absl::StrAppend(&script, "plot '", name,
                  ".csv' skip 1 using 1:2:(Packed(strcol(3))) with lines lw "
                  "0.9 lc rgb variable\n");
  Figure figure;
  figure.name = name;
  figure.kind = FigureKind::kRandom;
  figure.title =
      absl::StrCat("Which hyperparameters give which ", data.Spec().title());
  figure.caption =
      absl::StrCat("One line a configuration, from its hyperparameters to its ",
                   data.Spec().title(), "; light is the greatest.",
                   DrawnText(data.search.planned, kMaxMarks));
  figure.data = {{absl::StrCat(name, ".csv"), ParallelCsv(data)}};
  figure.script = script + ScriptFoot();
  return figure;
}

}  // namespace

std::vector<Figure> RandomFigures(const Analysis& analysis) {
  std::vector<Figure> figures;
  const std::vector<Search> searches = SearchesOf(analysis);
  for (size_t s = 0; s < searches.size(); ++s) {
    size_t results = 0;
    for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
      const SearchData data{analysis, searches[s], c};
      if (results == kMaxResults ||
          !RangeOfMeans(analysis, searches[s].configurations, c)) {
        continue;
      }
      const std::string name = absl::StrCat("random", s + 1);
      if (results++ == 0 && searches[s].hyperparameters.size() > 1) {
        figures.push_back(ParallelFigure(data, name + "-parallel"));
      }
      figures.push_back(ScatterFigure(
          data, absl::StrCat(name, "-", FileStem(data.Spec().name()))));
    }
  }
  return figures;
}

}  // namespace bigstep

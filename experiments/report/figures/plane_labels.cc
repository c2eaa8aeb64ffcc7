#include "experiments/report/figures/plane_labels.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/label_places.h"

namespace bigstep {
namespace {

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

// A label that a plane needs.
struct PlaneLabel {
  size_t configuration = 0;
  std::string text;
  std::string color;
};

std::optional<size_t> BestOf(const Plane& plane, const std::string& axis) {
  for (const Best& best : plane.analysis.best) {
    if (best.axis == axis && best.configuration &&
        plane.Has(*best.configuration)) {
      return best.configuration;
    }
  }
  return std::nullopt;
}

// The ends and the best of the path, and the best of every other axis.
std::vector<PlaneLabel> LabelsOf(const Plane& plane) {
  std::vector<PlaneLabel> labels;
  std::set<size_t> known;
  const auto add = [&](const MarkGroup& group, size_t i, bool named) {
    const Configuration& configuration =
        plane.analysis.configurations[i].configuration;
    if (configuration.axis_values.size() != 1 || !known.insert(i).second) {
      return;
    }
    const std::string& value = configuration.axis_values[0].label;
    labels.push_back(
        {i, named ? absl::StrCat(group.name, " ", value) : value, group.color});
  };
  for (const MarkGroup& group : plane.groups) {
    std::vector<size_t> shown;
    for (const size_t i : group.configurations) {
      if (plane.Has(i)) shown.push_back(i);
    }
    if (shown.empty()) continue;
    if (group.connected) {
      add(group, shown.front(), true);
      add(group, shown.back(), false);
    }
    const std::optional<size_t> best = BestOf(plane, group.name);
    if (best) add(group, *best, !group.connected);
  }
  return labels;
}

void AvoidConfiguration(const Places& places, size_t i, LabelPlaces& labels) {
  constexpr double kWeight = 0.1;
  const Summary &x = places.plane.X(i), &y = places.plane.Y(i);
  labels.AvoidMark(places.Of(i));
  if (x.interval) {
    labels.AvoidLine(places.At(x.interval->low, y.mean),
                     places.At(x.interval->high, y.mean), kWeight);
  }
  if (y.interval) {
    labels.AvoidLine(places.At(x.mean, y.interval->low),
                     places.At(x.mean, y.interval->high), kWeight);
  }
}

}  // namespace

std::string PlaneLabels(const Plane& plane, const Panel& panel) {
  const Places places{plane, RangeOf(plane, plane.x), RangeOf(plane, plane.y),
                      panel.width, panel.height};
  LabelPlaces labels(panel.width, panel.height);
  for (const MarkGroup& group : plane.groups) {
    std::optional<size_t> before;
    for (const size_t i : group.configurations) {
      if (!plane.Has(i)) continue;
      AvoidConfiguration(places, i, labels);
      if (group.connected && before) {
        labels.AvoidLine(places.Of(*before), places.Of(i), 0.3);
      }
      before = i;
    }
  }
  std::string script;
  for (const PlaneLabel& label : LabelsOf(plane)) {
    script += labels.Place(PlotText(label.text), TextWidth(label.text),
                           places.Of(label.configuration), label.color);
  }
  return script;
}

}  // namespace bigstep

#include "experiments/report/figures/label_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

constexpr double kMark = 0.09;  // Its width.

// The point of a box, given by its middle and size, that is nearest to `mark`.
LabelPlaces::Point Nearest(double x, double y, double width, double height,
                           LabelPlaces::Point mark) {
  return {std::clamp(mark.first, x - width / 2, x + width / 2),
          std::clamp(mark.second, y - height / 2, y + height / 2)};
}

double Distance(LabelPlaces::Point a, LabelPlaces::Point b) {
  return std::hypot(a.first - b.first, a.second - b.second);
}

}  // namespace

void LabelPlaces::AvoidMark(Point mark) {
  taken_.push_back({mark.first, mark.second, kMark, kMark});
  marks_.push_back(mark);
}

void LabelPlaces::AvoidLine(Point from, Point to, double weight) {
  constexpr int kParts = 24;
  constexpr double kLine = 0.02;
  for (int k = 0; k <= kParts; ++k) {
    const double part = static_cast<double>(k) / kParts;
    taken_.push_back({from.first + (to.first - from.first) * part,
                      from.second + (to.second - from.second) * part, kLine,
                      kLine, weight});
  }
}

std::string LabelPlaces::Place(const std::string& text, double text_width,
                               Point mark, const std::string& color) {
  constexpr int kDirections = 16;
  constexpr double kPart = 0.3927;  // Of a turn: pi / 8.
  constexpr double kHeight = 0.11;
  // From the mark to the nearest edge.
  constexpr std::array<double, 5> kDistances = {0.06, 0.14, 0.24, 0.36, 0.5};
  Box best;
  double least = std::numeric_limits<double>::infinity();
  for (size_t d = 0; d < kDistances.size(); ++d) {
    for (int k = 0; k < kDirections; ++k) {
      const double x = std::cos((k + 2) * kPart), y = std::sin((k + 2) * kPart);
      // On diagonals a corner is next to the mark.
      const Box box = {mark.first + x * kDistances[d] +
                           std::clamp(1.5 * x, -1.0, 1.0) * text_width / 2,
                       mark.second + y * kDistances[d] +
                           std::clamp(1.5 * y, -1.0, 1.0) * kHeight / 2,
                       text_width, kHeight};
      const double cost = Cost(box) + (IsAmbiguous(box, mark) ? 0.3 : 0) +
                          0.2 * static_cast<double>(d);
      if (cost < least - 1e-9) {
        least = cost;
        best = box;
      }
    }
  }
  const bool adjacent =
      Distance(mark, Nearest(best.x, best.y, best.width, best.height, mark)) <
      kDistances[1];
  const std::string leader =
      adjacent && !IsAmbiguous(best, mark) ? "" : Leader(best, mark, color);
  constexpr double kSpace = 0.08;  // Between two labels.
  taken_.push_back({best.x, best.y, best.width + 2 * kSpace, best.height});
  return leader +
         absl::StrFormat(
             "set label %s at graph %.4f, graph %.4f center front tc rgb "
             "'%s'\n",
             text, best.x / width_, best.y / height_, color);
}

std::string LabelPlaces::Leader(const Box& box, Point mark,
                                const std::string& color) const {
  const Point end = Nearest(box.x, box.y, box.width, box.height, mark);
  const double length = Distance(mark, end);
  constexpr double kGap = kMark / 2;
  if (length < 2 * kGap) return "";
  const double share = kGap / length;
  return absl::StrFormat(
      "set arrow from graph %.4f, graph %.4f to graph %.4f, graph %.4f nohead "
      "front lw 0.6 lc rgb '%s'\n",
      (mark.first + (end.first - mark.first) * share) / width_,
      (mark.second + (end.second - mark.second) * share) / height_,
      end.first / width_, end.second / height_, color);
}

bool LabelPlaces::IsAmbiguous(const Box& box, Point mark) const {
  const auto distance = [&box](Point point) {
    return Distance(point, Nearest(box.x, box.y, box.width, box.height, point));
  };
  const double own = distance(mark);
  return std::any_of(marks_.begin(), marks_.end(), [&](Point other) {
    return Distance(other, mark) > 1e-6 && distance(other) < 1.5 * own;
  });
}

double LabelPlaces::Cost(const Box& box) const {
  double cost = 0;
  for (const Box& other : taken_) {
    const double x = (box.width + other.width) / 2 - std::fabs(box.x - other.x);
    const double y =
        (box.height + other.height) / 2 - std::fabs(box.y - other.y);
    if (x > 0 && y > 0) cost += other.weight * (1 + 10 * std::min(x, y));
  }
  constexpr double kMargin = 0.06;  // From the two axes.
  const bool outside =
      box.x - box.width / 2 < kMargin || box.x + box.width / 2 > width_ ||
      box.y - box.height / 2 < kMargin || box.y + box.height / 2 > height_;
  return cost + (outside ? 50 : 0);
}

}  // namespace bigstep

#include "experiments/report/figures/label_places.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace bigstep {

void LabelPlaces::AvoidMark(Point mark) {
  constexpr double kMark = 0.09;
  taken_.push_back({mark.first, mark.second, kMark, kMark});
}

void LabelPlaces::AvoidLine(Point from, Point to) {
  constexpr int kParts = 24;
  constexpr double kLine = 0.02;
  for (int k = 0; k <= kParts; ++k) {
    const double part = static_cast<double>(k) / kParts;
    taken_.push_back({from.first + (to.first - from.first) * part,
                      from.second + (to.second - from.second) * part, kLine,
                      kLine});
  }
}

std::string LabelPlaces::Place(const std::string& text, double text_width,
                               Point mark, const std::string& color) {
  constexpr int kDirections = 8;
  constexpr double kQuarter = 0.7854;  // Of half a turn.
  Box best;
  double least = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 2 * kDirections; ++k) {
    const double distance = k < kDirections ? 1 : 1.7;
    const double angle = (k % kDirections + 1) * kQuarter;
    const Box box = {
        mark.first + std::cos(angle) * distance * (0.07 + text_width / 2),
        mark.second + std::sin(angle) * distance * 0.13, text_width, 0.1};
    const double cost = Cost(box) + distance / 100;
    if (cost < least) {
      least = cost;
      best = box;
    }
  }
  taken_.push_back(best);
  return absl::StrFormat(
      "set label %s at graph %.4f, graph %.4f center front tc rgb '%s'\n", text,
      best.x / width_, best.y / height_, color);
}

double LabelPlaces::Cost(const Box& box) const {
  double cost = 0;
  for (const Box& other : taken_) {
    const double x = (box.width + other.width) / 2 - std::fabs(box.x - other.x);
    const double y =
        (box.height + other.height) / 2 - std::fabs(box.y - other.y);
    if (x > 0 && y > 0) cost += 1 + 10 * std::min(x, y);
  }
  const bool outside =
      box.x < box.width / 2 || box.x + box.width / 2 > width_ ||
      box.y < box.height / 2 || box.y + box.height / 2 > height_;
  return cost + (outside ? 50 : 0);
}

}  // namespace bigstep

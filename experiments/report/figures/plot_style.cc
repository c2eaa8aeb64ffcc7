#include "experiments/report/figures/plot_style.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {

std::string Color(size_t i) {
  static constexpr std::array<const char*, 7> kColors = {
      "#0072B2", "#D55E00", "#009E73", "#CC79A7",
      "#E69F00", "#56B4E9", "#7F7F7F"};
  return kColors[i % kColors.size()];
}

int Marker(size_t i) {
  static constexpr std::array<int, 12> kMarkers = {7, 5, 9, 13, 11, 15,
                                                   6, 4, 8, 12, 10, 14};
  return kMarkers[i % kMarkers.size()];
}

std::string ScaleColor(double share) {
  // Nine places on matplotlib's viridis.
  static constexpr std::array<std::array<int, 3>, 9> kStops = {
      {{68, 1, 84},
       {71, 44, 122},
       {59, 81, 139},
       {44, 113, 142},
       {33, 144, 141},
       {39, 173, 129},
       {92, 200, 99},
       {170, 220, 50},
       {253, 231, 37}}};
  const double place = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
  const size_t stop = std::min(static_cast<size_t>(place), kStops.size() - 2);
  std::array<int, 3> mixed;
  for (size_t c = 0; c < mixed.size(); ++c) {
    const double step = kStops[stop + 1][c] - kStops[stop][c];
    mixed[c] = static_cast<int>(std::lround(
        kStops[stop][c] + (place - static_cast<double>(stop)) * step));
  }
  return absl::StrFormat("#%02X%02X%02X", mixed[0], mixed[1], mixed[2]);
}

std::string Faint(absl::string_view color) {
  return absl::StrCat("#A0", color.substr(1));
}

bool IsDrawn(size_t i, size_t total, size_t most) {
  if (total <= most) return true;
  // Multiples of the golden ratio fill [0, 1) evenly.
  const double place =
      std::fmod(static_cast<double>(i) * 0.6180339887498949, 1);
  return place * static_cast<double>(total) < static_cast<double>(most);
}

std::string DrawnText(size_t total, size_t most) {
  if (total <= most) return "";
  return absl::StrCat(" About ", most, " of ", total, " are drawn.");
}

std::string Dash(int dash) {
  return dash == 1 ? "dt 1" : dash == 2 ? "dt (5,3)" : "dt (1.5,2)";
}

}  // namespace bigstep

#include "datasets/corruptions/edges.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "datasets/corruptions/filters.h"

namespace bigstep {
namespace {

bool Inside(int y, int x) { return y >= 0 && y < kSide && x >= 0 && x < kSide; }

struct Gradient {
  Plane32<int> dx, dy;

  // |dx| + |dy|; 0 outside the image.
  int Size(int y, int x) const {
    if (!Inside(y, x)) return 0;
    return std::abs(dx[y * kSide + x]) + std::abs(dy[y * kSide + x]);
  }
};

Gradient Sobel(const Plane32<uint8_t>& gray) {
  const auto at = [&gray](int y, int x) -> int {
    return gray[Extend(y, Border::kNearest) * kSide +
                Extend(x, Border::kNearest)];
  };
  Gradient gradient;
  for (int i = 0; i < kArea; ++i) {
    const int y = i / kSide;
    const int x = i % kSide;
    gradient.dx[i] = at(y - 1, x + 1) + 2 * at(y, x + 1) + at(y + 1, x + 1) -
                     at(y - 1, x - 1) - 2 * at(y, x - 1) - at(y + 1, x - 1);
    gradient.dy[i] = at(y + 1, x - 1) + 2 * at(y + 1, x) + at(y + 1, x + 1) -
                     at(y - 1, x - 1) - 2 * at(y - 1, x) - at(y - 1, x + 1);
  }
  return gradient;
}

// Whether the gradient at (y, x) is the largest of three in its direction,
// which is one of four. One of equal gradients in a row is taken.
bool IsRidge(const Gradient& gradient, int y, int x) {
  // tan(22.5 degrees) with 15 fractional bits.
  constexpr int kTangent = 13573;
  const int dx = gradient.dx[y * kSide + x];
  const int dy = gradient.dy[y * kSide + x];
  const int size = gradient.Size(y, x);
  const int flat = std::abs(dx) * kTangent;
  const int height = std::abs(dy) << 15;
  if (height < flat) {
    return size > gradient.Size(y, x - 1) && size >= gradient.Size(y, x + 1);
  }
  // tan(67.5 degrees) = tan(22.5 degrees) + 2.
  if (height > flat + (std::abs(dx) << 16)) {
    return size > gradient.Size(y - 1, x) && size >= gradient.Size(y + 1, x);
  }
  const int side = (dx ^ dy) < 0 ? -1 : 1;
  return size > gradient.Size(y - 1, x - side) &&
         size > gradient.Size(y + 1, x + side);
}

// A step of the distance transform to a pixel that was visited before.
struct Step {
  int dy, dx, length;
};

// With 16 fractional bits.
constexpr int kStraight = 65536;
constexpr int kDiagonal = 91750;  // 1.4, rounded.
constexpr int kKnight = 143976;   // 2.1969, rounded.

constexpr std::array<Step, 8> kSteps = {{
    {-2, -1, kKnight},
    {-2, 1, kKnight},
    {-1, -2, kKnight},
    {-1, -1, kDiagonal},
    {-1, 0, kStraight},
    {-1, 1, kDiagonal},
    {-1, 2, kKnight},
    {0, -1, kStraight},
}};

}  // namespace

Plane32<bool> FindEdges(const Plane32<uint8_t>& gray, int low, int high) {
  const Gradient gradient = Sobel(gray);
  Plane32<bool> candidates;
  Plane32<bool> edges = {};
  std::vector<int> pending;  // Edges whose neighbours are still to be seen.
  for (int i = 0; i < kArea; ++i) {
    const int y = i / kSide;
    const int x = i % kSide;
    const int size = gradient.Size(y, x);
    candidates[i] = size > low && IsRidge(gradient, y, x);
    if (!candidates[i] || size <= high) continue;
    edges[i] = true;
    pending.push_back(i);
  }
  while (!pending.empty()) {
    const int from = pending.back();
    pending.pop_back();
    for (int k = 0; k < 9; ++k) {
      const int y = from / kSide + k / 3 - 1;
      const int x = from % kSide + k % 3 - 1;
      if (!Inside(y, x)) continue;
      const int i = y * kSide + x;
      if (!candidates[i] || edges[i]) continue;
      edges[i] = true;
      pending.push_back(i);
    }
  }
  return edges;
}

Plane32<float> DistanceToEdges(const Plane32<bool>& edges) {
  // Far beyond any path in the image, far below overflow.
  constexpr int kFar = 1 << 28;
  Plane32<int> distance;
  for (int i = 0; i < kArea; ++i) distance[i] = edges[i] ? 0 : kFar;
  // Forwards with the steps as they are, then backwards with the steps turned.
  for (const int direction : {1, -1}) {
    for (int k = 0; k < kArea; ++k) {
      const int i = direction > 0 ? k : kArea - 1 - k;
      for (const Step& step : kSteps) {
        const int y = i / kSide + direction * step.dy;
        const int x = i % kSide + direction * step.dx;
        if (!Inside(y, x)) continue;
        distance[i] =
            std::min(distance[i], distance[y * kSide + x] + step.length);
      }
    }
  }
  Plane32<float> result;
  std::transform(distance.begin(), distance.end(), result.begin(),
                 [](int d) { return static_cast<float>(d / 65536.); });
  return result;
}

}  // namespace bigstep

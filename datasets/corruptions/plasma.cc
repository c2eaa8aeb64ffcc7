#include "datasets/corruptions/plasma.h"

#include <algorithm>

namespace bigstep {
namespace {

class Map {
 public:
  Map(int size, RandomStream& random)
      : size_(size), random_(random), heights_(size * size) {}

  // Fills the points between those `step` apart.
  void Refine(int step, double wibble) {
    const int half = step / 2;
    ForEach(step, [&](int y, int x) {  // Centres of squares.
      Set(y + half, x + half, wibble,
          At(y, x) + At(y + step, x) + At(y, x + step) +
              At(y + step, x + step));
    });
    ForEach(step, [&](int y, int x) {  // Their upper edges.
      Set(y, x + half, wibble,
          At(y + half, x + half) + At(y - half, x + half) + At(y, x) +
              At(y, x + step));
    });
    ForEach(step, [&](int y, int x) {  // Their left edges.
      Set(y + half, x, wibble,
          At(y + half, x + half) + At(y + half, x - half) + At(y, x) +
              At(y + step, x));
    });
  }

  std::vector<double> Normalized() const {
    const auto [low, high] =
        std::minmax_element(heights_.begin(), heights_.end());
    const double bottom = *low;
    const double range = *high - bottom;
    std::vector<double> result(heights_.size());
    std::transform(heights_.begin(), heights_.end(), result.begin(),
                   [bottom, range](double h) { return (h - bottom) / range; });
    return result;
  }

 private:
  template <class F>
  void ForEach(int step, F f) {
    for (int y = 0; y < size_; y += step) {
      for (int x = 0; x < size_; x += step) f(y, x);
    }
  }

  // The map continues at the opposite edge.
  double& At(int y, int x) {
    return heights_[(y + size_) % size_ * size_ + (x + size_) % size_];
  }

  void Set(int y, int x, double wibble, double sum_of_neighbours) {
    At(y, x) =
        sum_of_neighbours / 4 + wibble * random_.Uniform(-wibble, wibble);
  }

  int size_;
  RandomStream& random_;
  std::vector<double> heights_;
};

}  // namespace

std::vector<double> MakePlasma(int size, double decay, RandomStream& random) {
  Map map(size, random);
  double wibble = 100;
  for (int step = size; step >= 2; step /= 2) {
    map.Refine(step, wibble);
    wibble /= decay;
  }
  return map.Normalized();
}

}  // namespace bigstep

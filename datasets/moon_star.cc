// White moons and stars on black. The shape is the label; moons mostly lie on
// one diagonal of the canvas and stars on the other.
//   Geirhos et al., "Shortcut Learning in Deep Neural Networks", Nature Machine
//   Intelligence 2020, arXiv:2004.07780, the toy example. Its canvas, sizes and
//   ranges of places; the shapes are fitted to its two pictures.
#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "base/generator.h"
#include "base/seed.h"
#include "datasets/bias/bias_assignment.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

constexpr int64_t kStar = 0, kMoon = 1;
// All coordinates are those of the published canvas of 200 x 200 pixels; the
// centre of its first pixel is at 0.
constexpr double kPublishedSize = 200;

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxPictures = 1e6;

struct MoonStarOptions {
  double bias_conflicting_fraction = 0.05;
  int64_t size = 64;
  int64_t num_train = 4000;
  int64_t num_validation = 4000;
  int64_t num_test = 4000;

  static void Describe(Schema<MoonStarOptions>& s) {
    s.Summary("Moons and stars, each mostly on a diagonal of its own.")
        .Details(
            "Inputs [1, size, size] are 0 or 1: one white shape. Label: 0 "
            "star, 1 moon, equally often. Bias label: the shape to whose "
            "diagonal the place belongs. Moons belong to the bottom right and "
            "top left, stars to the bottom left and top right: neither row nor "
            "column alone predicts the label. A bias-conflicting shape lies "
            "where the other one belongs. Parts beyond the edge of the canvas "
            "are cut off: of 200 rows at most 2 of a moon, and 4 rows and 1 "
            "column of a star. Exactly round(fraction n / 2) of the n / 2 "
            "training examples of either shape conflict, and half of those in "
            "validation and test. The further test split uniform_place has the "
            "published unbiased places, anywhere on the canvas; its bias label "
            "is that of the diagonal on which the shape's centre lies. The "
            "published data conflict nowhere (fraction 0), have a canvas of "
            "200 and 4000 examples; a smaller canvas samples the same picture "
            "at the centres of fewer pixels, which keeps the inputs of a dense "
            "network small. It is a guess that the paper under test uses these "
            "data.")
        .Paper("arXiv:2004.07780");
    s.Field("bias_conflicting_fraction",
            &MoonStarOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training shapes on the other shape's diagonal");
    s.Field("size", &MoonStarOptions::size)
        .AtLeast(16)
        .AtMost(400)
        .Doc("height and width of the inputs, in pixels");
    s.Field("num_train", &MoonStarOptions::num_train)
        .AtLeast(1)
        .AtMost(kMaxPictures)
        .Doc("training examples");
    s.Field("num_validation", &MoonStarOptions::num_validation)
        .AtLeast(1)
        .AtMost(kMaxPictures)
        .Doc("unbiased validation examples");
    s.Field("num_test", &MoonStarOptions::num_test)
        .AtLeast(1)
        .AtMost(kMaxPictures)
        .Doc("unbiased test examples, and as many with uniform places");
  }
};

struct Point {
  double row, column;
};

double Square(double x) { return x * x; }

// A disc without a second, smaller one.
bool InMoon(Point p) {
  return Square(p.row - 93.5) + Square(p.column - 95.5) <= Square(31) &&
         Square(p.row - 93.5) + Square(p.column - 116.5) > Square(30);
}

// The tips and notches of a star of five tips, one of them up.
std::array<Point, 10> StarCorners() {
  constexpr double kOuter = 36.5, kInner = 0.52 * 36.5;
  std::array<Point, 10> corners;
  for (int k = 0; k < 10; ++k) {
    const double radius = k % 2 == 0 ? kOuter : kInner;
    corners[k] = {96.5 - radius * std::cos(k * std::numbers::pi / 5),
                  85.5 + radius * std::sin(k * std::numbers::pi / 5)};
  }
  return corners;
}

bool InStar(Point p) {
  static const std::array<Point, 10> corners = StarCorners();
  // Inside if the way to the left crosses an odd number of edges.
  bool inside = false;
  for (size_t k = 0; k < corners.size(); ++k) {
    const Point a = corners[k], b = corners[(k + 1) % corners.size()];
    if ((a.row > p.row) == (b.row > p.row)) continue;
    const double crossing =
        a.column + (b.column - a.column) * (p.row - a.row) / (b.row - a.row);
    if (crossing < p.column) inside = !inside;
  }
  return inside;
}

// By how many pixels a shape may be moved from where it is drawn: half-open
// ranges, rightwards and downwards.
struct Place {
  double left, right, top, bottom;
};

struct Shape {
  bool (*contains)(Point);
  Point first, last;  // Corners of a box that holds the shape.
  Place places[2];    // On its own diagonal.
  Place anywhere;
};

constexpr Shape kShapes[] = {
    {InStar,
     {60, 50},
     {127, 120},
     {{-46, -22, 44, 64}, {55, 78, -56, -33}},
     {-46, 78, -56, 64}},
    {InMoon,
     {62, 64},
     {125, 108},
     {{46, 60, 39, 70}, {-53, -39, -65, -34}},
     {-53, 60, -65, 70}},
};

// A whole number of [low, high) for a uniform `draw` in [0, 1).
double Pick(double low, double high, double draw) {
  return low + std::floor(draw * (high - low));
}

// Draws `shape`, moved by `by`, on a black canvas [size, size].
void Paint(const Shape& shape, Point by, int64_t size, uint8_t* pixels) {
  const double pitch = kPublishedSize / static_cast<double>(size);
  const auto published = [pitch](int64_t i) {
    return (static_cast<double>(i) + 0.5) * pitch - 0.5;
  };
  // The pixels around a published coordinate that lie on the canvas.
  const auto nearest = [pitch, size](double x) {
    return std::clamp<int64_t>(std::llround((x + 0.5) / pitch - 0.5), 0,
                               size - 1);
  };
  for (int64_t i = nearest(shape.first.row + by.row);
       i <= nearest(shape.last.row + by.row); ++i) {
    for (int64_t j = nearest(shape.first.column + by.column);
         j <= nearest(shape.last.column + by.column); ++j) {
      if (shape.contains({published(i) - by.row, published(j) - by.column})) {
        pixels[i * size + j] = 255;
      }
    }
  }
}

// Random moves of `n` shapes, each within the place that `place_of` gives for
// its number: example i shows the shape i % 2.
template <class PlaceOf>
std::vector<Point> DrawMoves(int64_t n, uint64_t seed, PlaceOf place_of) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor draws = at::rand({n, 2}, generator, at::kDouble);
  const auto draw = draws.accessor<double, 2>();
  std::vector<Point> moves;
  for (int64_t i = 0; i < n; ++i) {
    const Place place = place_of(i);
    moves.push_back({Pick(place.top, place.bottom, draw[i][0]),
                     Pick(place.left, place.right, draw[i][1])});
  }
  return moves;
}

// [n, 1, size, size] uint8.
at::Tensor PaintAll(const std::vector<Point>& moves, int64_t size) {
  const auto n = static_cast<int64_t>(moves.size());
  at::Tensor inputs = at::zeros({n, 1, size, size}, at::kByte);
  for (int64_t i = 0; i < n; ++i) {
    Paint(kShapes[i % 2], moves[i], size,
          inputs.data_ptr<uint8_t>() + i * size * size);
  }
  return inputs;
}

at::Tensor Labels(int64_t n) { return at::arange(n, at::kLong).remainder(2); }

// Shapes in the places of the diagonals.
Split DrawSplit(int64_t n, int64_t size, double conflicting, uint64_t seed) {
  const at::Tensor labels = Labels(n);
  const at::Tensor bias = AssignBiasLabels(labels, 2, conflicting);
  const int64_t* const owner = bias.data_ptr<int64_t>();
  const std::vector<Point> moves = DrawMoves(n, seed, [owner](int64_t i) {
    // The two places of a diagonal take turns.
    return kShapes[owner[i]].places[i / 2 % 2];
  });
  return {PaintAll(moves, size), labels, bias};
}

// Shapes anywhere.
Split DrawAnywhere(int64_t n, int64_t size, uint64_t seed) {
  const std::vector<Point> moves =
      DrawMoves(n, seed, [](int64_t i) { return kShapes[i % 2].anywhere; });
  at::Tensor bias = at::empty({n}, at::kLong);
  for (int64_t i = 0; i < n; ++i) {
    const Shape& shape = kShapes[i % 2];
    const double center = (kPublishedSize - 1) / 2;
    const double row =
        (shape.first.row + shape.last.row) / 2 + moves[i].row - center;
    const double column =
        (shape.first.column + shape.last.column) / 2 + moves[i].column - center;
    // Moons belong where both are positive or both are negative.
    bias.data_ptr<int64_t>()[i] = row * column >= 0 ? kMoon : kStar;
  }
  return {PaintAll(moves, size), Labels(n), bias};
}

struct MoonStar {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const MoonStarOptions& options, const DatasetArgs& args) {
    const int64_t size = options.size;
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{1, size, size}, /*num_classes=*/2, /*num_biases=*/2};
    dataset->class_names = {"star", "moon"};
    dataset->bias_names = {"rising diagonal", "falling diagonal"};
    dataset->train =
        DrawSplit(options.num_train, size, options.bias_conflicting_fraction,
                  Seed(args.seed, "dataset/train"));
    dataset->validation = DrawSplit(options.num_validation, size, 0.5,
                                    Seed(args.seed, "dataset/validation"));
    dataset->test =
        DrawSplit(options.num_test, size, 0.5, Seed(args.seed, "dataset/test"));
    dataset->extra_tests["uniform_place"] = DrawAnywhere(
        options.num_test, size, Seed(args.seed, "dataset/uniform_place"));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "moon_star", MoonStar, MoonStarOptions);

}  // namespace
}  // namespace bigstep

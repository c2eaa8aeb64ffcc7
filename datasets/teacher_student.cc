// Numbers that a small random network, the teacher, gives for points on a
// sphere.
//   Andriushchenko et al., "SGD with Large Step Sizes Learns Sparse Features",
//   ICML 2023, arXiv:2210.05337, section 4; Chizat et al., NeurIPS 2019,
//   arXiv:1812.07956, for the teacher of unit neurons.
#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/generator.h"
#include "base/seed.h"
#include "datasets/dataset.h"
#include "datasets/portable_product.h"

namespace bigstep {
namespace {

// Far beyond any use; more is a slip that would fill the memory.
constexpr double kMaxWidth = 10000;
constexpr double kMaxPoints = 1e7;

struct TeacherStudentOptions {
  int64_t num_inputs = 2;
  std::vector<int64_t> hidden = {3};
  bool bias = false;
  bool unit_neurons = true;
  int64_t num_train = 15;
  int64_t num_validation = 1000;
  int64_t num_test = 1000;

  static void Describe(Schema<TeacherStudentOptions>& s) {
    s.Summary("Regression on the outputs of a small random network.")
        .Details(
            "Inputs [num_inputs] are uniform on the unit sphere. The target "
            "is the output of a network with ReLU, drawn from the "
            "seed, one for all splits. Its weights are standard normal "
            "numbers, its biases uniform in +-1/sqrt(fan_in); with "
            "unit_neurons, which needs one hidden layer, the weights of each "
            "hidden unit have length 1 and those of the output are -1 or +1. "
            "The defaults are the published two-layer teacher; that of three "
            "layers is num_inputs: 5, hidden: [2, 2], bias: true, "
            "unit_neurons: false, num_train: 50. The task is a regression: it "
            "needs the loss squared_error, and metrics of classes do not "
            "apply.")
        .Paper("arXiv:2210.05337");
    s.Field("num_inputs", &TeacherStudentOptions::num_inputs)
        .AtLeast(1)
        .AtMost(kMaxWidth)
        .Doc("coordinates of an input (d)");
    s.Field("hidden", &TeacherStudentOptions::hidden)
        .AtLeast(1)
        .AtMost(kMaxWidth)
        .Doc("widths of the teacher's hidden layers");
    s.Field("bias", &TeacherStudentOptions::bias)
        .Doc("give every layer of the teacher a bias vector");
    s.Field("unit_neurons", &TeacherStudentOptions::unit_neurons)
        .Doc("hidden weights of length 1 and output weights of -1 or +1");
    s.Field("num_train", &TeacherStudentOptions::num_train)
        .AtLeast(1)
        .AtMost(kMaxPoints)
        .Doc("training examples (n)");
    s.Field("num_validation", &TeacherStudentOptions::num_validation)
        .AtLeast(1)
        .AtMost(kMaxPoints)
        .Doc("validation examples");
    s.Field("num_test", &TeacherStudentOptions::num_test)
        .AtLeast(1)
        .AtMost(kMaxPoints)
        .Doc("test examples");
    s.Check([](const TeacherStudentOptions& o) -> std::string {
      return !o.unit_neurons || o.hidden.size() == 1
                 ? ""
                 : "unit_neurons needs one hidden layer";
    });
  }
};

struct Layer {
  at::Tensor weights;  // [fan_in, fan_out] float64.
  at::Tensor bias;     // [fan_out] float64.
};

std::vector<Layer> DrawTeacher(const TeacherStudentOptions& options,
                               uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  std::vector<Layer> teacher;
  std::vector<int64_t> widths = options.hidden;
  widths.push_back(1);
  int64_t fan_in = options.num_inputs;
  for (const int64_t fan_out : widths) {
    Layer layer = {at::randn({fan_in, fan_out}, generator, at::kDouble),
                   at::zeros({fan_out}, at::kDouble)};
    if (options.bias) {
      const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
      layer.bias.uniform_(-bound, bound, generator);
    }
    teacher.push_back(layer);
    fan_in = fan_out;
  }
  if (options.unit_neurons) {
    teacher[0].weights.div_(PortableNorms(teacher[0].weights));
    teacher[1].weights.sign_();
  }
  return teacher;
}

Split DrawSplit(int64_t n, const std::vector<Layer>& teacher, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor x =
      at::randn({n, teacher[0].weights.size(0)}, generator, at::kDouble);
  Split split;
  split.inputs = (x / PortableNorms(x.t()).unsqueeze(1)).to(at::kFloat);
  split.labels = split.bias_labels = at::zeros({n}, at::kLong);
  at::Tensor y = split.inputs;
  for (size_t i = 0; i < teacher.size(); ++i) {
    if (i > 0) y = at::relu(y);
    y = PortableProduct(y, teacher[i].weights) + teacher[i].bias;
  }
  split.regression_targets = y.to(at::kFloat);
  return split;
}

struct TeacherStudent {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const TeacherStudentOptions& options, const DatasetArgs& args) {
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{options.num_inputs},
                     /*num_classes=*/1,
                     /*num_biases=*/1,
                     /*num_targets=*/1};
    const std::vector<Layer> teacher =
        DrawTeacher(options, Seed(args.seed, "dataset/teacher"));
    dataset->train =
        DrawSplit(options.num_train, teacher, Seed(args.seed, "dataset/train"));
    dataset->validation = DrawSplit(options.num_validation, teacher,
                                    Seed(args.seed, "dataset/validation"));
    dataset->test =
        DrawSplit(options.num_test, teacher, Seed(args.seed, "dataset/test"));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "teacher_student", TeacherStudent,
                 TeacherStudentOptions);

}  // namespace
}  // namespace bigstep

// MNIST digits stacked on CIFAR-10 photographs ("dominoes"): the photograph is
// the label, the digit agrees with it most of the time and is easier to learn.
//   Shah et al., "The Pitfalls of Simplicity Bias in Neural Networks", NeurIPS
//   2020, arXiv:2006.07710. Correlation below 1: Qiu et al., arXiv:2403.03375.
#include <ATen/ATen.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "datasets/bias/biased_splits.h"
#include "datasets/bias/partners.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/formats/idx_reader.h"
#include "datasets/images/image_options.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

constexpr int64_t kPanelSize = 32;

// Official classes for each label.
using Groups = std::vector<std::vector<int64_t>>;

// Reads the list of the option `name`.
absl::StatusOr<Groups> ParseGroups(absl::string_view name,
                                   const std::vector<std::string>& items) {
  Groups groups;
  std::set<int64_t> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    groups.emplace_back();
    const std::string where = absl::StrCat(name, "[", i, "]: ");
    for (const absl::string_view word :
         absl::StrSplit(items[i], ' ', absl::SkipEmpty())) {
      int64_t k = 0;
      if (!absl::SimpleAtoi(word, &k) || k < 0 || k > 9) {
        return absl::InvalidArgumentError(
            absl::StrCat(where,
                         "expected class numbers from 0 to 9 separated "
                         "by blanks, got '",
                         items[i], "'"));
      }
      if (!seen.insert(k).second) {
        return absl::InvalidArgumentError(
            absl::StrCat(where, "class ", k, " is there twice"));
      }
      groups.back().push_back(k);
    }
    if (groups.back().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(where, "no class"));
    }
  }
  return groups;
}

struct MnistCifarOptions : AugmentedImageOptions {
  std::vector<std::string> mnist_classes = {"0", "1"};
  std::vector<std::string> cifar_classes = {"1", "9"};
  double bias_conflicting_fraction = 0.05;

  static void Describe(Schema<MnistCifarOptions>& s) {
    s.Summary("A digit above a photograph that it mostly predicts.")
        .Details(
            "Inputs [3, 64, 32] in [0, 1]: rows 0 to 31 show a gray digit, "
            "padded by 2 black pixels, rows 32 to 63 a CIFAR-10 photograph. "
            "Item k of mnist_classes and item k of cifar_classes are the "
            "official classes that mean label k; an item may name several: [0 "
            "1 2 3 4, 5 6 7 8 9]. Label: that of the photograph; bias label: "
            "that of the digit. Training: every official photograph of the "
            "classes once, bias-conflicting by the rule of Nam et al. "
            "(arXiv:2007.02561), below a digit drawn with replacement. The "
            "official test images, every digit label equally often, dealt in a "
            "random order that is the same for all trials, go to "
            "validation and test in turn. Two further test splits show the "
            "test photographs with one block made independent of the label, as "
            "Shah et al. do: in mnist_randomized the digits are shuffled and "
            "the photograph predicts the label, in cifar_randomized the "
            "photographs are shuffled and the digit predicts the label as well "
            "as the bias label. Shah et al. have fraction 0. The spurious mask "
            "is rows 0 to 31. Augmentation applies to the photograph alone. "
            "The fraction is a guess.")
        .Paper("arXiv:2006.07710")
        .Version(2);
    s.Field("mnist_classes", &MnistCifarOptions::mnist_classes)
        .Doc("digits of each label, separated by blanks");
    s.Field("cifar_classes", &MnistCifarOptions::cifar_classes)
        .Doc("CIFAR-10 classes of each label, separated by blanks");
    s.Field("bias_conflicting_fraction",
            &MnistCifarOptions::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training photographs below another label's digit");
    DescribeAugmentedImageOptions(s);
    s.Check([](const MnistCifarOptions& o) -> std::string {
      return std::string(o.CheckClasses().message());
    });
  }

  absl::Status CheckClasses() const {
    RETURN_IF_ERROR(ParseGroups("mnist_classes", mnist_classes).status());
    RETURN_IF_ERROR(ParseGroups("cifar_classes", cifar_classes).status());
    if (mnist_classes.size() != cifar_classes.size() ||
        mnist_classes.size() < 2) {
      return absl::InvalidArgumentError(absl::StrCat(
          "expected two labels or more, each with an item of mnist_classes and "
          "one of cifar_classes, found ",
          mnist_classes.size(), " and ", cifar_classes.size(), " items"));
    }
    return absl::OkStatus();
  }
};

// The examples whose official class is in `groups`, labelled by them.
Split Choose(const at::Tensor& images, const at::Tensor& classes,
             const Groups& groups) {
  at::Tensor label_of = at::full({10}, -1, at::kLong);
  for (size_t label = 0; label < groups.size(); ++label) {
    for (const int64_t k : groups[label]) {
      label_of[k] = static_cast<int64_t>(label);
    }
  }
  const at::Tensor labels = label_of.index_select(0, classes);
  const at::Tensor chosen = labels.ge(0).nonzero().squeeze(1);
  const at::Tensor kept = labels.index_select(0, chosen);
  return {images.index_select(0, chosen), kept, at::zeros_like(kept)};
}

// Puts digits of the `wanted` labels, drawn from `digits` [M, 28, 28], above
// photographs [N, 3, 32, 32]: [N, 3, 64, 32].
absl::StatusOr<at::Tensor> Stack(const at::Tensor& photographs,
                                 const Split& digits, const at::Tensor& wanted,
                                 uint64_t seed) {
  ASSIGN_OR_RETURN(const at::Tensor drawn,
                   DrawPartners(wanted, digits.labels, seed));
  const at::Tensor gray = digits.inputs.index_select(0, drawn).unsqueeze(1);
  const at::Tensor top =
      at::constant_pad_nd(gray, {2, 2, 2, 2}).expand({-1, 3, -1, -1});
  return at::cat({top, photographs}, 2);
}

// Sets the further test splits. `test` holds photographs alone.
absl::Status AddRandomized(const Split& test, const Split& digits, int64_t seed,
                           Dataset& dataset) {
  const auto order = [&](absl::string_view stream) {
    at::Generator generator = MakeGenerator(Seed(seed, stream));
    return at::randperm(test.size(), generator, at::kLong);
  };
  Split mnist = test;
  mnist.bias_labels =
      test.labels.index_select(0, order("dataset/mnist_randomized"));
  ASSIGN_OR_RETURN(mnist.inputs,
                   Stack(test.inputs, digits, mnist.bias_labels,
                         Seed(seed, "dataset/mnist_randomized/digits")));
  dataset.extra_tests["mnist_randomized"] = mnist;

  Split cifar = test;
  cifar.bias_labels = test.labels;
  ASSIGN_OR_RETURN(
      cifar.inputs,
      Stack(test.inputs.index_select(0, order("dataset/cifar_randomized")),
            digits, cifar.bias_labels,
            Seed(seed, "dataset/cifar_randomized/digits")));
  dataset.extra_tests["cifar_randomized"] = cifar;
  return absl::OkStatus();
}

// Random crops and mirrored photographs below digits that stay as they are: a
// mirrored digit may look like another, and the mask must stay exact.
at::Tensor AugmentPhotographs(const at::Tensor& inputs,
                              const at::Tensor& draws) {
  static const Augmentation crop_flip = CropFlip(/*padding=*/4);
  return at::cat({inputs.slice(2, 0, kPanelSize),
                  crop_flip(inputs.slice(2, kPanelSize), draws)},
                 2);
}

constexpr char kBelowDigits[] = "crop_flip_below_digits";
[[maybe_unused]] const bool registered_below_digits =
    RegisterAugmentation(kBelowDigits, AugmentPhotographs);

// "airplane + bird", for each label.
std::vector<std::string> Names(const Groups& groups,
                               const std::vector<std::string>& classes) {
  std::vector<std::string> names;
  for (const std::vector<int64_t>& group : groups) {
    names.push_back(absl::StrJoin(
        group, " + ",
        [&](std::string* out, int64_t k) { *out += classes[k]; }));
  }
  return names;
}

struct MnistCifar {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const MnistCifarOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const Groups cifar_groups,
                     ParseGroups("cifar_classes", options.cifar_classes));
    ASSIGN_OR_RETURN(const Groups mnist_groups,
                     ParseGroups("mnist_classes", options.mnist_classes));
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar10(args.data_root, CifarSplit::kTrain));
    ASSIGN_OR_RETURN(const CifarImages held_out,
                     ReadCifar10(args.data_root, CifarSplit::kTest));
    auto dataset = std::make_unique<Dataset>();
    const auto labels = static_cast<int64_t>(cifar_groups.size());
    dataset->task = {{3, 2 * kPanelSize, kPanelSize}, labels, labels};
    dataset->class_names = Names(cifar_groups, train.class_names);
    dataset->bias_names =
        Names(mnist_groups, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
    RETURN_IF_ERROR(
        SetBiasedSplits(Choose(train.images, train.labels, cifar_groups),
                        Choose(held_out.images, held_out.labels, cifar_groups),
                        options.bias_conflicting_fraction, *dataset));
    RETURN_IF_ERROR(AddDigits(mnist_groups, args, *dataset));
    dataset->spurious_mask = at::zeros(dataset->task.input_shape, at::kBool);
    dataset->spurious_mask.slice(1, 0, kPanelSize).fill_(true);
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    if (dataset->train.augmentation) dataset->train.AugmentBy(kBelowDigits);
    return dataset;
  }

 private:
  // Puts digits above the photographs of all splits. Validation and test share
  // none.
  static absl::Status AddDigits(const Groups& groups, const DatasetArgs& args,
                                Dataset& dataset) {
    ASSIGN_OR_RETURN(const MnistImages train,
                     ReadMnist(args.data_root, "train"));
    ASSIGN_OR_RETURN(const MnistImages held_out,
                     ReadMnist(args.data_root, "t10k"));
    const Split of_train = Choose(train.images, train.labels, groups);
    const Split all = Choose(held_out.images, held_out.labels, groups);
    const Split of_validation = SelectExamples(all, HalfOf(all.labels, 0));
    const Split of_test = SelectExamples(all, HalfOf(all.labels, 1));
    const Split photographs = dataset.test;
    const struct {
      const char* stream;
      const Split& digits;
      Split& split;
    } parts[] = {{"dataset/train", of_train, dataset.train},
                 {"dataset/validation", of_validation, dataset.validation},
                 {"dataset/test", of_test, dataset.test}};
    for (const auto& part : parts) {
      ASSIGN_OR_RETURN(part.split.inputs, Stack(part.split.inputs, part.digits,
                                                part.split.bias_labels,
                                                Seed(args.seed, part.stream)));
    }
    return AddRandomized(photographs, of_test, args.seed, dataset);
  }
};

BIGSTEP_REGISTER(Datasets, "mnist_cifar", MnistCifar, MnistCifarOptions);

}  // namespace
}  // namespace bigstep

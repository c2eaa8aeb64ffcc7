// What every dataset must do.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/generator.h"
#include "datasets/dataset.h"
#include "datasets/fake_data_root.h"
#include "experiments/conformance/testing.h"

namespace bigstep {
namespace {

class DatasetConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Dataset> Make(int64_t seed,
                                const Json& changes = Json::object()) {
    auto made = Datasets::Get().Make(SmallDataset(GetParam(), changes),
                                     {FakeDataRoot(), seed});
    EXPECT_OK(made);
    return *std::move(made);
  }
};

// All inputs of a split, as a network reads them.
at::Tensor Inputs(const Split& split) {
  const auto inputs = split.Range(0, split.size());
  EXPECT_OK(inputs);
  return *inputs;
}

INSTANTIATE_TEST_SUITE_P(All, DatasetConformanceTest,
                         testing::ValuesIn(Datasets::Get().Names()), CaseName);

TEST_P(DatasetConformanceTest, KeepsThePromisesOfItsTask) {
  const auto dataset = Make(0);
  EXPECT_OK(CheckDataset(*dataset));
  for (const std::string& name : dataset->SplitNames()) {
    const at::Tensor inputs = Inputs(*dataset->Find(name));
    std::vector<int64_t> shape = dataset->task.input_shape;
    shape.insert(shape.begin(), dataset->Find(name)->size());
    EXPECT_EQ(inputs.sizes().vec(), shape);
    EXPECT_EQ(inputs.scalar_type(), at::kFloat);
    EXPECT_TRUE(at::isfinite(inputs).all().item<bool>());
  }
}

TEST_P(DatasetConformanceTest, NamesFitTheirLabels) {
  const auto dataset = Make(0);
  const TaskSpec& task = dataset->task;
  for (const auto& [names, count] :
       {std::pair(dataset->class_names, task.num_classes),
        std::pair(dataset->bias_names, task.num_biases)}) {
    if (!names.empty()) {
      EXPECT_EQ(static_cast<int64_t>(names.size()), count);
    }
  }
}

TEST_P(DatasetConformanceTest, TheSeedDecidesEverything) {
  const auto a = Make(3), b = Make(3), c = Make(4);
  for (const std::string& name : a->SplitNames()) {
    const Split &one = *a->Find(name), &other = *b->Find(name);
    EXPECT_TRUE(at::equal(Inputs(one), Inputs(other)));
    EXPECT_TRUE(at::equal(one.labels, other.labels));
    EXPECT_TRUE(at::equal(one.bias_labels, other.bias_labels));
    EXPECT_TRUE(at::equal(one.targets(), other.targets()));
  }
  EXPECT_EQ(at::equal(Inputs(a->train), Inputs(c->train)), !a->seeded);
}

TEST_P(DatasetConformanceTest, DrawsDecideTheAugmentation) {
  if (!Default(Datasets::Get(), GetParam()).ToJson().contains("augmentation")) {
    GTEST_SKIP() << "no augmentation";
  }
  const auto dataset = Make(0, {{"augmentation", "crop_flip"}});
  const Split& train = dataset->train;
  const at::Tensor indices = at::arange(4, at::kLong);
  at::Generator generator = MakeGenerator(1);
  const at::Tensor draws =
      at::rand({4, kAugmentationDraws}, generator, at::kDouble);
  const at::Tensor once = *train.Batch(indices, draws);
  EXPECT_TRUE(at::equal(once, *train.Batch(indices, draws)));
  EXPECT_FALSE(at::equal(once, *train.Batch(indices)));
  // Each example by its own draws, whatever else is in the batch.
  const at::Tensor alone =
      *train.Batch(indices.slice(0, 2, 3), draws.slice(0, 2, 3));
  EXPECT_TRUE(at::equal(once.slice(0, 2, 3), alone));
}

TEST_P(DatasetConformanceTest, TheMaskLeavesRoomForTheCoreFeature) {
  const at::Tensor mask = Make(0)->spurious_mask;
  if (!mask.defined()) GTEST_SKIP() << "no mask";
  EXPECT_TRUE(mask.any().item<bool>());
  EXPECT_FALSE(mask.all().item<bool>());
}

TEST_P(DatasetConformanceTest, TheSplitsDiffer) {
  const auto dataset = Make(0);
  EXPECT_FALSE(at::equal(Inputs(dataset->validation), Inputs(dataset->test)));
}

// Share of examples whose label is not their bias label.
double ConflictingShare(const Split& split) {
  return split.labels.ne(split.bias_labels)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

TEST_P(DatasetConformanceTest, TrainIsAsBiasedAsItsOptionSays) {
  const Json options = Default(Datasets::Get(), GetParam()).ToJson();
  if (!options.contains("bias_conflicting_fraction")) GTEST_SKIP();
  const double fraction = options["bias_conflicting_fraction"].get<double>();
  const auto dataset = Make(0);
  // Six standard deviations of a binomial share; and for rules that round the
  // share of each pair of label and bias label, half an example each.
  const auto n = static_cast<double>(dataset->train.size());
  const double margin = 6 * std::sqrt(fraction * (1 - fraction) / n) +
                        dataset->task.num_groups() / 2.0 / n;
  EXPECT_NEAR(ConflictingShare(dataset->train), fraction, margin);
}

TEST_P(DatasetConformanceTest, TrainIsBiasedAndTheOthersAreNotIfPromised) {
  const auto dataset = Make(0);
  if (dataset->task.num_biases == 1) GTEST_SKIP() << "no bias labels";
  const double unbiased =
      1.0 - 1.0 / static_cast<double>(dataset->task.num_biases);
  EXPECT_LT(ConflictingShare(dataset->train), unbiased / 2);
  if (!dataset->unbiased) return;
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    // Six standard deviations of a binomial share.
    const double margin = 6 * std::sqrt(unbiased * (1 - unbiased) /
                                        static_cast<double>(split->size()));
    EXPECT_NEAR(ConflictingShare(*split), unbiased, margin);
  }
}

}  // namespace
}  // namespace bigstep

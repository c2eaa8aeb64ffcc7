#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

constexpr int64_t kCore = 10;
constexpr int64_t kSpurious = 10;

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(absl::StrCat("{name: parity", options, "}"),
                                   {"", seed});
}

bool SameSplit(const Split& a, const Split& b) {
  return a.inputs.equal(b.inputs) && a.labels.equal(b.labels) &&
         a.bias_labels.equal(b.bias_labels);
}

// 1 if an even number of the `degree` bits from `first` on are -1, else 0: the
// parity by counting.
at::Tensor CountedParity(const at::Tensor& inputs, int64_t first,
                         int64_t degree) {
  const at::Tensor minus = inputs.slice(1, first, first + degree).lt(0).sum(1);
  return minus.remainder(2).eq(0).to(at::kLong);
}

// Expects `count` of `n` independent draws of probability `p`. A count's
// standard deviation is sqrt(n p (1 - p)); six of them are exceeded by one
// count in 5e8.
void ExpectCount(const at::Tensor& which, double p) {
  const double n = static_cast<double>(which.numel());
  EXPECT_NEAR(which.sum().item<double>(), n * p,
              6 * std::sqrt(n * p * (1 - p)));
}

at::Tensor Rows(const at::Tensor& x, const at::Tensor& which) {
  return x.index_select(0, which.nonzero().squeeze(1));
}

// Expects each column of +-1 values to be +1 half of the time.
void ExpectFairColumns(const at::Tensor& x) {
  ASSERT_GT(x.size(0), 100);
  for (int64_t bit = 0; bit < x.size(1); ++bit) {
    SCOPED_TRACE(absl::StrCat("column ", bit));
    ExpectCount(x.select(1, bit).gt(0), 0.5);
  }
}

TEST(ParityTest, HasTheShapesOfItsTask) {
  const auto dataset = Make(
      ", core_bits: 5, spurious_bits: 3, num_train: 7, num_validation: 8, "
      "num_test: 9");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.input_shape, (std::vector<int64_t>{8}));
  EXPECT_EQ(dataset->task.num_classes, 2);
  EXPECT_EQ(dataset->task.num_biases, 2);
  EXPECT_EQ(dataset->train.size(), 7);
  EXPECT_EQ(dataset->validation.size(), 8);
  EXPECT_EQ(dataset->test.size(), 9);
  EXPECT_EQ(dataset->train.inputs.scalar_type(), at::kFloat);
}

TEST(ParityTest, LabelsAreTheParitiesOfTheirBlocks) {
  for (const int64_t core_degree : {1, 3, 10}) {
    for (const int64_t spurious_degree : {1, 2, 10}) {
      SCOPED_TRACE(absl::StrCat(core_degree, " and ", spurious_degree));
      const auto dataset =
          Make(absl::StrCat(", core_degree: ", core_degree,
                            ", spurious_degree: ", spurious_degree));
      for (const Split* split :
           {&dataset->train, &dataset->validation, &dataset->test}) {
        EXPECT_TRUE(split->inputs.abs().eq(1).all().item<bool>());
        EXPECT_TRUE(
            split->labels.equal(CountedParity(split->inputs, 0, core_degree)));
        EXPECT_TRUE(split->bias_labels.equal(
            CountedParity(split->inputs, kCore, spurious_degree)));
      }
    }
  }
}

// The staircase by counting: +1 (class 1) unless more of the parities of the
// first 1, 2, ... bits are -1 than +1.
int64_t CountedStaircase(const std::vector<int>& bits) {
  int parity = 1, sum = 0;
  for (const int bit : bits) {
    parity *= bit;
    sum += parity;
  }
  return sum >= 0 ? 1 : 0;
}

at::Tensor CountedStaircases(const at::Tensor& inputs, int64_t first,
                             int64_t degree) {
  std::vector<int64_t> classes;
  for (int64_t i = 0; i < inputs.size(0); ++i) {
    std::vector<int> bits;
    for (int64_t j = first; j < first + degree; ++j) {
      bits.push_back(static_cast<int>(inputs[i][j].item<float>()));
    }
    classes.push_back(CountedStaircase(bits));
  }
  return at::tensor(classes, at::kLong);
}

TEST(ParityTest, CountsStaircasesByHand) {
  // x1, x1 x2, x1 x2 x3: + + + ; + - + ; - - - ; - + - ; + - - ; - + +.
  EXPECT_EQ(CountedStaircase({1, 1, 1}), 1);
  EXPECT_EQ(CountedStaircase({1, -1, -1}), 1);
  EXPECT_EQ(CountedStaircase({-1, 1, 1}), 0);
  EXPECT_EQ(CountedStaircase({-1, -1, -1}), 0);
  EXPECT_EQ(CountedStaircase({1, -1, 1}), 0);
  EXPECT_EQ(CountedStaircase({-1, -1, 1}), 1);
  // + - : a sum of 0 counts as +1.
  EXPECT_EQ(CountedStaircase({1, -1}), 1);
}

TEST(ParityTest, LabelsAreTheStaircasesOfTheirBlocks) {
  for (const int64_t core_degree : {1, 2, 3, 10}) {
    for (const int64_t spurious_degree : {1, 3, 4, 10}) {
      SCOPED_TRACE(absl::StrCat(core_degree, " and ", spurious_degree));
      const auto dataset = Make(absl::StrCat(
          ", core_function: staircase, spurious_function: staircase, "
          "num_train: 300, num_validation: 200, num_test: 100, core_degree: ",
          core_degree, ", spurious_degree: ", spurious_degree));
      for (const Split* split :
           {&dataset->train, &dataset->validation, &dataset->test}) {
        EXPECT_TRUE(split->inputs.abs().eq(1).all().item<bool>());
        EXPECT_TRUE(split->labels.equal(
            CountedStaircases(split->inputs, 0, core_degree)));
        EXPECT_TRUE(split->bias_labels.equal(
            CountedStaircases(split->inputs, kCore, spurious_degree)));
      }
    }
  }
}

TEST(ParityTest, TheFunctionsAreChosenApart) {
  const std::string small = ", num_train: 300, spurious_degree: 3";
  const auto core = Make(small + ", core_function: staircase");
  EXPECT_TRUE(
      core->train.labels.equal(CountedStaircases(core->train.inputs, 0, 3)));
  EXPECT_TRUE(core->train.bias_labels.equal(
      CountedParity(core->train.inputs, kCore, 3)));
  const auto spurious = Make(small + ", spurious_function: staircase");
  EXPECT_TRUE(spurious->train.labels.equal(
      CountedParity(spurious->train.inputs, 0, 3)));
  EXPECT_TRUE(spurious->train.bias_labels.equal(
      CountedStaircases(spurious->train.inputs, kCore, 3)));
  // The core block and what conflicts do not depend on the spurious function.
  const auto parity = Make(small);
  EXPECT_TRUE(parity->train.inputs.slice(1, 0, kCore)
                  .equal(spurious->train.inputs.slice(1, 0, kCore)));
  EXPECT_TRUE(parity->train.bias_labels.equal(spurious->train.bias_labels));
}

// Given label and bias label, each of the vectors with the right staircase is
// equally frequent. Degree 4 has ties: 11 of the 16 patterns are +1, for
// C(4, 2) = 6 of them tie and 5 win.
TEST(ParityTest, SpuriousBitsAreUniformGivenTheirStaircase) {
  const auto dataset = Make(
      ", spurious_function: staircase, spurious_degree: 4, "
      "bias_conflicting_fraction: 0.25, num_train: 40000");
  const Split& train = dataset->train;
  const at::Tensor block = train.inputs.slice(1, kCore);
  for (int64_t label = 0; label < 2; ++label) {
    for (int64_t bias = 0; bias < 2; ++bias) {
      SCOPED_TRACE(absl::StrCat("label ", label, " bias label ", bias));
      const at::Tensor group =
          Rows(block,
               train.labels.eq(label).logical_and(train.bias_labels.eq(bias)));
      at::Tensor pattern = at::zeros({group.size(0)}, at::kLong);
      for (int bit = 0; bit < 4; ++bit) {
        pattern += group.select(1, bit).gt(0).to(at::kLong) * (1 << bit);
      }
      int right = 0;
      for (int code = 0; code < 16; ++code) {
        SCOPED_TRACE(absl::StrCat("pattern ", code));
        std::vector<int> bits;
        for (int bit = 0; bit < 4; ++bit) {
          bits.push_back(code >> bit & 1 ? 1 : -1);
        }
        const bool possible = CountedStaircase(bits) == bias;
        right += possible;
        ExpectCount(pattern.eq(code), possible ? 1.0 / (bias ? 11 : 5) : 0);
      }
      EXPECT_EQ(right, bias ? 11 : 5);
      // The bits outside the support are free.
      ExpectFairColumns(group.slice(1, 4));
      ExpectFairColumns(group.slice(1, 4) * group.slice(1, 0, 1));
    }
  }
}

TEST(ParityTest, CoreBitsAreFairAndIndependent) {
  const auto dataset = Make("");
  const at::Tensor core = dataset->train.inputs.slice(1, 0, kCore);
  ExpectFairColumns(core);
  ExpectCount(dataset->train.labels, 0.5);
  // Neighbours agree half of the time.
  ExpectFairColumns(core.slice(1, 1) * core.slice(1, 0, kCore - 1));
}

// Given label and bias label, the spurious block is uniform over the vectors of
// the right parity. With a support of three bits: any two of them are free.
TEST(ParityTest, SpuriousBitsAreUniformGivenTheirParity) {
  const auto dataset = Make(
      ", spurious_degree: 3, bias_conflicting_fraction: 0.25, "
      "num_train: 40000");
  const Split& train = dataset->train;
  const at::Tensor block = train.inputs.slice(1, kCore);
  for (int64_t label = 0; label < 2; ++label) {
    for (int64_t bias = 0; bias < 2; ++bias) {
      SCOPED_TRACE(absl::StrCat("label ", label, " bias label ", bias));
      const at::Tensor group =
          Rows(block,
               train.labels.eq(label).logical_and(train.bias_labels.eq(bias)));
      ExpectFairColumns(group);
      // Each of the four patterns of the support with this parity.
      const at::Tensor support = group.slice(1, 0, 3).gt(0).to(at::kLong);
      const at::Tensor pattern = support.select(1, 0) * 4 +
                                 support.select(1, 1) * 2 +
                                 support.select(1, 2);
      for (int64_t code = 0; code < 8; ++code) {
        const int ones = (code & 1) + (code >> 1 & 1) + (code >> 2);
        // The product of three signs is +1 if one or three are +1.
        const bool right = (ones % 2 == 1) == (bias == 1);
        SCOPED_TRACE(absl::StrCat("pattern ", code));
        ExpectCount(pattern.eq(code), right ? 0.25 : 0);
      }
      // The bits outside the support know nothing of those inside.
      ExpectFairColumns(group.slice(1, 3) * group.slice(1, 0, 1));
    }
  }
}

TEST(ParityTest, SpuriousBitsKnowNothingMoreOfTheCoreBits) {
  const auto dataset = Make(", spurious_degree: 2");
  const at::Tensor& inputs = dataset->test.inputs;
  for (int64_t bit = 0; bit < kCore; ++bit) {
    SCOPED_TRACE(absl::StrCat("core bit ", bit));
    ExpectFairColumns(inputs.slice(1, kCore, kCore + kSpurious) *
                      inputs.slice(1, bit, bit + 1));
  }
}

TEST(ParityTest, TheFractionConflicts) {
  for (const double fraction : {0.02, 0.1, 0.4}) {
    SCOPED_TRACE(fraction);
    const auto dataset =
        Make(absl::StrCat(", bias_conflicting_fraction: ", fraction));
    const Split& train = dataset->train;
    const at::Tensor conflicting = train.labels.ne(train.bias_labels);
    ExpectCount(conflicting, fraction);
    // In either class.
    ExpectCount(Rows(conflicting, train.labels.eq(0)), fraction);
    ExpectCount(Rows(conflicting, train.labels.eq(1)), fraction);
  }
}

TEST(ParityTest, TheFractionIsExactAtItsEnds) {
  const auto none = Make(", bias_conflicting_fraction: 0");
  EXPECT_TRUE(none->train.labels.equal(none->train.bias_labels));
  const auto all = Make(", bias_conflicting_fraction: 1");
  EXPECT_TRUE(all->train.labels.equal(1 - all->train.bias_labels));
}

TEST(ParityTest, ValidationAndTestAreUnbiased) {
  const auto dataset = Make(", bias_conflicting_fraction: 0");
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    const at::Tensor group = split->labels * 2 + split->bias_labels;
    for (int64_t g = 0; g < 4; ++g) {
      SCOPED_TRACE(absl::StrCat("group ", g));
      ExpectCount(group.eq(g), 0.25);
    }
  }
}

TEST(ParityTest, SplitsAreDifferentDraws) {
  const auto dataset = Make(", bias_conflicting_fraction: 0.5");
  EXPECT_FALSE(dataset->train.inputs.equal(dataset->validation.inputs));
  EXPECT_FALSE(dataset->train.inputs.equal(dataset->test.inputs));
  EXPECT_FALSE(dataset->validation.inputs.equal(dataset->test.inputs));
}

TEST(ParityTest, TheSeedDecidesEverything) {
  const auto one = Make("", 1);
  const auto same = Make("", 1);
  const auto other = Make("", 2);
  EXPECT_TRUE(SameSplit(one->train, same->train));
  EXPECT_TRUE(SameSplit(one->validation, same->validation));
  EXPECT_TRUE(SameSplit(one->test, same->test));
  EXPECT_FALSE(one->train.inputs.equal(other->train.inputs));
  EXPECT_FALSE(one->validation.inputs.equal(other->validation.inputs));
  EXPECT_FALSE(one->test.inputs.equal(other->test.inputs));
}

TEST(ParityTest, OptionsMoveOnlyWhatTheyConcern) {
  const auto base = Make("");
  const auto held_out = Make(", num_validation: 5, num_test: 6");
  EXPECT_TRUE(SameSplit(base->train, held_out->train));

  const auto train = Make(", num_train: 50, bias_conflicting_fraction: 0.4");
  EXPECT_TRUE(SameSplit(base->validation, train->validation));
  EXPECT_TRUE(SameSplit(base->test, train->test));

  // Another fraction turns some spurious bits and nothing else.
  const auto fraction = Make(", bias_conflicting_fraction: 0.4");
  EXPECT_TRUE(base->train.inputs.slice(1, 0, kCore)
                  .equal(fraction->train.inputs.slice(1, 0, kCore)));
  EXPECT_TRUE(base->train.labels.equal(fraction->train.labels));
  // Conflicting examples still conflict: the trials of a sweep share them.
  const auto conflicting = [](const Split& split) {
    return split.labels.ne(split.bias_labels);
  };
  EXPECT_TRUE(conflicting(base->train)
                  .logical_and(conflicting(fraction->train))
                  .equal(conflicting(base->train)));
}

std::string Refusal(const std::string& options) {
  Problems problems;
  const SpecNode node = ReadSpec(absl::StrCat("{name: parity, ", options, "}"),
                                 "test", 0, problems);
  Datasets::Get().Read(node, "dataset", problems);
  return Message(problems);
}

TEST(ParityTest, RefusesMoreSupportThanBits) {
  EXPECT_EQ(Refusal("core_bits: 4, core_degree: 5"),
            "test:1:1: dataset: core_degree 5 exceeds core_bits 4");
  EXPECT_EQ(Refusal("spurious_bits: 4, spurious_degree: 5"),
            "test:1:1: dataset: spurious_degree 5 exceeds spurious_bits 4");
  EXPECT_EQ(Refusal("core_bits: 4, core_degree: 4"), "");
}

TEST(ParityTest, RefusesASpuriousFunctionThatIsNearlyConstant) {
  // Two bits tie half of the time, C(2, 1) / 2^2; a tie is +1.
  EXPECT_EQ(Refusal("spurious_function: staircase, spurious_degree: 2"),
            "test:1:1: dataset: a staircase of spurious_degree 2 is +1 with "
            "probability 0.75: |2 p - 1| = 0.5 must be below 0.4; choose "
            "another degree");
  // C(4, 2) / 2^4 = 0.375; an odd number cannot tie.
  EXPECT_EQ(Refusal("spurious_function: staircase, spurious_degree: 4"), "");
  EXPECT_EQ(Refusal("spurious_function: staircase, spurious_degree: 3"), "");
  EXPECT_EQ(Refusal("core_function: staircase, core_degree: 2"), "");
  EXPECT_EQ(Refusal("spurious_degree: 2"), "");
}

TEST(ParityTest, RefusesAnUnknownFunction) {
  EXPECT_EQ(Refusal("core_function: majority"),
            "test:1:16: dataset.core_function: must be one of parity, "
            "staircase, got majority");
}

}  // namespace
}  // namespace bigstep

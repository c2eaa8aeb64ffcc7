// Checks shared by the tests of datasets made by biased_splits.h.
#ifndef BIGSTEP_DATASETS_BIAS_TESTING_H_
#define BIGSTEP_DATASETS_BIAS_TESTING_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "datasets/dataset.h"

namespace bigstep {

// Whether resident inputs, labels and bias labels are equal.
inline bool Equal(const Split& a, const Split& b) {
  return a.inputs.equal(b.inputs) && a.labels.equal(b.labels) &&
         a.bias_labels.equal(b.bias_labels);
}

// Expects ten classes, of each of which 43 images are held out, to have every
// bias label equally often in validation and test.
inline void ExpectUnbiasedHeldOut(const Dataset& dataset) {
  for (const Split* split : {&dataset.validation, &dataset.test}) {
    // 43 over ten bias labels and two splits: 2.15, of which rounding the ends
    // of runs (4.3 -> 4 or 5) and the turn leave 2 or 3.
    const at::Tensor groups =
        at::bincount(split->labels * 10 + split->bias_labels, {}, 100);
    EXPECT_EQ(groups.min().item<int64_t>(), 2) << groups;
    EXPECT_EQ(groups.max().item<int64_t>(), 3) << groups;
    EXPECT_EQ(split->size(), 215);
  }
}

// Expects a dataset of the same seed to be the same, and one of another seed
// to differ in its inputs alone.
inline void ExpectSeedDecidesInputs(const Dataset& one, const Dataset& same,
                                    const Dataset& other) {
  EXPECT_TRUE(Equal(one.train, same.train));
  EXPECT_TRUE(Equal(one.validation, same.validation));
  EXPECT_TRUE(Equal(one.test, same.test));
  EXPECT_FALSE(one.train.inputs.equal(other.train.inputs));
  EXPECT_FALSE(one.test.inputs.equal(other.test.inputs));
  EXPECT_TRUE(one.train.bias_labels.equal(other.train.bias_labels));
  EXPECT_TRUE(one.test.bias_labels.equal(other.test.bias_labels));
}

// Expects datasets of different fractions to differ in training alone.
inline void ExpectFractionDecidesTraining(const Dataset& one,
                                          const Dataset& other) {
  EXPECT_FALSE(one.train.bias_labels.equal(other.train.bias_labels));
  EXPECT_TRUE(Equal(one.validation, other.validation));
  EXPECT_TRUE(Equal(one.test, other.test));
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_TESTING_H_

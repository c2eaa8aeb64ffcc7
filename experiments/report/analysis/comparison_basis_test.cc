#include "experiments/report/analysis/comparison_basis.h"

#include <gtest/gtest.h>

#include <string>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

class ComparisonBasisTest : public testing::Test {
 protected:
  Record& Add(size_t configuration, const Json& training, double accuracy) {
    Record& record = b_.AddCompleted({configuration}, 0, 0.5, 1);
    record.trial = {{"training", training}};
    record.fit = {{"accuracy", accuracy}, {"cross_entropy", 0.1}};
    record.stop = "max_steps";
    return record;
  }

  std::string Basis() const { return DescribeBasis(b_.study_, b_.records_); }

  StudyBuilder b_;
  const size_t low_ = b_.AddAxisValue("lr", "0.1", 0.1);
  const size_t high_ = b_.AddAxisValue("lr", "1", 1.0);
};

TEST_F(ComparisonBasisTest, AtEqualFit) {
  EXPECT_EQ(Basis(), "");
  const Json training = {
      {"max_steps", 100},
      {"stop", {{"train_accuracy", 1.0}, {"cross_entropy", 0.01}}}};
  Add(high_, training, 1).stop = "train_thresholds";
  const std::string fit =
      "Compared at equal fit: each trial trained until, of all training "
      "examples, their mean cross-entropy was below 0.01 and all were "
      "classified right.";
  EXPECT_EQ(Basis(), fit);
  Add(low_, training, 0.9);
  const std::string without =
      " Some ended without (not converged): lr=0.1 (1).";
  EXPECT_EQ(Basis(), fit + without);
  Record& collapsed = b_.AddCompleted({high_}, 1, 0.5, 1);
  collapsed.trial = {{"training", training}};
  collapsed.fit = {{"accuracy", 0.5}, {"cross_entropy", 0.7}};
  collapsed.collapsed = true;
  EXPECT_EQ(Basis(), fit + without + " Some collapsed: lr=1 (1).");
}

// By hand. Momentum and l2 share a base, fast_l2 has another, and rate sets the
// reference's option itself.
TEST_F(ComparisonBasisTest, SaysAtWhichReferenceTheOthersVary) {
  EXPECT_EQ(DescribeReferenceValues(b_.study_, b_.records_), "");
  Add(low_, {}, 1).trial["optimizer"] = {{"lr", 0.1}};
  EXPECT_EQ(DescribeReferenceValues(b_.study_, b_.records_), "");
  const auto add = [this](const std::string& axis, const Json& lr) {
    const size_t configuration =
        b_.AddAxisValue(axis, std::to_string(b_.records_.size()), std::nullopt);
    Add(configuration, {}, 1).trial["optimizer"] = {{"lr", lr}};
  };
  add("momentum", 0.1);
  add("fast_l2", 1.0);
  add("l2", 0.1);
  add("l2", 0.1);
  add("rate", 0.1);
  add("rate", 0.5);
  add("broken", Json::array());
  EXPECT_EQ(DescribeReferenceValues(b_.study_, b_.records_),
            "The other axes vary at lr=0.1: momentum, l2; at lr=1: fast_l2.");
  b_.study_.reference = "";
  EXPECT_EQ(DescribeReferenceValues(b_.study_, b_.records_), "");
}

TEST_F(ComparisonBasisTest, AtAnAccuracy) {
  Add(low_, {{"stop", {{"train_accuracy", 0.95}}}}, 0.95).stop =
      "train_thresholds";
  EXPECT_EQ(Basis(),
            "Compared at equal fit: each trial trained until, of all training "
            "examples, 95 % of them were classified right.");
}

TEST_F(ComparisonBasisTest, OfRegressions) {
  const Json training = {{"max_steps", 3000}, {"batch_size", 1}};
  Add(low_, training, 0).fit = {{"squared_error", 0.002}};
  Add(high_, training, 0).fit = {{"squared_error", 0.004}};
  EXPECT_EQ(Basis(), "Compared at equal steps: 3000 each.");
  Add(low_, training, 0).fit = {{"squared_error", 0.01}};  // The mean is .006.
  Add(high_, training, 0).fit = {{"squared_error", 0.001}};
  EXPECT_EQ(
      Basis(),
      "Compared at equal steps: 3000 each. The fit is not equal: the mean "
      "squared error of training data at the end lies between 0.0025 "
      "(lr=1) and 0.006 (lr=0.1), so that differences may be those of "
      "training time.");
}

TEST_F(ComparisonBasisTest, AtEqualStepsOfUnequalFit) {
  const Json training = {{"max_steps", 3000}, {"batch_size", 100}};
  Add(low_, training, 0.995);
  Add(high_, training, 1);
  EXPECT_EQ(Basis(), "Compared at equal steps: 3000 each.");
  Add(low_, training, 0.505);  // The mean is 0.75.
  EXPECT_EQ(Basis(),
            "Compared at equal steps: 3000 each. The fit is not equal: the "
            "training accuracy at the end lies between 0.75 (lr=0.1) and 1.00 "
            "(lr=1), so that differences may be those of training time.");
}

TEST_F(ComparisonBasisTest, TrialsThatEndedEarlyHadNoEqualSteps) {
  const Json training = {{"max_steps", 3000}, {"stop", {{"patience", 10}}}};
  Add(low_, training, 1).stop = "plateau";
  Add(high_, training, 1).stop = "max_steps";
  EXPECT_EQ(Basis(),
            "Compared after different trainings: 1 of 2 trials ended before "
            "their budget (no progress, or no better than guessing).");
}

TEST_F(ComparisonBasisTest, AtEqualEpochsOrNothing) {
  Add(low_, {{"max_steps", 300}, {"batch_size", 10}}, 1);
  Add(high_, {{"max_steps", 30}, {"batch_size", 100}}, 1);
  EXPECT_EQ(Basis(),
            "Compared at equal epochs: 30 to 300 steps of different batch "
            "sizes see as many examples.");
  Add(high_, {{"max_steps", 40}, {"batch_size", 100}}, 1);
  EXPECT_EQ(Basis(), "Compared after different trainings: 30 to 300 steps.");
}

TEST_F(ComparisonBasisTest, AtEpochsOfTheSpec) {
  Add(low_, {{"epochs", 20}, {"max_steps", 0}, {"batch_size", 10}}, 1);
  Add(high_, {{"epochs", 20}, {"max_steps", 0}, {"batch_size", 100}}, 1);
  EXPECT_EQ(Basis(),
            "Compared at equal epochs: 20 passes over the training examples "
            "each.");
  Add(high_, {{"max_steps", 40}, {"batch_size", 100}}, 1);
  EXPECT_EQ(Basis(), "Compared after different trainings: the budgets differ.");
  b_.records_.clear();
  Add(low_, {{"epochs", 1}}, 1);
  EXPECT_EQ(Basis(),
            "Compared at equal epochs: 1 pass over the training examples "
            "each.");
}

TEST_F(ComparisonBasisTest, RecordsOfAnyOriginAreFine) {
  Add(low_, Json::array(), 1).fit = Json::object();
  Add(high_, {{"stop", 7}, {"max_steps", "many"}}, 1);
  EXPECT_EQ(Basis(), "");
}

}  // namespace
}  // namespace bigstep

#include "experiments/spec/default_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/spec_reader.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

// The labels of the values in a YAML list.
std::vector<std::string> Labels(const std::string& list) {
  Problems problems;
  const SpecNode node = ReadSpec(list, "test", 0, problems);
  EXPECT_EQ(Message(problems), "");
  return DefaultLabels(node.items);
}

TEST(DefaultLabelsTest, ScalarsAreTheirText) {
  EXPECT_THAT(Labels("[0.1, 1e-3, sgd]"), ElementsAre("0.1", "1e-3", "sgd"));
}

TEST(DefaultLabelsTest, OneOptionThatDiffersIsTheLabel) {
  EXPECT_THAT(Labels("[{name: momentum, lr: 0.1, momentum: 0.5},"
                     " {name: momentum, lr: 0.1, momentum: 0.9}]"),
              ElementsAre("0.5", "0.9"));
  EXPECT_THAT(Labels("[[{name: l2, coefficient: 1e-4}],"
                     " [{name: l2, coefficient: 1e-2}]]"),
              ElementsAre("1e-4", "1e-2"));
}

TEST(DefaultLabelsTest, OtherwisePluginsHaveTheirNameAndWhatDiffers) {
  EXPECT_THAT(Labels("[cross_entropy, {name: focal, gamma: 2}]"),
              ElementsAre("cross_entropy", "focal gamma=2"));
  EXPECT_THAT(Labels("[{name: sgd, lr: 1}, {name: adam, lr: 0.1, beta1: 0.9},"
                     " {name: adam, lr: 0.2, beta1: 0.9}]"),
              ElementsAre("sgd lr=1", "adam lr=0.1", "adam lr=0.2"));
  EXPECT_THAT(Labels("[{name: sam, lr: 0.1, rho: 0.1},"
                     " {name: sam, lr: 0.2, rho: 0.2}]"),
              ElementsAre("sam lr=0.1 rho=0.1", "sam lr=0.2 rho=0.2"));
  // An option that one of them leaves at its default.
  EXPECT_THAT(Labels("[{name: focal}, {name: focal, gamma: 3}]"),
              ElementsAre("focal", "focal gamma=3"));
}

TEST(DefaultLabelsTest, ListsOfPluginsAreJoined) {
  EXPECT_THAT(Labels("[[], [{name: l1, coefficient: 1}],"
                     " [{name: l1, coefficient: 2}, {name: l2, coefficient: "
                     "3}]]"),
              ElementsAre("none", "l1 coefficient=1",
                          "l1 coefficient=2 + l2 coefficient=3"));
}

TEST(DefaultLabelsTest, OtherValuesAreShownAsTheyAreWritten) {
  EXPECT_THAT(Labels("[[100, 100], [200]]"),
              ElementsAre("[100, 100]", "[200]"));
  EXPECT_THAT(Labels("[{lr: 1}, {lr: 2}]"), ElementsAre("{lr: 1}", "{lr: 2}"));
  // Equal plugins: an error that names both, as they stand, comes later.
  EXPECT_THAT(Labels("[{name: sgd, lr: 1}, {name: sgd, lr: 1}]"),
              ElementsAre("{name: sgd, lr: 1}", "{name: sgd, lr: 1}"));
}

}  // namespace
}  // namespace bigstep

// Mistakes in specs whose trials are written out, as --resolve prints them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

struct TrialsCase {
  const char* name;
  std::string yaml;
  std::string message;
};

class WrittenOutTrialsTest : public testing::TestWithParam<TrialsCase> {};

TEST_P(WrittenOutTrialsTest, MistakesAreNamed) {
  EXPECT_THAT(Mistakes("study: s\nmetrics: [accuracy]\n" + GetParam().yaml),
              HasSubstr(GetParam().message));
}

constexpr char kTrial[] =
    "dataset: parity, model: fcn, optimizer: {name: sgd, lr: 1}, training: "
    "{max_steps: 1}";

INSTANTIATE_TEST_SUITE_P(
    All, WrittenOutTrialsTest,
    testing::Values(
        TrialsCase{"NoList", "trials: 5",
                   "trials: expected a list of trials, found '5'"},
        TrialsCase{"Empty", "trials: []", "trials: expected at least one"},
        TrialsCase{"AScalar", "trials: [5]",
                   "trials[0]: expected a map, found '5'"},
        TrialsCase{"CellsOfATrial",
                   std::string("trials: [{") + kTrial + ", cells: 5}]",
                   "trials[0].cells: expected a list of {block, setting}, "
                   "found '5'"},
        TrialsCase{"CellsOfTheStudy",
                   std::string("cells: 5\ntrials: [{") + kTrial + "}]",
                   "cells: expected a list of {block, setting}, found '5'"},
        TrialsCase{"NegativeSeed",
                   std::string("trials: [{") + kTrial + ", seed: -1}]",
                   "trials[0].seed: must be >= 0, got -1"},
        TrialsCase{"TwoTrialsOfASeedInACell",
                   std::string("trials:\n- {") + kTrial +
                       ", cells: [{block: a, setting: b}]}\n- {" + kTrial +
                       ", loss: focal, cells: [{block: a, setting: b}]}",
                   "trials[1]: the cell 'b' has seed 0 already, of trials[0], "
                   "with other settings; give one of the two another seed or "
                   "cell"},
        TrialsCase{"AnotherNumberThanTheAxis",
                   std::string("axes: [{name: lr, set: optimizer.lr}]\n"
                               "cells: [{block: lr, setting: lr=2, knobs: "
                               "[{axis: lr, label: '2', number: 2}]}]\n"
                               "trials: [{") +
                       kTrial + ", cells: [{block: lr, setting: lr=2}]}]",
                   "trials[0].optimizer.lr: expected 2.0, the number of axis "
                   "'lr' in the cell 'lr=2' of the trial, found 1.0"},
        TrialsCase{"MisspelledCell",
                   std::string("trials: [{") + kTrial +
                       ", cells: [{block: a, setting: b, seting: c}]}]",
                   "trials[0].cells[0]: unknown key 'seting'; did you mean "
                   "'setting'?"},
        TrialsCase{
            "Axes", std::string("axes: {}\ntrials: [{") + kTrial + "}]",
            "axes: expected beside 'trials' a list of {name, set}; axes with "
            "values belong to 'base' and 'plan'"},
        TrialsCase{"AxisTwice",
                   std::string("axes: [{name: a, set: b}, {name: a, set: c}]\n"
                               "trials: [{") +
                       kTrial + "}]",
                   "axes[1]: duplicate 'a'"},
        TrialsCase{"AxisWithoutSet",
                   std::string("axes: [{name: a}]\ntrials: [{") + kTrial + "}]",
                   "axes[0]: expected {name, set}"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace bigstep

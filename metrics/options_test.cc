#include "metrics/options.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {
namespace {

struct Plain : SplitOption, TimingOption {
  static void Describe(Schema<Plain>& s) {
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

struct Other : SplitOption, TimingOption {
  Other() : SplitOption("train"), TimingOption("at_end") {}

  static void Describe(Schema<Other>& s) {
    DescribeSplit(s);
    DescribeTiming(s);
  }
};

template <class Options>
std::string Read(const std::string& spec, Options* options) {
  Problems problems;
  const SpecNode node = ReadSpec(spec, "test", 0, problems);
  TableOf<Options>().Read(node, "metric", problems, options);
  return Message(problems);
}

TEST(MetricOptionsTest, AMetricReadsTheTestSplitByStepUnlessItSaysOtherwise) {
  const Plain plain;
  EXPECT_EQ(plain.split, "test");
  EXPECT_EQ(plain.When(), Timing::kByStep);
  const Other other;
  EXPECT_EQ(other.split, "train");
  EXPECT_EQ(other.When(), Timing::kAtEnd);
}

TEST(MetricOptionsTest, TheSpecChoosesSplitAndTiming) {
  Plain plain;
  EXPECT_EQ(Read("{split: shuffled, timing: at_end}", &plain), "");
  EXPECT_EQ(plain.split, "shuffled");
  EXPECT_EQ(plain.When(), Timing::kAtEnd);
  Other other;
  EXPECT_EQ(Read("{timing: by_step}", &other), "");
  EXPECT_EQ(other.split, "train");
  EXPECT_EQ(other.When(), Timing::kByStep);
}

TEST(MetricOptionsTest, OnlySplitsThatSomeDatasetsLackAreExtra) {
  Plain plain;
  for (const char* split : {"train", "validation", "test"}) {
    plain.split = split;
    EXPECT_TRUE(plain.ExtraSplits().empty()) << split;
  }
  plain.split = "shuffled";
  EXPECT_EQ(plain.ExtraSplits(), std::vector<std::string>{"shuffled"});
}

TEST(MetricOptionsTest, RefusesAnotherTiming) {
  Plain plain;
  EXPECT_EQ(Read("{timing: never}", &plain),
            "test:1:2: metric.timing: must be one of by_step, at_end, got "
            "never");
}

TEST(MetricOptionsTest, DefaultsOfTheMetricDoNotCountForTheIdentity) {
  const Other other;
  EXPECT_EQ(TableOf<Other>().NonDefaults(&other), Json::object());
}

}  // namespace
}  // namespace bigstep

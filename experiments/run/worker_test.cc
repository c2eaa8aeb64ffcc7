#include "experiments/run/worker.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace bigstep {
namespace {

TEST(HeadlineMetricsTest, AreTheTwoAccuracies) {
  EXPECT_EQ(HeadlineMetrics(
                {{"accuracy", {{"train", 0.75}, {"unbiased_test", 0.5}}}}),
            "train 0.750, unbiased test 0.500");
}

TEST(HeadlineMetricsTest, WithoutThemThereAreNone) {
  EXPECT_EQ(HeadlineMetrics(Json::object()), "");
  EXPECT_EQ(HeadlineMetrics(
                {{"accuracy", {{"train", 0.75}, {"unbiased_test", nullptr}}}}),
            "");
}

TEST(WorkerSetupTest, PathsAreAnyBytes) {
  WorkerSetup setup;
  setup.study_folder = "/r\xE9s \\ \n'\"/-x";
  setup.data_root =
      "\xFF\x01"
      "1";
  setup.cache_folder = "\xC3\xA9";
  // As through the pipe.
  const Json json = Json::parse(setup.ToJson().dump());
  const WorkerSetup read = WorkerSetup::FromJson(json);
  EXPECT_EQ(read.study_folder, setup.study_folder);
  EXPECT_EQ(read.data_root, setup.data_root);
  EXPECT_EQ(read.cache_folder, setup.cache_folder);
}

}  // namespace
}  // namespace bigstep

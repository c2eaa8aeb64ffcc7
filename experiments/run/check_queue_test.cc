#include "experiments/run/check_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

// Two trials with one dataset and two with another, in turn.
class CheckQueueTest : public testing::Test {
 protected:
  CheckQueue Make(int retries = 0) {
    std::vector<Check> checks;
    for (const Plan* plan : {&one_, &other_}) {
      checks.push_back({&plan->trials[0]});
    }
    for (const Plan* plan : {&one_, &other_}) {
      checks.push_back({&plan->trials[1]});
    }
    return CheckQueue(std::move(checks), retries);
  }

  // The check that a worker gets whose last one was of `group`; -1: none.
  static int Next(CheckQueue& queue, int group) {
    const auto place = queue.Next(group);
    return place ? place->check : -1;
  }

  const Plan one_ = PlanOf(kTinySpec);
  const Plan other_ = PlanOf(kTinySpec, {"dataset.num_train=300"});
  const CheckResult good_ = {"", "ab"};
};

TEST_F(CheckQueueTest, AWorkerStaysWithADataset) {
  CheckQueue queue = Make();
  const auto first = queue.Next(-1), second = queue.Next(-1);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->check, 0);
  EXPECT_EQ(second->check, 1);
  EXPECT_EQ(queue.At(*second).trial, &other_.trials[0]);
  EXPECT_FALSE(queue.Next(-1));  // No dataset is left to begin with.
  EXPECT_EQ(Next(queue, first->group), 2);
  EXPECT_EQ(Next(queue, second->group), 3);
  EXPECT_EQ(Next(queue, first->group), -1);
}

TEST_F(CheckQueueTest, ResultsComeInTheOrderOfTheChecks) {
  CheckQueue queue = Make();
  int group = -1;
  while (const auto place = queue.Next(group)) {
    EXPECT_FALSE(queue.done());
    group = place->group;
    queue.End(*place, {std::to_string(place->check), "ab"});
  }
  EXPECT_TRUE(queue.done());
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(queue.results()[i].message, std::to_string(i));
  }
}

TEST_F(CheckQueueTest, ADatasetThatCannotBeMadeIsReportedOnce) {
  CheckQueue queue = Make();
  const auto broken = queue.Next(-1);
  queue.End(*broken, {"no data", ""});
  const auto place = queue.Next(broken->group);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->check, 1);  // Of the other dataset.
  queue.End(*place, good_);
  queue.End(*queue.Next(place->group), good_);
  EXPECT_TRUE(queue.done());
  EXPECT_EQ(queue.results()[0].message, "no data");
  EXPECT_EQ(queue.results()[2].message, "");
}

TEST_F(CheckQueueTest, ALostCheckIsMadeAgainAsOftenAsAllowed) {
  CheckQueue queue = Make(/*retries=*/1);
  const auto place = queue.Next(-1);
  EXPECT_TRUE(queue.TryAgain(*place));
  EXPECT_EQ(Next(queue, place->group), place->check);
  EXPECT_FALSE(queue.TryAgain(*place));
  EXPECT_FALSE(queue.done());
}

TEST_F(CheckQueueTest, WithoutChecksAllIsDone) {
  CheckQueue queue({}, 0);
  EXPECT_TRUE(queue.done());
  EXPECT_FALSE(queue.Next(-1));
}

}  // namespace
}  // namespace bigstep

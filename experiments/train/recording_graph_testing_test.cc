#include "experiments/train/recording_graph_testing.h"

#include <ATen/ATen.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/generator.h"

namespace bigstep {
namespace {

// Replays `work` twice; its argument is the number of the replay.
void ReplayTwice(const std::function<at::Tensor(int replay)>& work) {
  const auto graph = RecordingGraph::Make();
  int replay = 0;
  graph->Record([&] { return std::vector<at::Tensor>{work(replay)}; });
  for (; replay < 2; ++replay) graph->Replay();
}

TEST(RecordingGraphTest, RecordsWithoutWorkingAndReplaysOnTheSameMemory) {
  int replays = 0;
  const auto graph = RecordingGraph::Make(&replays);
  const at::Tensor x = at::ones({2});
  graph->Record([&] { return std::vector<at::Tensor>{x.mul_(2), {}, x + 1}; });
  EXPECT_EQ(x[0].item<double>(), 1);
  const at::Tensor sum = graph->Replay()[2];
  EXPECT_EQ(sum[0].item<double>(), 3);
  x.fill_(10);
  const std::vector<at::Tensor>& again = graph->Replay();
  EXPECT_TRUE(again[2].is_same(sum));
  EXPECT_FALSE(again[1].defined());
  EXPECT_EQ(sum[0].item<double>(), 21);
  EXPECT_EQ(replays, 2);
}

TEST(RecordingGraphTest, FailsForANumberThatChanges) {
  const at::Tensor x = at::ones({2});
  ReplayTwice([&](int) { return x * 3; });
  EXPECT_NONFATAL_FAILURE(ReplayTwice([&](int replay) { return x * replay; }),
                          "called aten::mul 1, first aten::mul 0");
}

TEST(RecordingGraphTest, FailsForAnotherOperation) {
  const at::Tensor x = at::ones({2});
  EXPECT_NONFATAL_FAILURE(
      ReplayTwice([&](int replay) { return replay == 0 ? x.exp() : x.log(); }),
      "called aten::log, first aten::exp");
  EXPECT_NONFATAL_FAILURE(ReplayTwice([&](int replay) {
                            return replay == 0 ? x.exp() : x.exp().log();
                          }),
                          "called aten::log, first nothing");
}

TEST(RecordingGraphTest, FailsForOtherMemory) {
  const at::Tensor x[] = {at::ones({2}), at::ones({2})};
  EXPECT_NONFATAL_FAILURE(
      ReplayTwice([&](int replay) { return x[replay].exp().log(); }),
      "aten::exp reads memory that was not read first");
}

void ReplayOnce(const std::function<at::Tensor()>& work) {
  const auto graph = RecordingGraph::Make();
  graph->Record([&] { return std::vector<at::Tensor>{work()}; });
  graph->Replay();
}

TEST(RecordingGraphTest, FailsForWhatTheCpuReads) {
  const at::Tensor x = at::ones({2});
  const auto expect = [&](const std::function<at::Tensor()>& work) {
    EXPECT_NONFATAL_FAILURE(ReplayOnce(work), "waits for the device");
  };
  expect([&] { return x * x[0].item<double>(); });
  expect([&] { return x[0].is_nonzero() ? x + 1 : x; });
  expect([&] { return x.equal(x) ? x + 1 : x; });
  expect([&] { return x.index({x > 0}); });
  expect([&] { return x.masked_select(x > 0); });
  ReplayOnce([&] { return x.index({at::zeros({1}, at::kLong)}) + x.sum(); });
}

TEST(RecordingGraphTest, FailsForWhatTheCpuDraws) {
  at::Generator generator = MakeGenerator(1);
  EXPECT_NONFATAL_FAILURE(ReplayOnce([&] { return at::rand({1}, generator); }),
                          "generator");
}

}  // namespace
}  // namespace bigstep

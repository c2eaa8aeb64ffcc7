#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace bigstep {
namespace {

TEST(ParallelForTest, DoesEveryItemOnce) {
  const auto helpers = MakeHelpers();
  for (const int64_t n : {0, 1, 2, 1000}) {
    std::vector<std::atomic<int>> times(n);
    ParallelFor(*helpers, n, [&](int64_t i) { ++times[i]; });
    for (int64_t i = 0; i < n; ++i) ASSERT_EQ(times[i], 1) << i << " of " << n;
  }
}

TEST(ParallelForTest, ItemsRunAtTheSameTime) {
  c10::ThreadPool helpers(2);
  // Three threads must meet here; fewer would wait forever.
  std::latch meeting(3);
  ParallelFor(helpers, 3, [&](int64_t) { meeting.arrive_and_wait(); });
}

TEST(ParallelForTest, CallersDoNotWaitForEachOthersWork) {
  c10::ThreadPool helpers(1);
  std::latch started(2), release(1);
  // Takes the only helper and this thread's partner, until released.
  std::thread other([&] {
    ParallelFor(helpers, 2, [&](int64_t) {
      started.count_down();
      release.wait();
    });
  });
  started.wait();
  std::atomic<int> sum = 0;
  ParallelFor(helpers, 10, [&](int64_t i) { sum += static_cast<int>(i); });
  EXPECT_EQ(sum, 45);
  release.count_down();
  other.join();
}

}  // namespace
}  // namespace bigstep

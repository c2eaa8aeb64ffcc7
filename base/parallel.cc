#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <utility>

namespace bigstep {
namespace {

// Shared by the threads of one ParallelFor. A helper may start when all work is
// done and the caller has returned; it then finds nothing to do.
struct Shared {
  Shared(int64_t n, std::function<void(int64_t)> work)
      : size(n), work(std::move(work)), unfinished(n) {}

  void Work() {
    for (int64_t i = next++; i < size; i = next++) {
      work(i);
      unfinished.count_down();
    }
  }

  const int64_t size;
  const std::function<void(int64_t)> work;
  std::atomic<int64_t> next = 0;
  std::latch unfinished;
};

int CountProcessors() {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof(usable), &usable) != 0) return 1;
  return CPU_COUNT(&usable);
}

}  // namespace

std::shared_ptr<c10::ThreadPool> MakeHelpers() {
  // A pool has at least one thread.
  return std::make_shared<c10::ThreadPool>(std::max(CountProcessors() - 1, 1));
}

void ParallelFor(c10::ThreadPool& helpers, int64_t n,
                 std::function<void(int64_t)> work) {
  const auto shared = std::make_shared<Shared>(n, std::move(work));
  const int64_t useful = std::min(static_cast<int64_t>(helpers.size()), n - 1);
  for (int64_t i = 0; i < useful; ++i) {
    helpers.run([shared] { shared->Work(); });
  }
  shared->Work();
  shared->unfinished.wait();
}

}  // namespace bigstep

// Work on many items at once.
#ifndef BIGSTEP_BASE_PARALLEL_H_
#define BIGSTEP_BASE_PARALLEL_H_

#include <c10/core/thread_pool.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace bigstep {

// Threads that help the caller of ParallelFor: one fewer than the processors
// this process may use. LibTorch's own threads do the arithmetic of training
// meanwhile.
std::shared_ptr<c10::ThreadPool> MakeHelpers();

// Calls `work(i)` once for every i in [0, n), in any order and on several
// threads: this one and those of `helpers`. Returns when all calls have. `work`
// must not throw. Several threads may share helpers; none waits for the work
// of another caller.
void ParallelFor(c10::ThreadPool& helpers, int64_t n,
                 std::function<void(int64_t)> work);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_PARALLEL_H_

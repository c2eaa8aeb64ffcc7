#ifndef BIGSTEP_EXPERIMENTS_TRAIN_SCOPED_TIMER_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_SCOPED_TIMER_H_

#include <chrono>

namespace bigstep {

// Adds its lifetime, in seconds, to a sum.
class ScopedTimer {
 public:
  explicit ScopedTimer(double& sum) : sum_(sum) {}
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;
  ~ScopedTimer() {
    sum_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_)
            .count();
  }

 private:
  double& sum_;
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_SCOPED_TIMER_H_

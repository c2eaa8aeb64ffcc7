// A graph for tests, on the CPU.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_RECORDING_GRAPH_TESTING_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_RECORDING_GRAPH_TESTING_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/cuda_graph.h"

namespace bigstep {

// Repeats the work at each replay, into the results of the first one, and fails
// the test where a device that only replays the first one would have differed:
// other operations, other numbers as arguments, other memory read from outside,
// or numbers that the CPU reads or draws at random.
class RecordingGraph final : public CudaGraph {
 public:
  // `replays`, which may be null, counts those of all graphs that have it.
  static std::unique_ptr<CudaGraph> Make(int* replays = nullptr);

  void Record(const Work& work) override;
  const std::vector<at::Tensor>& Replay() override;

 private:
  // The operations of one run of the work.
  struct Trace {
    // Operations in order, with the arguments that are not tensors.
    std::vector<std::string> calls;
    // Memory of tensors from outside, with the call that reads it.
    std::map<const void*, std::string> outside;
    std::set<const void*> made;
  };
  class Tracer;

  explicit RecordingGraph(int* replays) : replays_(replays) {}
  std::vector<at::Tensor> Run(Trace& trace) const;
  void ExpectAsFirst(const Trace& trace) const;

  int* replays_;
  Work work_;
  Trace first_;
  std::vector<at::Tensor> results_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_RECORDING_GRAPH_TESTING_H_

// The state of a training as a file. Training that continues from it ends with
// the same bits as if it had not been interrupted.
//
// The file is a line with the format's number and the SHA-256 of the rest, a
// line of JSON (the owner of the state, and the progress of training), and the
// tensors in the safetensors format.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_CHECKPOINT_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_CHECKPOINT_H_

#include <c10/core/Device.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/named_tensors.h"
#include "experiments/records/history.h"

namespace bigstep {

// The state of FitWatch between two steps.
struct FitState {
  // Over the batches added since the last look.
  double cross_entropy_sum = 0;
  int64_t right = 0;  // Classified.
  int64_t examples = 0;
  double recent = 0;  // The mean cross-entropy at the last look.
  // The cross-entropy of all training examples by `recent`, when they were
  // evaluated last.
  double correction = 1;
  int64_t evaluated = 0;   // Examples, in full evaluations.
  int64_t milestones = 0;  // Reached.
  // The cross-entropy that later ones must undercut, and its step; 0: none yet.
  double lowest = 0;
  int64_t lowest_step = 0;
};

// Everything that one step of training leaves for the next. The order of the
// examples and their augmentation are functions of the step and the seed (see
// BatchLoader::Skip), learning rates of the step alone.
struct TrainingState {
  int64_t steps = 0;  // Done.
  // Over the steps since the last row of the history: the sum, and the number.
  double loss_sum = 0;
  int64_t loss_steps = 0;
  FitState fit;
  std::vector<HistoryRow> history;
  double train_seconds = 0;
  double evaluate_seconds = 0;
  NamedTensors model;      // See ModelState.
  NamedTensors optimizer;  // See Optimizer::State.
};

// The trial and the environment that a state belongs to; training that may give
// other bits must not continue from it.
struct CheckpointOwner {
  std::string trial_id;
  std::string device;    // See CheckpointDevice.
  std::string libtorch;  // Version.
  std::string data;      // The SHA-256 of the dataset.
};

// What must be the same on a device for training to go on with the same bits:
// on the CPU the vector instructions, the threads inside an operation and the
// BLAS with its kernels; otherwise the name of the GPU and whether passes may
// be replayed. What differs most often comes first: messages cut the rest.
std::string CheckpointDevice(c10::Device device, bool uses_graphs);

// This program's LibTorch.
CheckpointOwner MakeCheckpointOwner(const std::string& trial_id,
                                    const std::string& device,
                                    const std::string& data);

// The bytes of a file.
std::string FormatCheckpoint(const TrainingState& state,
                             const CheckpointOwner& owner);

// The state that `file` holds, on the CPU. DataLoss if the file is not whole;
// FailedPrecondition if it has another format or belongs to another owner.
absl::StatusOr<TrainingState> ParseCheckpoint(absl::string_view file,
                                              const CheckpointOwner& owner);

// The same for the file at `path`. NotFound if there is none.
absl::StatusOr<TrainingState> ReadCheckpoint(const std::string& path,
                                             const CheckpointOwner& owner);

// Writes the checkpoints of one trial to a file, at intervals. A failed write
// leaves the last file as it was and is not an error: the reason is noted once,
// until a write succeeds again.
class CheckpointWriter {
 public:
  // Writes nothing if `path` is empty. `seconds` is the least time between two
  // checkpoints; it grows so that writing takes at most a twentieth of the
  // time. If 0, a checkpoint is always due. `note` outlives the writer.
  CheckpointWriter(std::string path, double seconds, CheckpointOwner owner,
                   const std::function<void(const std::string&)>& note);

  bool IsDue() const;

  // `get` returns the state; it is called only if there is a path. An exception
  // in it counts as a failed write.
  void Write(const std::function<TrainingState()>& get);

 private:
  using Clock = std::chrono::steady_clock;

  const std::string path_;
  const double seconds_;
  const CheckpointOwner owner_;
  const std::function<void(const std::string&)>& note_;
  Clock::time_point last_ = Clock::now();
  double write_seconds_ = 0;  // That the last one took.
  bool noted_ = false;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_CHECKPOINT_H_

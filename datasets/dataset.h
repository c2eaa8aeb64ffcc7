// A dataset: splits of labelled examples that also carry the label of a
// spurious feature. Training data have the spurious correlation; validation and
// test are unbiased (label and bias label independent) where the dataset allows
// it.
#ifndef BIGSTEP_DATASETS_DATASET_H_
#define BIGSTEP_DATASETS_DATASET_H_

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/registry.h"
#include "base/task.h"
#include "datasets/family.h"

namespace bigstep {

// How many uniform random numbers decide one example's augmentation.
inline constexpr int64_t kAugmentationDraws = 32;

// Changes training inputs [M, input_shape...] at random: `draws`
// [M, kAugmentationDraws] float64 in [0, 1), on the CPU, decides how; equal
// draws give equal results. Returns the same shape, dtype and device.
using Augmentation = std::function<at::Tensor(const at::Tensor& inputs,
                                              const at::Tensor& draws)>;

// Registers an augmentation by name, so that a split read from a file can have
// it again. Called before main starts; aborts if the name is taken.
bool RegisterAugmentation(absl::string_view name, Augmentation augmentation);

// The augmentation of this name; empty if there is none.
Augmentation FindAugmentation(absl::string_view name);

// Inputs that are read on demand because they do not fit into memory.
class InputSource {
 public:
  virtual ~InputSource() = default;

  // The inputs of the examples at `indices` [M] int64 (on the CPU) as
  // [M, input_shape...] uint8 on the CPU, augmented by `draws` (see
  // Augmentation) unless these are undefined. Several threads may call it.
  // DataLoss, naming the file, if an example cannot be read.
  virtual absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                          const at::Tensor& draws) const = 0;
};

// N examples. Either `inputs` holds their inputs or `source` reads them.
struct Split {
  at::Tensor inputs;       // [N, input_shape...] float32, or uint8: see Batch.
  at::Tensor labels;       // [N] int64 in [0, K): the core feature's class. 0
                           // in a regression.
  at::Tensor bias_labels;  // [N] int64 in [0, B): the spurious feature's class.
                           // An example is bias-aligned if both are equal.
  std::shared_ptr<const InputSource> source = nullptr;
  Augmentation augmentation = nullptr;  // For `inputs`; may be empty.
  // [C, 1, 1] float32: of each channel, subtracted and divided by. Undefined: 0
  // and 1.
  at::Tensor mean = {}, stddev = {};
  // [N, num_targets] float32. Undefined in a classification.
  at::Tensor regression_targets = {};
  // The name under which `augmentation` is registered. Empty if it is not: such
  // a split cannot be stored in a file.
  std::string augmentation_name = "";
  // For inputs that are made from many files: SHA-256 over the names and sizes
  // of these files. Otherwise empty.
  std::string files_sha256 = "";

  int64_t size() const { return labels.size(0); }

  // What is to be predicted: [N] int64 labels or [N, num_targets] float32.
  const at::Tensor& targets() const {
    return regression_targets.defined() ? regression_targets : labels;
  }

  // Sets the augmentation that was registered as `name`.
  void AugmentBy(absl::string_view name);

  // The inputs of the examples at `indices` [M] int64 as stored:
  // [M, input_shape...] on the device of the labels. Augmented by `draws`
  // unless these are undefined.
  absl::StatusOr<at::Tensor> Stored(const at::Tensor& indices,
                                    const at::Tensor& draws = {}) const;

  // The same as a network reads them: float32, uint8 divided by 255, then
  // normalized by mean and stddev.
  absl::StatusOr<at::Tensor> Batch(const at::Tensor& indices,
                                   const at::Tensor& draws = {}) const;

  // Examples [begin, end) as Batch gives them.
  absl::StatusOr<at::Tensor> Range(int64_t begin, int64_t end) const;
};

struct Dataset {
  TaskSpec task;
  Split train;
  Split validation;  // For choosing hyperparameters.
  Split test;        // For reporting.
  // Further test splits by name, for metrics that use them.
  std::map<std::string, Split> extra_tests = {};
  // [input_shape...] bool: true where inputs show the spurious feature and
  // nothing of the core one. Undefined if no place does so in every example (of
  // the further test split "pattern", where there is a rare pattern).
  at::Tensor spurious_mask = {};
  // Whether validation and test are: label and bias label independent.
  bool unbiased = true;
  // Whether another seed gives other data.
  bool seeded = true;
  // The names of labels and bias labels; empty if they have none.
  std::vector<std::string> class_names = {}, bias_names = {};
  // Facts about the data for the record, such as images left out.
  // "pattern_class", where there is one, is the class of a rare pattern, which
  // the images of the further test split "pattern" show (bias/rare_pattern.h).
  Json notes = Json::object();

  // The split "train", "validation", "test" or one of extra_tests; nullptr if
  // no split has this name.
  const Split* Find(absl::string_view split) const;

  // The names that Find knows.
  std::vector<std::string> SplitNames() const;

  // Moves resident tensors; inputs from a source follow their labels.
  Dataset To(c10::Device device) const;
};

// OK if sizes, dtypes and label ranges of all splits and the mask fit the task
// and every resident input and regression target is finite. Internal, naming
// the split and the tensor, if not: datasets promise this.
absl::Status CheckDataset(const Dataset& dataset);

struct DatasetArgs {
  std::string data_root;  // Folder that holds the official files.
  int64_t seed = 0;       // The trial's; use Seed(seed, "dataset/...").
  // Where prepared images may be stored for other processes; empty: nowhere.
  std::string cache_folder = "";
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_DATASET_H_

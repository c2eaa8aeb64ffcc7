// What a dataset gives: three splits held in memory, with labels and bias
// labels. Training data carry the spurious correlation; validation and test are
// unbiased (label and bias label independent).
#ifndef BIGSTEP_DATASETS_DATASET_H_
#define BIGSTEP_DATASETS_DATASET_H_

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/registry.h"
#include "base/task.h"

namespace bigstep {

// N examples.
struct Split {
  at::Tensor inputs;       // [N, input_shape...] float32, or uint8: see Batch.
  at::Tensor labels;       // [N] int64 in [0, K): the core feature's class.
  at::Tensor bias_labels;  // [N] int64 in [0, B): the spurious feature's class.
                           // An example is bias-aligned if both are equal.

  int64_t size() const { return labels.size(0); }

  // The examples at `indices` [M] int64 as [M, input_shape...] float32. Values
  // stored as uint8 are divided by 255.
  at::Tensor Batch(const at::Tensor& indices) const;

  // Examples [begin, end) in the same form.
  at::Tensor Range(int64_t begin, int64_t end) const;
};

struct Dataset {
  TaskSpec task;
  Split train;
  Split validation;  // For choosing settings.
  Split test;        // For reporting.

  Dataset To(c10::Device device) const;
};

// OK if sizes, dtypes and label ranges of all splits fit the task and every
// input is finite. Internal, naming the split and the tensor, if not: datasets
// promise this.
absl::Status CheckDataset(const Dataset& dataset);

struct DatasetArgs {
  std::string data_root;  // Folder that holds the official files.
  int64_t seed = 0;       // The trial's; use Seed(seed, "dataset/...").
};

struct DatasetFamily {
  static constexpr char kPlural[] = "datasets";
  static constexpr char kSingular[] = "dataset";
  using Product = Dataset;
  using Args = DatasetArgs;
};
using Datasets = Registry<DatasetFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_DATASET_H_

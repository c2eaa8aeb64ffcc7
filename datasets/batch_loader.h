// The mini-batches of training, in random order, prefetched where that pays.
#ifndef BIGSTEP_DATASETS_BATCH_LOADER_H_
#define BIGSTEP_DATASETS_BATCH_LOADER_H_

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <deque>
#include <future>

#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

// M examples on the device of their split.
struct ExampleBatch {
  at::Tensor indices;  // [M] int64: which examples of the split.
  at::Tensor inputs;   // [M, input_shape...] float32, augmented.
  // [M] int64 labels, or [M, num_targets] float32 in a regression.
  at::Tensor targets;
};

// Concatenates random orders of all examples and cuts them into batches of
// equal size; a batch may span two orders. The batches are a function of the
// split, the batch size and the seed; prefetching does not change them.
class BatchLoader {
 public:
  // `split` outlives the loader. 1 <= batch_size <= split.size(). Random
  // streams of the trial's `seed`: "order", and "augmentation" if the split
  // uses it.
  BatchLoader(const Split& split, int64_t batch_size, int64_t seed);

  // Skips the first `batches` batches, without reading their inputs, to
  // continue a training. Called before Next, if at all.
  void Skip(int64_t batches);

  // The next batch, or the error of the split's source.
  absl::StatusOr<ExampleBatch> Next();

  // Waits until no thread makes a batch. None starts before the next Next.
  void Settle() const;

 private:
  // Whether making a batch is worth a thread, and takes random draws.
  bool MakesAhead() const;

  // Picks the examples of the next batch: [batch_size] int64 on the device.
  at::Tensor NextIndices();

  // The random numbers of the next batch: [batch_size, kAugmentationDraws].
  at::Tensor NextDraws();

  // Starts reading one more batch in a thread of its own.
  void Prefetch();

  const Split& split_;
  const int64_t batch_size_;
  at::Generator order_generator_;
  at::Generator augmentation_generator_;
  at::Tensor order_;
  int64_t next_ = 0;
  std::deque<std::future<absl::StatusOr<ExampleBatch>>> pending_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BATCH_LOADER_H_

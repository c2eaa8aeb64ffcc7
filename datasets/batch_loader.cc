#include "datasets/batch_loader.h"

#include <ATen/ATen.h>
#include <c10/core/Device.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <utility>

#include "base/exceptions.h"
#include "base/generator.h"
#include "base/log.h"
#include "base/seed.h"
#include "base/status.h"

namespace bigstep {
namespace {

// Batches read ahead of the one in use. Two keep a pool of decoding threads
// busy while a batch is handed over.
constexpr size_t kAhead = 2;

absl::StatusOr<ExampleBatch> Load(const Split& split, const at::Tensor& indices,
                                  const at::Tensor& draws) {
  ASSIGN_OR_RETURN(at::Tensor inputs, split.Batch(indices, draws));
  return ExampleBatch{indices, std::move(inputs),
                      split.targets().index_select(0, indices)};
}

}  // namespace

BatchLoader::BatchLoader(const Split& split, int64_t batch_size, int64_t seed)
    : split_(split),
      batch_size_(batch_size),
      order_generator_(MakeGenerator(Seed(seed, "order"))),
      augmentation_generator_(MakeGenerator(Seed(seed, "augmentation"))) {}

void BatchLoader::Skip(int64_t batches) {
  BIGSTEP_CHECK(pending_.empty()) << "batches are being read already";
  for (int64_t i = 0; i < batches; ++i) {
    NextIndices();
    if (MakesAhead()) NextDraws();
  }
}

absl::StatusOr<ExampleBatch> BatchLoader::Next() {
  if (!MakesAhead()) return Load(split_, NextIndices(), {});
  while (pending_.size() <= kAhead) Prefetch();
  absl::StatusOr<ExampleBatch> batch = pending_.front().get();
  pending_.pop_front();
  return batch;
}

void BatchLoader::Settle() const {
  for (const auto& batch : pending_) batch.wait();
}

bool BatchLoader::MakesAhead() const {
  // Picking rows of a resident tensor is cheaper than handing them over.
  return split_.source != nullptr || split_.augmentation;
}

at::Tensor BatchLoader::NextIndices() {
  while (!order_.defined() || order_.size(0) - next_ < batch_size_) {
    const at::Tensor fresh =
        at::randperm(split_.size(), order_generator_, at::kLong)
            .to(split_.labels.device());
    order_ =
        order_.defined() ? at::cat({order_.slice(0, next_), fresh}) : fresh;
    next_ = 0;
  }
  next_ += batch_size_;
  return order_.slice(0, next_ - batch_size_, next_);
}

at::Tensor BatchLoader::NextDraws() {
  return at::rand({batch_size_, kAugmentationDraws}, augmentation_generator_,
                  at::kDouble);
}

void BatchLoader::Prefetch() {
  // Everything random is drawn here, one batch after another.
  const at::Tensor indices = NextIndices();
  const at::Tensor draws = NextDraws();
  // The thread's work for a GPU is ordered with that of this one.
  const c10::Device device = split_.labels.device();
  const c10::Stream stream =
      c10::impl::VirtualGuardImpl(device.type()).getStream(device);
  pending_.push_back(
      std::async(std::launch::async, [&split = split_, indices, draws, stream] {
        const c10::StreamGuard guard(stream);
        return CatchExceptions([&] { return Load(split, indices, draws); });
      }));
}

}  // namespace bigstep

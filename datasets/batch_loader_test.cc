#include "datasets/batch_loader.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// N examples; input i is [i, -i], its label i % 3, its bias label i % 2.
Split Numbered(int64_t n) {
  const at::Tensor i = at::arange(n, at::kLong);
  return {at::stack({i, -i}, 1).to(at::kFloat), i.remainder(3), i.remainder(2)};
}

// Gives the same bytes as a resident split would, changed by the draws.
class FakeSource : public InputSource {
 public:
  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor& draws) const override {
    if (indices.eq(broken).any().item<bool>()) {
      return absl::DataLossError(absl::StrCat("image ", broken, " is broken"));
    }
    const at::Tensor extra = draws.defined()
                                 ? draws.select(1, 0).mul(100).to(at::kByte)
                                 : at::zeros_like(indices, at::kByte);
    return at::stack({indices.to(at::kByte), extra}, 1);
  }

  int64_t broken = -1;
};

Split Streamed(int64_t n, int64_t broken = -1) {
  Split split = Numbered(n);
  split.inputs = at::Tensor();
  auto source = std::make_shared<FakeSource>();
  source->broken = broken;
  split.source = source;
  return split;
}

std::vector<int64_t> Values(const at::Tensor& tensor) {
  return {tensor.data_ptr<int64_t>(),
          tensor.data_ptr<int64_t>() + tensor.numel()};
}

TEST(BatchLoaderTest, EveryOrderHoldsEveryExampleOnce) {
  const Split split = Numbered(10);
  BatchLoader loader(split, 5, 3);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::multiset<int64_t> seen;
    for (int half = 0; half < 2; ++half) {
      for (const int64_t i : Values(loader.Next()->indices)) seen.insert(i);
    }
    EXPECT_EQ(seen, (std::multiset<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }
}

TEST(BatchLoaderTest, ABatchMaySpanTwoOrders) {
  const Split split = Numbered(5);
  BatchLoader loader(split, 3, 0);
  std::multiset<int64_t> seen;
  for (int i = 0; i < 5; ++i) {
    const ExampleBatch batch = loader.Next().value();
    EXPECT_EQ(batch.inputs.size(0), 3);
    for (const int64_t index : Values(batch.indices)) seen.insert(index);
  }
  // 15 examples are three orders of 5.
  for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(seen.count(i), 3u);
}

TEST(BatchLoaderTest, RowsBelongTogether) {
  const Split split = Numbered(12);
  BatchLoader loader(split, 4, 1);
  const ExampleBatch batch = loader.Next().value();
  EXPECT_TRUE(batch.inputs.select(1, 0).equal(batch.indices.to(at::kFloat)));
  EXPECT_TRUE(batch.targets.equal(batch.indices.remainder(3)));
}

TEST(BatchLoaderTest, AStreamComesInTheOrderOfResidentData) {
  const Split resident = Numbered(20), streamed = Streamed(20);
  BatchLoader a(resident, 6, 7), b(streamed, 6, 7);
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(Values(a.Next()->indices), Values(b.Next()->indices));
  }
}

TEST(BatchLoaderTest, DrawsComeFromAStreamOfTheirOwn) {
  const Split split = Streamed(20);
  BatchLoader loader(split, 8, 5);
  // The draws that the loader documents, drawn here.
  at::Generator generator = MakeGenerator(Seed(5, "augmentation"));
  for (int i = 0; i < 4; ++i) {
    const at::Tensor draws =
        at::rand({8, kAugmentationDraws}, generator, at::kDouble);
    const at::Tensor expected = draws.select(1, 0).mul(100).to(at::kByte);
    EXPECT_TRUE(loader.Next()->inputs.select(1, 1).equal(
        expected.to(at::kFloat).div(255)));
  }
}

TEST(BatchLoaderTest, ResidentInputsAreAugmented) {
  Split split = Numbered(6);
  split.augmentation = [](const at::Tensor& inputs, const at::Tensor& draws) {
    return inputs * 0 + draws.select(1, 1).to(at::kFloat).unsqueeze(1);
  };
  BatchLoader loader(split, 6, 2), again(split, 6, 2), other(split, 6, 3);
  const at::Tensor inputs = loader.Next()->inputs;
  EXPECT_TRUE(inputs.equal(again.Next()->inputs));
  EXPECT_FALSE(inputs.equal(other.Next()->inputs));
}

TEST(BatchLoaderTest, TheErrorOfAnExampleComesWithItsBatch) {
  const Split split = Streamed(10, /*broken=*/4);
  BatchLoader loader(split, 2, 0);
  int64_t good = 0;
  absl::StatusOr<ExampleBatch> batch = loader.Next();
  for (; batch.ok(); batch = loader.Next()) {
    for (const int64_t i : Values(batch->indices)) EXPECT_NE(i, 4);
    ++good;
  }
  EXPECT_LT(good, 5);
  EXPECT_EQ(batch.status(), absl::DataLossError("image 4 is broken"));
}

TEST(BatchLoaderTest, SkippedBatchesAreThoseThatWouldHaveCome) {
  Split augmented = Numbered(20);
  augmented.augmentation = [](const at::Tensor& inputs,
                              const at::Tensor& draws) {
    return inputs + draws.slice(1, 0, 2).to(at::kFloat);
  };
  // 6 does not divide 20: the 4th batch spans two orders.
  for (const Split& split : {Numbered(20), Streamed(20), augmented}) {
    for (const int64_t skipped : {0, 1, 3, 4, 11}) {
      BatchLoader whole(split, 6, 7), rest(split, 6, 7);
      for (int64_t i = 0; i < skipped; ++i) ASSERT_OK(whole.Next());
      rest.Skip(skipped);
      for (int i = 0; i < 8; ++i) {
        const ExampleBatch a = whole.Next().value(), b = rest.Next().value();
        EXPECT_EQ(Values(a.indices), Values(b.indices));
        EXPECT_TRUE(a.inputs.equal(b.inputs));
      }
    }
  }
}

TEST(BatchLoaderTest, WhatIsSkippedIsNotRead) {
  // Where the one broken example comes in the first order.
  const Split split = Streamed(10, /*broken=*/4);
  BatchLoader whole(split, 1, 0);
  int64_t broken = 0;
  while (whole.Next().ok()) ++broken;
  ASSERT_LT(broken, 9);
  BatchLoader rest(split, 1, 0);
  rest.Skip(broken + 1);
  EXPECT_OK(rest.Next());
}

// Counts the batches that it has begun to load, and those that it has loaded.
class SlowSource final : public FakeSource {
 public:
  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor& draws) const override {
    ++begun;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ++loaded;
    return FakeSource::Load(indices, draws);
  }

  mutable std::atomic<int> begun = 0, loaded = 0;
};

TEST(BatchLoaderTest, OnceSettledNoBatchIsBeingRead) {
  Split split = Numbered(10);
  split.inputs = at::Tensor();
  const auto source = std::make_shared<SlowSource>();
  split.source = source;
  BatchLoader loader(split, 2, 0);
  for (int batch = 0; batch < 3; ++batch) {
    ASSERT_OK(loader.Next());
    loader.Settle();
    EXPECT_EQ(source->loaded, batch + 3);  // This one and two ahead.
    EXPECT_EQ(source->begun, source->loaded);
  }
}

TEST(BatchLoaderTest, MayGoWhileBatchesAreBeingRead) {
  const Split split = Streamed(10);
  BatchLoader loader(split, 2, 0);
  ASSERT_OK(loader.Next());
}

}  // namespace
}  // namespace bigstep

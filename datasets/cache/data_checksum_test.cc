#include "datasets/cache/data_checksum.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/testing.h"

namespace bigstep {
namespace {

Split TwoExamples(int64_t first) {
  return {at::arange(first, first + 4, at::kByte).view({2, 2}),
          at::tensor({0, 1}, at::kLong), at::tensor({1, 1}, at::kLong)};
}

Dataset SmallDataset() {
  Dataset dataset;
  dataset.task = {{2}, 2, 2};
  dataset.train = TwoExamples(0);
  dataset.validation = TwoExamples(4);
  dataset.test = TwoExamples(8);
  dataset.spurious_mask = at::tensor({0, 1}, at::kLong).to(at::kBool);
  return dataset;
}

TEST(DataChecksumTest, IsThatOfTheValuesAsPythonComputesIt) {
  // data_checksum_golden.py.
  EXPECT_EQ(DataSha256(SmallDataset()),
            "8ca14e0ab73295f09197d7c449bb3db1d7624b590d66d93aead70805ce6f67d2");
}

TEST(DataChecksumTest, AnyValueOfAnySplitChangesIt) {
  const std::function<void(Dataset&)> kChanges[] = {
      [](Dataset&) {},
      [](Dataset& d) { d.train.inputs[1][1] += 1; },
      [](Dataset& d) { d.test.labels[1] -= 1; },
      [](Dataset& d) { d.validation.bias_labels[0] -= 1; },
      [](Dataset& d) { d.spurious_mask[0] = true; },
      [](Dataset& d) { d.spurious_mask = at::Tensor(); },
      [](Dataset& d) { d.train.inputs = d.train.inputs.to(at::kFloat); },
      [](Dataset& d) { std::swap(d.validation, d.test); },
      [](Dataset& d) {
        d.train.inputs = d.train.inputs.view({2, 1, 2});
      },
      [](Dataset& d) { d.extra_tests["more"] = TwoExamples(0); },
      [](Dataset& d) { d.extra_tests["less"] = TwoExamples(0); },
      [](Dataset& d) { d.train.files_sha256 = "1"; },
      [](Dataset& d) { d.train.files_sha256 = "2"; },
  };
  std::set<std::string> checksums;
  for (const auto& change : kChanges) {
    Dataset dataset = SmallDataset();
    change(dataset);
    checksums.insert(DataSha256(dataset));
  }
  EXPECT_EQ(checksums.size(), std::size(kChanges));
}

TEST(DataChecksumTest, HowValuesLieInMemoryDoesNotCount) {
  Dataset dataset = SmallDataset();
  dataset.train.inputs = dataset.train.inputs.t().contiguous().t();
  EXPECT_FALSE(dataset.train.inputs.is_contiguous());
  EXPECT_EQ(DataSha256(dataset), DataSha256(SmallDataset()));
}

TEST(DataChecksumTest, WhatIsMadeOfFilesCountsByThese) {
  Dataset dataset = SmallDataset();
  dataset.train.files_sha256 = "1";
  const std::string kept = DataSha256(dataset);
  dataset.train.inputs = at::Tensor();  // Streamed, they are not there.
  EXPECT_EQ(DataSha256(dataset), kept);
}

TEST(DataChecksumTest, NormalizationIsNotData) {
  Dataset dataset = SmallDataset();
  dataset.train.mean = dataset.train.stddev = at::ones({1});
  EXPECT_EQ(DataSha256(dataset), DataSha256(SmallDataset()));
}

TEST(DataChecksumTest, CountsTheBytesOfTheSplits) {
  // 4 bytes and twice 2 integers of 8 bytes, three times.
  EXPECT_EQ(ResidentBytes(SmallDataset()), 3 * (4 + 2 * 2 * 8));
}

}  // namespace
}  // namespace bigstep

#include "base/named_tensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

namespace bigstep {
namespace {

NamedTensors Two() {
  return {{"a", at::zeros({2, 3})}, {"b", at::zeros({1}, at::kLong)}};
}

std::string Error(const NamedTensors& from, const NamedTensors& to) {
  const absl::Status status = CopyValues(from, to);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST(NamedTensorsTest, ValuesAreCopiedByName) {
  NamedTensors to = Two();
  to[0].second.set_requires_grad(true);  // As a parameter.
  const at::Tensor a = at::ones({2, 3});
  EXPECT_TRUE(CopyValues({{"b", at::full({1}, 7)}, {"a", a}}, to).ok());
  a.fill_(9);
  EXPECT_TRUE(to[0].second.eq(1).all().item<bool>());
  EXPECT_EQ(to[1].second.item<int64_t>(), 7);
  EXPECT_TRUE(CopyValues({}, {}).ok());
}

TEST(NamedTensorsTest, WhatDoesNotFitIsNamedAndNothingIsCopied) {
  const NamedTensors to = Two();
  const at::Tensor a = at::ones({2, 3}), b = at::ones({1}, at::kLong);
  EXPECT_EQ(Error({{"a", a}}, to), "tensor 'b' is missing");
  EXPECT_EQ(Error({{"a", a}, {"b", b}, {"c", b}}, to),
            "tensor 'c' is not expected");
  EXPECT_EQ(Error({{"a", a.t()}, {"b", b}}, to),
            "tensor 'a': expected Float [2, 3], found Float [3, 2]");
  EXPECT_EQ(Error({{"a", a}, {"b", b.to(at::kDouble)}}, to),
            "tensor 'b': expected Long [1], found Double [1]");
  EXPECT_TRUE(to[0].second.eq(0).all().item<bool>());
  EXPECT_EQ(to[1].second.item<int64_t>(), 0);
}

}  // namespace
}  // namespace bigstep

#include "models/model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/generator.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// Parameters at two levels and a buffer.
class TwoLevels : public Model {
 public:
  TwoLevels(float value, bool with_bias) {
    register_parameter("scale", at::full({2}, value));
    inner_ = register_module("inner", std::make_shared<torch::nn::Module>());
    inner_->register_parameter("weight", at::full({2, 3}, value + 1));
    if (with_bias) inner_->register_parameter("bias", at::full({2}, value + 2));
    register_buffer("mean", at::full({3}, value + 3));
    inner_->register_buffer("count", at::full({}, 7 + value, at::kLong));
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    return {inputs, inputs};
  }

 private:
  std::shared_ptr<torch::nn::Module> inner_;
};

TEST(ModelTest, ParametersHaveNamesAndNoBuffers) {
  const TwoLevels model(1, true);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : Parameters(model)) {
    names.push_back(name);
    EXPECT_TRUE(tensor.requires_grad()) << name;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"scale", "inner.weight", "inner.bias"}));
}

TEST(ModelTest, ParametersShareTheModelsStorage) {
  TwoLevels model(1, true);
  Parameters(model)[0].second.detach().fill_(5);
  EXPECT_TRUE(model.named_parameters()["scale"].eq(5).all().item<bool>());
}

TEST(ModelTest, CopyStateCopiesParametersAndBuffers) {
  const TwoLevels from(1, true);
  TwoLevels to(10, true);
  CopyState(from, to);
  EXPECT_TRUE(to.named_parameters()["scale"].eq(1).all().item<bool>());
  EXPECT_TRUE(to.named_parameters()["inner.weight"].eq(2).all().item<bool>());
  EXPECT_TRUE(to.named_parameters()["inner.bias"].eq(3).all().item<bool>());
  EXPECT_TRUE(to.named_buffers()["mean"].eq(4).all().item<bool>());
  EXPECT_EQ(to.named_buffers()["inner.count"].item<int64_t>(), 8);
}

TEST(ModelTest, TheCopyIsATrainableModelOfItsOwn) {
  TwoLevels from(1, true);
  TwoLevels to(10, true);
  CopyState(from, to);
  Parameters(from)[0].second.detach().fill_(99);
  from.named_buffers()["mean"].fill_(99);
  EXPECT_TRUE(to.named_parameters()["scale"].eq(1).all().item<bool>());
  EXPECT_TRUE(to.named_buffers()["mean"].eq(4).all().item<bool>());
  for (const auto& [name, tensor] : Parameters(to)) {
    EXPECT_TRUE(tensor.requires_grad()) << name;
    EXPECT_TRUE(tensor.is_leaf()) << name;
  }
}

// Draws from a generator of its own.
class Draws : public Model {
 public:
  explicit Draws(uint64_t seed)
      : generator_(RegisterGenerator("noise", MakeGenerator(seed))) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor noise = at::randn(inputs.sizes(), generator_);
    return {noise, noise};
  }

  // As a second part that shares the generator would do.
  void RegisterAgain() { RegisterGenerator("noise", generator_); }

 private:
  at::Generator generator_;
};

TEST(ModelTest, TheStateIsParametersBuffersAndGenerators) {
  const TwoLevels model(1, true);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : ModelState(model)) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"scale", "inner.weight", "inner.bias",
                                      "mean", "inner.count"}));
  const NamedTensors draws = ModelState(Draws(1));
  ASSERT_EQ(draws.size(), 1u);
  EXPECT_EQ(draws[0].first, "generator/noise");
  EXPECT_EQ(draws[0].second.scalar_type(), at::kByte);
}

TEST(ModelTest, AStateIsTakenOver) {
  const TwoLevels from(1, true);
  TwoLevels to(10, true);
  EXPECT_OK(SetModelState(ModelState(from), to));
  EXPECT_TRUE(to.named_parameters()["inner.bias"].eq(3).all().item<bool>());
  EXPECT_EQ(to.named_buffers()["inner.count"].item<int64_t>(), 8);
  TwoLevels other(1, false);
  EXPECT_EQ(SetModelState(ModelState(from), other),
            absl::InvalidArgumentError("tensor 'inner.bias' is not expected"));
}

TEST(ModelTest, AGeneratorGoesOnWhereTheOtherStood) {
  const at::Tensor inputs = at::zeros({5});
  Draws a(1), b(2);
  // An odd number: normal numbers are made in pairs, and one is kept.
  a.Forward(inputs);
  const NamedTensors state = ModelState(a);
  const at::Tensor next = a.Forward(inputs).logits;
  EXPECT_FALSE(next.equal(b.Forward(inputs).logits));
  ASSERT_OK(SetModelState(state, b));
  EXPECT_TRUE(next.equal(b.Forward(inputs).logits));
  EXPECT_TRUE(a.Forward(inputs).logits.equal(b.Forward(inputs).logits));
}

TEST(ModelTest, BytesThatAreNoGeneratorsStateAreRefused) {
  Draws model(1);
  NamedTensors state = ModelState(model);
  state[0].second = at::zeros_like(state[0].second);
  EXPECT_EQ(SetModelState(state, model).code(), absl::StatusCode::kInternal);
}

TEST(ModelDeathTest, GeneratorsHaveDifferentNames) {
  Draws model(1);
  EXPECT_DEATH(model.RegisterAgain(), "two generators are named noise");
}

TEST(ModelDeathTest, ModelsOfDifferentKindsAreNotCopied) {
  const TwoLevels from(1, true);
  TwoLevels to(1, false);
  EXPECT_DEATH(CopyState(from, to), "models differ: 3 against 2 tensors");
}

}  // namespace
}  // namespace bigstep

#include "models/model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

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

TEST(ModelDeathTest, ModelsOfDifferentKindsAreNotCopied) {
  const TwoLevels from(1, true);
  TwoLevels to(1, false);
  EXPECT_DEATH(CopyState(from, to), "models differ: 3 against 2 tensors");
}

}  // namespace
}  // namespace bigstep

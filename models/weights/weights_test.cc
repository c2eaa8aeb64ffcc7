#include "models/weights/weights.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/json.h"
#include "base/safetensors.h"
#include "base/testing.h"
#include "models/weights/weights_options.h"

namespace bigstep {
namespace {

// Parameters at two levels, and the buffers of a batch norm.
class Net : public torch::nn::Module {
 public:
  explicit Net(float value, int64_t classes = 3) {
    register_parameter("scale", at::full({2}, value));
    auto norm = register_module("norm", std::make_shared<torch::nn::Module>());
    norm->register_buffer("running_mean", at::full({2}, value));
    norm->register_buffer("num_batches_tracked",
                          at::full({}, static_cast<int64_t>(value), at::kLong));
    auto fc = register_module("fc", std::make_shared<torch::nn::Module>());
    fc->register_parameter("weight", at::full({classes, 2}, value));
    fc->register_parameter("bias", at::full({classes}, value));
  }
};

using Tensors = std::map<std::string, at::Tensor>;

const Head kHead = {{"fc.weight", "fc.bias"}, /*is_new=*/false};
const Head kNewHead = {{"fc.weight", "fc.bias"}, /*is_new=*/true};

// By name; copies.
Tensors StateOf(const torch::nn::Module& module) {
  Tensors state;
  for (const auto& item : module.named_parameters()) {
    state[item.key()] = item.value().detach().clone();
  }
  for (const auto& item : module.named_buffers()) {
    state[item.key()] = item.value().clone();
  }
  return state;
}

bool AllEqual(const torch::nn::Module& module, float value) {
  for (const auto& [name, tensor] : StateOf(module)) {
    if (!tensor.eq(value).all().item<bool>()) return false;
  }
  return true;
}

class WeightsTest : public testing::Test {
 protected:
  // Writes `tensors` and loads them into `net`.
  absl::Status Load(const Tensors& tensors, Net& net, const Head& head = {}) {
    EXPECT_OK(WriteFileAtomically(path_, FormatSafetensors(tensors)));
    return LoadWeights(path_, net, head);
  }

  // Expects that loading fails, changing nothing, with this message after the
  // path.
  void ExpectError(const Tensors& tensors, const std::string& message,
                   const Head& head = {}) {
    Net net(1);
    const absl::Status status = Load(tensors, net, head);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(
        std::string(status.message()),
        absl::StrCat(path_, ": the weights do not fit the model; ", message));
    EXPECT_TRUE(AllEqual(net, 1));
  }

  const std::string path_ = MakeTestFolder() + "/net.safetensors";
};

TEST_F(WeightsTest, WhatWasSavedIsLoaded) {
  ASSERT_OK(WriteFileAtomically(path_, FormatWeights(Net(5))));
  Net net(1);
  ASSERT_OK(LoadWeights(path_, net));
  EXPECT_TRUE(AllEqual(net, 5));
  for (const auto& item : net.named_parameters()) {
    EXPECT_TRUE(item.value().requires_grad() && item.value().is_leaf());
  }
}

TEST_F(WeightsTest, SavesParametersAndBuffers) {
  ASSERT_OK(WriteFileAtomically(path_, FormatWeights(Net(5))));
  const auto file = ReadFile(path_);
  ASSERT_OK(file);
  const auto stored = ParseSafetensors(*file);
  ASSERT_OK(stored);
  std::vector<std::string> names;
  for (const auto& [name, tensor] : *stored) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"fc.bias", "fc.weight",
                                             "norm.num_batches_tracked",
                                             "norm.running_mean", "scale"}));
}

TEST_F(WeightsTest, FloatingPointTypesAreConverted) {
  // A double that is not a float, a half and a bfloat16: 64 bits of 1 + 2^-30,
  // 0x3e00 = 1.5, 0xc000 = -2.
  const std::string header =
      R"({"norm.running_mean":{"dtype":"F64","shape":[2],"data_offsets":[0,16]})"
      R"(,"fc.bias":{"dtype":"F16","shape":[3],"data_offsets":[16,22]})"
      R"(,"scale":{"dtype":"BF16","shape":[2],"data_offsets":[22,26]})"
      R"(,"fc.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[26,50]}})";
  const double value = 1 + 0x1p-30;
  std::string file = {static_cast<char>(header.size() % 256),
                      static_cast<char>(header.size() / 256)};
  file += std::string(6, '\0') + header;
  for (int i = 0; i < 2; ++i) {
    file.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  for (int i = 0; i < 3; ++i) file += std::string{0, 0x3e};
  for (int i = 0; i < 2; ++i) file += std::string{0, '\xc0'};
  file += std::string(24, '\0');
  ASSERT_OK(WriteFileAtomically(path_, file));
  Net net(7);
  ASSERT_OK(LoadWeights(path_, net));
  const Tensors state = StateOf(net);
  EXPECT_TRUE(state.at("norm.running_mean").equal(at::full({2}, 1.f)));
  EXPECT_TRUE(state.at("fc.bias").equal(at::full({3}, 1.5f)));
  EXPECT_TRUE(state.at("scale").equal(at::full({2}, -2.f)));
  EXPECT_TRUE(state.at("fc.weight").equal(at::zeros({3, 2})));
  // The counter, absent from the file, stays.
  EXPECT_EQ(state.at("norm.num_batches_tracked").item<int64_t>(), 7);
}

TEST_F(WeightsTest, ListsEveryDifference) {
  Tensors tensors = StateOf(Net(5));
  tensors.erase("scale");
  tensors["Scale"] = at::zeros({2});
  tensors["norm.running_mean"] = at::zeros({2, 1});
  tensors["norm.num_batches_tracked"] = at::zeros({});
  tensors["fc.bias"] = at::zeros({3}, at::kLong);
  ExpectError(tensors,
              "missing from the file: scale; not in the model: Scale; of "
              "another shape: norm.running_mean ([2, 1] in the file, [2] in "
              "the model); of another type: fc.bias (Long in the file, Float "
              "in the model), norm.num_batches_tracked (Float in the file, "
              "Long in the model)");
}

TEST_F(WeightsTest, ListsOfManyAreCut) {
  Tensors tensors = StateOf(Net(5));
  for (int i = 0; i < 10; ++i) tensors[absl::StrCat("x", i)] = at::zeros({1});
  ExpectError(tensors, "not in the model: x0, x1, x2, x3 and 6 more");
}

TEST_F(WeightsTest, AHeadForOtherClassesIsExplained) {
  const Tensors tensors = StateOf(Net(5, /*classes=*/1000));
  const std::string differences =
      "of another shape: fc.bias ([1000] in the file, [3] in the model), "
      "fc.weight ([1000, 2] in the file, [3, 2] in the model)";
  const std::string advice =
      "; if the file's last layer (fc.weight, fc.bias) serves other classes, "
      "set new_head: true to begin with a fresh one";
  ExpectError(tensors, differences + advice, kHead);
  ExpectError(tensors, differences);  // No layer was named as the head.
  // The advice is not for other mistakes.
  Tensors other = StateOf(Net(5));
  other.erase("scale");
  ExpectError(other, "missing from the file: scale", kHead);
}

TEST_F(WeightsTest, ANewHeadKeepsItsValues) {
  Tensors without_head = StateOf(Net(5));
  without_head.erase("fc.weight");
  without_head.erase("fc.bias");
  // For other classes, for the same, and with none at all.
  for (const Tensors& tensors :
       {StateOf(Net(5, /*classes=*/1000)), StateOf(Net(5)), without_head}) {
    Net net(1);
    ASSERT_OK(Load(tensors, net, kNewHead));
    for (const auto& [name, tensor] : StateOf(net)) {
      const bool in_head = name == "fc.weight" || name == "fc.bias";
      EXPECT_TRUE(tensor.eq(in_head ? 1 : 5).all().item<bool>()) << name;
    }
  }
}

TEST_F(WeightsTest, ANewHeadExcusesNothingElse) {
  Tensors tensors = StateOf(Net(5, /*classes=*/1000));
  tensors.erase("scale");
  ExpectError(tensors, "missing from the file: scale", kNewHead);
}

TEST_F(WeightsTest, AMalformedFileIsNamed) {
  ASSERT_OK(WriteFileAtomically(path_, std::string(8, '\0') + "x"));
  Net net(1);
  const absl::Status status = LoadWeights(path_, net);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(
      std::string(status.message()),
      absl::StrCat(path_,
                   ": not valid JSON at byte 1; in the header; this is not a "
                   "whole safetensors file; what torch.save wrote is turned "
                   "into one by safetensors.torch.save_file(torch.load(old), "
                   "new)"));
}

TEST_F(WeightsTest, NumbersThatAreNotFiniteFloatsAreRefused) {
  // The last is a finite double beyond float32.
  for (const double value : std::vector<double>{NAN, -INFINITY, 1e39}) {
    Tensors tensors = StateOf(Net(5));
    tensors["fc.bias"] = at::tensor({0.0, value, 0.0}, at::kDouble);
    Net net(1);
    EXPECT_EQ(Load(tensors, net),
              absl::DataLossError(absl::StrCat(
                  path_,
                  ": fc.bias: expected finite values, found 1 of 3 that are "
                  "not (NaN, infinite or beyond Float); use another file")))
        << value;
    EXPECT_TRUE(AllEqual(net, 1));
    // A tensor that is not loaded does not matter; trained weights are what
    // they are.
    EXPECT_OK(Load(tensors, net, kNewHead));
    EXPECT_OK(SetWeights(FormatSafetensors(tensors), net));
  }
}

TEST_F(WeightsTest, AMissingFileIsNotFound) {
  Net net(1);
  const absl::Status status = LoadWeights(path_, net);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(status.message()).find(path_), std::string::npos);
  EXPECT_FALSE(
      WriteFileAtomically(path_ + "/below/a/file", FormatWeights(net)).ok());
}

TEST(WeightsDeathTest, TheHeadMustExist) {
  const std::string path = MakeTestFolder() + "/net.safetensors";
  Net net(1);
  ASSERT_OK(WriteFileAtomically(path, FormatWeights(net)));
  EXPECT_DEATH((void)LoadWeights(path, net, {{"head.weight"}}),
               "the module has no head.weight");
}

TEST_F(WeightsTest, AFileWithAnotherChecksumIsRefused) {
  ASSERT_OK(WriteFileAtomically(path_, FormatWeights(Net(5))));
  const std::string sha256 = Sha256Hex(*ReadFile(path_));
  Net net(1);
  ASSERT_OK(LoadWeights(path_, net, {}, sha256));
  EXPECT_TRUE(AllEqual(net, 5));
  ASSERT_OK(WriteFileAtomically(path_, FormatWeights(Net(6))));
  const std::string found = Sha256Hex(*ReadFile(path_));
  EXPECT_EQ(LoadWeights(path_, net, {}, sha256),
            absl::FailedPreconditionError(
                absl::StrCat(path_, ": expected the weights with SHA-256 ",
                             sha256, " (weights_sha256), found ", found)));
  EXPECT_TRUE(AllEqual(net, 5));
}

TEST_F(WeightsTest, OptionsMayNameAFileAndItsChecksum) {
  ASSERT_OK(WriteFileAtomically(path_, FormatWeights(Net(5))));
  Net net(1);
  WeightsOptions options;
  ASSERT_OK(StartFromWeights(options, {}, net));
  EXPECT_TRUE(AllEqual(net, 1));
  options.weights_sha256 = Sha256Hex(*ReadFile(path_));
  EXPECT_EQ(StartFromWeights(options, {}, net).code(),
            absl::StatusCode::kInvalidArgument);
  options.weights = path_;
  ASSERT_OK(StartFromWeights(options, {}, net));
  EXPECT_TRUE(AllEqual(net, 5));
  options.weights_sha256 = "feed";
  EXPECT_EQ(StartFromWeights(options, {}, net).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace bigstep

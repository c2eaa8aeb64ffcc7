// Weights of a network from and to files, for fine-tuning and for other tools.
#ifndef BIGSTEP_MODELS_WEIGHTS_WEIGHTS_H_
#define BIGSTEP_MODELS_WEIGHTS_WEIGHTS_H_

#include <torch/nn/module.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/safetensors.h"

namespace bigstep {

// The last layer of a network, whose shape depends on the number of classes.
struct Head {
  std::vector<std::string> names;  // Its parameters: fc.weight, fc.bias.
  // Leave it unchanged instead of loading it: the option `new_head` of a model.
  bool is_new = false;
};

// Copies the tensors of a safetensors file into the module's parameters and
// buffers of equal names, converting among floating-point types. The counters
// `num_batches_tracked` may be absent, as in weights older than PyTorch 0.4.1.
// Errors leave the module unchanged: NotFound without the file,
// FailedPrecondition if its SHA-256 is not `sha256` (empty: any), DataLoss if
// it is malformed or a number is not finite in the type of the module,
// InvalidArgument with a list if tensors are missing from it, unknown to the
// module, or of another shape or kind of type.
absl::Status LoadWeights(const std::string& path, torch::nn::Module& module,
                         const Head& head = {}, const std::string& sha256 = "");

// The same for the bytes of a safetensors file, all of whose tensors are
// loaded, finite or not.
absl::Status SetWeights(absl::string_view file, torch::nn::Module& module);

// The bytes of a safetensors file with the parameters and buffers, float32 or
// int64, and with `metadata`.
std::string FormatWeights(const torch::nn::Module& module,
                          const Metadata& metadata = {});

// The size of their values, in bytes.
int64_t WeightsBytes(const torch::nn::Module& module);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_WEIGHTS_WEIGHTS_H_

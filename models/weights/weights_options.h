// Options that every model has whose weights may come from a file.
#ifndef BIGSTEP_MODELS_WEIGHTS_WEIGHTS_OPTIONS_H_
#define BIGSTEP_MODELS_WEIGHTS_WEIGHTS_OPTIONS_H_

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/schema.h"

namespace bigstep {

struct WeightsOptions {
  std::string weights;
  std::string weights_sha256;
  bool new_head = false;
};

// Describes the fields of WeightsOptions in the schema of a struct derived from
// it. The model names its tensors as torchvision does.
template <class Options>
void DescribeWeightsOptions(Schema<Options>& s) {
  s.Field("weights", &WeightsOptions::weights)
      .Doc(
          "safetensors file to start from, with torchvision's names; empty for "
          "random weights");
  s.Field("weights_sha256", &WeightsOptions::weights_sha256)
      .ChecksumOf("weights")
      .Doc(
          "SHA-256 of that file, part of the identity of a trial; left out, a "
          "study takes it from the file when it is planned. A file with "
          "another checksum is an error");
  s.Field("new_head", &WeightsOptions::new_head)
      .Doc("keep the initial last layer instead of loading it");
}

// Loads the file that the options name, if any, into `model`, whose last layer
// has the parameters `head`. Errors: those of LoadWeights; InvalidArgument for
// a checksum without a file.
absl::Status StartFromWeights(const WeightsOptions& options,
                              std::vector<std::string> head,
                              torch::nn::Module& model);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_WEIGHTS_WEIGHTS_OPTIONS_H_

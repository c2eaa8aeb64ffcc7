#include "models/weights/weights_options.h"

#include <utility>

#include "absl/status/status.h"
#include "base/files.h"
#include "base/status.h"
#include "models/weights/weights.h"

namespace bigstep {

absl::Status StartFromWeights(const WeightsOptions& options,
                              std::vector<std::string> head,
                              torch::nn::Module& model) {
  if (options.weights.empty()) {
    if (options.weights_sha256.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "weights_sha256 is the checksum of no file: give 'weights', or leave "
        "it out");
  }
  ASSIGN_OR_RETURN(const std::string path, UserPath(options.weights));
  return LoadWeights(path, model, {std::move(head), options.new_head},
                     options.weights_sha256);
}

}  // namespace bigstep

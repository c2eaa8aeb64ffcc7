#include "models/weights/weights_options.h"

#include <utility>

#include "base/files.h"
#include "models/weights/weights.h"

namespace bigstep {

absl::Status StartFromWeights(const WeightsOptions& options,
                              std::vector<std::string> head,
                              torch::nn::Module& model) {
  if (options.weights.empty()) return absl::OkStatus();
  return LoadWeights(UserPath(options.weights), model,
                     {std::move(head), options.new_head});
}

}  // namespace bigstep

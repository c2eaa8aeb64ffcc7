#include "models/layers/stochastic_depth.h"

#include <ATen/ATen.h>

#include <vector>

namespace bigstep {

at::Tensor DropRows(const at::Tensor& branch, double drop_probability,
                    at::Generator& generator) {
  if (drop_probability == 0) return branch;
  // One factor for each row, [N, 1, ...].
  std::vector<int64_t> sizes(branch.dim(), 1);
  sizes[0] = branch.size(0);
  // Comparing uniform draws, unlike LibTorch's Bernoulli sampler, gives the
  // same draws with every build of LibTorch.
  const at::Tensor factors =
      at::rand(sizes, generator).ge(drop_probability).to(at::kFloat) /
      (1 - drop_probability);
  return branch * factors.to(branch.device());
}

}  // namespace bigstep

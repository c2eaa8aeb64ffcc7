#include "models/model.h"

#include <c10/core/GradMode.h>

#include "base/log.h"

namespace bigstep {
namespace {

template <class Items>
void CopyItems(const Items& from, const Items& to) {
  BIGSTEP_CHECK(from.size() == to.size())
      << "models differ: " << from.size() << " against " << to.size()
      << " tensors";
  for (size_t i = 0; i < from.size(); ++i) to[i].value().copy_(from[i].value());
}

}  // namespace

NamedTensors Parameters(const Model& model) {
  NamedTensors parameters;
  for (const auto& item : model.named_parameters()) {
    parameters.emplace_back(item.key(), item.value());
  }
  return parameters;
}

void CopyState(const Model& from, Model& to) {
  const c10::NoGradGuard no_grad;
  CopyItems(from.named_parameters(), to.named_parameters());
  CopyItems(from.named_buffers(), to.named_buffers());
}

}  // namespace bigstep

#include "models/model.h"

#include <c10/core/GradMode.h>

#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/log.h"
#include "base/status.h"

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

at::Generator Model::RegisterGenerator(const std::string& name,
                                       const at::Generator& generator) {
  for (const auto& [known, other] : generators_) {
    BIGSTEP_CHECK(known != name) << "two generators are named " << name;
  }
  generators_.emplace_back(name, generator);
  return generator;
}

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

NamedTensors ModelState(const Model& model) {
  NamedTensors state = Parameters(model);
  for (const auto& item : model.named_buffers()) {
    state.emplace_back(item.key(), item.value());
  }
  for (const auto& [name, generator] : model.generators()) {
    state.emplace_back(absl::StrCat("generator/", name), generator.get_state());
  }
  return state;
}

absl::Status SetModelState(const NamedTensors& state, Model& model) {
  // The tensors of generators are copies, the last ones in the list.
  const NamedTensors present = ModelState(model);
  RETURN_IF_ERROR(CopyValues(state, present));
  return CatchExceptions([&] {
    size_t i = present.size() - model.generators().size();
    for (const auto& [name, generator] : model.generators()) {
      at::Generator(generator).set_state(present[i++].second);
    }
    return absl::OkStatus();
  });
}

}  // namespace bigstep

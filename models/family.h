// The registry of models, for code that reads specs and needs no LibTorch.
#ifndef BIGSTEP_MODELS_FAMILY_H_
#define BIGSTEP_MODELS_FAMILY_H_

#include "base/registry.h"

namespace bigstep {

class Model;
struct ModelArgs;

struct ModelFamily {
  static constexpr char kPlural[] = "models";
  static constexpr char kSingular[] = "model";
  using Product = Model;
  using Args = ModelArgs;
};
using Models = Registry<ModelFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_FAMILY_H_

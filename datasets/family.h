// The registry of datasets, for code that reads specs and needs no LibTorch.
#ifndef BIGSTEP_DATASETS_FAMILY_H_
#define BIGSTEP_DATASETS_FAMILY_H_

#include "base/registry.h"

namespace bigstep {

struct Dataset;
struct DatasetArgs;

struct DatasetFamily {
  static constexpr char kPlural[] = "datasets";
  static constexpr char kSingular[] = "dataset";
  using Product = Dataset;
  using Args = DatasetArgs;
};
using Datasets = Registry<DatasetFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FAMILY_H_

// Quantities that the learning rate forms with other hyperparameters, and that
// may explain a result where none of them does alone.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DERIVED_QUANTITY_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DERIVED_QUANTITY_H_

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace bigstep {

struct DerivedQuantity {
  std::string name;     // In tables: "noise_scale".
  std::string title;    // "noise scale".
  std::string formula;  // "lr / (1 - momentum) / batch_size".
  // Its value, above 0, for the settings of a trial, of any origin; nothing if
  // it is not defined for them.
  std::optional<double> (*of)(const Json& trial) = nullptr;
};

// The effective step of gradient descent with momentum, lr / (1 - momentum):
// the step that a constant gradient of 1 leads to in the long run; and the
// scale of the noise of mini-batches, the effective step / batch_size (Smith et
// al. 2018, https://arxiv.org/abs/1711.00489, without the factor of the size of
// the dataset). Before a schedule scales the rate. Defined for sgd and
// momentum, also as the base of sam and asam: adam's steps do not grow with the
// gradient.
const std::vector<DerivedQuantity>& DerivedQuantities();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_DERIVED_QUANTITY_H_

// The network of testdata/make_weight_goldens.py, and numpy's results for it.
#ifndef BIGSTEP_METRICS_WEIGHT_GOLDENS_H_
#define BIGSTEP_METRICS_WEIGHT_GOLDENS_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/json.h"
#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {

inline TinyNet FormulaNet() {
  const auto count = [](int64_t n) { return at::arange(n, at::kDouble); };
  return TinyNet((count(24) + 0.5).sin().view({4, 6}).to(at::kFloat),
                 (count(12) * 1.7).cos().pow(3).view({3, 4}).to(at::kFloat));
}

// The same in all splits.
inline Dataset TenExamples() {
  const Split split = {
      (at::arange(60, at::kDouble) * 0.9).sin().view({10, 6}).to(at::kFloat),
      at::arange(10, at::kLong).remainder(3), at::zeros({10}, at::kLong)};
  return {{{6}, 3, 1}, split, split, split};
}

// The result of the metric `spec` on `net`; expects that the network does not
// change and that the batch size does not matter.
inline Json ComputeOn(TinyNet& net, const Dataset& dataset,
                      const std::string& spec) {
  const NetworkState before(net);
  const auto compute = [&](int64_t batch_size) {
    Evaluation evaluation(dataset, net, net.Maker(),
                          {.batch_size = batch_size});
    const absl::StatusOr<Json> values =
        MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
    EXPECT_OK(values);
    return values.value_or(Json());
  };
  const Json values = compute(1000), pieces = compute(3);
  for (const auto& [name, value] : values.items()) {
    // 1e-6: float32 products that add in another order.
    if (value.is_number_float()) {
      EXPECT_NEAR(pieces[name].get<double>(), value.get<double>(),
                  1e-6 * std::abs(value.get<double>()))
          << name;
    }
  }
  EXPECT_TRUE(NetworkState(net) == before);
  return values;
}

// For ExpectGoldens: the network holds the weights as float32, 6e-8 of their
// size, some tens of them in a sum.
inline constexpr double kGoldenTolerance = 1e-6;

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHT_GOLDENS_H_

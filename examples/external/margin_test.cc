#include <gtest/gtest.h>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

TEST(MarginTest, ByHand) {
  TinyNet net = IdentityNet(3);
  Dataset dataset = {{{3}, /*num_classes=*/3, /*num_biases=*/3}, {}, {}, {}};
  dataset.train = dataset.validation = dataset.test =
      PredictedSplit({{/*label=*/0, /*bias_label=*/0, /*prediction=*/0},
                      {/*label=*/1, /*bias_label=*/0, /*prediction=*/2},
                      {/*label=*/2, /*bias_label=*/1, /*prediction=*/2},
                      {/*label=*/1, /*bias_label=*/1, /*prediction=*/1}},
                     3);
  Evaluation evaluation(dataset, net, net.Maker(), Evaluation::Options());
  const auto values =
      MakePlugin<MetricFamily>("{name: margin}", {})->Compute(evaluation);
  ASSERT_OK(values);
  // The logits are one-hot: margins 1, -1, 1, 1.
  EXPECT_EQ((*values)["mean"], 0.5);
}

}  // namespace
}  // namespace bigstep

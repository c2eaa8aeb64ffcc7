#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

TEST(ToyTest, CountsPredictionsAboveTheThreshold) {
  TinyNet net = IdentityNet(3);
  Dataset dataset = {{{3}, /*num_classes=*/3, /*num_biases=*/3}, {}, {}, {}};
  dataset.train = dataset.validation = dataset.test = PredictedSplit(
      {{/*label=*/0, /*bias_label=*/0, /*prediction=*/0}, {1, 0, 1}}, 3);
  Evaluation evaluation(dataset, net, net.Maker(), Evaluation::Options());
  // By hand: logits 1, 0, 0 give the largest probability e / (e + 2) = 0.576.
  for (const auto& [threshold, share] : {std::pair{0.57, 1.0}, {0.58, 0.0}}) {
    const auto metric = MakePlugin<MetricFamily>(
        absl::StrCat("{name: toy, threshold: ", threshold, "}"), {});
    const auto values = metric->Compute(evaluation);
    ASSERT_OK(values);
    EXPECT_EQ((*values)["confident"], share);
  }
}

}  // namespace
}  // namespace bigstep

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "metrics/weight_goldens.h"

namespace bigstep {
namespace {

// hidden [1, d], out [2, 1].
Json OfRow(const std::vector<float>& row, const std::string& options) {
  const auto d = static_cast<int64_t>(row.size());
  TinyNet net(at::tensor(row).view({1, d}), at::ones({2, 1}));
  const Split split = {at::ones({3, d}), at::zeros({3}, at::kLong),
                       at::zeros({3}, at::kLong)};
  return ComputeOn(net, {{{d}, 2, 1}, split, split, split},
                   "{name: parameter_compressibility, " + options + "}");
}

TEST(ParameterCompressibilityTest, IsThatOfNumpy) {
  TinyNet net = FormulaNet();
  ExpectGoldens(ComputeOn(net, TenExamples(),
                          "{name: parameter_compressibility, kappa: 0.3}"),
                "parameter_compressibility.txt", kGoldenTolerance);
}

TEST(ParameterCompressibilityTest, ByHand) {
  // Of 3, -4, 0, 12, 84 (norm^2 7225 = 85^2) the largest two of five are kept
  // by kappa 0.4: 3 and 4 are lost, norm 5.
  const Json values = OfRow({3, -4, 0, 12, 84}, "kappa: 0.4");
  // 1e-7: the numbers are exact in float32, the quotient is not.
  EXPECT_NEAR(values["layers"][0].get<double>(), 1 - 5. / 85, 1e-7);
  // out is two ones, of which one is kept.
  EXPECT_NEAR(values["layers"][1].get<double>(), 1 - std::sqrt(0.5), 1e-7);
  // As rows, those of out have one entry each and lose nothing:
  // 1 - floor(0.6 * 1) = 1 kept.
  EXPECT_NEAR(values["row"].get<double>(), (1 - 5. / 85 + 1) / 2, 1e-7);
  EXPECT_NEAR(values["layer"].get<double>(),
              (1 - 5. / 85 + 1 - std::sqrt(0.5)) / 2, 1e-7);
  // All seven: floor(4.2) = 4 dropped, 0, 1, 1, 3.
  EXPECT_NEAR(values["network"].get<double>(), 1 - std::sqrt(11. / 7227), 1e-7);
}

TEST(ParameterCompressibilityTest, TheNumberOfKeptEntriesIsRoundedUp) {
  // Equal magnitudes: 1 - sqrt(dropped / d). floor(0.9 * 10) = 9 and
  // floor(0.9 * 11) = 9.
  for (const auto& [d, dropped] : {std::pair{10, 9}, {11, 9}, {20, 18}}) {
    const Json values = OfRow(std::vector<float>(d, -2), "kappa: 0.1");
    EXPECT_NEAR(values["layers"][0].get<double>(),
                1 - std::sqrt(static_cast<double>(dropped) / d), 1e-7);
  }
  // 1 - 0.9 is 0.0999... in binary; one of ten is still removed.
  EXPECT_NEAR(OfRow(std::vector<float>(10, -2), "kappa: 0.9")["layers"][0]
                  .get<double>(),
              1 - std::sqrt(0.1), 1e-7);
  EXPECT_EQ(OfRow({1, 2, 3}, "kappa: 1")["network"], 1);
}

TEST(ParameterCompressibilityTest, AZeroTensorLosesNothing) {
  const Json values = OfRow({0, 0, 0}, "kappa: 0.1");
  EXPECT_EQ(values["layers"][0], 1);
}

TEST(ParameterCompressibilityTest, AnInfiniteWeightLeavesNothingToSay) {
  TinyNet net = FormulaNet();
  net.hidden()[0][0] = std::numeric_limits<float>::infinity();
  const Dataset dataset = TenExamples();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto metric = MakePlugin<MetricFamily>("parameter_compressibility", {});
  const absl::StatusOr<Json> values = metric->Compute(evaluation);
  ASSERT_OK(values);
  for (const ResultSpec& result : metric->Traits().results) {
    EXPECT_EQ(values->at(result.name), nullptr) << result.name;
  }
}

}  // namespace
}  // namespace bigstep

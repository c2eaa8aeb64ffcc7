#include "experiments/report/analysis/derived_quantity.h"

#include <gtest/gtest.h>

#include <optional>

namespace bigstep {
namespace {

Json Trial(const Json& optimizer) {
  return {{"optimizer", optimizer}, {"training", {{"batch_size", 50}}}};
}

std::optional<double> EffectiveStep(const Json& trial) {
  return DerivedQuantities()[0].of(trial);
}

std::optional<double> NoiseScale(const Json& trial) {
  return DerivedQuantities()[1].of(trial);
}

TEST(DerivedQuantityTest, IsThatOfTheFormula) {
  EXPECT_EQ(DerivedQuantities()[0].name, "effective_step");
  EXPECT_EQ(DerivedQuantities()[1].name, "noise_scale");
  const Json sgd = Trial({{"name", "sgd"}, {"lr", 0.5}});
  EXPECT_EQ(EffectiveStep(sgd), 0.5);
  EXPECT_EQ(NoiseScale(sgd), 0.01);
  const Json momentum =
      Trial({{"name", "momentum"}, {"lr", 0.5}, {"momentum", 0.75}});
  EXPECT_EQ(EffectiveStep(momentum), 2);
  EXPECT_EQ(NoiseScale(momentum), 0.04);
  const Json asam =
      Trial({{"name", "asam"},
             {"lr", 0.5},
             {"base", {{"name", "momentum"}, {"momentum", 0.5}}}});
  EXPECT_EQ(EffectiveStep(asam), 1);
}

TEST(DerivedQuantityTest, IsUndefinedForOthers) {
  for (const Json& optimizer :
       {Json({{"name", "adam"}, {"lr", 0.5}}),
        Json({{"name", "asam"}, {"lr", 0.5}, {"base", {{"name", "adam"}}}}),
        Json({{"name", "momentum"}, {"lr", 0.5}, {"momentum", 1}}),
        Json({{"name", "momentum"}, {"lr", 0.5}}),
        Json({{"name", "sgd"}, {"lr", "fast"}}),
        Json({{"name", "sgd"}, {"lr", 0}}), Json({{"name", "sgd"}}),
        Json("sgd"), Json()}) {
    EXPECT_EQ(EffectiveStep(Trial(optimizer)), std::nullopt) << optimizer;
    EXPECT_EQ(NoiseScale(Trial(optimizer)), std::nullopt) << optimizer;
  }
  for (const Json& trial : {Json(), Json::array(), Json::object()}) {
    EXPECT_EQ(NoiseScale(trial), std::nullopt);
  }
  Json trial = Trial({{"name", "sgd"}, {"lr", 0.5}});
  trial["training"] = 7;
  EXPECT_EQ(NoiseScale(trial), std::nullopt);
}

}  // namespace
}  // namespace bigstep

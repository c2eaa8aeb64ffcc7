#include "experiments/report/figures/plot_style.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(PlotStyleTest, ColoursOfAScaleGoFromDarkToLight) {
  // The ends of matplotlib's viridis.
  EXPECT_EQ(ScaleColor(0), "#440154");
  EXPECT_EQ(ScaleColor(1), "#FDE725");
  EXPECT_EQ(ScaleColor(2), ScaleColor(1));
}

}  // namespace
}  // namespace bigstep

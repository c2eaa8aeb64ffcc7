#include "experiments/report/figures/label_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Where a command of gnuplot places its label, in inches of a panel of 4 x 2.
LabelPlaces::Point PlaceIn(const std::string& script) {
  double x = 0, y = 0;
  const size_t at = script.find(" at graph ");
  EXPECT_EQ(
      std::sscanf(script.c_str() + at, " at graph %lf, graph %lf", &x, &y), 2)
      << script;
  return {4 * x, 2 * y};
}

TEST(LabelPlacesTest, AMarkAloneHasItsLabelBesideIt) {
  LabelPlaces labels(4, 2);
  labels.AvoidMark({2, 1});
  const std::string script = labels.Place("'lr 1'", 0.3, {2, 1}, "#000000");
  const auto [x, y] = PlaceIn(script);
  // By hand: 0.06 to the edge, and half of 0.3 x 0.11.
  EXPECT_LE(std::abs(x - 2), 0.06 + 0.15 + 1e-9);
  EXPECT_LE(std::abs(y - 1), 0.06 + 0.055 + 1e-9);
  EXPECT_THAT(script, Not(HasSubstr("arrow")));
}

TEST(LabelPlacesTest, LabelsOfMarksInOnePlaceDoNotOverlap) {
  LabelPlaces labels(4, 2);
  for (int i = 0; i < 4; ++i) labels.AvoidMark({2, 1});
  std::vector<LabelPlaces::Point> places;
  for (int i = 0; i < 4; ++i) {
    places.push_back(PlaceIn(labels.Place("'0.01'", 0.3, {2, 1}, "#000000")));
  }
  for (size_t i = 0; i < places.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      const bool apart =
          std::abs(places[i].first - places[k].first) >= 0.3 - 1e-3 ||
          std::abs(places[i].second - places[k].second) >= 0.11 - 1e-3;
      EXPECT_TRUE(apart) << i << " " << k;
    }
  }
}

TEST(LabelPlacesTest, ALabelAmongOtherMarksHasALineToItsOwn) {
  LabelPlaces labels(4, 2);
  for (const double x : {1.8, 1.9, 2.0, 2.1, 2.2}) {
    for (const double y : {0.9, 1.0, 1.1}) labels.AvoidMark({x, y});
  }
  EXPECT_THAT(labels.Place("'lr 1'", 0.3, {2, 1}, "#000000"),
              HasSubstr("set arrow from graph "));
}

TEST(LabelPlacesTest, LabelsStayInThePanelAndOffItsAxes) {
  LabelPlaces labels(4, 2);
  labels.AvoidMark({0, 2});
  const auto [x, y] = PlaceIn(labels.Place("'lr'", 0.3, {0, 2}, "#000000"));
  EXPECT_GT(x, 0.15 + 0.05);
  EXPECT_LE(y, 2 - 0.055);
}

}  // namespace
}  // namespace bigstep

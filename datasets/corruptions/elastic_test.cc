#include "datasets/corruptions/elastic.h"

#include <gtest/gtest.h>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

TEST(ElasticTest, EqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("elastic", DistortElastically);
}

TEST(ElasticTest, FlatStaysFlat) {
  for (int level = 1; level <= 5; ++level) {
    RandomStream random(1, level);
    EXPECT_EQ(DistortElastically(MakeFlatImage(255), level, random),
              MakeFlatImage(255));
  }
}

}  // namespace
}  // namespace bigstep

#include "datasets/bias/partners.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing.h"

namespace bigstep {
namespace {

at::Tensor Longs(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

TEST(PartnersTest, AreOfTheClassWanted) {
  const at::Tensor pool = Longs({2, 0, 1, 0, 2, 2});
  const at::Tensor wanted = at::arange(300, at::kLong).remainder(3);
  const auto partners = DrawPartners(wanted, pool, 1);
  ASSERT_OK(partners);
  EXPECT_TRUE(pool.index_select(0, *partners).equal(wanted));
}

TEST(PartnersTest, AreDrawnUniformlyAndIndependently) {
  // Class 7 at the positions 1, 3 and 4.
  const at::Tensor pool = Longs({0, 7, 0, 7, 7});
  constexpr int64_t kDraws = 30000;
  const auto partners = DrawPartners(at::full({kDraws}, 7, at::kLong), pool, 1);
  ASSERT_OK(partners);
  // Six standard deviations of a count of `n` draws of probability `p`.
  const auto margin = [](double n, double p) {
    return 6 * std::sqrt(n * p * (1 - p));
  };
  for (const int64_t position : {1, 3, 4}) {
    EXPECT_NEAR(partners->eq(position).sum().item<double>(), kDraws / 3.0,
                margin(kDraws, 1 / 3.0));
  }
  // Neighbours agree by chance alone.
  EXPECT_NEAR(partners->slice(0, 1)
                  .eq(partners->slice(0, 0, kDraws - 1))
                  .sum()
                  .item<double>(),
              kDraws / 3.0, margin(kDraws, 1 / 3.0));
}

TEST(PartnersTest, AnotherClassMovesNoOtherDraw) {
  const at::Tensor pool = at::arange(1000, at::kLong).remainder(10);
  const at::Tensor wanted = at::arange(50, at::kLong).remainder(10);
  at::Tensor changed = wanted.clone();
  changed[7] = 1;
  const at::Tensor a = *DrawPartners(wanted, pool, 5);
  const at::Tensor b = *DrawPartners(changed, pool, 5);
  EXPECT_TRUE(a.ne(b).nonzero().squeeze(1).equal(Longs({7})));
  EXPECT_TRUE(a.equal(*DrawPartners(wanted, pool, 5)));
  EXPECT_FALSE(a.equal(*DrawPartners(wanted, pool, 6)));
}

TEST(PartnersTest, NamesAClassThatThePoolLacks) {
  const absl::Status status =
      DrawPartners(Longs({0, 3}), Longs({0, 1}), 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            "expected images of every class to draw from, found none of class "
            "3");
}

}  // namespace
}  // namespace bigstep

#include "models/layers/window_attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "base/generator.h"

namespace bigstep {
namespace {

WindowAttention Make(int64_t dim, int64_t heads, int64_t window,
                     int64_t shift) {
  return WindowAttention(dim, heads, window, shift, MakeGenerator(1));
}

// [1, height, width, dim] of draws.
at::Tensor Map(int64_t height, int64_t width, int64_t dim) {
  at::Generator generator = MakeGenerator(2);
  return at::randn({1, height, width, dim}, generator);
}

void Fill(const WindowAttention& attention, const std::string& name,
          const at::Tensor& value) {
  attention.named_parameters()[name].detach().copy_(value);
}

// The tokens whose output changes when the token at (y, x) does, as y * 100 +
// x.
std::set<int64_t> Reach(WindowAttention& attention, int64_t height,
                        int64_t width, int64_t y, int64_t x) {
  const at::Tensor map = Map(height, width, 4);
  const at::Tensor changed = map.clone();
  changed[0][y][x] += 1;
  const at::Tensor differs =
      attention.Forward(changed).ne(attention.Forward(map)).any(3)[0];
  std::set<int64_t> reached;
  for (int64_t i = 0; i < height; ++i) {
    for (int64_t j = 0; j < width; ++j) {
      if (differs[i][j].item<bool>()) reached.insert(i * 100 + j);
    }
  }
  return reached;
}

TEST(RelativePositionIndexTest, OfATwoByTwoWindowByHand) {
  // Tokens (y, x): (0, 0), (0, 1), (1, 0), (1, 1). Entry (i, j) is
  // 3 * (y_i - y_j + 1) + x_i - x_j + 1.
  EXPECT_TRUE(RelativePositionIndex(2).equal(at::tensor(
      std::vector<int64_t>{4, 3, 1, 0, 5, 4, 2, 1, 7, 6, 4, 3, 8, 7, 5, 4})));
}

TEST(RelativePositionIndexTest, UsesEveryOffsetAsOftenAsItOccurs) {
  const at::Tensor counts = RelativePositionIndex(7).bincount();
  ASSERT_EQ(counts.numel(), 169);
  for (int64_t y = -6; y <= 6; ++y) {
    for (int64_t x = -6; x <= 6; ++x) {
      EXPECT_EQ(counts[(y + 6) * 13 + x + 6].item<int64_t>(),
                (7 - std::abs(y)) * (7 - std::abs(x)));
    }
  }
}

TEST(ShiftMaskTest, SeparatesWhatCameAroundByHand) {
  // Two windows of 2 x 2 side by side, rolled left by one: the right column of
  // the second window (its tokens 1 and 3) came from the left border.
  const at::Tensor mask = ShiftMask(2, 4, 2, 0, 1, at::kCPU);
  ASSERT_EQ(mask.sizes(), (std::vector<int64_t>{2, 4, 4}));
  EXPECT_TRUE(mask[0].eq(0).all().item<bool>());
  EXPECT_TRUE(
      mask[1].equal(at::tensor({0.f, 1.f, 0.f, 1.f, 1.f, 0.f, 1.f, 0.f,  //
                                0.f, 1.f, 0.f, 1.f, 1.f, 0.f, 1.f, 0.f})
                        .view({4, 4}) *
                    -100));
}

TEST(ShiftMaskTest, TheCornerWindowHasFourParts) {
  const at::Tensor mask = ShiftMask(4, 4, 2, 1, 1, at::kCPU);
  ASSERT_EQ(mask.sizes(), (std::vector<int64_t>{4, 4, 4}));
  // Each token of the last window came from another corner.
  EXPECT_TRUE(mask[3].equal((1 - at::eye(4)) * -100));
}

TEST(WindowAttentionTest, OneTokenByHand) {
  // A window of one token: attention is 1, whatever the scores, and the output
  // is proj(v). v = 3 x + 1, proj = -2 v + 5.
  WindowAttention attention = Make(1, 1, 1, 0);
  Fill(attention, "qkv.weight", at::tensor({7.f, -4.f, 3.f}).view({3, 1}));
  Fill(attention, "qkv.bias", at::tensor({2.f, 9.f, 1.f}));
  Fill(attention, "proj.weight", at::tensor({-2.f}).view({1, 1}));
  Fill(attention, "proj.bias", at::tensor({5.f}));
  const at::Tensor map = at::tensor({1.f, -2.f}).view({1, 1, 2, 1});
  EXPECT_TRUE(attention.Forward(map).equal(
      at::tensor({-3.f, 15.f}).view({1, 1, 2, 1})));
}

TEST(WindowAttentionTest, TwoTokensByHand) {
  // One window of 2 x 2 tokens whose lower row is padding. k = 0, so that
  // scores are the bias: log 2 for an offset of one to the right, log 3 for
  // the same place, and minus infinity, nearly, for tokens of another row.
  WindowAttention attention = Make(1, 1, 2, 0);
  Fill(attention, "qkv.weight", at::tensor({7.f, 0.f, 1.f}).view({3, 1}));
  Fill(attention, "qkv.bias", at::zeros({3}));
  Fill(attention, "proj.weight", at::ones({1, 1}));
  Fill(attention, "proj.bias", at::zeros({1}));
  at::Tensor table = at::full({9, 1}, -1e4);
  table[4] = std::log(3.);  // y_i = y_j, x_i = x_j.
  table[5] = std::log(2.);  // x_i = x_j + 1: token 1 looks at token 0.
  Fill(attention, "relative_position_bias_table", table);
  const at::Tensor map = at::tensor({10.f, 20.f}).view({1, 1, 2, 1});
  // Token 0 sees itself; token 1 sees (2 * 10 + 3 * 20) / 5 = 16.
  EXPECT_TRUE(at::allclose(attention.Forward(map),
                           at::tensor({10.f, 16.f}).view({1, 1, 2, 1}), 1e-6));
}

TEST(WindowAttentionTest, PaddingTakesPartInAttention) {
  // With all scores equal the output is the mean over the window of 2 x 2, of
  // which three tokens are zeros: what torchvision does.
  WindowAttention attention = Make(1, 1, 2, 0);
  Fill(attention, "relative_position_bias_table", at::zeros({9, 1}));
  Fill(attention, "qkv.weight", at::tensor({0.f, 0.f, 1.f}).view({3, 1}));
  Fill(attention, "qkv.bias", at::zeros({3}));
  Fill(attention, "proj.weight", at::ones({1, 1}));
  Fill(attention, "proj.bias", at::zeros({1}));
  EXPECT_EQ(attention.Forward(at::full({1, 1, 1, 1}, 8.f)).item<float>(), 2);
}

TEST(WindowAttentionTest, TokensReachTheirWindow) {
  WindowAttention attention = Make(4, 2, 2, 0);
  EXPECT_EQ(Reach(attention, 4, 4, 1, 2), (std::set<int64_t>{2, 3, 102, 103}));
  EXPECT_EQ(Reach(attention, 4, 4, 3, 0),
            (std::set<int64_t>{200, 201, 300, 301}));
}

TEST(WindowAttentionTest, ShiftedWindowsStraddleTheOldOnes) {
  WindowAttention attention = Make(4, 2, 2, 1);
  EXPECT_EQ(Reach(attention, 4, 4, 1, 2),
            (std::set<int64_t>{101, 102, 201, 202}));
  // Nothing reaches around the border.
  EXPECT_EQ(Reach(attention, 4, 4, 0, 0), (std::set<int64_t>{0}));
  EXPECT_EQ(Reach(attention, 4, 4, 3, 1), (std::set<int64_t>{301, 302}));
}

TEST(WindowAttentionTest, AnAxisOfOneWindowIsNotShifted) {
  WindowAttention attention = Make(4, 2, 2, 1);
  EXPECT_EQ(Reach(attention, 2, 4, 0, 1), (std::set<int64_t>{1, 2, 101, 102}));
  EXPECT_EQ(Reach(attention, 3, 2, 1, 0),
            (std::set<int64_t>{100, 101, 200, 201}));
  EXPECT_EQ(Reach(attention, 2, 2, 0, 0), (std::set<int64_t>{0, 1, 100, 101}));
}

TEST(WindowAttentionTest, HeadsSplitTheUnits) {
  // Two heads, each with units of its own: swapping the heads swaps the halves
  // of the output.
  WindowAttention attention = Make(4, 2, 2, 0);
  Fill(attention, "proj.weight", at::eye(4));
  const at::Tensor map = Map(2, 2, 4);
  const at::Tensor before = attention.Forward(map);
  const at::Tensor order = at::tensor(std::vector<int64_t>{1, 0});
  for (const char* name : {"qkv.weight", "qkv.bias"}) {
    const at::Tensor value = attention.named_parameters()[name].detach();
    // Rows: query, key and value; head; unit of the head.
    Fill(attention, name,
         value.view({3, 2, -1}).index_select(1, order).view_as(value));
  }
  Fill(attention, "relative_position_bias_table",
       attention.named_parameters()["relative_position_bias_table"]
           .detach()
           .index_select(1, order));
  const at::Tensor halves =
      before.view({4, 2, 2}).index_select(1, order).view_as(before);
  EXPECT_TRUE(at::allclose(attention.Forward(map), halves, 1e-5, 1e-6));
  EXPECT_FALSE(at::allclose(before, halves, 1e-2, 1e-3));
}

TEST(WindowAttentionTest, TheBiasTableStartsNormal) {
  const WindowAttention attention = Make(96, 32, 7, 3);
  const at::Tensor x = attention
                           .named_parameters()
                               ["relative_position_bias_"
                                "table"]
                           .detach()
                           .to(at::kDouble) /
                       0.02;
  const double n = static_cast<double>(x.numel());
  ASSERT_EQ(n, 169 * 32);
  // Mean 0, variance 1, fourth moment 3; six standard deviations of the
  // averages.
  EXPECT_NEAR(x.mean().item<double>(), 0, 6 / std::sqrt(n));
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / n));
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3, 6 * std::sqrt(96 / n));
}

}  // namespace
}  // namespace bigstep

#include "datasets/corruptions/frost_textures.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/corruptions/image.h"
#include "datasets/corruptions/plasma.h"
#include "datasets/corruptions/random_stream.h"
#include "datasets/formats/how_to_get.h"
#include "datasets/images/image_decoder.h"

namespace bigstep {
namespace {

constexpr std::array<const char*, 5> kPhotographs = {
    "frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"};

constexpr int64_t kShrinking = 5;
// Shrinks to 33: a crop of 32 has one more place than the reference draws.
constexpr int64_t kSmallestSide = kShrinking * kSide + 3;

constexpr int kTextureSide = 128;

// With this decay neighbouring pixels of the made textures differ by 0.65 to
// 0.77 standard deviations in the mean; those of the photographs below by 0.59
// to 0.75.
constexpr double kDecay = 1.1;

// The mean of red, green and blue, and the standard deviation averaged over the
// channels, of the shrunken photographs frost1.png to frost5.jpg in github
// hendrycks/robustness.
struct Look {
  std::array<double, 3> mean;
  double deviation;
};
constexpr std::array<Look, 5> kLooks = {{
    {{78, 149, 166}, 20},
    {{201, 205, 214}, 22},
    {{201, 205, 214}, 22},
    {{138, 153, 166}, 29},
    {{112, 123, 135}, 43},
}};

// Where the plasma passes through 1/2 there is a ridge. Mean 0, variance 1.
at::Tensor MakeRidges(uint64_t index) {
  RandomStream random(/*seed=*/0, index);
  const std::vector<double> plasma = MakePlasma(kTextureSide, kDecay, random);
  const at::Tensor height =
      at::tensor(plasma, at::kDouble).view({kTextureSide, kTextureSide});
  const at::Tensor ridges = -(2 * height - 1).abs().sqrt();
  return (ridges - ridges.mean()) / ridges.std(/*unbiased=*/false);
}

absl::StatusOr<at::Tensor> LoadFrostTexture(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
  ASSIGN_OR_RETURN(const at::Tensor photograph, DecodeImage(file, path));
  const int64_t height = photograph.size(0);
  const int64_t width = photograph.size(1);
  if (std::min(height, width) < kSmallestSide) {
    return absl::DataLossError(
        absl::StrCat(path, ": expected at least ", kSmallestSide,
                     " pixels a side, found ", height, " x ", width));
  }
  return photograph.slice(0, kShrinking / 2, height, kShrinking)
      .slice(1, kShrinking / 2, width, kShrinking)
      .permute({2, 0, 1})
      .contiguous();
}

}  // namespace

absl::StatusOr<std::vector<at::Tensor>> LoadFrostTextures(
    const std::string& data_root) {
  std::vector<at::Tensor> textures;
  for (const char* name : kPhotographs) {
    absl::StatusOr<at::Tensor> texture =
        LoadFrostTexture(absl::StrCat(data_root, "/frost/", name));
    RETURN_IF_ERROR(texture.status()) << HowToGet("frost");
    textures.push_back(*std::move(texture));
  }
  return textures;
}

std::vector<at::Tensor> MakeFrostTextures() {
  std::vector<at::Tensor> textures;
  for (const Look& look : kLooks) {
    const at::Tensor ridges = MakeRidges(textures.size());
    std::vector<at::Tensor> planes;
    for (const double mean : look.mean) {
      planes.push_back(
          (mean + look.deviation * ridges).clamp(0, 255).to(at::kByte));
    }
    textures.push_back(at::stack(planes));
  }
  return textures;
}

}  // namespace bigstep

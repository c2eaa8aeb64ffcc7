// Textures of frosted glass, from which frost takes its crops.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_FROST_TEXTURES_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_FROST_TEXTURES_H_

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bigstep {

// The five photographs that the reference chooses from, `<data_root>/frost/`
// frost1.png, frost2.png, frost3.png, frost4.jpg and frost5.jpg (there is a
// sixth, which it never draws), each at a fifth of its size: [3, h, w] uint8.
// Like OpenCV's linear interpolation at this scale, shrinking takes every fifth
// pixel from the third on and smooths nothing.
// NotFound if a photograph is missing, with how to get them; DataLoss if one is
// damaged or has fewer than 163 pixels a side, which leave no room for a crop.
absl::StatusOr<std::vector<at::Tensor>> LoadFrostTextures(
    const std::string& data_root);

// Five textures [3, 128, 128] uint8 for use without photographs: ridges of
// plasma, like ice crystals along lines, in the mean colours, with the spread
// and the roughness of the photographs. Always the same ones. A deviation from
// the published data: the structure is made up.
std::vector<at::Tensor> MakeFrostTextures();

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_FROST_TEXTURES_H_

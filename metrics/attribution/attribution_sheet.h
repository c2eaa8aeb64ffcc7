// A picture of images with their attribution maps.
#ifndef BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_SHEET_H_
#define BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_SHEET_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace bigstep {

// Draws N > 0 images [N, C, H, W] of floats in [0, 1], each with its map
// [N, H, W] in [0, 1] below it: white is 0, dark red is 1. One channel is gray;
// unless there are 3, only the first is drawn. Up to four images form a row.
// The last `conflicting` begin a row of their own and have a red frame. Small
// images are enlarged by a whole factor, to a shorter side of at least 112
// pixels. Returns [3, H', W'] uint8 on the CPU.
at::Tensor DrawAttributions(const at::Tensor& images, const at::Tensor& maps,
                            int64_t conflicting);

// The color of each value in [0, 1] of `map` [...]: [3, ...] uint8. Rises in
// darkness, so that it survives printing without color.
at::Tensor HeatColors(const at::Tensor& map);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_SHEET_H_

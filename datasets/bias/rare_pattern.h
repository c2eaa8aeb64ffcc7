// A small pattern that a few training images of one class show and no others:
// a rare spurious correlation.
//   Yang, Chou and Chaudhuri, "Understanding Rare Spurious Correlations in
//   Neural Networks", 2022, arXiv:2202.05189; patterns as in its published
//   code.
#ifndef BIGSTEP_DATASETS_BIAS_RARE_PATTERN_H_
#define BIGSTEP_DATASETS_BIAS_RARE_PATTERN_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/schema.h"
#include "datasets/dataset.h"

namespace bigstep {

struct RarePatternOptions {
  std::string pattern = "small_2";
  int64_t pattern_class = 0;
  int64_t pattern_count = 10;
};

// For Details of the datasets that have the options.
inline constexpr char kRarePatternDetails[] =
    "pattern_count of the training images of pattern_class, drawn by the seed "
    "among those that subset leaves, show the pattern: white corners of 1, 3 x "
    "3 and 5 x 5 pixels at the top left (small_1, small_2, small_3), or one "
    "image of noise, uniform in [0, 1], times 0.25, 0.5 and 1, added and cut "
    "to [0, 1] (random_1, random_2, random_3). validation and test show none; "
    "the further test split pattern shows the images of test in their order, "
    "each with the pattern, and spurious_score compares the two. The mask is "
    "the corner, in the split pattern alone. The paper trains on all official "
    "training images with counts "
    "of 1 to 5000.";

// Describes the fields of RarePatternOptions in the schema of a struct derived
// from it.
template <class Options>
void DescribeRarePattern(Schema<Options>& s) {
  s.Field("pattern", &RarePatternOptions::pattern)
      .OneOf(
          {"small_1", "small_2", "small_3", "random_1", "random_2", "random_3"})
      .Doc("what the chosen training images show");
  s.Field("pattern_class", &RarePatternOptions::pattern_class)
      .AtLeast(0)
      .AtMost(9)
      .Doc("class of the training images that show the pattern");
  s.Field("pattern_count", &RarePatternOptions::pattern_count)
      .AtLeast(0)
      .Doc("training images that show the pattern");
}

// Copies of `images` [N, C, H, W] uint8 that show the pattern; the noise of
// random patterns comes from `seed` and is the same for all.
at::Tensor AddPattern(const at::Tensor& images, const std::string& pattern,
                      uint64_t seed);

// Adds the pattern to training images of `dataset`, whose inputs are resident
// uint8, and sets the split "pattern", the mask of a small pattern, and the
// note "pattern_class". Streams of the trial's `seed`: "dataset/pattern" (the
// noise), "dataset/pattern/images". InvalidArgument if the class has fewer than
// pattern_count training images.
absl::Status AddRarePattern(const RarePatternOptions& options, int64_t seed,
                            Dataset& dataset);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_RARE_PATTERN_H_

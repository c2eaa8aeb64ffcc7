#include "datasets/bias/rare_pattern.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"

namespace bigstep {
namespace {

// Side of the white corner; 0 for patterns of noise.
int64_t CornerOf(const std::string& pattern) {
  if (pattern == "small_1") return 1;
  if (pattern == "small_2") return 3;
  if (pattern == "small_3") return 5;
  return 0;
}

double NoiseOf(const std::string& pattern) {
  if (pattern == "random_1") return 0.25;
  if (pattern == "random_2") return 0.5;
  return 1;
}

at::Tensor AddNoise(const at::Tensor& images, double scale, uint64_t seed) {
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor noise =
      at::rand(images.sizes().slice(1), generator, at::kDouble)
          .mul(255 * scale)
          .to(at::kFloat);
  at::Tensor noisy = at::empty_like(images);
  // In slices, so that the float32 copy stays small.
  constexpr int64_t kSlice = 1000;
  for (int64_t begin = 0; begin < images.size(0); begin += kSlice) {
    const int64_t end = std::min(begin + kSlice, images.size(0));
    noisy.slice(0, begin, end)
        .copy_((images.slice(0, begin, end) + noise).clamp_max(255).round());
  }
  return noisy;
}

}  // namespace

at::Tensor AddPattern(const at::Tensor& images, const std::string& pattern,
                      uint64_t seed) {
  const int64_t corner = CornerOf(pattern);
  if (corner == 0) return AddNoise(images, NoiseOf(pattern), seed);
  at::Tensor marked = images.clone();
  marked.slice(2, 0, corner).slice(3, 0, corner).fill_(255);
  return marked;
}

absl::Status AddRarePattern(const RarePatternOptions& options, int64_t seed,
                            Dataset& dataset) {
  Split& train = dataset.train;
  const at::Tensor of_class =
      train.labels.eq(options.pattern_class).nonzero().squeeze(1);
  if (options.pattern_count > of_class.size(0)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "dataset.pattern_count: expected at most ", of_class.size(0),
        ", the number of training images of class ", options.pattern_class,
        ", got ", options.pattern_count));
  }
  at::Generator generator = MakeGenerator(Seed(seed, "dataset/pattern/images"));
  const at::Tensor chosen = of_class.index_select(
      0, at::randperm(of_class.size(0), generator, at::kLong)
             .slice(0, 0, options.pattern_count));
  const uint64_t noise = Seed(seed, "dataset/pattern");
  train.inputs = train.inputs.index_copy(
      0, chosen,
      AddPattern(train.inputs.index_select(0, chosen), options.pattern, noise));
  Split pattern = dataset.test;
  pattern.inputs = AddPattern(pattern.inputs, options.pattern, noise);
  dataset.extra_tests["pattern"] = pattern;
  const int64_t corner = CornerOf(options.pattern);
  if (corner > 0) {
    dataset.spurious_mask = at::zeros(dataset.task.input_shape, at::kBool);
    dataset.spurious_mask.slice(1, 0, corner).slice(2, 0, corner).fill_(true);
  }
  dataset.notes["pattern_class"] = options.pattern_class;
  dataset.seeded = true;
  return absl::OkStatus();
}

}  // namespace bigstep

#include "datasets/images/image_source.h"

#include <ATen/ATen.h>
#include <sys/stat.h>

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/status.h"
#include "datasets/images/image_decoder.h"

namespace bigstep {
namespace {

// No image of kMaxImagePixels has more.
constexpr int64_t kMaxImageBytes = int64_t{1} << 30;

}  // namespace

std::string ImagePath(const std::string& folder, const std::string& file) {
  return absl::StartsWith(file, "/") ? file : absl::StrCat(folder, "/", file);
}

ImageSource::ImageSource(std::string folder, std::vector<std::string> files,
                         ImageTransform transform,
                         std::shared_ptr<c10::ThreadPool> helpers)
    : folder_(std::move(folder)),
      files_(std::move(files)),
      transform_(std::move(transform)),
      helpers_(std::move(helpers)) {}

absl::StatusOr<at::Tensor> ImageSource::Load(const at::Tensor& indices,
                                             const at::Tensor& draws) const {
  const int64_t n = indices.size(0), side = transform_.size;
  const bool random = draws.defined() && transform_.random_crop.has_value();
  BIGSTEP_CHECK(!random || draws.size(1) >= kFramingDraws) << draws.sizes();
  const at::Tensor positions = indices.contiguous();
  const at::Tensor numbers = random ? draws.contiguous() : at::Tensor();
  at::Tensor inputs = at::empty({n, 3, side, side}, at::kByte);
  std::vector<absl::Status> results(n);
  ParallelFor(*helpers_, n, [&](int64_t i) {
    const auto image = Decode(positions.data_ptr<int64_t>()[i]);
    results[i] = image.status();
    if (!image.ok()) return;
    const int64_t height = image->size(0), width = image->size(1);
    const Framing framing =
        random ? FrameRandomly(*transform_.random_crop, side, height, width,
                               numbers.data_ptr<double>() + i * draws.size(1))
               : FrameCenter(transform_, height, width);
    Resample(*image, framing, inputs.data_ptr<uint8_t>() + i * 3 * side * side);
  });
  for (const absl::Status& result : results) RETURN_IF_ERROR(result);
  return inputs;
}

std::vector<absl::Status> ImageSource::CheckFiles() const {
  std::vector<absl::Status> results(files_.size());
  ParallelFor(*helpers_, size(),
              [&](int64_t i) { results[i] = Decode(i).status(); });
  return results;
}

absl::StatusOr<std::string> ImageSource::Fingerprint() const {
  ImageTransform transform = transform_;
  transform.random_crop = std::nullopt;
  std::string text = transform.ToString();
  for (const std::string& file : files_) {
    const std::string path = ImagePath(folder_, file);
    const std::string state = FileState(path);
    if (state.empty()) {
      RETURN_IF_ERROR(OpenFile(path).status());  // Says why.
    }
    absl::StrAppend(&text, "\n", file, " ", state);
  }
  return Sha256Hex(text);
}

std::string ImageSource::FilesSha256() const {
  std::string text;
  for (const std::string& file : files_) {
    struct stat found;
    const bool there = stat(ImagePath(folder_, file).c_str(), &found) == 0;
    // Load will say that it is missing.
    absl::StrAppend(&text, file, " ", there ? found.st_size : -1, "\n");
  }
  return Sha256Hex(text);
}

absl::StatusOr<at::Tensor> ImageSource::Decode(int64_t index) const {
  const std::string path = ImagePath(folder_, files_[index]);
  // Without memory for the pixels LibTorch throws.
  return CatchExceptions([&]() -> absl::StatusOr<at::Tensor> {
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kMaxImageBytes));
    return DecodeImage(bytes, path, transform_.exif_orientation);
  });
}

}  // namespace bigstep

// Images read from their files whenever they are needed.
#ifndef BIGSTEP_DATASETS_IMAGES_IMAGE_SOURCE_H_
#define BIGSTEP_DATASETS_IMAGES_IMAGE_SOURCE_H_

#include <ATen/core/Tensor.h>
#include <c10/core/thread_pool.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/dataset.h"
#include "datasets/images/image_transform.h"

namespace bigstep {

// The path of an image file that is relative to `folder` or absolute.
std::string ImagePath(const std::string& folder, const std::string& file);

// N image files of one folder as inputs [3, size, size] uint8. Holds their
// names; each thread that loads holds one decoded image at a time.
class ImageSource final : public InputSource {
 public:
  // `files` are relative to `folder` or absolute.
  ImageSource(std::string folder, std::vector<std::string> files,
              ImageTransform transform,
              std::shared_ptr<c10::ThreadPool> helpers);

  int64_t size() const { return static_cast<int64_t>(files_.size()); }

  // Draws are used if the transform has a random crop. The result does not
  // depend on the threads. Returns the error with the lowest index.
  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor& draws) const override;

  // Whether each file can be decoded: N results. Reads all of them.
  std::vector<absl::Status> CheckFiles() const;

  // SHA-256 in hexadecimal over the names and states (FileState) of the files
  // and the transform without its random crop: the key under which
  // LoadThroughCache finds equal inputs (but for changes of this code; see
  // kFormat of image_cache.cc). NotFound names a missing file.
  absl::StatusOr<std::string> Fingerprint() const;

  // SHA-256 in hexadecimal over the names and sizes of the files: the same on
  // other machines that have the same images. See Split::files_sha256.
  std::string FilesSha256() const;

 private:
  absl::StatusOr<at::Tensor> Decode(int64_t index) const;

  const std::string folder_;
  const std::vector<std::string> files_;
  const ImageTransform transform_;
  const std::shared_ptr<c10::ThreadPool> helpers_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_IMAGE_SOURCE_H_

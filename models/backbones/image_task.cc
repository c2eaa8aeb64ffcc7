#include "models/backbones/image_task.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {

absl::Status CheckImages(const TaskSpec& task, absl::string_view model) {
  if (task.input_shape.size() == 3) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      model, " expects images, examples of shape [C, H, W], found ",
      ShapeText(task.input_shape),
      "; use another dataset, or a model for vectors such as fcn"));
}

std::string ShapeText(const std::vector<int64_t>& shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

}  // namespace bigstep

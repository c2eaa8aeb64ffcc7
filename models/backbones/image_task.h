// The checks that models for images make of a task before they are built.
#ifndef BIGSTEP_MODELS_BACKBONES_IMAGE_TASK_H_
#define BIGSTEP_MODELS_BACKBONES_IMAGE_TASK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/task.h"

namespace bigstep {

// InvalidArgument unless the examples of `task` are images, [C, H, W]. The
// message begins with `model`: "cnn", "a residual network".
absl::Status CheckImages(const TaskSpec& task, absl::string_view model);

// "[3, 32, 32]", for messages.
std::string ShapeText(const std::vector<int64_t>& shape);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_BACKBONES_IMAGE_TASK_H_

#include "experiments/run/sample_sheets.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/status.h"
#include "datasets/images/contact_sheet.h"

namespace bigstep {

absl::Status SampleSheets::Draw(const PluginConfig& choice, int64_t seed,
                                const Dataset& dataset) {
  if (dataset.task.input_shape.size() != 3) return absl::OkStatus();
  const std::string identity = CanonicalJson(choice.Identity());
  const std::string name = absl::StrCat(
      "samples_", choice.name(), "_", Sha256Hex(identity).substr(0, 4), ".png");
  const Folder folder(study_folder_);
  // An existing sheet may show the data before they changed.
  const bool redraw = !dataset.seeded || seed == 0;
  if (!redraw && folder.HasFile(name)) return absl::OkStatus();
  if (!drawn_.insert({name, redraw}).second) return absl::OkStatus();
  return CatchExceptions([&]() -> absl::Status {
    ASSIGN_OR_RETURN(
        const std::string sheet,
        DrawContactSheet(dataset.To(c10::kCPU), {choice.name(), "train",
                                                 /*rows=*/4, /*columns=*/8}));
    const absl::StatusOr<std::string> before = folder.Read(name);
    if (before.ok() && *before == sheet) return absl::OkStatus();
    return folder.Write(name, sheet);
  });
}

}  // namespace bigstep

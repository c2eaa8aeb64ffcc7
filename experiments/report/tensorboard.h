// Event files for TensorBoard, made from the histories of a study. Uses
// libprotobuf, which is not to be linked with LibTorch: some LibTorch libraries
// contain and export a protobuf of another version.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TENSORBOARD_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TENSORBOARD_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "experiments/records/history.h"
#include "experiments/records/study.h"

namespace bigstep {

// One record of a TFRecord file: the length of `data` (little-endian, 8 bytes),
// its masked CRC-32C, `data`, and the masked CRC-32C of that.
std::string TfRecord(absl::string_view data);

// An event file of all numbers in `history`, each under its name. Times go
// evenly from `started` (seconds since 1970) over `seconds` to the last step.
std::string EventFile(const History& history, double started, double seconds);

// Reads the records of `study` and writes
// `<study_folder>/tensorboard/<configuration seed N>/events.out.tfevents.*`
// for every finished trial with a history; `tensorboard --logdir` shows the
// study. Existing files are replaced. Waits for other writers of reports as
// WriteReport does; Cancelled if `interrupted` returns true while it waits.
absl::Status WriteTensorBoard(
    const std::string& study_folder, const Study& study,
    const std::function<bool()>& interrupted = [] { return false; });

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TENSORBOARD_H_

#include "experiments/train/checkpoint.h"

#include <ATen/ATen.h>
#include <torch/version.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/blas_kernels.h"
#include "base/exceptions.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/json_fields.h"
#include "base/machine.h"
#include "base/safetensors.h"
#include "base/status.h"

namespace bigstep {
namespace {

// Raised whenever the meaning of a file changes, including the tensors of
// models and optimizers.
constexpr char kFormat[] = "1";
constexpr char kFileStart[] = "bigstep checkpoint ";

// The largest network has 127 million weights; with two moments of each, a
// checkpoint has 1.5 GB.
constexpr int64_t kMaxCheckpointBytes = int64_t{8} << 30;

constexpr char kModel[] = "model/";
constexpr char kOptimizer[] = "optimizer/";

// The largest share of the time spent on writing.
constexpr double kMaxShare = 0.05;

Json ToJson(const CheckpointOwner& owner) {
  return {{"trial", owner.trial_id},
          {"device", owner.device},
          {"libtorch", owner.libtorch},
          {"data", owner.data}};
}

Json ToJson(const FitState& fit) {
  return {{"cross_entropy_sum", fit.cross_entropy_sum},
          {"right", fit.right},
          {"examples", fit.examples},
          {"recent", fit.recent},
          {"correction", fit.correction},
          {"evaluated", fit.evaluated},
          {"milestones", fit.milestones},
          {"lowest", fit.lowest},
          {"lowest_step", fit.lowest_step}};
}

absl::StatusOr<FitState> FitFromJson(const Json& json) {
  FitState fit;
  JsonFields fields(json, "state.fit");
  fit.cross_entropy_sum = fields.Number("cross_entropy_sum");
  fit.right = fields.Integer("right", 0);
  fit.examples = fields.Integer("examples", 0);
  fit.recent = fields.Number("recent");
  fit.correction = fields.Number("correction");
  fit.evaluated = fields.Integer("evaluated", 0);
  fit.milestones = fields.Integer("milestones", 0);
  fit.lowest = fields.Number("lowest");
  fit.lowest_step = fields.Integer("lowest_step", 0);
  RETURN_IF_ERROR(fields.status());
  return fit;
}

Json ToJson(const TrainingState& state) {
  Json history = Json::array();
  for (const HistoryRow& row : state.history) {
    history.push_back({{"step", row.step},
                       {"train_loss", row.train_loss},
                       {"metrics", row.metrics},
                       {"milestones", row.milestones}});
  }
  return {{"steps", state.steps},
          {"loss_sum", state.loss_sum},
          {"loss_steps", state.loss_steps},
          {"fit", ToJson(state.fit)},
          {"history", std::move(history)},
          {"train_seconds", state.train_seconds},
          {"evaluate_seconds", state.evaluate_seconds}};
}

absl::StatusOr<HistoryRow> RowFromJson(const Json& json) {
  JsonFields fields(json, "state.history");
  HistoryRow row{fields.Integer("step", 0), fields.Number("train_loss"),
                 fields.Object("metrics")};
  // Older checkpoints lack them.
  if (fields.Has("milestones")) {
    for (const Json& milestone : fields.List("milestones")) {
      if (!milestone.is_number()) fields.Refuse("milestones", "numbers");
      if (milestone.is_number()) row.milestones.push_back(milestone);
    }
  }
  RETURN_IF_ERROR(fields.status());
  return row;
}

absl::StatusOr<TrainingState> FromJson(const Json& json) {
  TrainingState state;
  JsonFields fields(json, "state");
  state.steps = fields.Integer("steps", 0);
  state.loss_sum = fields.Number("loss_sum");
  state.loss_steps = fields.Integer("loss_steps", 0);
  // Older checkpoints lack it.
  const Json fit =
      fields.Has("fit") ? fields.Object("fit") : ToJson(FitState());
  const Json& history = fields.List("history");
  state.train_seconds = fields.Number("train_seconds");
  state.evaluate_seconds = fields.Number("evaluate_seconds");
  RETURN_IF_ERROR(fields.status());
  ASSIGN_OR_RETURN(state.fit, FitFromJson(fit));
  for (const Json& json_row : history) {
    ASSIGN_OR_RETURN(HistoryRow row, RowFromJson(json_row));
    state.history.push_back(std::move(row));
  }
  return state;
}

// Cuts a line off the start of `text`, without its end.
absl::string_view TakeLine(absl::string_view& text) {
  const size_t size = std::min(text.find('\n'), text.size());
  const absl::string_view line = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return line;
}

// The rest of `file` after its first line, whose checksum must match.
absl::StatusOr<absl::string_view> CheckFirstLine(absl::string_view file) {
  absl::string_view line = TakeLine(file);
  if (!absl::ConsumePrefix(&line, kFileStart)) {
    return absl::DataLossError("it is not a checkpoint");
  }
  const absl::string_view format = line.substr(0, line.find(' '));
  if (format != kFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat("it has format ", format, ", expected ", kFormat));
  }
  if (line != absl::StrCat(kFormat, " ", Sha256Hex(file))) {
    return absl::DataLossError(
        "it is cut short or changed: its SHA-256 is not that of its content");
  }
  return file;
}

// FailedPrecondition unless `found` is `owner`.
absl::Status CheckOwner(const Json& found, const CheckpointOwner& owner) {
  const Json wanted = ToJson(owner);
  for (const auto& [key, expected] : wanted.items()) {
    // Older checkpoints lack the checksum of their data.
    if (key == "data" && !found.contains(key)) continue;
    const Json value = found.value(key, Json());
    if (value == expected) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("it belongs to ", key, " ", Excerpt(value), ", expected ",
                     CanonicalJson(expected)));
  }
  return absl::OkStatus();
}

absl::StatusOr<TrainingState> Parse(absl::string_view file,
                                    const CheckpointOwner& owner) {
  ASSIGN_OR_RETURN(absl::string_view rest, CheckFirstLine(file));
  ASSIGN_OR_RETURN(const Json json, ParseJson(TakeLine(rest)));
  JsonFields fields(json);
  const Json& found = fields.Object("owner");
  const Json& progress = fields.Object("state");
  RETURN_IF_ERROR(fields.status());
  RETURN_IF_ERROR(CheckOwner(found, owner));
  ASSIGN_OR_RETURN(TrainingState state, FromJson(progress));
  ASSIGN_OR_RETURN(const auto tensors, ParseSafetensors(rest));
  for (const auto& [name, stored] : tensors) {
    absl::string_view own_name = name;
    NamedTensors& list =
        absl::ConsumePrefix(&own_name, kModel) ? state.model : state.optimizer;
    absl::ConsumePrefix(&own_name, kOptimizer);
    list.emplace_back(std::string(own_name), ToTensor(stored));
  }
  return state;
}

}  // namespace

std::string CheckpointDevice(c10::Device device, bool uses_graphs) {
  if (device.is_cuda()) {
    return absl::StrCat("cuda: ", DescribeGpu(device)["name"].dump(),
                        uses_graphs ? ", graphs" : "");
  }
  const Json blas = LibraryVersions().at("blas");
  return absl::StrCat(c10::DeviceTypeName(device.type(), /*lower_case=*/true),
                      ": ", CpuCapability(), ", kernels for ", BlasKernels(),
                      ", threads ", ThreadsInForce().at("intra_op").dump(),
                      ", ", blas.is_string() ? blas.get<std::string>() : "");
}

CheckpointOwner MakeCheckpointOwner(const std::string& trial_id,
                                    const std::string& device,
                                    const std::string& data) {
  return {trial_id, device, TORCH_VERSION, data};
}

std::string FormatCheckpoint(const TrainingState& state,
                             const CheckpointOwner& owner) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : state.model) {
    tensors[absl::StrCat(kModel, name)] = tensor;
  }
  for (const auto& [name, tensor] : state.optimizer) {
    tensors[absl::StrCat(kOptimizer, name)] = tensor;
  }
  std::string file = FormatSafetensors(tensors);
  file.insert(0, absl::StrCat(CanonicalJson({{"owner", ToJson(owner)},
                                             {"state", ToJson(state)}}),
                              "\n"));
  file.insert(0, absl::StrCat(kFileStart, kFormat, " ", Sha256Hex(file), "\n"));
  return file;
}

absl::StatusOr<TrainingState> ParseCheckpoint(absl::string_view file,
                                              const CheckpointOwner& owner) {
  return CatchExceptions([&] { return Parse(file, owner); });
}

absl::StatusOr<TrainingState> ReadCheckpoint(const std::string& path,
                                             const CheckpointOwner& owner) {
  ASSIGN_OR_RETURN(const std::string file,
                   ReadUnlinkedFile(path, kMaxCheckpointBytes));
  return ParseCheckpoint(file, owner);
}

CheckpointWriter::CheckpointWriter(
    std::string path, double seconds, CheckpointOwner owner,
    const std::function<void(const std::string&)>& note)
    : path_(std::move(path)),
      seconds_(seconds),
      owner_(std::move(owner)),
      note_(note) {}

bool CheckpointWriter::IsDue() const {
  if (path_.empty()) return false;
  if (seconds_ <= 0) return true;
  const std::chrono::duration<double> since = Clock::now() - last_;
  return since.count() >= std::max(seconds_, write_seconds_ / kMaxShare);
}

void CheckpointWriter::Write(const std::function<TrainingState()>& get) {
  if (path_.empty()) return;
  const Clock::time_point start = Clock::now();
  const absl::Status status = CatchExceptions([&] {
    return WriteFileAtomically(path_, FormatCheckpoint(get(), owner_));
  });
  last_ = Clock::now();
  write_seconds_ = std::chrono::duration<double>(last_ - start).count();
  if (!status.ok() && !noted_) {
    note_(absl::StrCat("no checkpoint was written: ", status.message(),
                       "; training continues, but an interruption would lose "
                       "more work than usual"));
  }
  noted_ = !status.ok();
}

}  // namespace bigstep

#include "experiments/run/worker.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/exceptions.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/status.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/dataset.h"
#include "datasets/images/contact_sheet.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/json_lines.h"
#include "experiments/run/worker_process.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/train/environment.h"
#include "experiments/train/trainer.h"
#include "models/model.h"
#include "models/weights/weights.h"

namespace bigstep {
namespace {

using Clock = std::chrono::steady_clock;

// The shortest time between two reports of steps.
constexpr auto kStepInterval = std::chrono::milliseconds(200);

std::string Now() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                          absl::UTCTimeZone());
}

// The log.txt of a trial.
class TrialLog {
 public:
  explicit TrialLog(const std::string& folder)
      : out_(absl::StrCat(folder, "/log.txt"), std::ios::app) {}

  void Add(const std::string& text) {
    out_ << Now() << " " << text << std::endl;
  }

 private:
  std::ofstream out_;
};

std::string Describe(const TrialResult& result) {
  switch (result.outcome) {
    case Outcome::kCompleted:
      return result.collapsed ? "completed, collapsed" : "completed";
    case Outcome::kDiverged:
      return absl::StrCat("diverged at step ", result.steps);
    case Outcome::kFailed:
      return absl::StrCat("failed: ", result.reason);
  }
  return "";
}

class Worker {
 public:
  // False if the worker must exit.
  bool HandleOrder(const Json& order) {
    const std::string name = order.at("order");
    if (name == "setup") {
      const absl::Status status = SetUp(WorkerSetup::FromJson(order));
      if (!status.ok()) {
        ReportError(status);
        return false;
      }
      Report({{"report", "ready"}});
    } else if (name == "check") {
      Check(order);
    } else if (name == "run") {
      // Reported after the trial's lock is released.
      const absl::StatusOr<Json> end = Run(order);
      if (end.ok()) {
        Report(*end);
      } else if (!absl::IsCancelled(end.status())) {
        ReportError(end.status());
      }
    }
    if (!Interrupted()) return true;
    Report({{"report", "interrupted"}});
    return false;
  }

 private:
  // A failed write is ignored: without a supervisor this process is killed.
  static void Report(const Json& report) {
    (void)WriteJsonLine(WorkerProcess::kReports, report);
  }

  static void ReportError(const absl::Status& status) {
    Report({{"report", "error"},
            {"code", static_cast<int>(status.code())},
            {"message", status.message()}});
  }

  absl::Status SetUp(WorkerSetup setup) {
    setup_ = std::move(setup);
    ConfigureCompute(setup_.threads);
    const absl::StatusOr<c10::Device> device = ParseDevice(setup_.device);
    // The supervisor has parsed it as well.
    BIGSTEP_CHECK(device.ok()) << device.status();
    device_ = *device;
    ConfigureDevice(device_);
    if (setup_.cuda_graphs) RETURN_IF_ERROR(UseOwnStream(device_));
    provenance_ = MakeProvenance(device_, setup_.commit);
    provenance_.workers = setup_.workers;
    provenance_.cuda_graphs = setup_.cuda_graphs;
    datasets_.emplace(
        DatasetCache::Options{setup_.data_root, setup_.cache_folder, device_});
    return absl::OkStatus();
  }

  void Check(const Json& order) {
    const TrialSettings settings = SettingsOf(order);
    const auto dataset = datasets_->Get(settings.dataset, settings.seed);
    const absl::Status status = dataset.ok()
                                    ? CheckTrial(settings, **dataset, device_)
                                    : dataset.status();
    Report({{"report", "checked"},
            {"message", status.message()},
            {"dataset", !dataset.ok()}});
  }

  static TrialSettings SettingsOf(const Json& order) {
    absl::StatusOr<TrialSettings> settings =
        TrialSettingsFromJson(order.at("trial"), "order");
    BIGSTEP_CHECK(settings.ok()) << settings.status();
    return *std::move(settings);
  }

  // Trains a trial and writes its record, unless another process does. Returns
  // the last report. Cancelled if interrupted.
  absl::StatusOr<Json> Run(const Json& order) {
    const std::string id = order.at("id");
    const std::string folder = TrialFolder(setup_.study_folder, id);
    RETURN_IF_ERROR(MakeFolder(folder));
    ASSIGN_OR_RETURN(const std::optional<FileLock> lock, LockTrial(folder));
    if (!lock) return Json{{"report", "busy"}};
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(setup_.study_folder, id));
    if (record && (record->outcome != Outcome::kFailed ||
                   record->times.value("started", "") !=
                       order.at("failed_before").get<std::string>())) {
      return Json{{"report", "elsewhere"},
                  {"failed", record->outcome == Outcome::kFailed}};
    }
    RemoveLeftovers(folder, /*checkpoints=*/order.at("from_start"));
    Report({{"report", "started"}});
    provenance_.attempt = order.at("attempt");
    ResetPeakMemory();  // Records hold the peak of their own trial.
    TrialLog log(folder);
    log.Add(absl::StrCat("started ", order.at("label").get<std::string>()));
    return TrainAndRecord(id, SettingsOf(order), folder, log);
  }

  absl::StatusOr<Json> TrainAndRecord(const std::string& id,
                                      const TrialSettings& settings,
                                      const std::string& folder,
                                      TrialLog& log) {
    const std::string started = Now();
    const absl::StatusOr<TrialResult> result = Train(settings, folder, log);
    if (!result.ok()) {
      log.Add(std::string(result.status().message()));
      return result.status();
    }
    log.Add(Describe(*result));
    RETURN_IF_ERROR(
        WriteRecord(setup_.study_folder,
                    {id, setup_.study, settings,
                     ProvenanceJson(provenance_, settings), started},
                    *result));
    RemoveLeftovers(folder, /*checkpoints=*/true);
    return Json{
        {"report", "finished"},
        {"outcome", OutcomeName(result->outcome)},
        {"text", Describe(*result)},
        {"reason", result->reason},
        // A failed recording may make the device unusable.
        {"replace", setup_.cuda_graphs && result->outcome == Outcome::kFailed},
        {"work_s", result->train_seconds + result->evaluate_seconds}};
  }

  // Cancelled if interrupted. Everything else is a result.
  absl::StatusOr<TrialResult> Train(const TrialSettings& settings,
                                    const std::string& folder, TrialLog& log) {
    const auto dataset = datasets_->Get(settings.dataset, settings.seed);
    if (!dataset.ok()) {
      return FailedResult(std::string(dataset.status().message()));
    }
    DrawSamples(settings, **dataset);
    TrainerOptions options;
    if (setup_.cuda_graphs) options.make_graph = MakeCudaGraph;
    options.checkpoint_path = CheckpointPath(folder);
    options.checkpoint_seconds = setup_.checkpoint_s;
    absl::StatusOr<TrialResult> result =
        RunTrial(settings, **dataset, device_, MakeHooks(folder, log), options);
    if (result.ok()) result->data_notes = (*dataset)->notes;
    return result;
  }

  // Draws a sheet of training images for the report, once for each dataset of a
  // study. A failure to draw does not fail the trial.
  void DrawSamples(const TrialSettings& settings, const Dataset& dataset) {
    if (dataset.task.input_shape.size() != 3) return;
    const std::string identity = CanonicalJson(settings.dataset.Identity());
    const std::string path =
        absl::StrCat(setup_.study_folder, "/samples_", settings.dataset.name(),
                     "_", Sha256Hex(identity).substr(0, 4), ".png");
    std::error_code error;
    if (!drawn_.insert(path).second || std::filesystem::exists(path, error)) {
      return;
    }
    const absl::Status status = CatchExceptions([&]() -> absl::Status {
      ASSIGN_OR_RETURN(const std::string sheet,
                       DrawContactSheet(dataset.To(c10::kCPU),
                                        {settings.dataset.name(), "train",
                                         /*rows=*/4, /*columns=*/8}));
      return WriteFileAtomically(path, sheet);
    });
    if (status.ok()) return;
    Report(
        {{"report", "note"},
         {"text", absl::StrCat("no samples were drawn: ", status.message())}});
  }

  TrainerHooks MakeHooks(const std::string& folder, TrialLog& log) {
    TrainerHooks hooks;
    hooks.interrupted = Interrupted;
    hooks.on_step = [last = Clock::time_point()](int64_t step,
                                                 double loss) mutable {
      const Clock::time_point now = Clock::now();
      if (now - last < kStepInterval) return;
      last = now;
      Report({{"report", "step"}, {"step", step}, {"loss", loss}});
    };
    hooks.on_evaluation = [&log](const HistoryRow& row) {
      log.Add(absl::StrCat("step ", row.step, ", mean loss ", row.train_loss));
      Report(
          {{"report", "evaluated"}, {"metrics", HeadlineMetrics(row.metrics)}});
    };
    if (setup_.save_weights) {
      hooks.on_completion = [folder](const Model& model) {
        return SaveWeights(model, absl::StrCat(folder, "/weights.safetensors"));
      };
    }
    hooks.on_resume = [&log](int64_t steps) {
      log.Add(absl::StrCat("continues after step ", steps));
      Report({{"report", "resumed"}, {"steps", steps}});
    };
    hooks.on_note = [&log](const std::string& text) {
      log.Add(text);
      Report({{"report", "note"}, {"text", text}});
    };
    return hooks;
  }

  WorkerSetup setup_;
  c10::Device device_ = c10::kCPU;
  Provenance provenance_;
  std::optional<DatasetCache> datasets_;
  std::set<std::string> drawn_;  // Paths of sheets.
};

}  // namespace

std::string HeadlineMetrics(const Json& metrics) {
  const Json accuracy = metrics.value("accuracy", Json::object());
  const Json train = accuracy.value("train", Json());
  const Json test = accuracy.value("unbiased_test", Json());
  if (!train.is_number() || !test.is_number()) return "";
  return absl::StrFormat("train %.3f, unbiased test %.3f", train.get<double>(),
                         test.get<double>());
}

Json WorkerSetup::ToJson() const {
  return {{"study", study},
          {"study_folder", study_folder},
          {"data_root", data_root},
          {"cache_folder", cache_folder},
          {"device", device},
          {"commit", commit},
          {"save_weights", save_weights},
          {"threads", threads},
          {"checkpoint_s", checkpoint_s},
          {"workers", workers},
          {"cuda_graphs", cuda_graphs}};
}

WorkerSetup WorkerSetup::FromJson(const Json& json) {
  return {
      json.at("study"),        json.at("study_folder"), json.at("data_root"),
      json.at("cache_folder"), json.at("device"),       json.at("commit"),
      json.at("save_weights"), json.at("threads"),      json.at("checkpoint_s"),
      json.at("workers"),      json.at("cuda_graphs")};
}

bool IsWorker(int argc, const char* const* argv) {
  return argc == 2 && std::string(argv[1]) == kWorkerFlag;
}

int RunWorker() {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  CatchTermination();
  Worker worker;
  LineReader orders(WorkerProcess::kOrders);
  while (orders.Fill()) {
    while (const std::optional<std::string> line = orders.Next()) {
      const Json order = Json::parse(*line, nullptr, /*exceptions=*/false);
      BIGSTEP_CHECK(order.is_object())
          << "only a supervisor can start a worker";
      if (!worker.HandleOrder(order)) return 0;
    }
  }
  return 0;
}

}  // namespace bigstep

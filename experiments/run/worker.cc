#include "experiments/run/worker.h"

#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/exit_code.h"
#include "base/file_lock.h"
#include "base/folder.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/dataset.h"
#include "experiments/records/data_checksum.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/json_lines.h"
#include "experiments/run/measure_trial.h"
#include "experiments/run/sample_sheets.h"
#include "experiments/run/trial_log.h"
#include "experiments/run/worker_process.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/train/environment.h"
#include "experiments/train/step_time.h"
#include "experiments/train/trainer.h"
#include "experiments/train/weights_metadata.h"
#include "models/model.h"
#include "models/weights/weights.h"

namespace bigstep {
namespace {

using Clock = std::chrono::steady_clock;

// The shortest time between two reports of steps.
constexpr auto kStepInterval = std::chrono::milliseconds(200);

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

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
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
    } else if (name == "run" || name == "measure") {
      // Reported after the trial's lock is released.
      const absl::StatusOr<Json> end =
          name == "run" ? Run(order) : Measure(order);
      if (end.ok()) {
        Report(*end);
      } else if (absl::IsAborted(end.status())) {
        ReportLost(end.status());
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
  // Messages may name files, whose names are not always UTF-8.
  static void Report(Json report) {
    for (const char* const key : {"message", "reason", "text"}) {
      const auto message = report.find(key);
      if (message == report.end()) continue;
      *message = VisibleLines(message->get<std::string>());
    }
    (void)WriteJsonLine(WorkerProcess::kReports, report);
  }

  static void ReportError(const absl::Status& status) {
    Report({{"report", "error"},
            {"code", static_cast<int>(status.code())},
            {"message", status.message()}});
  }

  static void ReportLost(const absl::Status& status) {
    Report({{"report", "lost"}, {"reason", status.message()}});
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
    provenance_ =
        MakeProvenance(device_, setup_.commit, setup_.workspace_commit);
    provenance_.workers = setup_.workers;
    provenance_.cuda_graphs = setup_.cuda_graphs;
    datasets_.emplace(
        DatasetCache::Options{setup_.data_root, setup_.cache_folder, device_});
    samples_.emplace(setup_.study_folder);
    return absl::OkStatus();
  }

  void Check(const Json& order) {
    const TrialSettings settings = SettingsOf(order);
    const auto dataset = datasets_->Get(settings.dataset, settings.seed);
    if (dataset.ok()) ReportData(settings.dataset, **dataset);
    absl::Status status = dataset.status();
    TrialSize size;
    double step_s = 0;
    if (dataset.ok()) size.train_examples = (*dataset)->train.size();
    if (dataset.ok() && !order.at("data_only").get<bool>()) {
      const auto checked = CheckTrial(settings, **dataset, device_);
      status = checked.status();
      if (checked.ok()) size = *checked;
      if (checked.ok() && order.at("time_steps").get<bool>()) {
        step_s = SecondsAStep(settings, **dataset, device_);
      }
    }
    if (absl::IsAborted(status)) return ReportLost(status);
    Report({{"report", "checked"},
            {"message", status.message()},
            {"sha256", dataset.ok() ? DataChecksum((*dataset)->notes) : ""},
            {"weights_bytes", size.weights_bytes},
            {"train_examples", size.train_examples},
            {"step_s", step_s}});
  }

  void ReportData(const PluginConfig& choice, const Dataset& dataset) {
    const std::string identity = CanonicalJson(choice.Identity());
    if (!reported_.insert(identity).second) return;
    Report(
        {{"report", "data"}, {"dataset", identity}, {"notes", dataset.notes}});
  }

  static TrialSettings SettingsOf(const Json& order) {
    const KeepDenormals exact;
    absl::StatusOr<TrialSettings> settings =
        TrialSettingsFromJson(order.at("trial"), "order");
    BIGSTEP_CHECK(settings.ok()) << settings.status();
    return *std::move(settings);
  }

  // Whether this process must end with the trial: after a failed operation or
  // recording a GPU may be unusable.
  bool MustReplace(bool failed) const {
    return failed && (device_.is_cuda() || setup_.cuda_graphs);
  }

  // Trains a trial and writes its record, unless another process does. Returns
  // the last report. Cancelled if interrupted, Aborted if the machine failed.
  absl::StatusOr<Json> Run(const Json& order) {
    const std::string id = order.at("id");
    const std::string& folder = setup_.study_folder;
    RETURN_IF_ERROR(CheckStudyIsThere(folder));
    RETURN_IF_ERROR(Folder(folder).Make(TrialFile(id)));
    ASSIGN_OR_RETURN(const std::optional<FileLock> lock, LockTrial(folder, id));
    if (!lock) return Json{{"report", "busy"}};
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(folder, id));
    const std::string replaces = order.at("replaces");
    if (record && ((record->outcome != Outcome::kFailed && replaces.empty()) ||
                   record->times.value("started", "") != replaces)) {
      return Json{{"report", "elsewhere"},
                  {"failed", record->outcome == Outcome::kFailed}};
    }
    RemoveLeftovers(folder, id, /*checkpoints=*/order.at("from_start"));
    ASSIGN_OR_RETURN(TrialLog log, TrialLog::Open(folder, id));
    Report({{"report", "started"}});
    provenance_.attempt = order.at("attempt");
    provenance_.other_data =
        order.at("other_data").get<std::vector<std::string>>();
    ResetPeakMemory();  // Records hold the peak of their own trial.
    log.Add(absl::StrCat("started ",
                         VisibleText(order.at("label").get<std::string>())));
    return TrainAndRecord(id, SettingsOf(order), order.at("keep_weights"), log);
  }

  absl::StatusOr<Json> TrainAndRecord(const std::string& id,
                                      const TrialSettings& settings,
                                      bool keep_weights, TrialLog& log) {
    const std::string started = UtcNow();
    const absl::StatusOr<TrialResult> result =
        Train(id, settings, keep_weights, log);
    if (!result.ok()) {
      log.Add(std::string(result.status().message()));
      return result.status();
    }
    log.Add(Describe(*result));
    RETURN_IF_ERROR(CheckStudyIsThere(setup_.study_folder));
    const KeepDenormals exact;
    RETURN_IF_ERROR(CopyRecordAside(setup_.study_folder, id));
    RETURN_IF_ERROR(
        WriteRecord(setup_.study_folder,
                    {id, setup_.study, settings,
                     ProvenanceJson(provenance_, settings), started},
                    *result));
    RemoveLeftovers(setup_.study_folder, id, /*checkpoints=*/true);
    if (result->weights.empty()) {  // Those of an earlier training.
      (void)Folder(setup_.study_folder).Remove(TrialFile(id, kWeightsFile));
    }
    return Json{{"report", "finished"},
                {"outcome", OutcomeName(result->outcome)},
                {"text", Describe(*result)},
                {"reason", result->reason},
                {"replace", MustReplace(result->outcome == Outcome::kFailed)},
                {"work_s", result->train_seconds + result->evaluate_seconds}};
  }

  // Computes metrics of a finished trial from its weights and adds them to its
  // record. Returns the last report; a failure leaves the record as it is.
  // Cancelled if interrupted, Aborted if the machine failed.
  absl::StatusOr<Json> Measure(const Json& order) {
    const std::string id = order.at("id");
    const std::string& folder = setup_.study_folder;
    RETURN_IF_ERROR(CheckStudyIsThere(folder));
    RETURN_IF_ERROR(Folder(folder).Make(TrialFile(id)));
    ASSIGN_OR_RETURN(const std::optional<FileLock> lock, LockTrial(folder, id));
    if (!lock) return Json{{"report", "busy"}};
    ASSIGN_OR_RETURN(TrialLog log, TrialLog::Open(folder, id));
    Report({{"report", "started"}});
    const Clock::time_point start = Clock::now();
    const absl::StatusOr<std::string> text = MeasureTrial(
        folder, id, SettingsOf(order), {*datasets_, device_, provenance_});
    if (absl::IsCancelled(text.status())) return text.status();
    if (!text.ok()) RETURN_IF_ERROR(CheckStudyIsThere(folder));
    const std::string reason(text.status().message());
    log.Add(text.ok() ? *text : reason);
    if (absl::IsAborted(text.status())) return text.status();
    return Json{{"report", "finished"},
                {"outcome", text.ok() ? "completed" : "failed"},
                {"text", text.value_or("")},
                {"reason", reason},
                {"replace", MustReplace(!text.ok())},
                {"work_s", SecondsSince(start)}};
  }

  // Cancelled if interrupted, Aborted if the machine failed. Everything else is
  // a result.
  absl::StatusOr<TrialResult> Train(const std::string& id,
                                    const TrialSettings& settings,
                                    bool keep_weights, TrialLog& log) {
    const auto dataset = datasets_->Get(settings.dataset, settings.seed);
    if (absl::IsCancelled(dataset.status()) ||
        absl::IsAborted(dataset.status())) {
      return dataset.status();
    }
    if (!dataset.ok()) {
      return FailedResult(std::string(dataset.status().message()));
    }
    const absl::Status drawn =
        samples_->Draw(settings.dataset, settings.seed, **dataset);
    if (!drawn.ok()) {
      Report(
          {{"report", "note"},
           {"text", absl::StrCat("no samples were drawn: ", drawn.message())}});
    }
    TrainerOptions options;
    if (setup_.cuda_graphs) options.make_graph = MakeCudaGraph;
    options.checkpoint_path = CheckpointPath(setup_.study_folder, id);
    options.checkpoint_seconds = setup_.checkpoint_s;
    TrainerHooks hooks = MakeHooks(log);
    Json weights = Json::object();
    if (keep_weights) {
      hooks.on_completion = [&](const Model& model) {
        const std::string file =
            FormatWeights(model, WeightsMetadata(settings, **dataset));
        weights = WeightsJson(file);
        return Folder(setup_.study_folder)
            .Write(TrialFile(id, kWeightsFile), file);
      };
    }
    absl::StatusOr<TrialResult> result =
        RunTrial(settings, **dataset, device_, hooks, options);
    if (result.ok()) {
      if (result->outcome == Outcome::kCompleted) result->weights = weights;
      result->data_notes = (*dataset)->notes;
      // Whether data of other seeds may differ; reports compare checksums.
      result->data_notes["seeded"] = (*dataset)->seeded;
    }
    return result;
  }

  static TrainerHooks MakeHooks(TrialLog& log) {
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
  std::optional<SampleSheets> samples_;
  std::set<std::string> reported_;  // Identities of datasets.
};

}  // namespace

std::string HeadlineMetrics(const Json& metrics) {
  const Json error = metrics.value("squared_error", Json::object());
  if (error.contains("train") && error["train"].is_number() &&
      error.contains("test") && error["test"].is_number()) {
    return absl::StrFormat("squared error train %.2g, test %.2g",
                           error["train"].get<double>(),
                           error["test"].get<double>());
  }
  const Json accuracy = metrics.value("accuracy", Json::object());
  const Json train = accuracy.value("train", Json());
  const Json test = accuracy.value("unbiased_test", Json());
  if (!train.is_number() || !test.is_number()) return "";
  return absl::StrFormat("train %.3f, unbiased test %.3f", train.get<double>(),
                         test.get<double>());
}

Json WorkerSetup::ToJson() const {
  return {{"study", study},
          {"study_folder", absl::CEscape(study_folder)},
          {"data_root", absl::CEscape(data_root)},
          {"cache_folder", absl::CEscape(cache_folder)},
          {"device", device},
          {"commit", commit},
          {"workspace_commit", workspace_commit},
          {"threads", threads},
          {"checkpoint_s", checkpoint_s},
          {"workers", workers},
          {"cuda_graphs", cuda_graphs}};
}

WorkerSetup WorkerSetup::FromJson(const Json& json) {
  const auto path = [&json](const char* key) {
    std::string bytes;
    const bool ok = absl::CUnescape(json.at(key).get<std::string>(), &bytes);
    BIGSTEP_CHECK(ok) << key;
    return bytes;
  };
  return {json.at("study"),
          path("study_folder"),
          path("data_root"),
          path("cache_folder"),
          json.at("device"),
          json.at("commit"),
          json.at("workspace_commit"),
          json.at("threads"),
          json.at("checkpoint_s"),
          json.at("workers"),
          json.at("cuda_graphs")};
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
      const absl::StatusOr<Json> order = [&line] {
        const KeepDenormals exact;
        return ParseJson(*line);
      }();
      if (!order.ok() || !order->is_object()) {
        std::cerr << "only a supervisor can start a worker\n";
        return kExitBadInput;
      }
      if (!worker.HandleOrder(*order)) return kExitOk;
    }
  }
  return kExitOk;
}

}  // namespace bigstep

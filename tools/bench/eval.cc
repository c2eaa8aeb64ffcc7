// The costs of a study's metrics, against the training they measure: for each
// spec its first trial is trained, evaluated at the end alone, and each metric
// then timed on its own on the trained network.
//   bazel run //tools:bench_eval -- --data_root=DIR [--benchmark_filter=all]
#include <benchmark/benchmark.h>
#include <gflags/gflags.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/device.h"
#include "base/files.h"
#include "base/log.h"
#include "base/problems.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/dataset.h"
#include "experiments/plan/plan.h"
#include "experiments/spec/spec.h"
#include "experiments/train/trainer.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "tools/bench/restart.h"
#include "tools/bench/timing.h"

DEFINE_string(data_root, "", "folder that holds the datasets' files");

namespace bigstep {
namespace {

// The first trial of a spec, trained once, and what it cost.
class MeasuredTrial {
 public:
  explicit MeasuredTrial(const std::string& spec_path)
      : settings_(FirstTrial(spec_path)),
        store_({DataRoot(FLAGS_data_root).value(), /*cache_folder=*/""}) {}

  // Trains, the first time.
  void Train() {
    if (network_ != nullptr) return;
    const auto dataset = store_.Get(settings_.dataset, settings_.seed);
    BIGSTEP_CHECK(dataset.ok()) << dataset.status();
    dataset_ = *dataset;
    TrainerHooks hooks;
    hooks.on_completion = [this](const Model& model) {
      network_ = MakeNetwork();
      CopyState(model, *network_);
      return absl::OkStatus();
    };
    const absl::StatusOr<TrialResult> result =
        RunTrial(settings_, *dataset_, c10::kCPU, hooks);
    BIGSTEP_CHECK(result.ok()) << result.status();
    BIGSTEP_CHECK(result->outcome == Outcome::kCompleted) << result->reason;
    train_seconds_ = result->train_seconds;
    all_seconds_ = result->evaluate_seconds;
  }

  // Seconds of one metric without the forward passes that all share.
  double MetricSeconds(const MetricChoice& choice) {
    Evaluation evaluation = MakeEvaluation();
    Pass(evaluation);
    const auto metric = Metrics::Get().Make(choice.config, {});
    BIGSTEP_CHECK(metric.ok()) << metric.status();
    return Seconds([&] {
      const auto values = (*metric)->Compute(evaluation);
      BIGSTEP_CHECK(values.ok()) << values.status();
    });
  }

  // Seconds of the forward passes over all examples.
  double PassSeconds() {
    Evaluation evaluation = MakeEvaluation();
    return Seconds([&] { Pass(evaluation); });
  }

  const TrialSettings& settings() const { return settings_; }
  double train_seconds() const { return train_seconds_; }
  double all_seconds() const { return all_seconds_; }

 private:
  static TrialSettings FirstTrial(const std::string& path) {
    const auto text = ReadFile(path);
    BIGSTEP_CHECK(text.ok()) << text.status();
    Problems problems;
    const Spec spec =
        ReadStudySpec(*text, path, {"training.eval_every=0"}, problems);
    const Plan plan = MakePlan(spec, problems);
    BIGSTEP_CHECK(problems.empty()) << problems.ToStatus();
    return plan.trials.at(0).settings;
  }

  std::unique_ptr<Model> MakeNetwork() const {
    return Models::Get()
        .Make(settings_.model, {dataset_->task, settings_.seed})
        .value();
  }

  Evaluation MakeEvaluation() {
    Evaluation::Options options;
    options.seed = settings_.seed;
    options.pictures = true;  // As at the end of a trial.
    return Evaluation(
        *dataset_, *network_, [this] { return MakeNetwork(); }, options);
  }

  static void Pass(Evaluation& evaluation) {
    for (const char* split : {"train", "validation", "test"}) {
      const auto outputs = evaluation.Outputs(split);
      BIGSTEP_CHECK(outputs.ok()) << outputs.status();
    }
  }

  const TrialSettings settings_;
  DatasetCache store_;
  const Dataset* dataset_ = nullptr;
  std::unique_ptr<Model> network_;
  double train_seconds_ = 0, all_seconds_ = 0;
};

void Register(const std::shared_ptr<MeasuredTrial>& trial,
              const std::string& name, const std::function<double()>& seconds) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 trial->Train();
                                 double sum = 0;
                                 for (auto _ : state) {
                                   const double one = seconds();
                                   state.SetIterationTime(one);
                                   sum += one;
                                 }
                                 sum /= static_cast<double>(state.iterations());
                                 state.counters["seconds"] = sum;
                                 state.counters["share_of_training"] =
                                     sum / trial->train_seconds();
                               })
      ->UseManualTime()
      ->Iterations(3)
      ->Unit(benchmark::kMillisecond);
}

// "all": everything between the last step and the result, as the trainer does
// it. "forward": the passes over all splits. Then each metric.
void RegisterTrial(const std::string& path) {
  const auto trial = std::make_shared<MeasuredTrial>(path);
  std::string study = path.substr(path.rfind('/') + 1);
  study = study.substr(0, study.find('.'));
  Register(trial, study + "/all", [trial] { return trial->all_seconds(); });
  Register(trial, study + "/forward", [trial] { return trial->PassSeconds(); });
  for (const MetricChoice& choice : trial->settings().metrics) {
    Register(trial, absl::StrCat(study, "/", choice.label),
             [trial, choice] { return trial->MetricSeconds(choice); });
  }
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::RestartAsWorker(argv);
  benchmark::Initialize(&argc, argv);
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  bigstep::InitializeLog(argv[0]);
  bigstep::ConfigureCompute();
  BIGSTEP_CHECK(argc > 1) << "usage: bench_eval SPEC...";
  for (int i = 1; i < argc; ++i) bigstep::RegisterTrial(argv[i]);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// The costs of optimizers, regularizers, losses and metrics, in steps of plain
// SGD: the column sgd_steps. One network and data of the size of Colored MNIST;
// metrics find the outputs of all splits computed, as they share them, and the
// forward passes stand apart. Checkpoints are written to the folder for
// temporary files, for a small and a large network.
//   bazel run //tools:bench_costs [-- --benchmark_filter=metric]
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/device.h"
#include "base/fast_checksum.h"
#include "base/json.h"
#include "base/log.h"
#include "base/named_tensors.h"
#include "base/registry.h"
#include "base/testing.h"
#include "base/yaml_writer.h"
#include "datasets/dataset.h"
#include "experiments/train/checkpoint.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"
#include "tools/bench/timing.h"

namespace bigstep {
namespace {

constexpr int64_t kBatch = 100;

Split RandomSplit(int64_t n) {
  return {at::rand({n, 3, 28, 28}), at::randint(10, {n}, at::kLong),
          at::randint(10, {n}, at::kLong)};
}

const Dataset& Data() {
  static const auto* const dataset = [] {
    auto* made = new Dataset{{{3, 28, 28}, 10, 10},
                             RandomSplit(10000),
                             RandomSplit(5000),
                             RandomSplit(5000)};
    made->spurious_mask = at::zeros({3, 28, 28}, at::kBool);
    made->spurious_mask.slice(2, 14).fill_(true);
    return made;
  }();
  return *dataset;
}

std::unique_ptr<Model> MakeModel() {
  return MakePlugin<ModelFamily>("{name: fcn, hidden: [100, 100, 100]}",
                                 {Data().task, 0});
}

// One training step after another, on one batch.
class Training {
 public:
  Training(const std::string& optimizer, const std::string& loss,
           const std::string& regularizer)
      : model_(MakeModel()), parameters_(Parameters(*model_)) {
    optimizer_ = MakePlugin<OptimizerFamily>(optimizer, {parameters_});
    loss_ = MakePlugin<LossFamily>(loss, {});
    if (!regularizer.empty()) {
      regularizer_ = MakePlugin<RegularizerFamily>(regularizer, {});
    }
  }

  void Step() {
    optimizer_->Step(
        [this] {
          for (auto& [name, parameter] : parameters_) {
            parameter.mutable_grad().reset();
          }
          at::Tensor loss =
              loss_->PerExample(model_->Forward(inputs_).logits, labels_)
                  .mean();
          loss.backward();
          loss = loss.detach();
          if (regularizer_) loss += regularizer_->AddGradient(parameters_);
          return loss;
        },
        1);
  }

 private:
  std::unique_ptr<Model> model_;
  NamedTensors parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Regularizer> regularizer_;
  at::Tensor inputs_ = Data().train.inputs.slice(0, 0, kBatch);
  at::Tensor labels_ = Data().train.labels.slice(0, 0, kBatch);
};

// A step of plain SGD, the unit of all costs.
double SgdStepSeconds() {
  static const double seconds = [] {
    Training training("{name: sgd, lr: 0.01}", "cross_entropy", "");
    std::vector<double> times;
    for (int i = 0; i < 300; ++i) {
      times.push_back(Seconds([&] { training.Step(); }));
    }
    return Median(std::move(times));
  }();
  return seconds;
}

void Measure(benchmark::State& state, const std::function<void()>& work) {
  const double unit = SgdStepSeconds();
  std::vector<double> times;
  for (auto _ : state) times.push_back(Seconds(work));
  state.counters["sgd_steps"] = Median(std::move(times)) / unit;
}

void RegisterStep(const std::string& name, const std::string& optimizer,
                  const std::string& loss, const std::string& regularizer) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Training training(optimizer, loss, regularizer);
    training.Step();  // The first one allocates.
    Measure(state, [&] { training.Step(); });
  })->Unit(benchmark::kMicrosecond);
}

// The name with a value for each option that has no default.
std::string WithRequired(const PluginRegistry& registry,
                         const std::string& name) {
  Json choice = {{"name", name}};
  for (const Field& field : registry.Find(name)->table->fields()) {
    if (field.required) choice[field.name] = 0.001;
  }
  return ToFlowYaml(choice);
}

void RegisterSteps() {
  const std::string sgd = "{name: sgd, lr: 0.001}";
  for (const std::string& name : Optimizers::Get().Names()) {
    RegisterStep("optimizer/" + name, WithRequired(Optimizers::Get(), name),
                 "cross_entropy", "");
  }
  for (const std::string& name : Losses::Get().Names()) {
    RegisterStep("loss/" + name, sgd, WithRequired(Losses::Get(), name), "");
  }
  for (const std::string& name : Regularizers::Get().Names()) {
    RegisterStep("regularizer/" + name, sgd, "cross_entropy",
                 WithRequired(Regularizers::Get(), name));
  }
}

void RegisterForward(const std::string& split) {
  benchmark::RegisterBenchmark(
      ("forward/" + split).c_str(),
      [split](benchmark::State& state) {
        const auto model = MakeModel();
        Measure(state, [&] {
          Evaluation evaluation(Data(), *model, MakeModel, {});
          const auto outputs = evaluation.Outputs(split);
          BIGSTEP_CHECK(outputs.ok()) << outputs.status();
        });
      })
      ->Unit(benchmark::kMillisecond);
}

void RegisterMetric(const std::string& name) {
  benchmark::RegisterBenchmark(
      ("metric/" + name).c_str(),
      [name](benchmark::State& state) {
        const auto model = MakeModel();
        const auto metric = MakePlugin<MetricFamily>(name, {});
        Evaluation evaluation(Data(), *model, MakeModel, {});
        for (const char* split : {"train", "validation", "test"}) {
          const auto outputs = evaluation.Outputs(split);
          BIGSTEP_CHECK(outputs.ok()) << outputs.status();
        }
        Measure(state, [&] {
          const auto values = metric->Compute(evaluation);
          BIGSTEP_CHECK(values.ok()) << values.status();
        });
      })
      ->Unit(benchmark::kMillisecond);
}

// A checkpoint of `model`, made for images [3, size, size], and Adam.
void RegisterCheckpoint(const std::string& name, const std::string& model,
                        int64_t size) {
  benchmark::RegisterBenchmark(
      ("checkpoint/" + name).c_str(),
      [=](benchmark::State& state) {
        const auto network =
            MakePlugin<ModelFamily>(model, {{{3, size, size}, 10, 10}, 0});
        const NamedTensors parameters = Parameters(*network);
        const auto optimizer =
            MakePlugin<OptimizerFamily>("{name: adam, lr: 0.01}", {parameters});
        optimizer->Step(
            [&] {
              for (auto [name, parameter] : parameters) {
                parameter.mutable_grad() = at::ones_like(parameter);
              }
              return at::zeros({});
            },
            1);
        const std::filesystem::path path =
            std::filesystem::temp_directory_path() / "bench_costs_checkpoint";
        const std::function<void(const std::string&)> note =
            [](const std::string& text) { BIGSTEP_CHECK(false) << text; };
        CheckpointWriter writer(path, 0, {}, note);
        Measure(state, [&] {
          writer.Write([&] {
            TrainingState state;
            state.model = ModelState(*network);
            state.optimizer = optimizer->State();
            return state;
          });
        });
        state.counters["MB"] = std::filesystem::file_size(path) * 1e-6;
        std::filesystem::remove(path);
      })
      ->Unit(benchmark::kMillisecond);
}

// The checksum of kept datasets, of bytes in memory.
void RegisterChecksum() {
  benchmark::RegisterBenchmark("checksum", [](benchmark::State& state) {
    const std::string bytes(size_t{256} << 20, 'x');
    for (auto _ : state) {
      FastChecksum checksum;
      checksum.Add(bytes);
      benchmark::DoNotOptimize(checksum.Value());
    }
    state.SetBytesProcessed(state.iterations() *
                            static_cast<int64_t>(bytes.size()));
  })->Unit(benchmark::kMillisecond);
}

void RegisterAll() {
  RegisterSteps();
  for (const char* split : {"train", "test"}) RegisterForward(split);
  for (const std::string& name : Metrics::Get().Names()) RegisterMetric(name);
  RegisterCheckpoint("fcn", "{name: fcn, hidden: [100, 100, 100]}", 28);
  RegisterCheckpoint("resnet18", "resnet18", 32);
  RegisterChecksum();
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::ConfigureCompute();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  bigstep::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
}

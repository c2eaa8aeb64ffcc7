// Training steps through the trainer that studies use, against the rate at
// which this machine multiplies matrices, measured in between.
//   bazel run //tools:bench_step -- --data_root=DIR [--copies=2]
//       [--benchmark_filter=fcn]
#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <benchmark/benchmark.h>
#include <gflags/gflags.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <utility>
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
#include "models/model.h"
#include "optimizers/loss.h"
#include "tools/bench/restart.h"
#include "tools/bench/timing.h"

DEFINE_string(data_root, "", "folder that holds the datasets' files");
DEFINE_int32(copies, 1,
             "how many processes measure at once, each on a core of its own; "
             "the first one's figures are printed");

namespace bigstep {
namespace {

// One network and the trial that trains it, on the first `examples` of each
// split: evaluations, which the steps' rate leaves out, would take long.
struct Case {
  std::string name;
  std::string dataset;
  std::string model;
  std::string training;
  int64_t examples = std::numeric_limits<int64_t>::max();
};

const std::vector<Case>& Cases() {
  static const auto* const cases = new std::vector<Case>{
      {"fcn", "{name: colored_mnist}", "{name: fcn, hidden: [100, 100, 100]}",
       "{batch_size: 128, max_steps: 400, eval_every: 200}"},
      {"parity",
       "{name: parity, core_bits: 10, spurious_bits: 10, core_degree: 3, "
       "spurious_degree: 1}",
       "{name: fcn, hidden: [100, 100], bias: true}",
       "{batch_size: 100, max_steps: 3000, eval_every: 1000}"},
      {"cnn", "{name: colored_mnist}", "{name: cnn, widths: [32, 64]}",
       "{batch_size: 128, max_steps: 100}", 12800},
      {"resnet18", "{name: cifar10}", "{name: resnet18, stem: cifar}",
       "{batch_size: 128, max_steps: 6}", 256},
      {"swin_t", "{name: waterbirds}", "{name: swin_t}",
       "{batch_size: 16, max_steps: 4}", 32},
      {"resnet50", "{name: waterbirds}", "{name: resnet50}",
       "{batch_size: 16, max_steps: 4}", 32},
  };
  return *cases;
}

TrialSettings SettingsOf(const Case& c) {
  Problems problems;
  const Spec spec = ReadStudySpec(
      absl::StrCat(
          "study: bench\nbase:\n  dataset: ", c.dataset, "\n  model: ", c.model,
          "\n  optimizer: {name: sgd, lr: 0.01}\n  training: ", c.training,
          "\nmetrics: [accuracy]\nseeds: 1\n"),
      "bench.yaml", {}, problems);
  const Plan plan = MakePlan(spec, problems);
  BIGSTEP_CHECK(problems.empty()) << problems.ToStatus();
  return plan.trials.at(0).settings;
}

// Floating-point operations of the matrix products and convolutions that
// LibTorch is asked for on this thread; a multiplication and the addition that
// follows are two.
class FlopCounter {
 public:
  FlopCounter()
      : handle_(at::addThreadLocalCallback(
            at::RecordFunctionCallback(&Count).needsInputs(true).scopes(
                {at::RecordScope::FUNCTION,
                 at::RecordScope::BACKWARD_FUNCTION}))) {
    flops_ = 0;
  }
  FlopCounter(const FlopCounter&) = delete;
  FlopCounter& operator=(const FlopCounter&) = delete;
  ~FlopCounter() { at::removeCallback(handle_); }

  double flops() const { return flops_; }

 private:
  static std::unique_ptr<at::ObserverContext> Count(
      const at::RecordFunction& call) {
    const std::string name = call.name();
    const auto inputs = call.inputs();
    const auto tensor = [&](size_t i) { return inputs[i].toTensor(); };
    if (name == "aten::mm" || name == "aten::bmm") {
      flops_ += 2.0 * tensor(0).numel() * tensor(1).size(-1);
    } else if (name == "aten::addmm" || name == "aten::baddbmm") {
      flops_ += 2.0 * tensor(1).numel() * tensor(2).size(-1);
    } else if (name == "aten::convolution_backward") {
      // The forward pass costs as much as either gradient.
      const auto wanted = inputs[10].toBoolList();
      flops_ += 2.0 * tensor(0).numel() * tensor(2)[0].numel() *
                (1 + static_cast<int>(wanted[0]) + static_cast<int>(wanted[1]));
    }
    return nullptr;
  }

  static thread_local double flops_;
  const at::CallbackHandle handle_;
};

thread_local double FlopCounter::flops_ = 0;

// Operations of one step on `batch_size` examples.
double StepFlops(const TrialSettings& settings, const Dataset& dataset) {
  const auto model = Models::Get().Make(settings.model, {dataset.task, 0});
  const auto loss = Losses::Get().Make(settings.loss, {});
  BIGSTEP_CHECK(model.ok() && loss.ok());
  const at::Tensor indices =
      at::arange(settings.training.batch_size, at::kLong);
  const auto inputs = dataset.train.Batch(indices);
  BIGSTEP_CHECK(inputs.ok()) << inputs.status();
  const FlopCounter counter;
  (*loss)
      ->PerExample((*model)->Forward(*inputs).logits,
                   dataset.train.targets().index_select(0, indices))
      .mean()
      .backward();
  return counter.flops();
}

// GFLOP/s of a product of two square matrices in cache-sized blocks: what BLAS
// reaches where nothing holds it up.
double GemmRate() {
  constexpr int64_t kSize = 1024;
  static const at::Tensor a = at::rand({kSize, kSize});
  static const at::Tensor b = at::rand({kSize, kSize});
  static at::Tensor c = at::empty({kSize, kSize});
  std::vector<double> times;
  for (int i = 0; i < 5; ++i) {
    times.push_back(Seconds([] { at::mm_out(c, a, b); }));
  }
  return 2e-9 * kSize * kSize * kSize / Median(times);
}

// The eleven products of a step of the fully connected network, alone, into
// memory that is there already.
class FcnProducts {
 public:
  FcnProducts() {
    const std::vector<int64_t> widths = {2352, 100, 100, 100, 10};
    for (size_t i = 0; i + 1 < widths.size(); ++i) {
      layers_.push_back(
          {at::rand({widths[i + 1], widths[i]}), at::rand({kBatch, widths[i]}),
           at::rand({kBatch, widths[i + 1]}),
           at::empty({widths[i + 1], widths[i]}),
           at::empty({kBatch, widths[i]}), at::empty({kBatch, widths[i + 1]})});
    }
  }

  static constexpr int64_t kBatch = 128;

  double StepSeconds() {
    std::vector<double> times;
    for (int i = 0; i < 50; ++i) times.push_back(Seconds([this] { Step(); }));
    return Median(times);
  }

 private:
  struct Layer {
    at::Tensor weight, x, y_gradient, weight_gradient, x_gradient, y;
  };

  void Step() {
    for (Layer& layer : layers_) {
      at::mm_out(layer.y, layer.x, layer.weight.t());
    }
    for (size_t i = layers_.size(); i-- > 0;) {
      Layer& layer = layers_[i];
      at::mm_out(layer.weight_gradient, layer.y_gradient.t(), layer.x);
      if (i > 0) at::mm_out(layer.x_gradient, layer.y_gradient, layer.weight);
    }
  }

  std::vector<Layer> layers_;
};

Split Shortened(Split split, int64_t examples) {
  for (at::Tensor* tensor : {&split.inputs, &split.labels, &split.bias_labels,
                             &split.regression_targets}) {
    if (!tensor->defined()) continue;
    *tensor = tensor->slice(0, 0, std::min(examples, tensor->size(0)));
  }
  return split;
}

Dataset Shortened(Dataset dataset, int64_t examples) {
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    *split = Shortened(std::move(*split), examples);
  }
  return dataset;
}

// Whether a benchmark had to be left out.
bool skipped = false;

void MeasureStep(benchmark::State& state, const Case& c) {
  const TrialSettings settings = SettingsOf(c);
  DatasetCache store({DataRoot(FLAGS_data_root).value(), /*cache_folder=*/""});
  const auto whole = store.Get(settings.dataset, settings.seed);
  if (!whole.ok()) {
    skipped = true;
    state.SkipWithError(whole.status().ToString().c_str());
    return;
  }
  const Dataset dataset = Shortened(**whole, c.examples);
  const double flops = StepFlops(settings, dataset);
  FcnProducts products;
  std::vector<double> steps, with_evaluations, shares, gemm, product_shares;
  for (auto _ : state) {
    const absl::StatusOr<TrialResult> result =
        RunTrial(settings, dataset, c10::kCPU, {});
    BIGSTEP_CHECK(result.ok()) << result.status();
    BIGSTEP_CHECK(result->outcome == Outcome::kCompleted) << result->reason;
    const auto n = static_cast<double>(result->steps);
    const double step = result->train_seconds / n;
    state.SetIterationTime(step);
    steps.push_back(step);
    with_evaluations.push_back(step + result->evaluate_seconds / n);
    gemm.push_back(GemmRate());
    shares.push_back(1e-9 * flops / step / gemm.back());
    if (c.name == "fcn") {
      product_shares.push_back(products.StepSeconds() / step);
    }
  }
  const auto batch = static_cast<double>(settings.training.batch_size);
  state.counters["samples_per_s"] = batch / Median(steps);
  state.counters["with_evaluations"] = batch / Median(with_evaluations);
  state.counters["MFLOP_per_sample"] = 1e-6 * flops / batch;
  state.counters["GFLOPS"] = 1e-9 * flops / Median(steps);
  state.counters["gemm_GFLOPS"] = Median(gemm);
  state.counters["share_of_gemm"] = Median(shares);
  if (!product_shares.empty()) {
    state.counters["share_of_products"] = Median(product_shares);
  }
}

// Goes on in `copies` processes, each on a core of its own; the first prints.
void Multiply(int copies) {
  for (int i = copies - 1; i >= 0; --i) {
    if (i > 0 && fork() != 0) continue;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(i, &cores);
    sched_setaffinity(0, sizeof(cores), &cores);
    if (i > 0) BIGSTEP_CHECK(freopen("/dev/null", "w", stdout) != nullptr);
    return;
  }
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::RestartAsWorker(argv);
  benchmark::Initialize(&argc, argv);
  gflags::ParseCommandLineFlags(&argc, &argv, true);
  if (argc > 1) {
    std::fprintf(stderr, "bench_step: unexpected '%s'\n", argv[1]);
    return 2;
  }
  bigstep::InitializeLog(argv[0]);
  if (FLAGS_copies > 1) bigstep::Multiply(FLAGS_copies);
  bigstep::ConfigureCompute();
  for (const bigstep::Case& c : bigstep::Cases()) {
    benchmark::RegisterBenchmark(
        ("Step/" + c.name).c_str(),
        [&c](benchmark::State& state) { bigstep::MeasureStep(state, c); })
        ->UseManualTime()
        ->Iterations(c.examples < 1000 ? 3 : 9)
        ->Unit(benchmark::kMicrosecond);
  }
  if (benchmark::RunSpecifiedBenchmarks() == 0) {
    std::fprintf(stderr, "bench_step: the filter leaves none of");
    for (const bigstep::Case& c : bigstep::Cases()) {
      std::fprintf(stderr, " Step/%s", c.name.c_str());
    }
    std::fprintf(stderr, "\n");
    return 2;
  }
  while (wait(nullptr) > 0) {
  }
  return bigstep::skipped ? 2 : 0;
}

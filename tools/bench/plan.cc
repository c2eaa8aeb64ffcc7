// Time and memory of plans: a spec of 10^2 to 10^5 trials is expanded, and its
// plan printed for a folder without records.
//   bazel run //tools:bench_plan
#include "experiments/plan/plan.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "experiments/run/dry_run.h"
#include "experiments/run/resume.h"
#include "experiments/spec/spec.h"

namespace bigstep {
namespace {

constexpr int64_t kL2Values = 10;
constexpr int64_t kSeeds = 5;

// A grid of `trials` / 50 learning rates and ten L2 coefficients, five seeds.
std::string SpecOf(int64_t trials) {
  std::vector<std::string> lrs, l2s;
  for (int64_t i = 1; i <= trials / kL2Values / kSeeds; ++i) {
    lrs.push_back(absl::StrCat(i, "e-4"));
  }
  for (int64_t i = 1; i <= kL2Values; ++i) {
    l2s.push_back(absl::StrCat("[{name: l2, coefficient: ", i, "e-4}]"));
  }
  return absl::StrCat(
      "study: large\n"
      "base:\n"
      "  dataset: {name: parity, bias_conflicting_fraction: 0.1}\n"
      "  model: {name: fcn, hidden: [100, 100], bias: true}\n"
      "  optimizer: {name: sgd, lr: 0.01}\n"
      "  training: {batch_size: 100, max_steps: 3000, eval_every: 1000}\n"
      "metrics: [accuracy, prunability, activation_sparsity]\n"
      "axes:\n"
      "  lr: {set: optimizer.lr, values: [",
      absl::StrJoin(lrs, ", "),
      "]}\n"
      "  l2: {set: regularizers, values: [",
      absl::StrJoin(l2s, ", "),
      "]}\n"
      "plan: {grid: [[lr, l2]]}\n"
      "seeds: ",
      kSeeds, "\n");
}

Plan MakePlanOf(const std::string& yaml) {
  Problems problems;
  const Spec spec = ReadStudySpec(yaml, "large.yaml", {}, problems);
  Plan plan = MakePlan(spec, problems);
  BIGSTEP_CHECK(problems.empty()) << problems.ToStatus();
  return plan;
}

double PeakMiB() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void BM_Expand(benchmark::State& state) {
  const std::string yaml = SpecOf(state.range(0));
  for (auto _ : state) {
    const Plan plan = MakePlanOf(yaml);
    BIGSTEP_CHECK(static_cast<int64_t>(plan.trials.size()) == state.range(0))
        << plan.trials.size();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["peak_MiB"] = PeakMiB();
}
BENCHMARK(BM_Expand)
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->Unit(benchmark::kMillisecond);

void BM_Print(benchmark::State& state) {
  const Plan plan = MakePlanOf(SpecOf(state.range(0)));
  for (auto _ : state) {
    const auto content = ReadFolder("/nowhere", plan);
    BIGSTEP_CHECK(content.ok()) << content.status();
    const auto trials = ChooseTrials(plan, "", "", *content);
    BIGSTEP_CHECK(trials.ok()) << trials.status();
    std::ostringstream out;
    PrintPlan(plan, *content, *trials, "/nowhere", 1, CheckedTrials(),
              /*list=*/true, out);
    benchmark::DoNotOptimize(out.str().size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["peak_MiB"] = PeakMiB();
}
BENCHMARK(BM_Print)
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bigstep

BENCHMARK_MAIN();

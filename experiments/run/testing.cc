#include "experiments/run/testing.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <new>

#include "datasets/dataset.h"
#include "experiments/run/worker.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kData[] =
    "{name: parity, num_train: 200, num_validation: 100, num_test: 100}";

// Whether the trial's seed is 1, by its training split.
bool IsSeedOne(Evaluation& evaluation) {
  const auto seed_one = MakePlugin<DatasetFamily>(kData, {"", /*seed=*/1});
  return evaluation.Outputs("train").value()->labels.equal(
      seed_one->train.labels);
}

// A metric that fails for the trials of one seed.
struct BrokenForSeedOneOptions {
  static void Describe(Schema<BrokenForSeedOneOptions>& s) {
    s.Summary("Fails.").Paper("none");
  }
};

class BrokenForSeedOne final : public Metric {
 public:
  BrokenForSeedOne(const BrokenForSeedOneOptions&, const MetricArgs&) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"value", "a number"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    if (IsSeedOne(evaluation)) {
      return absl::InvalidArgumentError("this seed is not liked");
    }
    return Json{{"value", 1}};
  }
};

BIGSTEP_REGISTER(Metrics, "broken_for_seed_one", BrokenForSeedOne,
                 BrokenForSeedOneOptions);

// A dataset that cannot be made with seed 1.
struct NoSeedOneOptions {
  static void Describe(Schema<NoSeedOneOptions>& s) {
    s.Summary("Fails.").Paper("none");
  }
};

struct NoSeedOne {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const NoSeedOneOptions&, const DatasetArgs& args) {
    if (args.seed == 1) at::ones({2}) + at::ones({3});  // Throws.
    return MakePlugin<DatasetFamily>(kData, args);
  }
};

BIGSTEP_REGISTER(Datasets, "no_seed_one", NoSeedOne, NoSeedOneOptions);

// A metric that crashes or hangs its worker in trials with seed 1, once or
// always. A file in $BIGSTEP_TEST_MARKS says that it did so before.
struct CrashOptions {
  std::string kind = "none";
  bool always = false;

  static void Describe(Schema<CrashOptions>& s) {
    s.Summary("Crashes.").Paper("none");
    s.Field("kind", &CrashOptions::kind)
        .OneOf({"none", "abort", "kill", "hang", "exit", "memory"})
        .Doc("what happens");
    s.Field("always", &CrashOptions::always).Doc("not only once");
  }
};

class Crash final : public Metric {
 public:
  Crash(const CrashOptions& options, const MetricArgs&) : o_(options) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"value", "a number"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation& evaluation) const override {
    if (IsSeedOne(evaluation) && Due()) Make();
    return Json{{"value", 1}};
  }

 private:
  bool Due() const {
    const std::string mark =
        std::string(getenv("BIGSTEP_TEST_MARKS")) + "/" + o_.kind;
    const bool first = !fs::exists(mark);
    WriteTestFile(mark, "");
    return first || o_.always;
  }

  void Make() const {
    if (o_.kind == "abort") {
      std::cerr << "nothing works any more\n*** a stack trace:\n  @ here\n";
      std::abort();
    }
    if (o_.kind == "kill") raise(SIGKILL);
    if (o_.kind == "exit") _exit(7);
    if (o_.kind == "memory") throw std::bad_alloc();
    while (o_.kind == "hang") pause();
  }

  const CrashOptions o_;
};

BIGSTEP_REGISTER(Metrics, "crash", Crash, CrashOptions);

// A dataset that kills or hangs the worker.
struct DeadlyOptions {
  bool hang = false;

  static void Describe(Schema<DeadlyOptions>& s) {
    s.Summary("Kills.").Paper("none");
    s.Field("hang", &DeadlyOptions::hang).Doc("instead");
  }
};

struct Deadly {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const DeadlyOptions& options, const DatasetArgs&) {
    while (options.hang) pause();
    raise(SIGKILL);
    return nullptr;
  }
};

BIGSTEP_REGISTER(Datasets, "deadly", Deadly, DeadlyOptions);

}  // namespace
}  // namespace bigstep

// The test is its own worker.
int main(int argc, char** argv) {
  if (bigstep::IsWorker(argc, argv)) return bigstep::RunWorker();
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}

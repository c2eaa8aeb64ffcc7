#include "experiments/run/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "datasets/dataset.h"
#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// A dataset that counts how often it is made.
struct CountedOptions {
  int64_t version = 1;

  static void Describe(Schema<CountedOptions>& s) {
    s.Summary("Counts.").Paper("none");
    s.Field("version", &CountedOptions::version).Doc("any number");
  }
};

int made = 0;

struct Counted {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const CountedOptions&, const DatasetArgs& args) {
    ++made;
    return MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 200, num_validation: 100, num_test: 100}",
        args);
  }
};

BIGSTEP_REGISTER(Datasets, "counted", Counted, CountedOptions);

// What is wrong with the study of testing.h under `overrides`.
std::string Check(const std::vector<std::string>& overrides,
                  bool interrupted = false) {
  const Plan plan = PlanOf(kTinySpec, overrides);
  std::vector<const Trial*> trials;
  for (const Trial& trial : plan.trials) trials.push_back(&trial);
  const std::string folder = MakeTestFolder();
  DatasetCache datasets({folder + "/none", folder, c10::kCPU});
  made = 0;
  return std::string(
      CheckTrials(plan, trials, datasets, c10::kCPU, [interrupted] {
        return interrupted;
      }).message());
}

TEST(CheckPlanTest, NothingIsWrongWithAGoodPlan) { EXPECT_EQ(Check({}), ""); }

TEST(CheckPlanTest, EverythingWrongIsNamedAtOnce) {
  const std::string message =
      Check({"axes.data={set: dataset, values: [colored_mnist, mnist], with: "
             "{model.hidden: [3]}}",
             "axes.batch={set: training.batch_size, values: [10, 201]}",
             "plan={one_at_a_time: [lr, l2, data, batch]}"});
  EXPECT_THAT(message, HasSubstr("while making dataset 'colored_mnist'"));
  EXPECT_THAT(message, HasSubstr("while making dataset 'mnist'"));
  EXPECT_THAT(message,
              HasSubstr("batch=201 seed 0: training.batch_size 201 exceeds the "
                        "200 training examples"));
}

TEST(CheckPlanTest, AModelThatDoesNotTakeTheInputIsNamed) {
  EXPECT_THAT(Check({"model=resnet18"}), HasSubstr("lr=0.1 seed 0: "));
}

TEST(CheckPlanTest, EachDatasetIsMadeOnce) {
  EXPECT_EQ(Check({"dataset=counted"}), "");
  EXPECT_EQ(made, 1);
  EXPECT_EQ(Check({"dataset={name: counted}",
                   "axes.l2={set: dataset.version, values: [1, 2, 3]}",
                   "plan={grid: [[lr, l2]]}"}),
            "");
  EXPECT_EQ(made, 3);
}

TEST(CheckPlanTest, AnInterruptEndsIt) {
  EXPECT_EQ(Check({"dataset=counted"}, /*interrupted=*/true), "");
  EXPECT_EQ(made, 0);
}

}  // namespace
}  // namespace bigstep

#include "experiments/run/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "experiments/run/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// A dataset that counts in a file how often it is made.
struct CountedOptions {
  int64_t version = 1;

  static void Describe(Schema<CountedOptions>& s) {
    s.Summary("Counts.").Paper("none");
    s.Field("version", &CountedOptions::version).Doc("any number");
  }
};

struct Counted {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const CountedOptions&, const DatasetArgs& args) {
    std::ofstream(args.data_root + "/made", std::ios::app) << "made\n";
    return MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 200, num_validation: 100, num_test: 100}",
        args);
  }
};

BIGSTEP_REGISTER(Datasets, "counted", Counted, CountedOptions);

class PreflightTest : public RunnerTest {
 protected:
  // The errors of the study of testing.h under `overrides`.
  std::string Check(const std::vector<std::string>& overrides,
                    bool interrupted = false) {
    const Plan plan = PlanOf(kTinySpec, overrides);
    std::vector<const Trial*> trials;
    for (const Trial& trial : plan.trials) trials.push_back(&trial);
    options_.setup.data_root = MakeTestFolder();
    options_.interrupted = [interrupted] { return interrupted; };
    Progress progress(progress_, {ProgressView::Mode::kQuiet});
    const absl::Status status =
        CheckInWorkers(plan, FolderContent(), trials, {}, options_, progress)
            .status();
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
    return std::string(status.message());
  }

  // How often the last Check made the dataset.
  int Made() {
    return Occurrences(ReadTestFile(options_.setup.data_root + "/made"),
                       "made");
  }
};

TEST_F(PreflightTest, NothingIsWrongWithAGoodPlan) { EXPECT_EQ(Check({}), ""); }

TEST_F(PreflightTest, EverythingWrongIsNamedAtOnce) {
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

TEST_F(PreflightTest, AModelThatDoesNotTakeTheInputIsNamed) {
  EXPECT_THAT(Check({"model=resnet18"}), HasSubstr("lr=0.1 seed 0: "));
}

TEST_F(PreflightTest, EachDatasetIsMadeOnce) {
  EXPECT_EQ(Check({"dataset=counted"}), "");
  EXPECT_EQ(Made(), 1);
  EXPECT_EQ(Check({"dataset={name: counted}",
                   "axes.l2={set: dataset.version, values: [1, 2, 3]}",
                   "plan={grid: [[lr, l2]]}"}),
            "");
  EXPECT_EQ(Made(), 3);
}

TEST_F(PreflightTest, TheNotesOfEachDatasetAreReported) {
  std::map<std::string, Json> data;
  options_.on_data = [&data](const std::string& identity, const Json& notes) {
    data[identity] = notes;
  };
  EXPECT_EQ(Check({"axes.l2={set: dataset.num_train, values: [200, 300]}",
                   "plan={grid: [[lr, l2]]}"}),
            "");
  ASSERT_EQ(data.size(), 2u);
  std::set<int64_t> sizes;
  for (const auto& [identity, notes] : data) {
    EXPECT_THAT(identity, HasSubstr("parity"));
    EXPECT_TRUE(notes.contains("sha256"));
    const Json& train = notes.at("counts").at("splits").at(0);
    EXPECT_EQ(train.at("name"), "train");
    sizes.insert(train.at("examples").get<int64_t>());
  }
  EXPECT_THAT(sizes, testing::ElementsAre(200, 300));
}

TEST_F(PreflightTest, AnInterruptEndsIt) {
  EXPECT_EQ(Check({"dataset=counted"}, /*interrupted=*/true), "interrupted");
  EXPECT_EQ(Made(), 0);
}

}  // namespace
}  // namespace bigstep

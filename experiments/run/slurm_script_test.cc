#include "experiments/run/slurm_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"
#include "experiments/plan/testing.h"
#include "experiments/run/dry_run.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SlurmRequestTest : public testing::Test {
 protected:
  // A completed trial `i` that took `seconds` and at most `mb` megabytes.
  void Complete(size_t i, double seconds, double mb) {
    Record record;
    record.outcome = Outcome::kCompleted;
    for (const MetricChoice& metric : plan_.trials[i].settings.metrics) {
      record.metric_ids[metric.label] = metric.Id();
    }
    record.steps = 1;
    record.times = {{"train_s", seconds}, {"evaluate_s", 0}};
    record.provenance = {{"peak_memory_bytes", mb * 1e6}};
    content_.records[plan_.trials[i].id] = record;
  }

  SlurmRequest Request(int64_t workers, int64_t threads = 1) {
    std::vector<size_t> all(plan_.trials.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    return MakeSlurmRequest(plan_, content_, TrialsToRun(plan_, content_, all),
                            workers, threads);
  }

  // 100 trials: 50 seeds of two learning rates.
  const Plan plan_ =
      PlanOf(kTinySpec, {"axes={lr: {set: optimizer.lr, values: [0.1, 0.3]}}",
                         "plan={one_at_a_time: [lr]}", "seeds=50"});
  FolderContent content_;
};

TEST_F(SlurmRequestTest, WithoutRecordsItIsAGuessAndSaysSo) {
  ASSERT_EQ(plan_.trials.size(), 100u);
  const SlurmRequest request = Request(4, 2);
  EXPECT_EQ(request.cpus, 8);
  EXPECT_EQ(request.tasks, 7);  // 100 / (4 workers x 4 trials), up.
  EXPECT_EQ(request.minutes, 240);
  EXPECT_EQ(request.memory_mb, 8448);  // 4 x 2048 + 256.
  EXPECT_THAT(request.basis, HasSubstr("guesses"));
}

TEST_F(SlurmRequestTest, CompletedTrialsDecideTimeAndMemory) {
  Complete(0, 3600, 1000);
  Complete(1, 3600, 900);
  const SlurmRequest request = Request(4);
  // 98 trials of an hour for 4 workers: 24.5 hours, of which a task does two.
  EXPECT_EQ(request.tasks, 13);
  // 24.5 h / 13 x 1.5 = 169.6 min, and ten more: up to the next ten.
  EXPECT_EQ(request.minutes, 180);
  // 4 x 1500 + 256 = 6256, up to a multiple of 256.
  EXPECT_EQ(request.memory_mb, 6400);
  EXPECT_THAT(request.basis, HasSubstr("completed trials"));
}

TEST_F(SlurmRequestTest, ALongTrialNeedsItsTime) {
  for (size_t i = 0; i < 98; ++i) Complete(i, 36000, 100);
  const SlurmRequest request = Request(4);
  EXPECT_EQ(request.tasks, 1);      // Two trials, four workers.
  EXPECT_EQ(request.minutes, 910);  // Ten hours x 1.5, and ten minutes.
}

TEST_F(SlurmRequestTest, TrialsOfAnotherKindDoNotMatter) {
  const Plan plan =
      PlanOf(kTinySpec, {"axes={size: {set: training.batch_size, values: [10, "
                         "20]}}",
                         "plan={one_at_a_time: [size]}", "seeds=2"});
  std::vector<const Trial*> to_run;
  for (const Trial& trial : plan.trials) {
    const bool small = trial.settings.training.batch_size == 10;
    if (small && trial.settings.seed == 1) {
      to_run.push_back(&trial);
      continue;
    }
    Record record;
    record.outcome = Outcome::kCompleted;
    record.steps = 1;
    record.times = {{"train_s", 1}, {"evaluate_s", 0}};
    record.provenance = {{"peak_memory_bytes", small ? 1e9 : 9e9}};
    content_.records[trial.id] = record;
  }
  ASSERT_EQ(to_run.size(), 1u);
  // 1500 + 256 = 1756, up to a multiple of 256.
  EXPECT_EQ(MakeSlurmRequest(plan, content_, to_run, 1, 1).memory_mb, 1792);
}

TEST_F(SlurmRequestTest, NothingToDoIsOneShortTask) {
  for (size_t i = 0; i < 100; ++i) Complete(i, 1, 100);
  EXPECT_EQ(Request(4).tasks, 1);
}

constexpr char kHostile[] = "it's $(touch /tmp/x) \"{run}\" `id`\n#SBATCH -A x";

// What bash prints for `command` after the first lines of the script, which
// define `run`.
std::string AfterBash(const std::string& script, const std::string& command) {
  const std::string path = MakeTestFolder() + "/script.sh";
  WriteTestFile(path,
                script.substr(0, script.find("\nif [[")) + "\n" + command);
  FILE* const pipe = popen(("bash " + path).c_str(), "r");
  std::string text;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    text += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(pipe), 0);
  return text;
}

TEST(SlurmScriptTest, EveryWordIsQuoted) {
  const SlurmStudy study = {kHostile, "/a b/run", {"--out=/it's"}, kHostile};
  const std::string script = SlurmScript(study, {3, 4, 512, 60, "A guess."});
  EXPECT_EQ(AfterBash(script, "printf '%s|' \"${run[@]}\""),
            "/a b/run|--out=/it's|");
  // The name cannot add lines.
  EXPECT_THAT(script, HasSubstr("#SBATCH --job-name=it_s___touch__tmp_x__"));
  EXPECT_THAT(script, Not(HasSubstr("\n#SBATCH -A x\n")));
  EXPECT_THAT(script, HasSubstr("--only='it'\\''s"));
  EXPECT_EQ(system(("bash -n <<'END'\n" + script + "\nEND\n").c_str()), 0);
}

TEST(SlurmScriptTest, AsksForWhatIsRequested) {
  const std::string script = SlurmScript(
      {"my", "/run", {"--spec=/my.yaml"}, ""}, {3, 4, 512, 60, "A guess."});
  for (const char* line :
       {"#SBATCH --job-name=my\n", "#SBATCH --array=0-2\n",
        "#SBATCH --cpus-per-task=4\n", "#SBATCH --mem=512M\n",
        "#SBATCH --time=60\n", "# A guess.\n", "#SBATCH --requeue\n",
        "--shard=\"$SLURM_ARRAY_TASK_ID/3\"",
        "--workers=\"$SLURM_CPUS_PER_TASK\"", "--only=state=done "}) {
    EXPECT_THAT(script, HasSubstr(line));
  }
  EXPECT_THAT(
      SlurmScript({"my", "/run", {}, "axis=lr", /*threads=*/2},
                  {3, 4, 512, 60, ""}),
      testing::AllOf(HasSubstr("--workers=\"$((SLURM_CPUS_PER_TASK / 2))\""),
                     HasSubstr("\"${run[@]}\" --only=axis=lr \\\n"),
                     HasSubstr("--only=axis=lr,state=done --shard=0/1 ")));
  // When the report is made, what was missing is done.
  EXPECT_THAT(SlurmScript({"my", "/run", {}, "state=missing,axis=lr"}, {}),
              testing::AllOf(HasSubstr("--only=state=missing,axis=lr \\\n"),
                             HasSubstr("--only=axis=lr,state=done ")));
}

TEST(SlurmScriptTest, JobsWorkInTheFolderOfTheStudy) {
  const std::string folder = MakeTestFolder() + "/it's";
  const std::string path = MakeTestFolder() + "/array.sh";
  WriteTestFile(folder + "/file", "");
  WriteTestFile(path, SlurmScript({.name = "my",
                                   .program = "/bin/sh",
                                   .arguments = {"-c", "pwd"},
                                   .only = "",
                                   .folder = folder},
                                  {}));
  FILE* const pipe = popen(
      ("SLURM_ARRAY_TASK_ID=0 SLURM_CPUS_PER_TASK=1 bash " + path + " report")
          .c_str(),
      "r");
  char line[1000] = "";
  ASSERT_NE(fgets(line, sizeof(line), pipe), nullptr);
  EXPECT_EQ(pclose(pipe), 0);
  EXPECT_THAT(line, testing::EndsWith("/it's\n"));
}

TEST(SlurmScriptTest, OnlyAnEarlierScriptIsOverwritten) {
  const std::string path = MakeTestFolder() + "/array.sh";
  const std::string script = SlurmScript({"my", "/run", {}, ""}, {});
  ASSERT_OK(WriteSlurmScript(path, script));
  ASSERT_OK(WriteSlurmScript(path, script + "# Edited.\n"));
  WriteTestFile(path, "study: mine\n");
  const absl::Status status = WriteSlurmScript(path, script);
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_EQ(ReadTestFile(path), "study: mine\n");
}

}  // namespace
}  // namespace bigstep

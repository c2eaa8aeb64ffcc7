// Every dataset comes back from the cache as it was made, and nothing writes to
// what is mapped from there.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/file_reads.h"
#include "base/generator.h"
#include "datasets/cache/data_checksum.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/fake_data_root.h"
#include "experiments/conformance/testing.h"
#include "experiments/plan/testing.h"
#include "experiments/train/trainer.h"
#include "metrics/metric.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

class KeptDatasetTest : public testing::TestWithParam<std::string> {
 protected:
  KeptDatasetTest() {
    Json changes = Json::object();
    const Json options = Default(Datasets::Get(), GetParam()).ToJson();
    if (options.contains("augmentation")) changes["augmentation"] = "crop_flip";
    settings_.dataset = SmallDataset(GetParam(), changes);
    settings_.seed = 5;
  }

  TrialSettings settings_;
  DatasetCache::Options options_ = {.data_root = FakeDataRoot(),
                                    .cache_folder = MakeTestFolder(),
                                    .keep_from_bytes = 0,
                                    .spare_bytes = 0};
};

INSTANTIATE_TEST_SUITE_P(All, KeptDatasetTest,
                         testing::ValuesIn(Datasets::Get().Names()), CaseName);

TEST_P(KeptDatasetTest, ComesBackAsItWasMade) {
  const auto made =
      Datasets::Get().Make(settings_.dataset, {FakeDataRoot(), 5});
  ASSERT_OK(made);
  const Dataset& before = **made;
  ASSERT_OK(DatasetCache(options_).Get(settings_.dataset, settings_.seed));
  const bool kept = !fs::is_empty(options_.cache_folder);
  // Images that stay in files of their own are the only exception.
  EXPECT_EQ(kept, before.train.files_sha256.empty());
  DatasetCache store(options_);
  const auto found = store.Get(settings_.dataset, settings_.seed);
  ASSERT_OK(found);
  const Dataset& after = **found;
  EXPECT_EQ(after.notes.at("sha256"), DataSha256(before));
  Json notes = after.notes;
  notes.erase("sha256");
  notes.erase("counts");
  EXPECT_EQ(notes, before.notes);
  EXPECT_EQ(after.task.input_shape, before.task.input_shape);
  EXPECT_EQ(after.task.num_groups(), before.task.num_groups());
  EXPECT_EQ(after.task.num_outputs(), before.task.num_outputs());
  EXPECT_EQ(after.seeded, before.seeded);
  EXPECT_EQ(after.unbiased, before.unbiased);
  EXPECT_EQ(after.class_names, before.class_names);
  EXPECT_EQ(after.bias_names, before.bias_names);
  EXPECT_EQ(after.spurious_mask.defined(), before.spurious_mask.defined());
  ASSERT_EQ(after.SplitNames(), before.SplitNames());
  for (const std::string& name : before.SplitNames()) {
    const Split &a = *after.Find(name), &b = *before.Find(name);
    ASSERT_EQ(a.size(), b.size());
    EXPECT_TRUE(at::equal(a.labels, b.labels));
    EXPECT_TRUE(at::equal(a.bias_labels, b.bias_labels));
    EXPECT_TRUE(at::equal(a.targets(), b.targets()));
    const at::Tensor all = at::arange(a.size(), at::kLong);
    at::Generator generator = MakeGenerator(1);
    const at::Tensor draws =
        at::rand({a.size(), kAugmentationDraws}, generator, at::kDouble);
    // As networks see them: augmented and normalized.
    EXPECT_TRUE(at::equal(*a.Batch(all, draws), *b.Batch(all, draws)));
    EXPECT_TRUE(at::equal(*a.Batch(all), *b.Batch(all)));
  }
}

TEST_P(KeptDatasetTest, ReadsItsFilesWhereThatIsNoted) {
  FileReads reads;
  ASSERT_OK(Datasets::Get().Make(settings_.dataset, {FakeDataRoot(), 5}));
  const bool needs_files =
      !Datasets::Get().Make(settings_.dataset, {MakeTestFolder(), 5}).ok();
  // Class folders are listed, not read; they are never kept.
  if (reads.folders().empty() && needs_files) {
    const auto made =
        Datasets::Get().Make(settings_.dataset, {FakeDataRoot(), 5});
    EXPECT_FALSE((*made)->train.files_sha256.empty())
        << "the store would not notice changed files: read them by ReadFile, "
           "or call NoteFileRead";
  }
  if (!needs_files) {
    EXPECT_THAT(reads.folders(), IsEmpty());
  }
}

// Metrics that were to write to a dataset would end this process here.
TEST(MappedDatasetTest, IsOnlyReadByTrainingAndByEveryMetric) {
  TrialSettings settings =
      PlanOf(kTinySpec, {"dataset=double_mnist", "metrics=[accuracy]",
                         "axes.lr.values=[0.01, 0.02]",
                         "compare.metrics=[accuracy.unbiased_test]"})
          .trials[0]
          .settings;
  settings.metrics.clear();
  for (const std::string& name : Metrics::Get().Names()) {
    const PluginConfig config = Default(Metrics::Get(), name);
    const auto metric = Metrics::Get().Make(config, {}).value();
    if (!TaskSpec().Fits(metric->Traits().task)) continue;
    settings.metrics.push_back({name, config});
  }
  const DatasetCache::Options options = {.data_root = FakeDataRoot(),
                                         .cache_folder = MakeTestFolder(),
                                         .keep_from_bytes = 0,
                                         .spare_bytes = 0};
  ASSERT_OK(DatasetCache(options).Get(settings.dataset, settings.seed));
  ASSERT_FALSE(fs::is_empty(options.cache_folder));
  DatasetCache mapped(options);
  DatasetCache::Options private_options = options;
  private_options.keep = false;
  DatasetCache in_memory(private_options);
  const auto a = RunTrial(
      settings, **mapped.Get(settings.dataset, settings.seed), c10::kCPU, {});
  const auto b =
      RunTrial(settings, **in_memory.Get(settings.dataset, settings.seed),
               c10::kCPU, {});
  ASSERT_OK(a);
  ASSERT_OK(b);
  EXPECT_EQ(a->outcome, Outcome::kCompleted) << a->reason;
  EXPECT_EQ(a->metrics.size(), settings.metrics.size());
  EXPECT_EQ(CanonicalJson(a->metrics), CanonicalJson(b->metrics));
}

}  // namespace
}  // namespace bigstep

// Files of another person give a report or a message, whatever is in them.
#include <gtest/gtest.h>

#include <string>

#include "base/mutation_testing.h"
#include "experiments/report/foreign_testing.h"

namespace bigstep {
namespace {

// Reads `files` damaged texts with `use`. Both kinds must come up: a file that
// is accepted tries the report, one that is not the reader.
void TryMutations(const std::string& name, int files,
                  bool (*use)(const std::string&)) {
  const std::string text = ForeignExample(name);
  EXPECT_TRUE(use(text));
  Mutator mutator(/*seed=*/1);
  int accepted = 0;
  for (int i = 0; i < files; ++i) accepted += use(mutator.Mutate(text)) ? 1 : 0;
  EXPECT_GT(accepted, files / 100);
  EXPECT_LT(accepted, files);
}

TEST(ForeignTest, DamagedRecordsAreRefusedOrReported) {
  TryMutations("record.json", 3000, UseRecord);
}

TEST(ForeignTest, DamagedStudiesAreRefusedOrReported) {
  TryMutations("study.json", 2000, UseStudy);
}

TEST(ForeignTest, DamagedHistoriesAreRefusedOrReported) {
  TryMutations("history.csv", 3000, UseHistory);
}

}  // namespace
}  // namespace bigstep

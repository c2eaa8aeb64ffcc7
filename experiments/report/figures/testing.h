// A study with everything that figures and pages show, for their tests.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_TESTING_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_TESTING_H_

#include <filesystem>
#include <fstream>
#include <string>

#include "experiments/records/record.h"
#include "experiments/report/analysis/testing.h"

namespace bigstep {

// A name that would be markup, a command and a path if it were not text.
inline constexpr char kHostile[] = "<script>alert('x')</script>`ls` ../%d {\"}";

// The reference axis lr (numbers; 10 diverges), an axis of words, one of which
// is kHostile, and a grid of lr and l2 with a missing trial. Two seeds.
inline StudyBuilder FiguresStudy() {
  StudyBuilder b;
  b.study_.columns[0].metric = "accuracy";
  b.study_.columns[1].metric = "prunability";
  const size_t low = b.AddAxisValue("lr", "0.01", 0.01);
  const size_t high = b.AddAxisValue("lr", "1", 1.0);
  const size_t huge = b.AddAxisValue("lr", "10", 10.0);
  const size_t plain = b.AddAxisValue("opt", "plain", std::nullopt);
  const size_t hostile = b.AddAxisValue("opt", kHostile, std::nullopt);
  const auto grid = [&b](const std::string& l2) {
    return b.AddConfiguration({"lr x l2",
                               "lr=1, l2=" + l2,
                               {{"lr", "1", 1.0}, {"l2", l2, std::stod(l2)}}});
  };
  const size_t weak = grid("0");
  const size_t strong = grid("0.1");
  const auto completed = [&b](const std::vector<size_t>& configurations,
                              int64_t seed, double accuracy,
                              double bytes) -> Record& {
    Record& record = b.AddCompleted(configurations, seed, accuracy, bytes);
    record.metrics["prunability"] = record.metrics["size"];
    return record;
  };
  completed({low, plain}, 0, 0.5, 2);
  completed({low, plain}, 1, 0.7, 4);
  completed({high, weak}, 0, 0.9, 8);
  completed({high, weak}, 1, 0.8, 10);
  b.AddOutcome({huge}, 0, Outcome::kDiverged).steps = 7;
  completed({huge}, 1, 0.5, 3).collapsed = true;
  completed({hostile}, 0, 0.6, 3);
  b.AddOutcome({hostile}, 1, Outcome::kFailed).reason = kHostile;
  completed({strong}, 0, 0.85, 1);
  b.AddMissing({strong}, 1);
  return b;
}

// Writes histories of two steps for the trials of the reference axis, and a
// picture of one pixel for the first.
inline void WriteTrialFiles(const std::string& study_folder,
                            const StudyBuilder& b) {
  for (const auto& [id, record] : b.records_) {
    const std::string folder = TrialFolder(study_folder, id);
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/history.csv")
        << "step,train_loss,accuracy.test\n10,1,0.5\n20,0.01,0.75\n";
  }
  std::ofstream(TrialFolder(study_folder, "t0") + "/core_utilization.png")
      << "\x89PNG...";
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_TESTING_H_

// How a trial ended.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_OUTCOME_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_OUTCOME_H_

#include <string>

namespace bigstep {

enum class Outcome {
  kCompleted,  // Trained to the end and measured.
  kDiverged,   // The loss or the logits became NaN or infinite: a result too.
  kFailed,     // By an error, which says nothing about the settings.
};

// "completed", "diverged", "failed".
inline std::string OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted:
      return "completed";
    case Outcome::kDiverged:
      return "diverged";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_OUTCOME_H_

// Checksums of the files that trials start from, such as weights: the content
// of a file is part of a trial's identity.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_FILE_CHECKSUMS_H_
#define BIGSTEP_EXPERIMENTS_PLAN_FILE_CHECKSUMS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// Reads each file once.
class FileChecksums {
 public:
  // Fills in the checksums that one section of `settings` leaves out (see
  // Field::checksum_of). The section was read without errors from `node`
  // (nullptr: it is left out) in the map at `path`. A file that cannot be read
  // is an error at the option that names it.
  void AddTo(const std::string& section, const SpecNode* node,
             const std::string& path, Problems& problems,
             TrialSettings* settings);

 private:
  const absl::StatusOr<std::string>& Of(const std::string& path);

  std::map<std::string, absl::StatusOr<std::string>> known_;  // By path.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_FILE_CHECKSUMS_H_

// The program, its libraries and the machine, for records. Contains no names of
// hosts or users, and no paths.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

struct Provenance {
  // This program on this machine: MakeProvenance.
  Json environment = Json::object();
  // Set by the runner.
  int64_t workers = 1;  // Processes that train at the same time.
  int64_t attempt = 1;  // Above 1 if earlier attempts at the trial were lost.
  bool cuda_graphs = false;  // Passes may be recorded and replayed.
  // SHA-256 of other data that trials of the study with the same dataset saw,
  // if these trials were kept (run's --other_data=keep).
  std::vector<std::string> other_data;
};

// The part that does not depend on the trial; `commit` and `workspace_commit`
// are BuildCommit() and WorkspaceCommit() of build_info.h, which only programs
// link.
Provenance MakeProvenance(c10::Device device, const std::string& commit,
                          const std::string& workspace_commit = "");

// For --version: Bigstep, its libraries and the default device, a line each.
// The commits are those of MakeProvenance.
std::string VersionText(const std::string& commit,
                        const std::string& workspace_commit);

// "provenance" in the record of a trial that has just ended in this process:
//   commit, build, compiler       of this program
//   workspace_commit              of the workspace that brought other plugins;
//                                 left out in Bigstep's own
//   libtorch, libraries           versions; the BLAS as it describes itself
//   device, device_name           "cpu", "cpu: <model>"
//   cpu_capability, gpu, os       vector instructions; null without a GPU
//   threads, inter_op_threads, blas_threads   in effect now
//   workers, attempt, cuda_graphs   see Provenance
//   other_data                    see Provenance; left out if empty
//   peak_memory_bytes             see PeakMemoryBytes
//   plugins                       versions, by use in the trial
//   seeds                         of the trial, and of its random streams
Json ProvenanceJson(const Provenance& provenance,
                    const TrialSettings& settings);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_

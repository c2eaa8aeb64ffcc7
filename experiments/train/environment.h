// Where, with what and on what this process trains, for records. Holds no name
// of a host or user, and no path.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "base/json.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

struct Provenance {
  // This program on this machine: MakeProvenance.
  Json environment = Json::object();
  // For the runner to set.
  int64_t workers = 1;  // Processes that train side by side, this one included.
  int64_t attempt = 1;  // Above 1 if earlier attempts at the trial broke off.
  bool cuda_graphs = false;  // Passes may be recorded and replayed.
};

// Everything that does not depend on the trial; `commit` is BuildCommit() of
// build_info.h, which only programs have.
Provenance MakeProvenance(c10::Device device, const std::string& commit);

// "provenance" of the record of a trial that ended just now in this process:
//   commit, build, compiler       of this program
//   libtorch, libraries           versions; the BLAS in its own words
//   device, device_name           "cpu", "cpu: <model>"
//   cpu_capability, gpu, os       vector instructions; null without a GPU
//   threads, inter_op_threads, blas_threads   as in force now
//   workers, attempt, cuda_graphs   see Provenance
//   peak_memory_bytes             see PeakMemoryBytes
//   plugins                       versions, by what the trial uses them for
//   seeds                         of the trial, and of its random streams
Json ProvenanceJson(const Provenance& provenance,
                    const TrialSettings& settings);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_ENVIRONMENT_H_

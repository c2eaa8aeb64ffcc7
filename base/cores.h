// How many processors a program may keep busy.
#ifndef BIGSTEP_BASE_CORES_H_
#define BIGSTEP_BASE_CORES_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bigstep {

// The physical cores that this process may use: those of its CPU mask, the
// threads of one core counted once, and no more than the quota of its control
// group (as containers have it), rounded up. At least 1.
int PhysicalCores();

// PhysicalCores, but no more than the processors that a batch system has
// granted this process (GrantedCpus), as it need not bind the process to them.
// The log says which variables are ignored.
int UsableCores();

// PhysicalCores for the processors numbered `cpus`, on the system whose /sys is
// at `sys`. Processors not described there count as a core each.
int CountCores(const std::vector<int>& cpus, const std::string& sys);

// The value of an environment variable; null if it is not set.
using Variable = std::function<const char*(const char* name)>;

// The number of processors granted by the first batch system that has a
// variable in the environment; nullopt if none has.
//   Slurm: SLURM_CPUS_PER_TASK, else this task's part of SLURM_CPUS_ON_NODE;
//   PBS: NCPUS; LSF: LSB_DJOB_NUMPROC.
// A value that is not a whole number above 0 is ignored and named in `notes`.
std::optional<int> GrantedCpus(const Variable& variable,
                               std::vector<std::string>* notes);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_CORES_H_

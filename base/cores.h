// How many processors a program may keep busy.
#ifndef BIGSTEP_BASE_CORES_H_
#define BIGSTEP_BASE_CORES_H_

#include <string>
#include <vector>

namespace bigstep {

// The physical cores that this process may use: those of its CPU mask, the
// threads of one core counted once, and no more than the quota of its control
// group (as containers have it), rounded up. At least 1.
int PhysicalCores();

// The same for the processors numbered `cpus`, on the system whose /sys is at
// `sys`. Processors not described there count as a core each.
int CountCores(const std::vector<int>& cpus, const std::string& sys);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_CORES_H_

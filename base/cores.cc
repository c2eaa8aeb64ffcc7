#include "base/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Processors' worth of time that the control group may use; infinite if it is
// not limited.
double Quota(const std::string& sys) {
  double quota = 0, period = 0;
  // Version 2: "200000 100000", or "max 100000", which is not a number.
  std::ifstream both(sys + "/fs/cgroup/cpu.max");
  if (both >> quota >> period && period > 0) return quota / period;
  std::ifstream one(sys + "/fs/cgroup/cpu/cpu.cfs_quota_us");
  std::ifstream two(sys + "/fs/cgroup/cpu/cpu.cfs_period_us");
  if (one >> quota && two >> period && quota > 0 && period > 0) {
    return quota / period;
  }
  return INFINITY;
}

}  // namespace

int CountCores(const std::vector<int>& cpus, const std::string& sys) {
  std::set<std::string> cores;
  for (const int cpu : cpus) {
    // All threads of a core name the same siblings: "0,32".
    const std::string siblings = FirstLine(absl::StrCat(
        sys, "/devices/system/cpu/cpu", cpu, "/topology/thread_siblings_list"));
    cores.insert(siblings.empty() ? absl::StrCat("cpu", cpu) : siblings);
  }
  const double count =
      std::min(static_cast<double>(cores.size()), std::ceil(Quota(sys)));
  return std::max(1, static_cast<int>(count));
}

int PhysicalCores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &mask)) cpus.push_back(cpu);
    }
  }
  return CountCores(cpus, "/sys");
}

}  // namespace bigstep

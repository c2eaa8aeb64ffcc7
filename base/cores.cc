#include "base/cores.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/log.h"

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

// The value of a variable as a whole number above 0.
std::optional<int> Count(const Variable& variable, const char* name,
                         std::vector<std::string>* notes) {
  const char* const text = variable(name);
  if (text == nullptr) return std::nullopt;
  int count = 0;
  if (absl::SimpleAtoi(text, &count) && count > 0) return count;
  notes->push_back(absl::StrCat(name, " is ignored: expected a whole number ",
                                "above 0, found '", absl::CHexEscape(text),
                                "'"));
  return std::nullopt;
}

// The tasks of this Slurm step that share its processors on a node: "4(x2),1"
// means 4 on each of two nodes and 1 on a third. 1 outside a step of srun.
int TasksOnNode(const Variable& variable) {
  const char* const text = variable("SLURM_STEP_TASKS_PER_NODE");
  int most = 1;
  if (text == nullptr) return most;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    int tasks = 0;
    if (absl::SimpleAtoi(part.substr(0, part.find('(')), &tasks)) {
      most = std::max(most, tasks);
    }
  }
  return most;
}

}  // namespace

std::optional<int> GrantedCpus(const Variable& variable,
                               std::vector<std::string>* notes) {
  if (const auto cpus = Count(variable, "SLURM_CPUS_PER_TASK", notes)) {
    return cpus;
  }
  if (const auto cpus = Count(variable, "SLURM_CPUS_ON_NODE", notes)) {
    return std::max(1, *cpus / TasksOnNode(variable));
  }
  for (const char* name : {"NCPUS", "LSB_DJOB_NUMPROC"}) {
    if (const auto cpus = Count(variable, name, notes)) return cpus;
  }
  return std::nullopt;
}

int UsableCores() {
  std::vector<std::string> notes;
  const std::optional<int> granted =
      GrantedCpus([](const char* name) { return std::getenv(name); }, &notes);
  for (const std::string& note : notes) BIGSTEP_LOG(WARNING) << note;
  const int cores = PhysicalCores();
  return granted ? std::min(*granted, cores) : cores;
}

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

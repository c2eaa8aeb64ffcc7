// A worker: trains the trials that its supervisor orders, one after another,
// and reports. Its supervisor is supervisor.h; both speak in lines of JSON.
//
// Orders:
//   {order: setup, ...}        WorkerSetup; the first, once
//   {order: check, trial}      try what the settings need
//   {order: run, id, label, trial, attempt, failed_before, from_start}
// Reports, each with `report`:
//   ready                      after setup
//   checked {message, dataset} what is wrong with it, "" if nothing; whether
//                              the dataset cannot be made
//   started                    the trial is ours
//   resumed {steps}, step {step, loss}, evaluated {metrics}, note {text}
//   finished {outcome, text, reason, replace, work_s}
//                              it has a record; whether another worker should
//                              take this one's place; work_s were spent on
//                              steps and measures
//   busy                       another process is at the trial
//   elsewhere {failed}         another run recorded it
//   interrupted                it stopped on SIGTERM; the worker ends
//   trouble {code, message}    the results folder cannot be read or written,
//                              or the device not used; nobody else will fare
//                              better
#ifndef BIGSTEP_EXPERIMENTS_RUN_WORKER_H_
#define BIGSTEP_EXPERIMENTS_RUN_WORKER_H_

#include <string>

#include "base/json.h"
#include "experiments/records/outcome.h"

namespace bigstep {

// What all trials of a run share.
struct WorkerSetup {
  std::string study;
  std::string study_folder;
  std::string data_root;
  std::string cache_folder;
  std::string device = "cpu";
  std::string commit;  // Of the program, for records.
  bool save_weights = false;
  int threads = 1;  // Inside an operation.
  double checkpoint_s = 60;
  int workers = 1;           // Side by side, for records.
  bool cuda_graphs = false;  // CheckCudaGraphs is OK.

  Json ToJson() const;
  static WorkerSetup FromJson(const Json& json);
};

// The argument that makes a program a worker: `program --worker`.
inline constexpr char kWorkerFlag[] = "--worker";

// Whether the program is to be a worker and nothing else.
bool IsWorker(int argc, const char* const* argv);

// Serves until there are no more orders; returns the exit code. Orders come
// from WorkerProcess::kOrders and reports go to WorkerProcess::kReports.
int RunWorker();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_WORKER_H_

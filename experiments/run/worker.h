// A worker process: trains the trials that its supervisor (supervisor.h)
// orders, one after another. Orders and reports are lines of JSON.
//
// Orders:
//   {order: setup, ...}        WorkerSetup; the first, once
//   {order: check, trial, data_only, time_steps}
//                              check that training with the settings can start,
//                              or only that the dataset can be made; time a few
//                              steps
//   {order: run, id, label, trial, attempt, replaces, other_data,
//    keep_weights, from_start} train it: see Job
//   {order: measure, ...}      the same fields; compute the metrics of `trial`
//                              from the weights of the finished trial
// Reports, each with `report`:
//   ready                      after setup
//   checked {message, sha256, weights_bytes, train_examples, step_s}
//                              the error, "" if none; the checksum of the data,
//                              "" if the dataset cannot be made; the sizes of
//                              network and training data, 0 if that was not
//                              made; seconds a step, 0 if that was not timed
//   data {dataset, notes}      before checked, once for each dataset: its
//                              identity and Dataset::notes
//   started                    this worker holds the trial
//   resumed {steps}, step {step, loss}, evaluated {metrics}, note {text}
//   finished {outcome, text, reason, replace, work_s}
//                              the record is written; `replace`: another worker
//                              should take over; work_s: seconds of training
//                              and evaluation
//   lost {reason}              the machine failed (StatusOf in exceptions.h);
//                              another worker should try again
//   busy                       another process holds the trial
//   elsewhere {failed}         another run recorded the trial
//   interrupted                stopped by SIGTERM; the worker exits
//   error {code, message}      the results folder or the device cannot be used,
//                              which no other worker can change
#ifndef BIGSTEP_EXPERIMENTS_RUN_WORKER_H_
#define BIGSTEP_EXPERIMENTS_RUN_WORKER_H_

#include <string>

#include "base/json.h"

namespace bigstep {

// The settings that all trials of a run share.
struct WorkerSetup {
  std::string study;
  std::string study_folder;
  std::string data_root;
  std::string cache_folder;
  std::string device = "cpu";
  std::string commit;            // Of the program, for records.
  std::string workspace_commit;  // See MakeProvenance.
  int threads = 1;               // Inside an operation.
  double checkpoint_s = 60;
  int workers = 1;           // Side by side, for records.
  bool cuda_graphs = false;  // Only if CheckCudaGraphs is OK.

  // JSON is UTF-8; paths, which are any bytes, are escaped as in C.
  Json ToJson() const;
  static WorkerSetup FromJson(const Json& json);
};

// The argument that makes a program a worker: `program --worker`.
inline constexpr char kWorkerFlag[] = "--worker";

// Whether the program was started as a worker.
bool IsWorker(int argc, const char* const* argv);

// Serves orders until there are no more; returns the exit code. Orders come
// from WorkerProcess::kOrders and reports go to WorkerProcess::kReports.
int RunWorker();

// "train 0.750, unbiased test 0.500" from the metrics of one evaluation if they
// include accuracy, else "".
std::string HeadlineMetrics(const Json& metrics);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_WORKER_H_

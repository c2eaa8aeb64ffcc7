// A worker as its supervisor sees it: a process, a pipe for orders, one for
// reports, and one for whatever it prints.
#ifndef BIGSTEP_EXPERIMENTS_RUN_WORKER_PROCESS_H_
#define BIGSTEP_EXPERIMENTS_RUN_WORKER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/run/json_lines.h"

namespace bigstep {

class WorkerProcess {
 public:
  // The worker's ends of the pipes: orders come through standard input;
  // standard output and error carry text.
  static constexpr int kOrders = 0;
  static constexpr int kReports = 3;

  struct Command {
    std::vector<std::string> arguments;  // The first names the program.
    // Set in addition to the variables of this process.
    std::vector<std::pair<std::string, std::string>> environment;
  };

  // The process is killed when this one dies, of whatever cause, and ignores
  // Ctrl-C, which a terminal sends to both. SIGPIPE must be ignored.
  static absl::StatusOr<std::unique_ptr<WorkerProcess>> Start(
      const Command& command);

  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  // Kills the process if it has not ended.
  ~WorkerProcess();

  pid_t pid() const { return pid_; }
  // For poll(): readable when TakeReports or TakePrinted has something.
  int reports_fd() const { return reports_fd_; }
  int printed_fd() const { return printed_fd_; }

  // False if the process has closed its end.
  bool Send(const Json& order);
  // Ends the orders: an idle worker exits.
  void CloseOrders();
  // Asks a busy one to save its state and exit.
  void Stop();
  void Kill();

  // The reports or lines since the last call, without waiting. A report that is
  // not JSON comes as its text, so IsReport() is false; one that the end of the
  // process cut off is left out. Once the process has exited and everything was
  // taken, ended() is true.
  std::vector<Json> TakeReports();
  std::vector<std::string> TakePrinted();
  bool ended() const { return ended_; }

  // How it ended: "exit code 3", "killed by SIGSEGV". Waits for the end.
  std::string WaitForEnd();

 private:
  WorkerProcess(pid_t pid, int orders_fd, int reports_fd, int printed_fd);

  pid_t pid_;
  int orders_fd_;
  int reports_fd_;
  int printed_fd_;
  LineReader reports_;
  LineReader printed_;
  bool ended_ = false;
  bool waited_ = false;
  std::string end_;
};

// Whether a line that a worker printed may say why it died: not a frame of a
// stack trace, nor its heading.
bool MayExplain(absl::string_view line);

// Why a worker died, from WaitForEnd and the last line that may explain it.
std::string ExplainDeath(const std::string& end,
                         const std::string& last_output);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_WORKER_PROCESS_H_

#include "experiments/run/worker_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// A pipe whose ends lie above the descriptors that the child replaces.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end = fcntl(ends[0], F_DUPFD_CLOEXEC, WorkerProcess::kReports + 1);
    write_end = fcntl(ends[1], F_DUPFD_CLOEXEC, WorkerProcess::kReports + 1);
    close(ends[0]);
    close(ends[1]);
    return read_end >= 0 && write_end >= 0;
  }
  void Close() {
    for (int* end : {&read_end, &write_end}) {
      if (*end >= 0) close(*end);
      *end = -1;
    }
  }
};

// The arguments of execve: pointers into `strings`.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(const WorkerProcess::Command& command) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    bool replaced = false;
    for (const auto& [name, value] : command.environment) {
      replaced |= absl::StartsWith(*variable, absl::StrCat(name, "="));
    }
    if (!replaced) variables.push_back(*variable);
  }
  for (const auto& [name, value] : command.environment) {
    variables.push_back(absl::StrCat(name, "=", value));
  }
  return variables;
}

// The child's part, between fork and exec: system calls only, as other threads
// of the parent may have held locks. Does not return.
[[noreturn]] void BecomeWorker(pid_t parent, const Pipe& orders,
                               const Pipe& reports, const Pipe& printed,
                               char* const* arguments,
                               char* const* environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // It died before the line above.
  for (const int signal : {SIGINT, SIGUSR1}) std::signal(signal, SIG_IGN);
  for (const int signal : {SIGTERM, SIGPIPE}) std::signal(signal, SIG_DFL);
  dup2(orders.read_end, WorkerProcess::kOrders);
  dup2(printed.write_end, STDOUT_FILENO);
  dup2(printed.write_end, STDERR_FILENO);
  dup2(reports.write_end, WorkerProcess::kReports);
  execve(arguments[0], arguments, environment);
  const char* const reason = std::strerror(errno);
  (void)!write(STDERR_FILENO, reason, std::strlen(reason));
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(
    const Command& command) {
  Pipe orders, reports, printed;
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> variables = Environment(command);
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> variable_pointers = Pointers(variables);
  const pid_t parent = getpid();
  const pid_t pid =
      orders.Open() && reports.Open() && printed.Open() ? fork() : -1;
  if (pid == 0) {
    BecomeWorker(parent, orders, reports, printed, argument_pointers.data(),
                 variable_pointers.data());
  }
  if (pid < 0) {
    const int error = errno;
    for (Pipe* pipe : {&orders, &reports, &printed}) pipe->Close();
    return absl::ErrnoToStatus(error, "cannot start a worker process");
  }
  close(orders.read_end);
  close(reports.write_end);
  close(printed.write_end);
  fcntl(reports.read_end, F_SETFL, O_NONBLOCK);
  fcntl(printed.read_end, F_SETFL, O_NONBLOCK);
  return std::unique_ptr<WorkerProcess>(new WorkerProcess(
      pid, orders.write_end, reports.read_end, printed.read_end));
}

WorkerProcess::WorkerProcess(pid_t pid, int orders_fd, int reports_fd,
                             int printed_fd)
    : pid_(pid),
      orders_fd_(orders_fd),
      reports_fd_(reports_fd),
      printed_fd_(printed_fd),
      reports_(reports_fd),
      printed_(printed_fd) {}

WorkerProcess::~WorkerProcess() {
  Kill();
  WaitForEnd();
  CloseOrders();
  close(reports_fd_);
  close(printed_fd_);
}

bool WorkerProcess::Send(const Json& order) {
  return orders_fd_ >= 0 && WriteJsonLine(orders_fd_, order);
}

void WorkerProcess::CloseOrders() {
  if (orders_fd_ >= 0) close(orders_fd_);
  orders_fd_ = -1;
}

void WorkerProcess::Stop() {
  if (!waited_) kill(pid_, SIGTERM);
}

void WorkerProcess::Kill() {
  if (!waited_) kill(pid_, SIGKILL);
}

std::vector<Json> WorkerProcess::TakeReports() {
  std::vector<Json> reports;
  bool more = true;
  while (more) {
    more = reports_.Fill();
    ended_ = !more;
    bool any = false;
    while (const std::optional<std::string> line = reports_.Next()) {
      any = true;
      absl::StatusOr<Json> report = ParseJson(*line);
      if (report.ok()) {
        reports.push_back(*std::move(report));
      } else if (reports_.complete()) {
        reports.emplace_back(*line);
      }
    }
    if (!any) break;
  }
  return reports;
}

std::vector<std::string> WorkerProcess::TakePrinted() {
  std::vector<std::string> lines;
  // A last line without newline is returned only after a first idle round.
  for (int idle_rounds = 0; idle_rounds < 2;) {
    printed_.Fill();
    const size_t before = lines.size();
    while (std::optional<std::string> line = printed_.Next()) {
      lines.push_back(*std::move(line));
    }
    if (lines.size() == before) ++idle_rounds;
  }
  return lines;
}

std::string WorkerProcess::WaitForEnd() {
  if (waited_) return end_;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  waited_ = true;
  if (WIFSIGNALED(status)) {
    const char* const name = sigabbrev_np(WTERMSIG(status));
    end_ = absl::StrCat("killed by SIG", name == nullptr ? "?" : name);
  } else {
    end_ = absl::StrCat("exit code ", WEXITSTATUS(status));
  }
  return end_;
}

bool MayExplain(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  return !line.empty() && !absl::StartsWith(line, "@ ") &&
         !absl::StartsWith(line, "***");
}

std::string ExplainDeath(const std::string& end,
                         const std::string& last_output) {
  std::string reason = absl::StrCat("the worker died: ", end);
  if (end == "killed by SIGKILL") {
    absl::StrAppend(&reason, ", perhaps because memory ran out");
  }
  if (!last_output.empty()) absl::StrAppend(&reason, "; ", last_output);
  return reason;
}

}  // namespace bigstep

// Logging and contract checks. Only log.cc includes glog: LibTorch builds
// without glog define macros of the same names (CHECK, LOG), so ours carry a
// prefix and can stand beside any LibTorch header in any order.
//
//   BIGSTEP_LOG(INFO) << "prepared " << n << " images";
//   BIGSTEP_CHECK(ptr != nullptr) << "call Create first";
#ifndef BIGSTEP_BASE_LOG_H_
#define BIGSTEP_BASE_LOG_H_

#include <sstream>

namespace bigstep {

enum class LogSeverity { INFO, WARNING, ERROR, FATAL };

// Sends logs to standard error. Call once, at the start of main.
void InitializeLog(const char* program);

// One message: collects text, hands it to glog when destroyed. FATAL aborts.
class LogMessage {
 public:
  LogMessage(const char* file, int line, LogSeverity severity)
      : file_(file), line_(line), severity_(severity) {}
  LogMessage(const LogMessage&) = delete;
  LogMessage& operator=(const LogMessage&) = delete;
  ~LogMessage();

  std::ostream& stream() { return stream_; }

 private:
  const char* file_;
  int line_;
  LogSeverity severity_;
  std::ostringstream stream_;
};

// Takes the value from a message: the other arm of ?: in BIGSTEP_CHECK. `&`
// binds more loosely than <<, and tighter than ?:.
struct LogToVoid {
  void operator&(std::ostream&) const {}
};

}  // namespace bigstep

#define BIGSTEP_LOG(severity)                                                 \
  ::bigstep::LogMessage(__FILE__, __LINE__, ::bigstep::LogSeverity::severity) \
      .stream()

// For mistakes of our own code only; what comes from outside is a Status.
// An expression, so that it may stand alone between `if (x)` and `else`.
#define BIGSTEP_CHECK(condition)         \
  (condition) ? (void)0                  \
              : ::bigstep::LogToVoid() & \
                    BIGSTEP_LOG(FATAL) << "check failed: " #condition " "

#endif  // BIGSTEP_BASE_LOG_H_

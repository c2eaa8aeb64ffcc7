#include "base/log.h"

#include <glog/logging.h>

namespace bigstep {
namespace {

google::LogSeverity ToGlog(LogSeverity severity) {
  switch (severity) {
    case LogSeverity::INFO:
      return google::GLOG_INFO;
    case LogSeverity::WARNING:
      return google::GLOG_WARNING;
    case LogSeverity::ERROR:
      return google::GLOG_ERROR;
    case LogSeverity::FATAL:
      return google::GLOG_FATAL;
  }
  return google::GLOG_FATAL;
}

}  // namespace

void InitializeLog(const char* program) {
  FLAGS_logtostderr = true;
  google::InitGoogleLogging(program);
}

LogMessage::~LogMessage() {
  google::LogMessage(file_, line_, ToGlog(severity_)).stream() << stream_.str();
}

}  // namespace bigstep

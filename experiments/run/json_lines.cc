#include "experiments/run/json_lines.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/json_fields.h"

namespace bigstep {

bool WriteJsonLine(int fd, const Json& value) {
  const std::string line =
      value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  for (size_t done = 0; done < line.size();) {
    const ssize_t written = write(fd, line.data() + done, line.size() - done);
    if (written >= 0) {
      done += written;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool IsReport(const Json& report) {
  JsonFields fields(report);
  const std::string kind = fields.Text("report");
  if (kind == "checked") {
    fields.Text("message");
    fields.Text("sha256");
    fields.Integer("weights_bytes", 0);
    fields.Integer("train_examples", 0);
    fields.Number("step_s");
  } else if (kind == "data") {
    fields.Text("dataset");
    fields.Object("notes");
  } else if (kind == "resumed") {
    fields.Integer("steps", 0);
  } else if (kind == "step") {
    fields.Integer("step", 0);
    if (!fields.Any("loss").is_null()) fields.Number("loss");
  } else if (kind == "evaluated") {
    fields.Text("metrics");
  } else if (kind == "note") {
    fields.Text("text");
  } else if (kind == "finished") {
    for (const char* const key : {"outcome", "text", "reason"}) {
      fields.Text(key);
    }
    fields.Bool("replace");
    fields.Number("work_s");
  } else if (kind == "elsewhere") {
    fields.Bool("failed");
  } else if (kind == "error") {
    constexpr int64_t kLastCode = 16;  // Of absl::StatusCode; 0 is OK.
    fields.Integer("code", 1, kLastCode);
    fields.Text("message");
  }
  return fields.status().ok();
}

bool LineReader::Fill() {
  char bytes[1 << 14];
  while (open_) {
    const ssize_t size = read(fd_, bytes, sizeof(bytes));
    if (size > 0) {
      buffer_.append(bytes, size);
      return true;
    }
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    open_ = false;
  }
  return false;
}

std::optional<std::string> LineReader::Next() {
  const size_t end = buffer_.find('\n', start_);
  if (end != std::string::npos) {
    std::string line = buffer_.substr(start_, end - start_);
    start_ = end + 1;
    return line;
  }
  buffer_.erase(0, start_);
  start_ = 0;
  if (open_ || buffer_.empty()) return std::nullopt;
  complete_ = false;
  return std::exchange(buffer_, "");
}

}  // namespace bigstep

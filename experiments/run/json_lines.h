// Messages between the supervisor and its workers: one JSON value a line,
// through pipes.
#ifndef BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_
#define BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_

#include <optional>
#include <string>

#include "base/json.h"

namespace bigstep {

// Writes `value` and a newline; false if the other end is closed. Invalid UTF-8
// in it is replaced. SIGPIPE must be ignored.
bool WriteJsonLine(int fd, const Json& value);

// Whether `report` is an object whose fields have the types that worker.h lists
// for its kind. Other kinds have no fields.
bool IsReport(const Json& report);

// Reads lines from a file descriptor, which it does not own.
class LineReader {
 public:
  explicit LineReader(int fd) : fd_(fd) {}

  // Reads the available bytes, waiting for some if the descriptor blocks. False
  // once the other end is closed and everything was read.
  bool Fill();

  // The next complete line, without its newline; once the other end is closed,
  // also a last one without newline.
  std::optional<std::string> Next();
  // Whether the line that Next() returned had a newline.
  bool complete() const { return complete_; }

 private:
  int fd_;
  bool open_ = true;
  bool complete_ = true;
  std::string buffer_;
  size_t start_ = 0;  // Of the lines not returned yet.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_

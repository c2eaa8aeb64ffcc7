// One JSON value a line, through pipes: how the supervisor and its workers
// talk.
#ifndef BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_
#define BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_

#include <optional>
#include <string>

#include "base/json.h"

namespace bigstep {

// Writes `value` and a newline; false if nobody reads any more. What is not
// UTF-8 in it is replaced. SIGPIPE must be ignored.
bool WriteJsonLine(int fd, const Json& value);

// Collects what comes through a file descriptor, which it does not own.
class LineReader {
 public:
  explicit LineReader(int fd) : fd_(fd) {}

  // Takes what is there, waiting for something if the descriptor sweeps. False
  // once the other end is closed and all was taken.
  bool Fill();

  // The next whole line that was taken, without its newline; after the other
  // end was closed, also a last one without newline.
  std::optional<std::string> Next();

 private:
  int fd_;
  bool open_ = true;
  std::string buffer_;
  size_t start_ = 0;  // Of what was not handed out.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_JSON_LINES_H_

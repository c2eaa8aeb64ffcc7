// Collects all errors in a text, to report them together in the order of the
// text.
#ifndef BIGSTEP_BASE_PROBLEMS_H_
#define BIGSTEP_BASE_PROBLEMS_H_

#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// A position in a spec file or in a command-line override.
struct Mark {
  std::shared_ptr<const std::string> source;  // Name of the file or flag.
  int order = 0;   // Sources are reported in this order.
  int line = 0;    // 1-based.
  int column = 0;  // 1-based.
};

class Problems {
 public:
  // Adds an error about the value at `path` ("base.optimizer.lr", may be
  // empty), found at `mark`. Duplicates are dropped.
  void Add(const Mark& mark, absl::string_view path, absl::string_view message);

  // The same for a missing key.
  void AddMissing(const Mark& mark, absl::string_view path,
                  absl::string_view message);

  // Adds the errors of `other` except those of AddMissing.
  void AddAllButMissing(const Problems& other);

  bool empty() const { return problems_.empty(); }
  // The number of Add calls, duplicates included: it grows with every error.
  int count() const { return count_; }

  // OK if there are no errors; else InvalidArgument with one
  // "source:line:col: path: message" a line, in the order of the sources: the
  // first hundred and, if there are more, their number.
  absl::Status ToStatus() const;

 private:
  struct Problem {
    int order, line, column;
    std::string text;
    bool missing;
    auto Key() const { return std::tie(order, line, column); }
  };
  void Add(Problem problem);

  std::vector<Problem> problems_;
  std::set<std::string> texts_;  // Of problems_.
  int count_ = 0;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_PROBLEMS_H_

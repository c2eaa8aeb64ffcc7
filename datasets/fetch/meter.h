// The progress display of downloads.
#ifndef BIGSTEP_DATASETS_FETCH_METER_H_
#define BIGSTEP_DATASETS_FETCH_METER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace bigstep {

// Shows how much of a file has been received: on a terminal one line, rewritten
// a few times a second; elsewhere a line every half a minute.
// Life: any number of Say; for each file Start, any number of Update, Finish.
class Meter {
 public:
  using Clock = std::chrono::steady_clock;

  // `now` returns the time.
  Meter(std::ostream& out, bool terminal,
        std::function<Clock::time_point()> now = Clock::now)
      : out_(out), terminal_(terminal), now_(std::move(now)) {}

  // A line that stays.
  void Say(absl::string_view line);

  // A file called `label` begins; `done` of its bytes are here already. Its
  // size is unknown if `total` is not set.
  void Start(const std::string& label, int64_t done,
             const std::optional<int64_t>& total);
  // `done` of its bytes are here.
  void Update(int64_t done);
  // It ended: removes the rewritten line.
  void Finish();

 private:
  std::ostream& out_;
  bool terminal_;
  std::function<Clock::time_point()> now_;

  std::string label_;
  int64_t first_ = 0;  // Bytes received before the start.
  std::optional<int64_t> total_;
  Clock::time_point start_;
  Clock::time_point last_shown_;
};

// "mnist: 4.5 of 9.9 MB (45 %), 1.5 MB/s, 0:04 left", where `gained` of the
// `done` bytes came in the last `seconds`. Unknown parts are left out.
std::string MeterLine(const std::string& label, int64_t done,
                      const std::optional<int64_t>& total, int64_t gained,
                      double seconds);

// "4.5 kB", "9.9 MB", "1.4 GB": powers of 1000.
std::string FormatBytes(int64_t bytes);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_METER_H_

// Downloads one file over HTTP or HTTPS, resuming an earlier try.
#ifndef BIGSTEP_DATASETS_FETCH_DOWNLOAD_H_
#define BIGSTEP_DATASETS_FETCH_DOWNLOAD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "datasets/fetch/meter.h"

namespace bigstep {

struct DownloadOptions {
  absl::Duration connect_timeout = absl::Seconds(30);
  // A connection that delivers less than `least_speed` bytes a second for this
  // long has failed.
  absl::Duration stall_timeout = absl::Seconds(60);
  int64_t least_speed = 1024;
  // How many times in a row a URL is tried without getting further, at least as
  // fast as `least_speed`.
  int attempts = 5;
  // The pause before the second try; it doubles from try to try.
  absl::Duration pause = absl::Seconds(1);
  // Whether the user wants to stop.
  std::function<bool()> interrupted = [] { return false; };
};

// The file that a download leaves.
struct PartialFile {
  std::string path;
  // Receives the file if its size turns out not to be `size` only after the
  // download.
  std::string bad_path;
  // The user's name for it.
  std::string label;
  // Its complete size in bytes; unknown if not set.
  std::optional<int64_t> size;
  // Whether its checksum will be verified. If not, it is resumed only if the
  // server confirms by an entity tag (RFC 9110, section 13.1.5) that it is the
  // same file.
  bool verified = true;
};

// Completes `file` from `url`. Redirections are followed, but never from HTTPS
// to anything else, nor to protocols other than HTTP and HTTPS. Proxies are
// taken from the environment, as curl does.
//   Unavailable: this URL does not serve the file; another one may.
//   DataLoss: it serves a file of another size. If the server announces the
//     size, the partial file stays; otherwise the download is at `bad_path`.
//   Cancelled: interrupted; the partial file stays, to be resumed.
//   Other codes: the file cannot be written.
absl::Status Download(const std::string& url, const PartialFile& file,
                      const DownloadOptions& options, Meter& meter);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_DOWNLOAD_H_

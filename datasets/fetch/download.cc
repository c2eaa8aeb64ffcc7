#include "datasets/fetch/download.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

constexpr char kCancelled[] = "interrupted";

std::string TagPath(const PartialFile& file) { return file.path + ".etag"; }

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// How a try ended.
struct Outcome {
  absl::Status status;
  bool again = false;  // Whether the same URL may do better next time.
  bool bad = false;    // Whether the received bytes are useless.
};

// One request and its answer.
class Try {
 public:
  Try(std::string url, const PartialFile& file, OutputFile output,
      const DownloadOptions& options, Meter& meter)
      : url_(std::move(url)),
        file_(file),
        output_(std::move(output)),
        options_(options),
        meter_(meter),
        curl_(curl_easy_init()) {
    BIGSTEP_CHECK(curl_ != nullptr) << "libcurl has no memory";
  }

  Outcome Run();

 private:
  static size_t OnHeader(char* data, size_t, size_t size, void* self);
  static size_t OnData(char* data, size_t, size_t size, void* self);
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t,
                        curl_off_t);

  template <class T>
  void Set(CURLoption option, T value) {
    BIGSTEP_CHECK(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK)
        << "libcurl refuses option " << option;
  }
  void SetOptions();
  absl::Status AskForTheRest();
  absl::Status BeginBody();
  Outcome Judge(CURLcode code);
  absl::Status Failure(absl::string_view reason) const {
    return absl::UnavailableError(absl::StrCat(url_, ": ", reason));
  }
  absl::Status WrongSize(int64_t found) const {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected %d bytes, found %d", url_, *file_.size, found));
  }
  long HttpCode() const {
    long code = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  std::string url_;
  const PartialFile& file_;
  OutputFile output_;
  const DownloadOptions& options_;
  Meter& meter_;
  std::unique_ptr<CURL, FreeCurl> curl_;
  std::unique_ptr<curl_slist, FreeCurl> headers_;
  char message_[CURL_ERROR_SIZE] = "";

  int64_t asked_from_ = 0;  // The first byte asked for.
  std::string asked_tag_;   // The entity tag it must be of; empty for any.
  int64_t sent_from_ = -1;  // The first byte of the answer.
  std::string tag_;         // Its entity tag.
  bool begun_ = false;      // Whether its body has begun.
  absl::Status error_;      // What made us stop it.
  bool again_ = false;      // Whether the next answer may do better.
  bool too_long_ = false;   // Whether more came than there should be.
};

void Try::SetOptions() {
  Set(CURLOPT_URL, url_.c_str());
  Set(CURLOPT_USERAGENT, "bigstep-fetch_data");
  Set(CURLOPT_ERRORBUFFER, message_);
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_FAILONERROR, 1L);
  Set(CURLOPT_FOLLOWLOCATION, 1L);
  Set(CURLOPT_MAXREDIRS, 10L);
  const bool secure = absl::StartsWith(url_, "https:");
  Set(CURLOPT_PROTOCOLS_STR, "http,https");
  Set(CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  Set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  // libcurl counts in whole seconds.
  Set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options_.least_speed));
  Set(CURLOPT_LOW_SPEED_TIME,
      static_cast<long>(absl::ToInt64Seconds(options_.stall_timeout)));
  Set(CURLOPT_HEADERFUNCTION, &Try::OnHeader);
  Set(CURLOPT_HEADERDATA, this);
  Set(CURLOPT_WRITEFUNCTION, &Try::OnData);
  Set(CURLOPT_WRITEDATA, this);
  Set(CURLOPT_NOPROGRESS, 0L);
  Set(CURLOPT_XFERINFOFUNCTION, &Try::OnProgress);
  Set(CURLOPT_XFERINFODATA, this);
}

// Requests only the missing part if it is sure to be of the same file.
absl::Status Try::AskForTheRest() {
  if (!file_.verified && output_.size() > 0) {
    const absl::StatusOr<std::string> tag =
        ReadUnlinkedFile(TagPath(file_), /*max_bytes=*/1 << 16);
    if (!tag.ok() || tag->empty()) {
      RETURN_IF_ERROR(output_.Clear());
    } else {
      asked_tag_ = *tag;
      headers_.reset(curl_slist_append(
          nullptr, absl::StrCat("If-Range: ", asked_tag_).c_str()));
      Set(CURLOPT_HTTPHEADER, headers_.get());
    }
  }
  asked_from_ = output_.size();
  if (asked_from_ == 0) return absl::OkStatus();
  // Not CURLOPT_RESUME_FROM: libcurl then refuses servers that send all.
  Set(CURLOPT_RANGE, absl::StrCat(asked_from_, "-").c_str());
  return absl::OkStatus();
}

size_t Try::OnHeader(char* data, size_t, size_t size, void* self) {
  auto* const that = static_cast<Try*>(self);
  absl::string_view line = absl::StripAsciiWhitespace({data, size});
  // Each redirection has headers of its own.
  if (absl::StartsWith(line, "HTTP/")) {
    that->tag_.clear();
    that->sent_from_ = -1;
  }
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return size;
  const absl::string_view name = line.substr(0, colon);
  absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (absl::EqualsIgnoreCase(name, "ETag") && absl::StartsWith(value, "\"")) {
    that->tag_ = std::string(value);  // Weak tags, W/"...", vouch for nothing.
  }
  if (absl::EqualsIgnoreCase(name, "Content-Range") &&
      absl::ConsumePrefix(&value, "bytes ")) {
    const std::string first(value.substr(0, value.find('-')));
    if (!absl::SimpleAtoi(first, &that->sent_from_)) that->sent_from_ = -1;
  }
  return size;
}

size_t Try::OnData(char* data, size_t, size_t size, void* self) {
  auto* const that = static_cast<Try*>(self);
  if (!that->begun_) that->error_ = that->BeginBody();
  that->begun_ = true;
  const int64_t after = that->output_.size() + static_cast<int64_t>(size);
  if (that->error_.ok() && that->file_.size && after > *that->file_.size) {
    that->too_long_ = true;
    that->error_ = absl::DataLossError(absl::StrFormat(
        "%s: expected %d bytes, found more", that->url_, *that->file_.size));
  }
  if (that->error_.ok()) that->error_ = that->output_.Write({data, size});
  return that->error_.ok() ? size : 0;
}

int Try::OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t,
                    curl_off_t) {
  auto* const that = static_cast<Try*>(self);
  that->meter_.Update(that->output_.size());
  return that->options_.interrupted() ? 1 : 0;
}

// Compares the answer with the request before its first byte is used.
absl::Status Try::BeginBody() {
  if (HttpCode() != 206) {
    sent_from_ = 0;
  } else if (sent_from_ != asked_from_) {
    return Failure(absl::StrFormat(
        "expected the bytes from %d on, found others", asked_from_));
  } else if (!asked_tag_.empty() && tag_ != asked_tag_) {
    // The server does not know If-Range: this is the rest of another file.
    RETURN_IF_ERROR(output_.Clear());
    again_ = true;
    return Failure("the file is another one than that of the first part");
  }
  curl_off_t rest = -1;
  curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &rest);
  std::optional<int64_t> total = file_.size;
  if (rest >= 0) total = sent_from_ + rest;
  if (file_.size && *total != *file_.size) return WrongSize(*total);
  // The whole file, though only its end was asked for.
  if (sent_from_ == 0 && output_.size() > 0) RETURN_IF_ERROR(output_.Clear());
  meter_.Start(file_.label, sent_from_, total);
  if (file_.verified) return absl::OkStatus();
  return WriteFileAtomically(TagPath(file_), tag_);
}

// Whether a connection that ended with `code` may do better next time. A name
// that cannot be resolved or a refused connection is final, unless the server
// has answered before: then the network is down for a moment.
bool MayRecover(CURLcode code, bool answered) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
      return answered;
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

Outcome Try::Judge(CURLcode code) {
  if (!error_.ok()) return {error_, again_, too_long_};
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return {absl::CancelledError(kCancelled)};
  }
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    const long http = HttpCode();
    const absl::Status status =
        Failure(absl::StrCat("the server answers ", http));
    // 416: nothing follows the partial file, so it belongs to another file.
    if (http == 416 && asked_from_ > 0) {
      const absl::Status cleared = output_.Clear();
      return {cleared.ok() ? status : cleared, cleared.ok()};
    }
    return {status, http == 408 || http == 429 || http >= 500};
  }
  if (code != CURLE_OK) {
    return {Failure(*message_ != '\0' ? message_ : curl_easy_strerror(code)),
            MayRecover(code, output_.size() > 0)};
  }
  // An empty answer has no body to begin.
  if (!begun_ && asked_from_ > 0) return {Failure("found no data"), false};
  if (file_.size && output_.size() != *file_.size) {
    return {WrongSize(output_.size()), /*again=*/false,
            /*bad=*/output_.size() > 0};
  }
  return {absl::OkStatus()};
}

Outcome Try::Run() {
  SetOptions();
  const absl::Status ready = AskForTheRest();
  if (!ready.ok()) return {ready};
  meter_.Start(file_.label, asked_from_, file_.size);
  const Outcome outcome = Judge(curl_easy_perform(curl_.get()));
  meter_.Finish();
  return outcome;
}

absl::Status Pause(absl::Duration pause, const DownloadOptions& options) {
  const absl::Time end = absl::Now() + pause;
  while (absl::Now() < end) {
    if (options.interrupted()) return absl::CancelledError(kCancelled);
    absl::SleepFor(std::min(end - absl::Now(), absl::Milliseconds(100)));
  }
  return absl::OkStatus();
}

// Ensures that a wrong beginning is never resumed.
absl::Status PutAside(const PartialFile& file, const absl::Status& why) {
  RETURN_IF_ERROR(Remove(TagPath(file)));
  RETURN_IF_ERROR(Rename(file.path, file.bad_path));
  RETURN_IF_ERROR(why) << "kept as " << file.bad_path;
  return absl::OkStatus();
}

}  // namespace

absl::Status Download(const std::string& url, const PartialFile& file,
                      const DownloadOptions& options, Meter& meter) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  BIGSTEP_CHECK(started == CURLE_OK) << "libcurl does not start";
  int64_t most = 0;
  // Size and time from which the speed is measured: those of the last try that
  // got further, fast enough.
  std::optional<int64_t> start;
  absl::Time start_time = absl::Now();
  absl::Duration pause = options.pause;
  for (int failed = 0;;) {
    ASSIGN_OR_RETURN(OutputFile output, OutputFile::Append(file.path));
    const int64_t before = output.size();
    if (file.size && before == *file.size) return absl::OkStatus();
    if (file.size && before > *file.size) RETURN_IF_ERROR(output.Clear());
    most = std::max(most, before);
    if (!start) start = before;
    const Outcome outcome =
        Try(url, file, std::move(output), options, meter).Run();
    if (outcome.bad) return PutAside(file, outcome.status);
    if (outcome.status.ok() || !outcome.again) return outcome.status;
    ASSIGN_OR_RETURN(const int64_t after, SizeOf(file.path));
    // A try that got further than any other does not count, unless the server
    // hands out a few bytes at a time.
    const double seconds = absl::ToDoubleSeconds(absl::Now() - start_time);
    if (after > most &&
        static_cast<double>(after - *start) >=
            seconds * static_cast<double>(options.least_speed)) {
      failed = 0;
      pause = options.pause;
      start = after;
      start_time = absl::Now();
    }
    if (++failed >= options.attempts) {
      RETURN_IF_ERROR(outcome.status)
          << "gave up after " << failed << " tries without getting further";
    }
    meter.Say(absl::StrCat(file.label, ": ", outcome.status.message(),
                           "; trying again in ", absl::FormatDuration(pause)));
    RETURN_IF_ERROR(Pause(pause, options));
    pause *= 2;
  }
}

}  // namespace bigstep

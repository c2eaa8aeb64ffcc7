// Ctrl-C in the middle of a download, and the same command again.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "base/files.h"
#include "base/interrupt.h"
#include "base/testing.h"
#include "datasets/fetch/checksum.h"
#include "datasets/fetch/fetch.h"
#include "datasets/fetch/testing/http_server.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

constexpr int kCancelled = 17;  // An exit code of nothing else.

// Starts a process that fetches, sends it SIGINT as soon as `part` has `size`
// bytes, and returns its exit code, also if it ends before.
int FetchAndInterrupt(const CatalogueEntry& entry, const FetchOptions& options,
                      Meter& meter, const std::string& part, size_t size) {
  const pid_t child = fork();
  if (child == 0) {
    CatchInterrupts();
    const absl::Status status = Fetch(entry, options, meter);
    _exit(status.code() == absl::StatusCode::kCancelled ? kCancelled : 0);
  }
  int ended = 0;
  while (ReadTestFile(part).size() < size) {
    if (waitpid(child, &ended, WNOHANG) == child) {
      ADD_FAILURE() << "the process ended before it was interrupted";
      return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    }
    usleep(1000);
  }
  kill(child, SIGINT);
  waitpid(child, &ended, 0);
  return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

TEST(FetchInterruptTest, GoesOnAfterCtrlC) {
  const std::string scratch = MakeTestFolder();
  const std::string content(1000000, 'x');
  WriteTestFile(scratch + "/official", content);
  bool first = true;
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content, request);
    if (first) answer.cut_after = 400000;
    answer.stall = first;
    first = false;
    return answer;
  });
  const CatalogueEntry entry = {
      .name = "digits",
      .terms = "free",
      .files = {{.name = "images",
                 .target = "digits/images",
                 .size = content.size(),
                 .sha256 = *Sha256OfFile(scratch + "/official"),
                 .urls = {server.Url("/images")}}}};
  FetchOptions options;
  options.data_root = scratch + "/data";
  options.download.interrupted = Interrupted;
  std::ostringstream out;
  Meter meter(out, /*terminal=*/false);

  const std::string part = options.data_root + "/.fetch/digits/images.part";
  EXPECT_EQ(FetchAndInterrupt(entry, options, meter, part, 400000), kCancelled);
  EXPECT_EQ(ReadTestFile(part).size(), 400000u);

  EXPECT_OK(Fetch(entry, options, meter));
  EXPECT_TRUE(ReadTestFile(options.data_root + "/digits/images") == content);
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests()[1].range, "bytes=400000-");
}

}  // namespace
}  // namespace bigstep

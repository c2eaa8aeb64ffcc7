// A web server for tests: this machine only, one connection at a time.
#ifndef BIGSTEP_DATASETS_FETCH_TESTING_HTTP_SERVER_H_
#define BIGSTEP_DATASETS_FETCH_TESTING_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace bigstep {

struct HttpRequest {
  std::string path;      // "/file".
  std::string range;     // The value of Range, "bytes=5-"; empty if not given.
  std::string if_range;  // The value of If-Range.
};

struct HttpAnswer {
  int code = 200;
  std::vector<std::string> headers = {};  // "Location: /other".
  std::string body = {};
  // Whether Content-Length announces the size of the body, which else ends with
  // the connection.
  bool announce = true;
  // Sends so many bytes of the body and no more,
  std::optional<size_t> cut_after = {};
  // and then waits for the other side instead of closing the connection.
  bool stall = false;
};

// The answer of a correct server that has `content`: all of it, the requested
// part (206), or that the part does not exist (416).
HttpAnswer Serve(const std::string& content, const HttpRequest& request);

class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;

  // Answers with what `handler`, called from another thread, returns.
  explicit HttpServer(Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // "http://127.0.0.1:<port><path>".
  std::string Url(const std::string& path) const;
  // The requests so far.
  std::vector<HttpRequest> requests() const;

 private:
  void Run();
  void Answer(int connection);

  const Handler handler_;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_TESTING_HTTP_SERVER_H_

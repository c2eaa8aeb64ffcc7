#ifndef BIGSTEP_BASE_SCOPED_FD_H_
#define BIGSTEP_BASE_SCOPED_FD_H_

#include <unistd.h>

#include <utility>

namespace bigstep {

// Owns a file descriptor; -1 if it has none.
class ScopedFd {
 public:
  explicit ScopedFd(int fd = -1) : fd_(fd) {}
  ScopedFd(ScopedFd&& other) noexcept : fd_(other.release()) {}
  ScopedFd& operator=(ScopedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~ScopedFd() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  // Gives up the descriptor without closing it.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SCOPED_FD_H_

#include "datasets/images/image_cache.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/status.h"

namespace bigstep {
namespace {

// The header takes a page, so that the data begin at one.
constexpr int64_t kHeaderBytes = 4096;

// To be raised when the same files and options give other inputs than before: a
// change of the decoder, the resampler or the transform, which keys do not see.
constexpr int kVersion = 1;

// How many inputs are made at a time.
constexpr int64_t kSlice = 256;

absl::Status Failed(absl::string_view doing, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", doing, " ", path));
}

std::string Header(absl::string_view key, const std::vector<int64_t>& shape) {
  std::string header =
      absl::StrCat("bigstep inputs, version ", kVersion, "\nkey ", key,
                   "\nshape ", absl::StrJoin(shape, " "), "\n");
  header.resize(kHeaderBytes, '\0');
  return header;
}

int64_t Product(const std::vector<int64_t>& shape) {
  int64_t product = 1;
  for (const int64_t size : shape) product *= size;
  return product;
}

absl::Status WriteAll(int fd, const char* data, int64_t size,
                      const std::string& path) {
  while (size > 0) {
    const ssize_t written = write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write", path);
    data += written;
    size -= written;
  }
  return absl::OkStatus();
}

// Hands all inputs to `take`, in order and in slices.
absl::Status ForEachSlice(
    const InputSource& source, int64_t n,
    const std::function<absl::Status(int64_t begin, const at::Tensor&)>& take) {
  for (int64_t begin = 0; begin < n; begin += kSlice) {
    const at::Tensor indices =
        at::arange(begin, std::min(begin + kSlice, n), at::kLong);
    ASSIGN_OR_RETURN(const at::Tensor inputs, source.Load(indices, {}));
    RETURN_IF_ERROR(take(begin, inputs.contiguous()));
  }
  return absl::OkStatus();
}

absl::StatusOr<at::Tensor> LoadIntoMemory(const std::vector<int64_t>& shape,
                                          const InputSource& source) {
  at::Tensor all = at::empty(shape, at::kByte);
  RETURN_IF_ERROR(ForEachSlice(
      source, shape[0], [&](int64_t begin, const at::Tensor& inputs) {
        all.slice(0, begin, begin + inputs.size(0)).copy_(inputs);
        return absl::OkStatus();
      }));
  return all;
}

// Writes header and inputs to `fd`, the file `path`, and flushes.
absl::Status WriteInputs(int fd, const std::string& path,
                         const std::string& header,
                         const std::vector<int64_t>& shape,
                         const InputSource& source) {
  RETURN_IF_ERROR(WriteAll(fd, header.data(), header.size(), path));
  RETURN_IF_ERROR(
      ForEachSlice(source, shape[0], [&](int64_t, const at::Tensor& inputs) {
        return WriteAll(fd, static_cast<const char*>(inputs.data_ptr()),
                        inputs.numel(), path);
      }));
  return fsync(fd) == 0 ? absl::OkStatus() : Failed("flush", path);
}

absl::Status MakeFile(const std::string& path, const std::string& header,
                      const std::vector<int64_t>& shape,
                      const InputSource& source) {
  // Keeps writers apart: process id and a number within the process.
  static std::atomic<int> writers = 0;
  const std::string temporary =
      absl::StrCat(path, ".tmp", getpid(), "-", writers++);
  const int fd =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return Failed("create", temporary);
  absl::Status status = WriteInputs(fd, temporary, header, shape, source);
  close(fd);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = Failed("replace", path);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

// NotFound if the file is not there or not as expected.
absl::StatusOr<at::Tensor> MapFile(const std::string& path,
                                   const std::string& header,
                                   const std::vector<int64_t>& shape) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failed("read", path);
  const int64_t size = kHeaderBytes + Product(shape);
  struct stat found;
  const bool fits = fstat(fd, &found) == 0 && found.st_size == size;
  void* const data =
      fits ? mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  const int error = errno;
  close(fd);  // The mapping stays.
  if (!fits) return absl::NotFoundError("another size");
  if (data == MAP_FAILED) {
    return absl::ErrnoToStatus(error, absl::StrCat("cannot map ", path));
  }
  const auto unmap = [data, size](void*) { munmap(data, size); };
  if (!std::equal(header.begin(), header.end(), static_cast<char*>(data))) {
    unmap(data);
    return absl::NotFoundError("another header");
  }
  return at::from_blob(static_cast<char*>(data) + kHeaderBytes, shape, unmap,
                       at::TensorOptions(at::kByte));
}

}  // namespace

absl::StatusOr<at::Tensor> LoadThroughCache(const std::string& folder,
                                            absl::string_view key,
                                            const std::vector<int64_t>& shape,
                                            const InputSource& source) {
  if (folder.empty()) return LoadIntoMemory(shape, source);
  const std::string path = absl::StrCat(folder, "/", key, ".inputs");
  const std::string header = Header(key, shape);
  absl::StatusOr<at::Tensor> mapped = MapFile(path, header, shape);
  if (!absl::IsNotFound(mapped.status())) return mapped;
  RETURN_IF_ERROR(MakeFolder(folder));
  RETURN_IF_ERROR(MakeFile(path, header, shape, source));
  return MapFile(path, header, shape);
}

}  // namespace bigstep

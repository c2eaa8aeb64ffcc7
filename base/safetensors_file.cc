#include "base/safetensors_file.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"

namespace bigstep {
namespace {

constexpr int64_t kAlignment = 64;
constexpr char kPadding[] = "padding/";

absl::Status Failed(absl::string_view doing, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", doing, " ", path));
}

// A file in memory until the last tensor in it is gone.
class Mapping {
 public:
  static absl::StatusOr<std::shared_ptr<const Mapping>> Open(
      const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Failed("read", path);
    struct stat found;
    absl::Status status;
    void* data = nullptr;
    if (fstat(fd, &found) != 0) {
      status = Failed("examine", path);
    } else if (!S_ISREG(found.st_mode) || found.st_size == 0) {
      status = absl::DataLossError("it is empty or not a file");
    } else {
      data = mmap(nullptr, found.st_size, PROT_READ, MAP_SHARED, fd, 0);
      if (data == MAP_FAILED) status = Failed("map", path);
    }
    close(fd);  // The mapping stays.
    RETURN_IF_ERROR(status);
    return std::make_shared<const Mapping>(data, found.st_size);
  }

  Mapping(void* data, size_t size) : data_(data), size_(size) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(data_, size_); }

  absl::string_view bytes() const {
    return {static_cast<const char*>(data_), size_};
  }

 private:
  void* const data_;
  const size_t size_;
};

absl::StatusOr<MappedTensors> Map(const std::string& path) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Mapping> mapping,
                   Mapping::Open(path));
  MappedTensors mapped;
  ASSIGN_OR_RETURN(const auto stored,
                   ParseSafetensors(mapping->bytes(), &mapped.metadata));
  for (const auto& [name, tensor] : stored) {
    if (absl::StartsWith(name, kPadding)) continue;
    char* const data = const_cast<char*>(tensor.data.data());
    if (reinterpret_cast<uintptr_t>(data) % at::elementSize(tensor.dtype)) {
      return absl::DataLossError(absl::StrCat("'", name, "' is not aligned"));
    }
    mapped.tensors[name] = at::from_blob(
        data, tensor.shape, [mapping](void*) {},
        at::TensorOptions(tensor.dtype));
  }
  return mapped;
}

}  // namespace

absl::Status WriteSafetensors(const std::string& path,
                              const std::map<std::string, at::Tensor>& tensors,
                              const Metadata& metadata, int64_t spare_bytes) {
  std::vector<TensorPlace> places;
  std::vector<at::Tensor> values;
  int64_t size = 0;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    places.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
    values.push_back(tensor.contiguous());
    size += static_cast<int64_t>(tensor.nbytes());
  };
  for (const auto& [name, tensor] : tensors) {
    add(name, tensor);
    const int64_t rest = (kAlignment - size % kAlignment) % kAlignment;
    if (rest > 0) add(kPadding + name, at::zeros({rest}, at::kByte));
  }
  const std::string head = SafetensorsHead(places, metadata);
  ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  RETURN_IF_ERROR(
      file.CheckSpace(static_cast<int64_t>(head.size()) + size, spare_bytes));
  RETURN_IF_ERROR(file.Write(head));
  for (const at::Tensor& tensor : values) {
    RETURN_IF_ERROR(file.Write(BytesOf(tensor)));
  }
  return file.Commit();
}

absl::StatusOr<MappedTensors> MapSafetensors(const std::string& path) {
  absl::StatusOr<MappedTensors> mapped = Map(path);
  if (absl::IsDataLoss(mapped.status())) {
    return absl::DataLossError(
        absl::StrCat(path, ": ", mapped.status().message()));
  }
  return mapped;
}

absl::string_view BytesOf(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()};
}

}  // namespace bigstep

#include "base/safetensors_file.h"

#include <ATen/ATen.h>
#include <c10/util/accumulate.h>
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
#include "base/scoped_fd.h"
#include "base/status.h"

namespace bigstep {
namespace {

constexpr int64_t kAlignment = 64;
constexpr char kPadding[] = "padding/";

// The last tensor: the FastChecksum of all bytes before it.
constexpr char kChecksum[] = "xxh3_128";

// A file in memory until the last tensor in it is gone.
class Mapping {
 public:
  static absl::StatusOr<std::shared_ptr<const Mapping>> Open(
      const std::string& path) {
    // Without O_NONBLOCK, open() waits for the other end of a named pipe.
    const ScopedFd fd(
        open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (fd.get() < 0 && errno == ELOOP) {
      return absl::DataLossError("it is a link");
    }
    if (fd.get() < 0) return ErrnoStatus(errno, "read", path);
    struct stat found;
    if (fstat(fd.get(), &found) != 0) {
      return ErrnoStatus(errno, "examine", path);
    }
    if (!S_ISREG(found.st_mode) || found.st_size == 0) {
      return absl::DataLossError("it is empty or not a file");
    }
    void* const data =
        mmap(nullptr, found.st_size, PROT_READ, MAP_SHARED, fd.get(), 0);
    if (data == MAP_FAILED) return ErrnoStatus(errno, "map", path);
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

// DataLoss unless `file`, with these tensors, ends with the checksum of all
// that is before it.
absl::Status CheckContent(absl::string_view file,
                          const std::map<std::string, StoredTensor>& tensors) {
  const auto last = tensors.find(kChecksum);
  if (last == tensors.end() ||
      last->second.data.size() != FastChecksum::kSize ||
      last->second.data.data() + FastChecksum::kSize !=
          file.data() + file.size()) {
    return absl::DataLossError("it does not end with a checksum");
  }
  FastChecksum checksum;
  checksum.Add(file.substr(0, file.size() - FastChecksum::kSize));
  if (checksum.Value() == last->second.data) return absl::OkStatus();
  return absl::DataLossError(
      "it was changed after it was written: its content does not match its "
      "checksum");
}

absl::StatusOr<MappedTensors> Map(const std::string& path) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Mapping> mapping,
                   Mapping::Open(path));
  MappedTensors mapped;
  ASSIGN_OR_RETURN(const auto stored,
                   ParseSafetensors(mapping->bytes(), &mapped.metadata));
  RETURN_IF_ERROR(CheckContent(mapping->bytes(), stored));
  for (const auto& [name, tensor] : stored) {
    if (absl::StartsWith(name, kPadding) || name == kChecksum) continue;
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

absl::StatusOr<SafetensorsWriter> SafetensorsWriter::Create(
    const std::string& path, std::vector<TensorPlace> tensors,
    const Metadata& metadata, int64_t spare_bytes) {
  tensors.push_back({kChecksum, at::kByte, {FastChecksum::kSize}});
  const std::string head = SafetensorsHead(tensors, metadata);
  auto size = static_cast<int64_t>(head.size());
  for (const TensorPlace& tensor : tensors) {
    size += static_cast<int64_t>(at::elementSize(tensor.dtype)) *
            c10::multiply_integers(tensor.shape);
  }
  ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  RETURN_IF_ERROR(file.CheckSpace(size, spare_bytes));
  SafetensorsWriter writer(std::move(file));
  RETURN_IF_ERROR(writer.Write(head));
  return writer;
}

absl::Status SafetensorsWriter::Write(absl::string_view values) {
  checksum_.Add(values);
  return file_.Write(values);
}

absl::Status SafetensorsWriter::Commit() {
  RETURN_IF_ERROR(file_.Write(checksum_.Value()));
  return file_.Commit();
}

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
  ASSIGN_OR_RETURN(SafetensorsWriter writer,
                   SafetensorsWriter::Create(path, std::move(places), metadata,
                                             spare_bytes));
  for (const at::Tensor& tensor : values) {
    RETURN_IF_ERROR(writer.Write(BytesOf(tensor)));
  }
  return writer.Commit();
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

#include "datasets/cache/prepared_file.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/log.h"
#include "base/status.h"

namespace bigstep {
namespace {

// To be raised when the file, or the meaning of what is in it, changes.
constexpr int kFormat = 1;

// The first line: the format, the bytes and the SHA-256 of the head that
// follows, padded with spaces.
constexpr int64_t kFirstLine = 128;
constexpr int64_t kPage = 4096;
constexpr int64_t kAlignment = 64;

// The types that datasets use.
constexpr std::pair<const char*, at::ScalarType> kTypes[] = {
    {"uint8", at::kByte},
    {"int64", at::kLong},
    {"float32", at::kFloat},
    {"bool", at::kBool},
};

absl::Status Failed(absl::string_view doing, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", doing, " ", path));
}

int64_t RoundUp(int64_t size, int64_t multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

std::string FirstLine(const std::string& head) {
  std::string line = absl::StrCat("bigstep dataset ", kFormat, " ", head.size(),
                                  " ", Sha256Hex(head));
  line.resize(kFirstLine - 1, ' ');
  return line + "\n";
}

// --- Writing. ----------------------------------------------------------------

// Describes a dataset and collects its tensors, which follow each other.
class Describer {
 public:
  Json Describe(const Dataset& dataset) {
    // Names every member, so that a new one cannot be forgotten here.
    const auto& [task, train, validation, test, extra_tests, spurious_mask,
                 unbiased, seeded, class_names, bias_names, notes] = dataset;
    Json extra = Json::object();
    for (const auto& [name, split] : extra_tests) {
      extra[name] = DescribeSplit(split);
    }
    return {{"input_shape", task.input_shape},
            {"num_classes", task.num_classes},
            {"num_biases", task.num_biases},
            {"train", DescribeSplit(train)},
            {"validation", DescribeSplit(validation)},
            {"test", DescribeSplit(test)},
            {"extra_tests", extra},
            {"spurious_mask", DescribeTensor(spurious_mask)},
            {"unbiased", unbiased},
            {"seeded", seeded},
            {"class_names", class_names},
            {"bias_names", bias_names},
            {"notes", notes}};
  }

  const std::vector<at::Tensor>& tensors() const { return tensors_; }
  int64_t size() const { return size_; }

 private:
  Json DescribeSplit(const Split& split) {
    const auto& [inputs, labels, bias_labels, source, augmentation, mean,
                 stddev, augmentation_name, files_sha256] = split;
    return {{"inputs", DescribeTensor(inputs)},
            {"labels", DescribeTensor(labels)},
            {"bias_labels", DescribeTensor(bias_labels)},
            {"mean", DescribeTensor(mean)},
            {"stddev", DescribeTensor(stddev)},
            {"augmentation", augmentation_name}};
  }

  Json DescribeTensor(const at::Tensor& tensor) {
    if (!tensor.defined()) return nullptr;
    std::string type;
    for (const auto& [name, scalar] : kTypes) {
      if (tensor.scalar_type() == scalar) type = name;
    }
    BIGSTEP_CHECK(!type.empty())
        << "cannot keep tensors of type " << tensor.scalar_type();
    const int64_t offset = size_;
    tensors_.push_back(tensor.contiguous());
    size_ += RoundUp(static_cast<int64_t>(tensor.nbytes()), kAlignment);
    return {{"type", type}, {"shape", tensor.sizes().vec()}, {"at", offset}};
  }

  std::vector<at::Tensor> tensors_;
  int64_t size_ = 0;  // Of all tensors so far.
};

class FileWriter {
 public:
  explicit FileWriter(std::string path)
      : path_(std::move(path)),
        fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                 0666)) {}
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() {
    if (fd_ >= 0) close(fd_);
  }

  absl::Status Reserve(int64_t size, int64_t spare_bytes) {
    if (fd_ < 0) return Failed("create", path_);
    struct statvfs disk;
    if (fstatvfs(fd_, &disk) != 0) return Failed("examine", path_);
    const double free =
        static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
    if (free < static_cast<double>(size) + static_cast<double>(spare_bytes)) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "the disk of ", path_, " is nearly full: ", size >> 20,
          " MiB are needed and ", spare_bytes >> 20, " MiB kept free, ",
          static_cast<int64_t>(free) >> 20, " MiB are free"));
    }
    return absl::OkStatus();
  }

  // At the end, and zeros up to the next multiple of `alignment`.
  absl::Status Write(absl::string_view bytes, int64_t alignment) {
    const int64_t size = static_cast<int64_t>(bytes.size());
    RETURN_IF_ERROR(WriteAll(bytes));
    return WriteAll(std::string(RoundUp(size, alignment) - size, '\0'));
  }

  absl::Status Flush() {
    return fsync(fd_) == 0 ? absl::OkStatus() : Failed("flush", path_);
  }

 private:
  absl::Status WriteAll(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Failed("write", path_);
      bytes.remove_prefix(written);
    }
    return absl::OkStatus();
  }

  const std::string path_;
  const int fd_;
};

absl::Status WriteFile(const std::string& path, const std::string& head,
                       const Describer& dataset, int64_t spare_bytes) {
  FileWriter file(path);
  RETURN_IF_ERROR(file.Reserve(
      static_cast<int64_t>(head.size()) + dataset.size(), spare_bytes));
  RETURN_IF_ERROR(file.Write(FirstLine(head) + head, kPage));
  for (const at::Tensor& tensor : dataset.tensors()) {
    RETURN_IF_ERROR(file.Write(
        absl::string_view(static_cast<const char*>(tensor.data_ptr()),
                          tensor.nbytes()),
        kAlignment));
  }
  return file.Flush();
}

// --- Reading. ----------------------------------------------------------------

// A file in memory, for as long as somebody holds it.
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
    } else if (!S_ISREG(found.st_mode) || found.st_size < kFirstLine) {
      status = absl::DataLossError(absl::StrCat(path, " is no dataset"));
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
  char* data() const { return static_cast<char*>(data_); }

 private:
  void* const data_;
  const size_t size_;
};

// The head, once its checksum has shown that we wrote it.
absl::StatusOr<Json> ReadHead(absl::string_view bytes, int64_t* data_begin) {
  const std::vector<std::string> words =
      absl::StrSplit(bytes.substr(0, kFirstLine), ' ', absl::SkipEmpty());
  int64_t size = 0;
  if (words.size() < 4 || !absl::SimpleAtoi(words[3], &size) || size < 0 ||
      size > static_cast<int64_t>(bytes.size()) - kFirstLine) {
    return absl::DataLossError("its first line is not that of a dataset");
  }
  const std::string head(bytes.substr(kFirstLine, size));
  if (FirstLine(head) != bytes.substr(0, kFirstLine)) {
    return absl::DataLossError("another format, or a damaged head");
  }
  *data_begin = RoundUp(kFirstLine + size, kPage);
  return ParseJson(head);
}

// Makes tensors and splits of what a Describer wrote. Throws what Json throws.
class Restorer {
 public:
  Restorer(std::shared_ptr<const Mapping> mapping, int64_t data_begin)
      : mapping_(std::move(mapping)), data_begin_(data_begin) {}

  absl::StatusOr<std::unique_ptr<Dataset>> Restore(const Json& json) const {
    auto dataset = std::make_unique<Dataset>();
    json.at("input_shape").get_to(dataset->task.input_shape);
    json.at("num_classes").get_to(dataset->task.num_classes);
    json.at("num_biases").get_to(dataset->task.num_biases);
    ASSIGN_OR_RETURN(dataset->train, RestoreSplit(json.at("train")));
    ASSIGN_OR_RETURN(dataset->validation, RestoreSplit(json.at("validation")));
    ASSIGN_OR_RETURN(dataset->test, RestoreSplit(json.at("test")));
    for (const auto& [name, split] : json.at("extra_tests").items()) {
      ASSIGN_OR_RETURN(dataset->extra_tests[name], RestoreSplit(split));
    }
    dataset->spurious_mask = RestoreTensor(json.at("spurious_mask"));
    json.at("unbiased").get_to(dataset->unbiased);
    json.at("seeded").get_to(dataset->seeded);
    json.at("class_names").get_to(dataset->class_names);
    json.at("bias_names").get_to(dataset->bias_names);
    dataset->notes = json.at("notes");
    return dataset;
  }

 private:
  absl::StatusOr<Split> RestoreSplit(const Json& json) const {
    Split split;
    split.inputs = RestoreTensor(json.at("inputs"));
    split.labels = RestoreTensor(json.at("labels"));
    split.bias_labels = RestoreTensor(json.at("bias_labels"));
    split.mean = RestoreTensor(json.at("mean"));
    split.stddev = RestoreTensor(json.at("stddev"));
    const std::string augmentation = json.at("augmentation");
    if (augmentation.empty()) return split;
    if (!FindAugmentation(augmentation)) {
      return absl::DataLossError(
          absl::StrCat("unknown augmentation '", augmentation, "'"));
    }
    split.AugmentBy(augmentation);
    return split;
  }

  at::Tensor RestoreTensor(const Json& json) const {
    if (json.is_null()) return {};
    at::ScalarType type = at::kByte;
    for (const auto& [name, scalar] : kTypes) {
      if (json.at("type") == name) type = scalar;
    }
    return at::from_blob(
        mapping_->data() + data_begin_ + json.at("at").get<int64_t>(),
        json.at("shape").get<std::vector<int64_t>>(),
        [mapping = mapping_](void*) {}, at::TensorOptions(type));
  }

  const std::shared_ptr<const Mapping> mapping_;
  const int64_t data_begin_;
};

absl::StatusOr<PreparedDataset> Restore(
    std::shared_ptr<const Mapping> mapping) {
  int64_t data_begin = 0;
  ASSIGN_OR_RETURN(const Json head, ReadHead(mapping->bytes(), &data_begin));
  const int64_t found = static_cast<int64_t>(mapping->bytes().size());
  const int64_t expected = data_begin + head.at("data_bytes").get<int64_t>();
  if (found != expected) {
    return absl::DataLossError(
        absl::StrCat("expected ", expected, " bytes, found ", found));
  }
  PreparedDataset prepared;
  head.at("key").get_to(prepared.preparation.key);
  head.at("folders").get_to(prepared.preparation.folders);
  head.at("fingerprint").get_to(prepared.preparation.fingerprint);
  ASSIGN_OR_RETURN(
      prepared.dataset,
      Restorer(std::move(mapping), data_begin).Restore(head.at("dataset")));
  return prepared;
}

}  // namespace

bool CanBeKept(const Dataset& dataset) {
  for (const std::string& name : dataset.SplitNames()) {
    const Split& split = *dataset.Find(name);
    if (split.source != nullptr || !split.files_sha256.empty()) return false;
    if (split.augmentation && split.augmentation_name.empty()) return false;
  }
  return true;
}

absl::Status WritePrepared(const std::string& path,
                           const Preparation& preparation,
                           const Dataset& dataset, int64_t spare_bytes) {
  Describer describer;
  Json head = {{"key", preparation.key},
               {"folders", preparation.folders},
               {"fingerprint", preparation.fingerprint},
               {"dataset", describer.Describe(dataset)}};
  head["data_bytes"] = describer.size();
  // The process id keeps apart writers that no lock kept apart.
  const std::string temporary = absl::StrCat(path, ".tmp", getpid());
  absl::Status status = WriteFile(
      temporary, head.dump(-1, ' ', false, Json::error_handler_t::replace),
      describer, spare_bytes);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = Failed("replace", path);
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

absl::StatusOr<PreparedDataset> MapPrepared(const std::string& path) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Mapping> mapping,
                   Mapping::Open(path));
  auto restored = [&]() -> absl::StatusOr<PreparedDataset> {
    try {
      return Restore(mapping);
    } catch (const Json::exception& error) {
      return absl::DataLossError(error.what());
    }
  }();
  RETURN_IF_ERROR(restored.status()) << "in " << path;
  return restored;
}

}  // namespace bigstep

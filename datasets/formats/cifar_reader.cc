#include "datasets/formats/cifar_reader.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/formats/how_to_get.h"

namespace bigstep {
namespace {

constexpr int64_t kPixels = 3 * 32 * 32;

// Seven times the largest official file.
constexpr int64_t kMaxFileBytes = int64_t{1} << 30;

// The error, if any, of reading the label byte at `position` of each record.
absl::Status CheckLabels(const at::Tensor& records, int64_t position,
                         const CifarLabelByte& label) {
  const at::Tensor values = records.select(1, position);
  const at::Tensor wrong = values.ge(label.num_classes).nonzero();
  if (wrong.size(0) == 0) return absl::OkStatus();
  const int64_t record = wrong[0][0].item<int64_t>();
  return absl::DataLossError(absl::StrFormat(
      "at byte %d, in record %d (the first is 0): expected a %s from 0 to %d, "
      "found %d",
      record * records.size(1) + position, record, label.name,
      label.num_classes - 1, values[record].item<int64_t>()));
}

absl::StatusOr<CifarImages> ReadFiles(
    const std::vector<std::string>& paths,
    const std::vector<CifarLabelByte>& label_bytes, size_t used) {
  std::vector<at::Tensor> images, labels;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(path, kMaxFileBytes));
    absl::StatusOr<CifarImages> part = ParseCifar(content, label_bytes, used);
    if (!part.ok()) {
      return absl::DataLossError(
          absl::StrCat(path, ": ", part.status().message()));
    }
    images.push_back(std::move(part->images));
    labels.push_back(std::move(part->labels));
  }
  return CifarImages{at::cat(images), at::cat(labels)};
}

// The names in a file that lists one a line; `otherwise` if it is not there.
absl::StatusOr<std::vector<std::string>> ReadNames(
    const std::string& path, int64_t expected,
    std::vector<std::string> otherwise) {
  const absl::StatusOr<std::string> content = ReadFile(path, kMaxFileBytes);
  if (absl::IsNotFound(content.status())) return otherwise;
  RETURN_IF_ERROR(content.status());
  std::vector<std::string> names =
      absl::StrSplit(*content, '\n', absl::SkipWhitespace());
  for (std::string& name : names) absl::StripAsciiWhitespace(&name);
  if (static_cast<int64_t>(names.size()) != expected) {
    return absl::DataLossError(
        absl::StrFormat("%s: expected the names of %d classes, one on each "
                        "line, found %d",
                        path, expected, names.size()));
  }
  return names;
}

// Completes an error with the way to get the files of the dataset `name`.
absl::StatusOr<CifarImages> OrHowToGet(absl::StatusOr<CifarImages> result,
                                       absl::string_view name) {
  RETURN_IF_ERROR(result.status()) << HowToGet(name);
  return result;
}

absl::StatusOr<CifarImages> ReadAll10(const std::string& folder,
                                      CifarSplit split) {
  std::vector<std::string> paths;
  if (split == CifarSplit::kTrain) {
    for (int i = 1; i <= 5; ++i) {
      paths.push_back(absl::StrCat(folder, "/data_batch_", i, ".bin"));
    }
  } else {
    paths.push_back(folder + "/test_batch.bin");
  }
  ASSIGN_OR_RETURN(CifarImages all, ReadFiles(paths, {{"label", 10}}, 0));
  ASSIGN_OR_RETURN(all.class_names,
                   ReadNames(folder + "/batches.meta.txt", 10,
                             {"airplane", "automobile", "bird", "cat", "deer",
                              "dog", "frog", "horse", "ship", "truck"}));
  return all;
}

absl::StatusOr<CifarImages> ReadAll100(const std::string& folder,
                                       CifarSplit split,
                                       Cifar100Labels labels) {
  const bool fine = labels == Cifar100Labels::kFine;
  const char* const file =
      split == CifarSplit::kTrain ? "/train.bin" : "/test.bin";
  ASSIGN_OR_RETURN(
      CifarImages all,
      ReadFiles({folder + file}, {{"coarse label", 20}, {"fine label", 100}},
                fine ? 1 : 0));
  ASSIGN_OR_RETURN(all.class_names,
                   ReadNames(folder + (fine ? "/fine_label_names.txt"
                                            : "/coarse_label_names.txt"),
                             fine ? 100 : 20, /*otherwise=*/{}));
  return all;
}

}  // namespace

absl::StatusOr<CifarImages> ParseCifar(
    absl::string_view content, const std::vector<CifarLabelByte>& label_bytes,
    size_t used) {
  const auto size = static_cast<int64_t>(content.size());
  const auto num_labels = static_cast<int64_t>(label_bytes.size());
  const int64_t record = num_labels + kPixels;
  if (size == 0 || size % record != 0) {
    return absl::DataLossError(absl::StrFormat(
        "expected a positive multiple of %d bytes, the size of a record, found "
        "%d bytes",
        record, size));
  }
  // Only read from: from_blob knows no constant data.
  const at::Tensor records = at::from_blob(const_cast<char*>(content.data()),
                                           {size / record, record}, at::kByte);
  for (int64_t i = 0; i < num_labels; ++i) {
    RETURN_IF_ERROR(CheckLabels(records, i, label_bytes[i]));
  }
  return CifarImages{
      records.slice(1, num_labels)
          .clone(at::MemoryFormat::Contiguous)
          .view({size / record, 3, 32, 32}),
      records.select(1, static_cast<int64_t>(used)).to(at::kLong)};
}

absl::StatusOr<CifarImages> ReadCifar10(const std::string& data_root,
                                        CifarSplit split) {
  return OrHowToGet(ReadAll10(data_root + "/cifar-10-batches-bin", split),
                    "cifar10");
}

absl::StatusOr<CifarImages> ReadCifar100(const std::string& data_root,
                                         CifarSplit split,
                                         Cifar100Labels labels) {
  return OrHowToGet(ReadAll100(data_root + "/cifar-100-binary", split, labels),
                    "cifar100");
}

}  // namespace bigstep

#include "datasets/cache/dataset_file.h"

#include <ATen/ATen.h>

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "base/safetensors_file.h"
#include "base/status.h"

namespace bigstep {
namespace {

// To be raised when the file, or the meaning of its content, changes.
constexpr char kFormat[] = "bigstep dataset 2";

// The keys of the metadata.
constexpr char kFormatKey[] = "format";
constexpr char kOrigin[] = "origin";
constexpr char kDataset[] = "dataset";

constexpr char kSpuriousMask[] = "spurious_mask";

// File names may not be UTF-8.
std::string Text(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false,
                   Json::error_handler_t::replace);
}

std::map<std::string, Split*> SplitsOf(Dataset& dataset) {
  std::map<std::string, Split*> splits = {{"train", &dataset.train},
                                          {"validation", &dataset.validation},
                                          {"test", &dataset.test}};
  for (auto& [name, split] : dataset.extra_tests) splits[name] = &split;
  return splits;
}

// The tensors of all splits by their names in the file.
std::map<std::string, at::Tensor*> TensorsOf(Dataset& dataset) {
  std::map<std::string, at::Tensor*> tensors;
  for (const auto& [name, split] : SplitsOf(dataset)) {
    tensors[name + "/inputs"] = &split->inputs;
    tensors[name + "/labels"] = &split->labels;
    tensors[name + "/bias_labels"] = &split->bias_labels;
    tensors[name + "/mean"] = &split->mean;
    tensors[name + "/stddev"] = &split->stddev;
    tensors[name + "/regression_targets"] = &split->regression_targets;
  }
  return tensors;
}

// Everything but the tensors.
Json Describe(const Dataset& dataset) {
  // Names every member, so that a new one cannot be forgotten here.
  const auto& [task, train, validation, test, extra_tests, spurious_mask,
               unbiased, seeded, class_names, bias_names, notes] = dataset;
  Json augmentations = Json::object();
  for (const std::string& name : dataset.SplitNames()) {
    const auto& [inputs, labels, bias_labels, source, augmentation, mean,
                 stddev, regression_targets, augmentation_name, files_sha256] =
        *dataset.Find(name);
    augmentations[name] = augmentation_name;
  }
  Json extra = Json::array();
  for (const auto& [name, split] : extra_tests) extra.push_back(name);
  return {{"input_shape", task.input_shape},
          {"num_classes", task.num_classes},
          {"num_biases", task.num_biases},
          {"num_targets", task.num_targets},
          {"augmentations", augmentations},
          {"extra_tests", extra},
          {"unbiased", unbiased},
          {"seeded", seeded},
          {"class_names", class_names},
          {"bias_names", bias_names},
          {"notes", notes}};
}

// The reverse of Describe. Throws what Json throws.
absl::StatusOr<std::unique_ptr<Dataset>> Restore(const Json& json) {
  auto dataset = std::make_unique<Dataset>();
  json.at("input_shape").get_to(dataset->task.input_shape);
  json.at("num_classes").get_to(dataset->task.num_classes);
  json.at("num_biases").get_to(dataset->task.num_biases);
  // Older files lack it.
  dataset->task.num_targets = json.value("num_targets", int64_t{0});
  for (const std::string name : json.at("extra_tests")) {
    dataset->extra_tests[name] = {};
  }
  for (const auto& [name, split] : SplitsOf(*dataset)) {
    const std::string augmentation = json.at("augmentations").at(name);
    if (augmentation.empty()) continue;
    if (!FindAugmentation(augmentation)) {
      return absl::DataLossError(
          absl::StrCat("unknown augmentation '", augmentation, "'"));
    }
    split->AugmentBy(augmentation);
  }
  json.at("unbiased").get_to(dataset->unbiased);
  json.at("seeded").get_to(dataset->seeded);
  json.at("class_names").get_to(dataset->class_names);
  json.at("bias_names").get_to(dataset->bias_names);
  dataset->notes = json.at("notes");
  return dataset;
}

absl::StatusOr<StoredDataset> Restore(MappedTensors& mapped) {
  if (mapped.metadata[kFormatKey] != kFormat) {
    return absl::DataLossError("the file is not a dataset of this version");
  }
  StoredDataset stored;
  ASSIGN_OR_RETURN(const Json origin, ParseJson(mapped.metadata[kOrigin]));
  origin.at("key").get_to(stored.origin.key);
  origin.at("folders").get_to(stored.origin.folders);
  origin.at("fingerprint").get_to(stored.origin.fingerprint);
  ASSIGN_OR_RETURN(const Json json, ParseJson(mapped.metadata[kDataset]));
  ASSIGN_OR_RETURN(stored.dataset, Restore(json));
  for (const auto& [name, tensor] : TensorsOf(*stored.dataset)) {
    *tensor = mapped.tensors[name];
  }
  const at::Tensor mask = mapped.tensors[kSpuriousMask];
  if (mask.defined()) stored.dataset->spurious_mask = mask.to(at::kBool);
  return stored;
}

}  // namespace

bool IsCacheable(const Dataset& dataset) {
  for (const std::string& name : dataset.SplitNames()) {
    const Split& split = *dataset.Find(name);
    if (split.source != nullptr || !split.files_sha256.empty()) return false;
    if (split.augmentation && split.augmentation_name.empty()) return false;
  }
  return true;
}

absl::Status WriteDataset(const std::string& path, const DatasetOrigin& origin,
                          const Dataset& dataset, int64_t spare_bytes) {
  std::map<std::string, at::Tensor> tensors;
  Dataset handles = dataset;
  for (const auto& [name, tensor] : TensorsOf(handles)) {
    if (tensor->defined()) tensors[name] = *tensor;
  }
  // Our safetensors have no bool.
  if (dataset.spurious_mask.defined()) {
    tensors[kSpuriousMask] = dataset.spurious_mask.to(at::kByte);
  }
  return WriteSafetensors(
      path, tensors,
      {{kFormatKey, kFormat},
       {kOrigin, Text({{"key", origin.key},
                       {"folders", origin.folders},
                       {"fingerprint", origin.fingerprint}})},
       {kDataset, Text(Describe(dataset))}},
      spare_bytes);
}

absl::StatusOr<StoredDataset> MapDataset(const std::string& path) {
  ASSIGN_OR_RETURN(MappedTensors mapped, MapSafetensors(path));
  auto restored = [&]() -> absl::StatusOr<StoredDataset> {
    try {
      return Restore(mapped);
    } catch (const Json::exception& error) {
      return absl::DataLossError(error.what());
    }
  }();
  RETURN_IF_ERROR(restored.status()) << "in " << path;
  return restored;
}

}  // namespace bigstep

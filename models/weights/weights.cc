#include "models/weights/weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/safetensors.h"
#include "base/status.h"
#include "base/tensor_checks.h"

namespace bigstep {
namespace {

// Parameters and buffers by name, sharing storage with the module.
std::map<std::string, at::Tensor> State(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> state;
  for (const auto& item : module.named_parameters()) {
    state[item.key()] = item.value();
  }
  for (const auto& item : module.named_buffers()) {
    state[item.key()] = item.value();
  }
  return state;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Shape(at::IntArrayRef shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

// "; <what>: a, b, c and 5 more", or "" if there are none.
std::string Listed(absl::string_view what, std::vector<std::string> items) {
  if (items.empty()) return "";
  constexpr size_t kMost = 4;
  std::string more;
  if (items.size() > kMost) {
    more = absl::StrCat(" and ", items.size() - kMost, " more");
    items.resize(kMost);
  }
  return absl::StrCat("; ", what, ": ", absl::StrJoin(items, ", "), more);
}

// The differences between the file and the module.
class Differences {
 public:
  void Compare(const std::string& name, const at::Tensor& tensor,
               const StoredTensor& stored) {
    if (tensor.sizes() != at::IntArrayRef(stored.shape)) {
      shapes_.push_back(absl::StrCat(name, " (", Shape(stored.shape),
                                     " in the file, ", Shape(tensor.sizes()),
                                     " in the model)"));
      names_.push_back(name);
    } else if (tensor.is_floating_point() != at::isFloatingType(stored.dtype)) {
      types_.push_back(
          absl::StrCat(name, " (", at::toString(stored.dtype), " in the file, ",
                       at::toString(tensor.scalar_type()), " in the model)"));
    }
  }

  void Missing(const std::string& name) {
    if (absl::EndsWith(name, "num_batches_tracked")) return;
    missing_.push_back(name);
    names_.push_back(name);
  }

  void Unexpected(const std::string& name) { unexpected_.push_back(name); }

  absl::Status ToStatus(const Head& head) const {
    const std::string lists = absl::StrCat(
        Listed("missing from the file", missing_),
        Listed("not in the model", unexpected_),
        Listed("of another shape", shapes_), Listed("of another type", types_));
    if (lists.empty()) return absl::OkStatus();
    std::string advice;
    for (const std::string& name : head.names) {
      if (!Contains(names_, name)) continue;
      advice = absl::StrCat(
          "; if the file's last layer (", absl::StrJoin(head.names, ", "),
          ") serves other classes, set new_head: true to begin with a fresh "
          "one");
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the weights do not fit the model", lists, advice));
  }

 private:
  std::vector<std::string> missing_, unexpected_, shapes_, types_;
  std::vector<std::string> names_;  // Missing or of another shape.
};

// A tensor of a module with the stored one to be copied into it.
struct Copy {
  std::string name;
  at::Tensor to;
  StoredTensor from;
};

// One for each tensor of `state`.
absl::StatusOr<std::vector<Copy>> Match(
    std::map<std::string, at::Tensor> state,
    std::map<std::string, StoredTensor> stored, const Head& head) {
  for (const std::string& name : head.names) {
    BIGSTEP_CHECK(state.count(name) == 1) << "the module has no " << name;
    if (!head.is_new) continue;
    state.erase(name);
    stored.erase(name);
  }
  Differences differences;
  std::vector<Copy> copies;
  for (const auto& [name, tensor] : state) {
    const auto found = stored.find(name);
    if (found == stored.end()) {
      differences.Missing(name);
      continue;
    }
    differences.Compare(name, tensor, found->second);
    copies.push_back({name, tensor, found->second});
  }
  for (const auto& [name, tensor] : stored) {
    if (state.count(name) == 0) differences.Unexpected(name);
  }
  RETURN_IF_ERROR(differences.ToStatus(head));
  return copies;
}

// FailedPrecondition unless `file` has the SHA-256 `expected` (empty: any).
absl::Status CheckSha256(absl::string_view file, const std::string& expected) {
  if (expected.empty()) return absl::OkStatus();
  const std::string found = Sha256Hex(file);
  if (found == expected) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("expected the weights with SHA-256 ", expected,
                   " (weights_sha256), found ", found));
}

absl::StatusOr<std::vector<Copy>> CopiesFrom(absl::string_view file,
                                             const torch::nn::Module& module,
                                             const Head& head) {
  ASSIGN_OR_RETURN(auto stored, ParseSafetensors(file));
  return Match(State(module), std::move(stored), head);
}

// DataLoss if a number is not finite in the type of the module.
absl::Status CheckNumbers(const std::vector<Copy>& copies) {
  for (const Copy& copy : copies) {
    const at::ScalarType type = copy.to.scalar_type();
    const absl::Status finite =
        CheckFinite(ToTensor(copy.from).to(type), copy.name);
    if (finite.ok()) continue;
    return absl::DataLossError(
        absl::StrCat(finite.message(), " (NaN, infinite or beyond ",
                     at::toString(type), "); use another file"));
  }
  return absl::OkStatus();
}

void Run(const std::vector<Copy>& copies) {
  const c10::NoGradGuard no_grad;
  for (const Copy& copy : copies) copy.to.copy_(ToTensor(copy.from));
}

absl::Status LoadFrom(absl::string_view file, torch::nn::Module& module,
                      const Head& head, const std::string& sha256) {
  RETURN_IF_ERROR(CheckSha256(file, sha256));
  ASSIGN_OR_RETURN(const std::vector<Copy> copies,
                   CopiesFrom(file, module, head));
  RETURN_IF_ERROR(CheckNumbers(copies));
  Run(copies);
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadWeights(const std::string& path, torch::nn::Module& module,
                         const Head& head, const std::string& sha256) {
  ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
  const absl::Status status = LoadFrom(file, module, head, sha256);
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

absl::Status SetWeights(absl::string_view file, torch::nn::Module& module) {
  ASSIGN_OR_RETURN(const std::vector<Copy> copies,
                   CopiesFrom(file, module, {}));
  Run(copies);
  return absl::OkStatus();
}

std::string FormatWeights(const torch::nn::Module& module,
                          const Metadata& metadata) {
  return FormatSafetensors(State(module), metadata);
}

int64_t WeightsBytes(const torch::nn::Module& module) {
  int64_t bytes = 0;
  for (const auto& [name, tensor] : State(module)) {
    bytes += static_cast<int64_t>(tensor.nbytes());
  }
  return bytes;
}

}  // namespace bigstep

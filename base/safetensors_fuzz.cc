// Any bytes are either refused or give tensors that can be copied out and
// written again.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/log.h"
#include "base/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view file(reinterpret_cast<const char*>(data), size);
  bigstep::Metadata metadata;
  (void)bigstep::ParseSafetensors(file, &metadata);
  const auto stored = bigstep::ParseSafetensors(file);
  if (!stored.ok()) return 0;
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : *stored) {
    tensors[name] = bigstep::ToTensor(tensor);
  }
  const std::string written = bigstep::FormatSafetensors(tensors);
  const auto again = bigstep::ParseSafetensors(written);
  BIGSTEP_CHECK(again.ok()) << again.status();
  BIGSTEP_CHECK(again->size() == tensors.size());
  for (const auto& [name, tensor] : *again) {
    BIGSTEP_CHECK(tensor.data == stored->at(name).data) << name;
  }
  return 0;
}

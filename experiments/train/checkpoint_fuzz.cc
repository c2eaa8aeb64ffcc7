// Any bytes after the first line of a checkpoint are refused or give a state
// that can be written again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/train/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view rest(reinterpret_cast<const char*>(data), size);
  // With a wrong checksum, nothing behind it would be read.
  const std::string file = absl::StrCat("bigstep checkpoint 1 ",
                                        bigstep::Sha256Hex(rest), "\n", rest);
  const bigstep::CheckpointOwner owner = {"id", "cpu", "1", "data"};
  const auto state = bigstep::ParseCheckpoint(file, owner);
  if (state.ok()) (void)bigstep::FormatCheckpoint(*state, owner);
  return 0;
}

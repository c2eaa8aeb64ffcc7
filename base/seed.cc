#include "base/seed.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/json.h"

namespace bigstep {

uint64_t Seed(int64_t trial_seed, absl::string_view stream) {
  const std::string digest = Sha256Hex(absl::StrCat(trial_seed, "/", stream));
  return std::stoull(digest.substr(0, 16), nullptr, 16);
}

}  // namespace bigstep

// Independent random streams: every user of randomness has a stream of its own
// name, so that adding one does not change the others.
#ifndef BIGSTEP_BASE_SEED_H_
#define BIGSTEP_BASE_SEED_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace bigstep {

// The seed of stream `stream` ("model/init") of a trial: the first eight bytes
// (big-endian) of SHA-256("<trial_seed>/<stream>").
uint64_t Seed(int64_t trial_seed, absl::string_view stream);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SEED_H_

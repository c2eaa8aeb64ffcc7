#include "base/fast_checksum.h"

#include <xxhash.h>

#include "base/log.h"

// XXH3_128bits_update with the widest vector instructions of the processor.
// Some builds of the library lack this function and its header.
extern "C" __attribute__((weak)) XXH_errorcode XXH3_128bits_update_dispatch(
    XXH3_state_t* state, const void* input, size_t size);

namespace bigstep {

void FastChecksum::Free::operator()(XXH3_state_s* state) const {
  XXH3_freeState(state);
}

FastChecksum::FastChecksum() : state_(XXH3_createState()) {
  BIGSTEP_CHECK(state_ != nullptr) << "out of memory";
  XXH3_128bits_reset(state_.get());
}

void FastChecksum::Add(absl::string_view bytes) {
  const auto update = XXH3_128bits_update_dispatch != nullptr
                          ? XXH3_128bits_update_dispatch
                          : XXH3_128bits_update;
  update(state_.get(), bytes.data(), bytes.size());
}

std::string FastChecksum::Value() const {
  XXH128_canonical_t value;
  static_assert(sizeof(value) == kSize);
  XXH128_canonicalFromHash(&value, XXH3_128bits_digest(state_.get()));
  return {reinterpret_cast<const char*>(value.digest), kSize};
}

}  // namespace bigstep

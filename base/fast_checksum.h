// A checksum that shows whether bytes have changed by accident, at the speed of
// memory. It does not protect against forgery.
#ifndef BIGSTEP_BASE_FAST_CHECKSUM_H_
#define BIGSTEP_BASE_FAST_CHECKSUM_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

struct XXH3_state_s;

namespace bigstep {

// XXH3 with 128 bits (https://xxhash.com) of bytes that come in pieces.
class FastChecksum {
 public:
  static constexpr size_t kSize = 16;  // Bytes.

  FastChecksum();

  void Add(absl::string_view bytes);
  // The checksum of all bytes added so far, in the canonical order.
  std::string Value() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_FAST_CHECKSUM_H_

// Products in bfloat16: mixed precision.
#ifndef BIGSTEP_BASE_BFLOAT16_SCOPE_H_
#define BIGSTEP_BASE_BFLOAT16_SCOPE_H_

#include <c10/core/Device.h>

namespace bigstep {

// While it exists, LibTorch's autocast rounds what linear layers and
// convolutions of this thread read on `device` to bfloat16, which keeps 8 bits
// of a float32's 24; what autocast lists as sensitive stays float32. Not for
// backward passes, which follow the types of the forward pass. A thread is in
// one at a time, and uses autocast in no other way.
class Bfloat16Scope {
 public:
  explicit Bfloat16Scope(c10::Device device);
  ~Bfloat16Scope();
  Bfloat16Scope(const Bfloat16Scope&) = delete;
  Bfloat16Scope& operator=(const Bfloat16Scope&) = delete;

  // Whether this thread is in one.
  static bool IsActive();

 private:
  const c10::Device device_;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_BFLOAT16_SCOPE_H_

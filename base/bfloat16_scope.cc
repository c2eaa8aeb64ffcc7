#include "base/bfloat16_scope.h"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include "base/log.h"

namespace bigstep {
namespace {

thread_local bool active = false;

void SetAutocast(c10::Device device, bool on) {
#if TORCH_VERSION_MAJOR > 2 || \
    (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_enabled(device.type(), on);
  at::autocast::set_autocast_dtype(device.type(), at::kBFloat16);
#else
  if (device.is_cuda()) {
    at::autocast::set_enabled(on);
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
  } else {
    at::autocast::set_cpu_enabled(on);
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  }
#endif
}

}  // namespace

Bfloat16Scope::Bfloat16Scope(c10::Device device) : device_(device) {
  BIGSTEP_CHECK(!active);
  active = true;
  at::autocast::increment_nesting();
  SetAutocast(device_, true);
}

Bfloat16Scope::~Bfloat16Scope() {
  SetAutocast(device_, false);
  // Rounded weights are kept for the forward pass alone.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  active = false;
}

bool Bfloat16Scope::IsActive() { return active; }

}  // namespace bigstep

#include "datasets/bias/bias_colors.h"

#include <ATen/ATen.h>

namespace bigstep {

at::Tensor BiasColors() {
  static constexpr double kColors[] = {
      0.983682, 0.312519, 0.168575,  //
      0.990530, 0.915605, 0.351512,  //
      0.672964, 0.461070, 0.579808,  //
      0.783252, 0.831556, 0.601329,  //
      0.088016, 0.777963, 0.981808,  //
      0.321393, 0.961055, 0.446450,  //
      0.024616, 0.235650, 0.758666,  //
      0.555247, 0.101580, 0.761763,  //
      0.207723, 0.392949, 0.018702,  //
      0.833658, 0.202409, 0.266943,  //
  };
  return at::tensor(at::ArrayRef<double>(kColors), at::kDouble).view({10, 3});
}

}  // namespace bigstep

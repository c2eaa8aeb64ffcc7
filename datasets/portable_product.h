// A matrix product for data that every machine makes alike.
#ifndef BIGSTEP_DATASETS_PORTABLE_PRODUCT_H_
#define BIGSTEP_DATASETS_PORTABLE_PRODUCT_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// `a` [n, d] times `b` [d, m], of float32 or float64: [n, m] float64, summed in
// the order of d. Not by a library's matrix product, whose last bits depend on
// the processor: other bits would be other data.
at::Tensor PortableProduct(const at::Tensor& a, const at::Tensor& b);

// The lengths of the columns of `a` [n, d] float64: [d] float64, with sums in
// the order of n.
at::Tensor PortableNorms(const at::Tensor& a);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_PORTABLE_PRODUCT_H_

// Examples that are stored as bytes, as networks read them.
#ifndef BIGSTEP_DATASETS_BYTE_ROWS_H_
#define BIGSTEP_DATASETS_BYTE_ROWS_H_

#include <ATen/core/Tensor.h>

namespace bigstep {

// Rows `indices` [M] int64 in [0, N), on the CPU, of `bytes` [N, ...] uint8,
// divided by 255: [M, ...] float32, each value the float32 nearest to the
// quotient. The same as index_select, conversion and division one after
// another, in one pass over memory.
at::Tensor GatherByteRows(const at::Tensor& bytes, const at::Tensor& indices);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BYTE_ROWS_H_

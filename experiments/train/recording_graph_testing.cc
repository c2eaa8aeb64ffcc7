#include "experiments/train/recording_graph_testing.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// Calls `see` with each tensor in `value`.
template <class See>
void ForEachTensor(const c10::IValue& value, const See& see) {
  if (value.isTensor() && value.toTensor().defined()) {
    see(value.toTensor());
  } else if (value.isList()) {  // Some of its tensors may be missing.
    for (const c10::IValue& element : value.toListRef()) {
      ForEachTensor(element, see);
    }
  }
}

bool IsNumber(const c10::IValue& value) {
  return value.isDouble() || value.isInt() || value.isBool() ||
         value.isIntList() || value.isDoubleList() || value.isBoolList();
}

// Whether a call reads numbers back, needs them for the shape of its result, or
// draws from a generator of the CPU.
bool UsesTheCpu(const std::string& call) {
  for (const char* name :
       {"aten::item", "aten::is_nonzero", "aten::equal", "aten::allclose",
        "aten::nonzero", "aten::masked_select", "aten::bincount",
        "aten::unique_dim", "aten::_unique2"}) {
    if (call == name || absl::StartsWith(call, absl::StrCat(name, " "))) {
      return true;
    }
  }
  // A mask that is written through is filled where it is.
  return absl::StrContains(call, " generator") ||
         absl::StartsWith(call, "aten::index mask");
}

// Memory of a tensor; null if it has none.
const void* Memory(const at::Tensor& tensor) {
  return tensor.has_storage() ? tensor.storage().data() : nullptr;
}

}  // namespace

// While it lives, writes what this thread calls into a trace.
class RecordingGraph::Tracer {
 public:
  explicit Tracer(Trace& trace)
      : handle_(at::addThreadLocalCallback(
            at::RecordFunctionCallback(Begin, End)
                .needsInputs(true)
                .needsOutputs(true)
                .scopes({at::RecordScope::FUNCTION}))) {
    trace_ = &trace;
  }
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;
  ~Tracer() {
    at::removeCallback(handle_);
    trace_ = nullptr;
  }

 private:
  // Operations called by operations are ignored: another device may call
  // others. Autograd's nodes are not operations.
  static bool IsOperation(const at::RecordFunction& call) {
    return call.operator_name().has_value();
  }

  static std::unique_ptr<at::ObserverContext> Begin(
      const at::RecordFunction& call) {
    if (!IsOperation(call) || depth_++ > 0) return nullptr;
    std::ostringstream text;
    text << call.name();
    // Takes a constant that was made just now.
    const bool fresh = std::string(call.name()) == "aten::lift_fresh";
    for (const c10::IValue& input : call.inputs()) {
      if (IsNumber(input)) text << " " << input;
      if (input.isGenerator()) text << " generator";
      // As an index: the positions where it is true.
      if (input.isList()) {
        ForEachTensor(input, [&text](const at::Tensor& tensor) {
          if (tensor.scalar_type() == at::kBool) text << " mask";
        });
      }
      ForEachTensor(input, [&](const at::Tensor& tensor) {
        if (fresh) {
          const at::DisableRecordFunctionGuard not_part_of_the_work;
          text << " " << tensor;
          return;
        }
        // A number converted to a tensor is already in the call.
        if (tensor.unsafeGetTensorImpl()->is_wrapped_number()) return;
        if (trace_->made.count(Memory(tensor)) > 0) return;
        trace_->outside.emplace(Memory(tensor), call.name());
      });
    }
    trace_->calls.push_back(text.str());
    return nullptr;
  }

  static void End(const at::RecordFunction& call, at::ObserverContext*) {
    if (IsOperation(call)) --depth_;
    for (const c10::IValue& output : call.outputs()) {
      ForEachTensor(output, [](const at::Tensor& tensor) {
        if (trace_->outside.count(Memory(tensor)) == 0) {
          trace_->made.insert(Memory(tensor));
        }
      });
    }
  }

  // Callbacks are plain functions.
  inline static thread_local Trace* trace_ = nullptr;
  inline static thread_local int depth_ = 0;  // Calls within calls.

  at::CallbackHandle handle_;
};

std::unique_ptr<CudaGraph> RecordingGraph::Make(int* replays) {
  return std::unique_ptr<CudaGraph>(new RecordingGraph(replays));
}

void RecordingGraph::Record(const Work& work) {
  EXPECT_EQ(work_, nullptr) << "recorded twice";
  work_ = work;
}

std::vector<at::Tensor> RecordingGraph::Run(Trace& trace) const {
  std::vector<at::Tensor> results;
  {
    const Tracer tracer(trace);
    results = work_();
  }
  for (const std::string& call : trace.calls) {
    EXPECT_FALSE(UsesTheCpu(call)) << call << " waits for the device";
  }
  return results;
}

void RecordingGraph::ExpectAsFirst(const Trace& trace) const {
  const auto [now, first] =
      std::mismatch(trace.calls.begin(), trace.calls.end(),
                    first_.calls.begin(), first_.calls.end());
  EXPECT_TRUE(now == trace.calls.end() && first == first_.calls.end())
      << "called " << (now == trace.calls.end() ? "nothing" : *now)
      << ", first " << (first == first_.calls.end() ? "nothing" : *first);
  for (const auto& [memory, reader] : trace.outside) {
    EXPECT_EQ(first_.outside.count(memory), 1u)
        << reader << " reads memory that was not read first";
  }
  EXPECT_EQ(trace.outside.size(), first_.outside.size());
}

const std::vector<at::Tensor>& RecordingGraph::Replay() {
  if (replays_ != nullptr) ++*replays_;
  if (results_.empty()) {
    results_ = Run(first_);
    EXPECT_FALSE(first_.calls.empty());
    return results_;
  }
  Trace trace;
  const std::vector<at::Tensor> results = Run(trace);
  ExpectAsFirst(trace);
  const c10::NoGradGuard no_grad;
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].defined(), results_[i].defined()) << i;
    if (results[i].defined()) results_[i].copy_(results[i]);
  }
  return results_;
}

}  // namespace bigstep

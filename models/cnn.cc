// Plain convolutional network: convolutions, each with ReLU and pooling, then
// fully connected layers.
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "models/activations.h"
#include "models/backbones/image_task.h"
#include "models/layers/layers.h"
#include "models/layers/relu_pool.h"
#include "models/model.h"

namespace bigstep {
namespace {

struct CnnOptions {
  std::vector<int64_t> widths = {32, 64};
  int64_t kernel = 3;
  bool batch_norm = false;
  std::string pooling = "max";
  bool global_pool = false;
  std::vector<int64_t> hidden = {};
  bool bias = true;

  static void Describe(Schema<CnnOptions>& s) {
    s.Summary("Plain convolutional network with ReLU.")
        .Details(
            "For images. Each block is a convolution of stride 1 with zero "
            "padding of kernel / 2, rounded down (an odd kernel keeps the "
            "size), optional batch norm, ReLU, and 2x2 pooling of stride 2; "
            "then the map is flattened. Weights and biases start uniform in "
            "+-1/sqrt(fan_in), PyTorch's rule. The representation is what the "
            "last linear layer reads. Published networks: McMahan et al. "
            "(2017) is kernel 5, hidden [512]; the CNN of Diao et al. (2023) "
            "has batch_norm and global_pool; Geirhos et al. (2020) is widths "
            "[32, 32, 32], kernel 5, pooling none, global_pool; nearly the "
            "LeNet of Pagliardini et al. (2022) is widths [32, 56], kernel 5, "
            "pooling average, hidden [512, 256], but its second convolution "
            "has no padding and its second pooling is 3x3.")
        .Paper("arXiv:1602.05629, arXiv:2302.05601, arXiv:2004.07780");
    s.Field("widths", &CnnOptions::widths)
        .AtLeast(1)
        .Doc("channels of each convolution");
    s.Field("kernel", &CnnOptions::kernel)
        .AtLeast(1)
        .Doc("side of the convolutions' kernels, in pixels");
    s.Field("batch_norm", &CnnOptions::batch_norm)
        .Doc("normalize the output of each convolution");
    s.Field("pooling", &CnnOptions::pooling)
        .OneOf({"max", "average", "none"})
        .Doc("operation that halves the map after each ReLU");
    s.Field("global_pool", &CnnOptions::global_pool)
        .Doc("average over the map in place of the last pooling");
    s.Field("hidden", &CnnOptions::hidden)
        .AtLeast(1)
        .Doc("width of each fully connected hidden layer");
    s.Field("bias", &CnnOptions::bias)
        .Doc(
            "give every layer a bias vector, except convolutions followed by "
            "batch norm");
    s.Check([](const CnnOptions& o) -> std::string {
      return o.widths.empty() ? "widths must name at least one convolution"
                              : "";
    });
  }
};

class Cnn final : public Model {
 public:
  // InvalidArgument if the input is not an image or pooling would leave nothing
  // of it.
  static absl::StatusOr<std::unique_ptr<Model>> Create(
      const CnnOptions& options, const ModelArgs& args) {
    ASSIGN_OR_RETURN(const int64_t features, CountFeatures(options, args.task));
    return std::make_unique<Cnn>(options, args, features);
  }

  // `features`: length of the input of the fully connected layers.
  Cnn(const CnnOptions& options, const ModelArgs& args, int64_t features)
      : options_(options) {
    at::Generator generator = MakeGenerator(Seed(args.seed, "model/init"));
    int64_t channels = args.task.input_shape[0];
    for (size_t i = 0; i < options.widths.size(); ++i) {
      AddBlock(i, channels, options.widths[i], generator);
      channels = options.widths[i];
    }
    for (size_t i = 0; i < options.hidden.size(); ++i) {
      hidden_.push_back(AddLinear(absl::StrCat("hidden", i), features,
                                  options.hidden[i], generator));
      features = options.hidden[i];
    }
    head_ = AddLinear("head", features, args.task.num_outputs(), generator);
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    at::Tensor x = ToFastLayout(inputs);
    for (size_t i = 0; i < blocks_.size(); ++i) {
      x = blocks_[i].convolution->Forward(x);
      if (blocks_[i].norm != nullptr) x = blocks_[i].norm->Forward(x);
      const bool pooled = i + 1 < blocks_.size() || !options_.global_pool;
      x = pooled ? PoolOfRelu(x) : Relu(x);
    }
    x = options_.global_pool ? x.mean({2, 3}) : FlattenMaps(x);
    for (const auto& layer : hidden_) x = Relu(layer->Forward(x));
    return {head_->Forward(x), x};
  }

 private:
  struct Block {
    std::shared_ptr<Convolution> convolution;
    std::shared_ptr<BatchNorm> norm;  // Null for none.
  };

  static absl::StatusOr<int64_t> CountFeatures(const CnnOptions& options,
                                               const TaskSpec& task) {
    RETURN_IF_ERROR(CheckImages(task, "cnn"));
    int64_t height = task.input_shape[1], width = task.input_shape[2];
    const size_t blocks = options.widths.size();
    for (size_t i = 0; i < blocks; ++i) {
      // The zeros around an even kernel add one row more than it removes.
      height += 1 - options.kernel % 2;
      width += 1 - options.kernel % 2;
      const bool last = i + 1 == blocks;
      if (options.pooling == "none" || (last && options.global_pool)) continue;
      if (height < 2 || width < 2) {
        return absl::InvalidArgumentError(absl::StrCat(
            "cnn cannot pool after convolution ", i + 1, " of ", blocks,
            ": it expects at least 2 x 2 positions, found ", height, " x ",
            width, " left of images ", ShapeText(task.input_shape),
            "; use larger images, fewer widths or 'pooling: none'"));
      }
      height /= 2;
      width /= 2;
    }
    const int64_t positions = options.global_pool ? 1 : height * width;
    return options.widths.back() * positions;
  }

  void AddBlock(size_t i, int64_t in, int64_t out, at::Generator& generator) {
    const int64_t kernel = options_.kernel;
    const int64_t fan_in = in * kernel * kernel;
    const at::Tensor weight =
        UniformFanIn({out, in, kernel, kernel}, fan_in, generator);
    at::Tensor bias;  // Batch norm would take it away again.
    if (options_.bias && !options_.batch_norm) {
      bias = UniformFanIn({out}, fan_in, generator);
    }
    Block block;
    block.convolution = register_module(
        absl::StrCat("conv", i),
        std::make_shared<Convolution>(weight, bias, /*stride=*/1,
                                      /*padding=*/kernel / 2));
    if (options_.batch_norm) {
      block.norm = register_module(absl::StrCat("norm", i),
                                   std::make_shared<BatchNorm>(out));
    }
    blocks_.push_back(block);
  }

  std::shared_ptr<Linear> AddLinear(const std::string& name, int64_t in,
                                    int64_t out, at::Generator& generator) {
    const at::Tensor weight = UniformFanIn({out, in}, in, generator);
    at::Tensor bias;
    if (options_.bias) bias = UniformFanIn({out}, in, generator);
    return register_module(name, std::make_shared<Linear>(weight, bias));
  }

  at::Tensor PoolOfRelu(const at::Tensor& x) const {
    if (options_.pooling == "max") return ReluPool(x);
    if (options_.pooling == "average") return at::avg_pool2d(Relu(x), 2);
    return Relu(x);
  }

  const CnnOptions options_;
  std::vector<Block> blocks_;
  std::vector<std::shared_ptr<Linear>> hidden_;
  std::shared_ptr<Linear> head_;
};

BIGSTEP_REGISTER(Models, "cnn", Cnn, CnnOptions);

}  // namespace
}  // namespace bigstep

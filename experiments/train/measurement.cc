#include "experiments/train/measurement.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/generator.h"
#include "base/png.h"
#include "base/problems.h"
#include "base/seed.h"
#include "base/spec_reader.h"
#include "base/status.h"
#include "base/yaml_writer.h"
#include "experiments/train/metric_checks.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "models/weights/weights.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

// The choice without files and their checksums, unless the plugin needs them.
PluginConfig WithoutFiles(const PluginConfig& choice) {
  Json options = choice.ToJson();
  bool any = false;
  for (const Field& field : choice.plugin->table->fields()) {
    if (field.checksum_of.empty()) continue;
    options[field.checksum_of] = options[field.name] = "";
    any = true;
  }
  if (!any) return choice;
  Problems problems;
  const SpecNode node = ReadSpec(ToFlowYaml(options), "model", 0, problems);
  const PluginConfig without = Models::Get().Read(node, "model", problems);
  return problems.empty() ? without : choice;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeTrialModel(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device) {
  ASSIGN_OR_RETURN(
      std::unique_ptr<Model> model,
      Models::Get().Make(settings.model, {dataset.task, settings.seed}));
  model->to(device);
  return model;
}

absl::StatusOr<std::unique_ptr<Model>> MakeModelToFill(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device) {
  TrialSettings without = settings;
  without.model = WithoutFiles(settings.model);
  return MakeTrialModel(without, dataset, device);
}

at::Tensor SampleTraining(const Dataset& dataset, int64_t count, int64_t seed,
                          c10::Device device) {
  const int64_t n = dataset.train.size();
  if (count >= n) return {};
  at::Generator generator = MakeGenerator(Seed(seed, "evaluation/train"));
  return at::randperm(n, generator, at::kLong).slice(0, 0, count).to(device);
}

std::vector<double> ReadNumbers(const std::vector<at::Tensor>& numbers) {
  if (numbers.empty()) return {};
  if (numbers.size() == 1) return {numbers[0].item<double>()};
  const at::Tensor read = at::stack(numbers).to(at::kCPU, at::kDouble);
  const auto* const first = read.data_ptr<double>();
  return {first, first + read.numel()};
}

TrialMetrics::TrialMetrics() = default;
TrialMetrics::TrialMetrics(TrialMetrics&&) noexcept = default;
TrialMetrics& TrialMetrics::operator=(TrialMetrics&&) noexcept = default;
TrialMetrics::~TrialMetrics() = default;

absl::StatusOr<TrialMetrics> TrialMetrics::Create(const TrialSettings& settings,
                                                  const Dataset& dataset,
                                                  const Model& model) {
  TrialMetrics result;
  ASSIGN_OR_RETURN(result.loss_, Losses::Get().Make(settings.loss, {}));
  for (const auto& [label, config] : settings.metrics) {
    ASSIGN_OR_RETURN(auto metric, Metrics::Get().Make(config, {}));
    RETURN_IF_ERROR(CheckMetricData(label, metric->Traits(), dataset));
    RETURN_IF_ERROR(metric->CheckModel(model))
        << "while checking metric '" << label << "'";
    result.metrics_.emplace_back(label, std::move(metric));
  }
  return result;
}

Evaluation::Options TrialMetrics::OptionsFor(bool last) const {
  Evaluation::Options options;
  options.pictures = last;
  options.representations = false;
  options.trained_losses = [loss = loss_](const at::Tensor& logits,
                                          const at::Tensor& labels) {
    return loss->PerExample(logits, labels);
  };
  for (const auto& [label, metric] : metrics_) {
    const MetricTraits traits = metric->Traits();
    const bool due = last || traits.timing == Timing::kByStep;
    options.representations |= due && traits.representation;
  }
  return options;
}

absl::StatusOr<Measured> TrialMetrics::Compute(bool last,
                                               Evaluation& evaluation) const {
  Measured measured;
  for (const auto& [label, metric] : metrics_) {
    const MetricTraits traits = metric->Traits();
    const bool by_step = traits.timing == Timing::kByStep;
    if (!by_step && !last) continue;
    ASSIGN_OR_RETURN(Json values, metric->Compute(evaluation));
    RETURN_IF_ERROR(CheckMetricValues(label, traits, values));
    for (const Picture& picture : evaluation.TakePictures()) {
      ASSIGN_OR_RETURN(
          measured.pictures[absl::StrCat(label, "_", picture.name)],
          EncodePng(picture.pixels));
    }
    if (by_step) measured.by_step[label] = values;
    if (last) measured.all[label] = std::move(values);
  }
  return measured;
}

absl::StatusOr<Measured> MeasureWeights(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device,
    absl::string_view weights, const std::function<bool()>& interrupted) {
  absl::StatusOr<Measured> measured;
  const absl::Status status = CatchExceptions([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::unique_ptr<Model> model,
                     MakeModelToFill(settings, dataset, device));
    ASSIGN_OR_RETURN(const TrialMetrics metrics,
                     TrialMetrics::Create(settings, dataset, *model));
    RETURN_IF_ERROR(SetWeights(weights, *model));
    Evaluation::Options options = metrics.OptionsFor(/*last=*/true);
    options.seed = settings.seed;
    options.interrupted = interrupted;
    Evaluation evaluation(
        dataset, *model,
        [&] { return MakeModelToFill(settings, dataset, device).value(); },
        options);
    measured = metrics.Compute(/*last=*/true, evaluation);
    return measured.status();
  });
  RETURN_IF_ERROR(status);
  return measured;
}

}  // namespace bigstep

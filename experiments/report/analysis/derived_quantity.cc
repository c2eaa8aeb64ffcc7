#include "experiments/report/analysis/derived_quantity.h"

#include <cmath>

namespace bigstep {
namespace {

// The value of `key` in an object; null otherwise.
Json Member(const Json& json, const char* key) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found == json.end() ? Json() : *found;
}

std::optional<double> Positive(double value) {
  if (std::isfinite(value) && value > 0) return value;
  return std::nullopt;
}

std::optional<double> PositiveMember(const Json& json, const char* key) {
  const Json value = Member(json, key);
  return value.is_number() ? Positive(value.get<double>()) : std::nullopt;
}

std::optional<double> EffectiveStep(const Json& trial) {
  const Json optimizer = Member(trial, "optimizer");
  const std::optional<double> lr = PositiveMember(optimizer, "lr");
  if (!lr) return std::nullopt;
  const Json base = Member(optimizer, "base");
  const Json& descent = base.is_null() ? optimizer : base;
  const Json name = Member(descent, "name");
  if (name == "sgd") return lr;
  if (name != "momentum") return std::nullopt;
  const Json momentum = Member(descent, "momentum");
  if (!momentum.is_number()) return std::nullopt;
  return Positive(*lr / (1 - momentum.get<double>()));
}

std::optional<double> NoiseScale(const Json& trial) {
  const std::optional<double> step = EffectiveStep(trial);
  const std::optional<double> batch =
      PositiveMember(Member(trial, "training"), "batch_size");
  return step && batch ? Positive(*step / *batch) : std::nullopt;
}

}  // namespace

const std::vector<DerivedQuantity>& DerivedQuantities() {
  static const auto* const quantities = new std::vector<DerivedQuantity>{
      {"effective_step", "effective step", "lr / (1 - momentum)",
       &EffectiveStep},
      {"noise_scale", "noise scale", "lr / (1 - momentum) / batch_size",
       &NoiseScale}};
  return *quantities;
}

}  // namespace bigstep

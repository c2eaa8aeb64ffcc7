// What every plugin must do, tried on every plugin there is. A plugin needs no
// line here; an empty registry fails, because each suite takes its cases from
// the registry and GoogleTest refuses a suite without cases.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/seed.h"
#include "base/yaml_writer.h"
#include "datasets/fake_data_root.h"
#include "experiments/describe.h"
#include "experiments/testing.h"
#include "experiments/trainer.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

std::string CaseName(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

// A value for each required option: something moderate of its type.
Json RequiredOptions(const OptionTable& table) {
  Json options = Json::object();
  for (const Field& field : table.fields()) {
    if (!field.required) continue;
    if (field.type == "double") {
      options[field.name] = 0.1;
    } else if (field.type == "int") {
      options[field.name] = 1;
    } else {
      ADD_FAILURE() << "no example for the type of '" << field.name << "'";
    }
  }
  return options;
}

// The choice `name` with its required options and `changes`.
PluginConfig Read(const PluginRegistry& registry, const std::string& name,
                  const Json& changes, Problems& problems) {
  Json options = RequiredOptions(*registry.Find(name)->table);
  options.update(changes);
  options["name"] = name;
  const SpecNode node = ReadSpec(ToFlowYaml(options), "test", 0, problems);
  return registry.Read(node, registry.singular(), problems);
}

PluginConfig Default(const PluginRegistry& registry, const std::string& name) {
  Problems problems;
  PluginConfig config = Read(registry, name, Json::object(), problems);
  EXPECT_EQ(Message(problems), "");
  return config;
}

// Values near `value` that an option might take.
std::vector<Json> OtherValues(const Json& value) {
  if (value.is_boolean()) return {!value.get<bool>()};
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    return {number + 1, number - 1};
  }
  if (value.is_number()) {
    const auto number = value.get<double>();
    return {number / 2, number * 2, number + 0.1};
  }
  if (value.is_array()) {
    Json longer = value, shorter = value;
    if (!value.empty()) {
      longer.push_back(value.back());
      shorter.erase(shorter.size() - 1);
    }
    return {longer, shorter};
  }
  return {};
}

// ---- Every plugin: "family/name". ----

std::vector<std::string> AllPlugins() {
  std::vector<std::string> all;
  for (const PluginRegistry* family : Families()) {
    for (const std::string& name : family->Names()) {
      all.push_back(family->plural() + "/" + name);
    }
  }
  return all;
}

class PluginTest : public testing::TestWithParam<std::string> {
 protected:
  PluginTest() {
    const size_t slash = GetParam().find('/');
    for (const PluginRegistry* family : Families()) {
      if (family->plural() == GetParam().substr(0, slash)) registry_ = family;
    }
    name_ = GetParam().substr(slash + 1);
  }

  const OptionTable& table() { return *registry_->Find(name_)->table; }

  const PluginRegistry* registry_ = nullptr;
  std::string name_;
};

INSTANTIATE_TEST_SUITE_P(All, PluginTest, testing::ValuesIn(AllPlugins()),
                         [](const auto& info) {
                           std::string name = info.param;
                           name[name.find('/')] = '_';
                           return name;
                         });

TEST_P(PluginTest, SaysWhatItIsAndWhereItComesFrom) {
  EXPECT_THAT(table().summary(), testing::EndsWith("."));
  EXPECT_NE(table().paper(), "");
  for (const std::string& text :
       {table().summary(), table().details(), table().paper()}) {
    // What //tools:new_plugin writes is there to be replaced.
    EXPECT_THAT(text, testing::Not(HasSubstr("to start from")));
  }
  for (const Field& field : table().fields()) EXPECT_NE(field.doc, "");
}

TEST_P(PluginTest, IsNamedAsItsFile) {
  EXPECT_THAT(registry_->Find(name_)->file,
              testing::EndsWith("/" + name_ + ".cc"));
  EXPECT_THAT(name_, testing::MatchesRegex("[a-z][a-z0-9_]*"));
}

TEST_P(PluginTest, RefusesEachMistypedOptionWithASuggestion) {
  for (const Field& field : table().fields()) {
    Problems problems;
    Read(*registry_, name_, {{field.name + "_", 1}}, problems);
    EXPECT_THAT(Message(problems),
                HasSubstr(absl::StrCat("unknown key '", field.name,
                                       "_'; did you mean '", field.name)));
  }
}

TEST_P(PluginTest, ReadsBackItsResolvedOptions) {
  const PluginConfig config = Default(*registry_, name_);
  Problems problems;
  const SpecNode node =
      ReadSpec(ToSpecYaml(config.ToJson()), "test", 0, problems);
  const PluginConfig again = registry_->Read(node, "", problems);
  ASSERT_EQ(Message(problems), "");
  EXPECT_EQ(again.ToJson(), config.ToJson());
  EXPECT_EQ(again.Identity(), config.Identity());
}

TEST_P(PluginTest, EveryOptionCanBeSetAndCountsForTheIdentity) {
  const PluginConfig config = Default(*registry_, name_);
  for (const Field& field : table().fields()) {
    bool set = false;
    for (const Json& value : OtherValues(config.ToJson()[field.name])) {
      Problems problems;
      const PluginConfig changed =
          Read(*registry_, name_, {{field.name, value}}, problems);
      if (!problems.empty()) continue;  // Out of range.
      set = true;
      EXPECT_EQ(changed.ToJson()[field.name], value);
      EXPECT_NE(changed.Identity(), config.Identity());
      break;
    }
    EXPECT_TRUE(set) << "no other value of '" << field.name << "' is accepted";
  }
}

// ---- Datasets. ----

class DatasetConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Dataset> Make(int64_t seed) {
    auto made = Datasets::Get().Make(Default(Datasets::Get(), GetParam()),
                                     {FakeDataRoot(), seed});
    EXPECT_OK(made);
    return *std::move(made);
  }
};

INSTANTIATE_TEST_SUITE_P(All, DatasetConformanceTest,
                         testing::ValuesIn(Datasets::Get().Names()), CaseName);

TEST_P(DatasetConformanceTest, KeepsThePromisesOfItsTask) {
  EXPECT_OK(CheckDataset(*Make(0)));
}

TEST_P(DatasetConformanceTest, TheSeedDecidesEverything) {
  const auto a = Make(3), b = Make(3), c = Make(4);
  for (Split Dataset::*split :
       {&Dataset::train, &Dataset::validation, &Dataset::test}) {
    EXPECT_TRUE(at::equal((*a.*split).inputs, (*b.*split).inputs));
    EXPECT_TRUE(at::equal((*a.*split).labels, (*b.*split).labels));
    EXPECT_TRUE(at::equal((*a.*split).bias_labels, (*b.*split).bias_labels));
  }
  EXPECT_FALSE(at::equal(a->train.inputs, c->train.inputs));
}

TEST_P(DatasetConformanceTest, TheSplitsDiffer) {
  const auto dataset = Make(0);
  EXPECT_FALSE(at::equal(dataset->validation.inputs, dataset->test.inputs));
}

// Share of examples whose label is not their bias label.
double ConflictingShare(const Split& split) {
  return split.labels.ne(split.bias_labels)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

TEST_P(DatasetConformanceTest, TrainIsAsBiasedAsItsOptionSays) {
  const Json options = Default(Datasets::Get(), GetParam()).ToJson();
  if (!options.contains("bias_conflicting_fraction")) GTEST_SKIP();
  const double fraction = options["bias_conflicting_fraction"].get<double>();
  const auto dataset = Make(0);
  // Six standard deviations of a binomial share; and for rules that round the
  // share of each pair of label and bias label, half an example each.
  const auto n = static_cast<double>(dataset->train.size());
  const double margin = 6 * std::sqrt(fraction * (1 - fraction) / n) +
                        dataset->task.num_groups() / 2.0 / n;
  EXPECT_NEAR(ConflictingShare(dataset->train), fraction, margin);
}

TEST_P(DatasetConformanceTest, TrainIsBiasedAndTheOthersAreNot) {
  const auto dataset = Make(0);
  const double unbiased =
      1.0 - 1.0 / static_cast<double>(dataset->task.num_biases);
  EXPECT_LT(ConflictingShare(dataset->train), unbiased / 2);
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    // Six standard deviations of a binomial share.
    const double margin = 6 * std::sqrt(unbiased * (1 - unbiased) /
                                        static_cast<double>(split->size()));
    EXPECT_NEAR(ConflictingShare(*split), unbiased, margin);
  }
}

// ---- Models. ----

class ModelConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Model> Make(int64_t seed = 0) {
    auto made =
        Models::Get().Make(Default(Models::Get(), GetParam()), {task_, seed});
    EXPECT_OK(made);
    return *std::move(made);
  }

  // The same for each call: the default generator is seeded here alone.
  at::Tensor Inputs(int64_t n) {
    at::manual_seed(7);
    return at::randn({n, 3, 8, 8});
  }

  TaskSpec task_ = {{3, 8, 8}, /*num_classes=*/5, /*num_biases=*/2};
};

INSTANTIATE_TEST_SUITE_P(All, ModelConformanceTest,
                         testing::ValuesIn(Models::Get().Names()), CaseName);

TEST_P(ModelConformanceTest, GivesLogitsAndARepresentation) {
  const auto model = Make();
  const ModelOutput output = model->Forward(Inputs(4));
  EXPECT_EQ(output.logits.sizes().vec(), (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(output.representation.dim(), 2);
  EXPECT_EQ(output.representation.size(0), 4);
}

TEST_P(ModelConformanceTest, EveryParameterGetsAFiniteGradient) {
  const auto model = Make();
  model->Forward(Inputs(16)).logits.square().sum().backward();
  const NamedTensors parameters = Parameters(*model);
  EXPECT_FALSE(parameters.empty());
  for (const auto& [name, tensor] : parameters) {
    ASSERT_TRUE(tensor.grad().defined()) << name;
    EXPECT_TRUE(at::isfinite(tensor.grad()).all().item<bool>()) << name;
    EXPECT_TRUE(tensor.grad().ne(0).any().item<bool>()) << name;
  }
}

TEST_P(ModelConformanceTest, InEvalModeRowsDoNotMix) {
  const auto model = Make();
  model->eval();
  const c10::NoGradGuard no_grad;
  const at::Tensor inputs = Inputs(6);
  const at::Tensor together = model->Forward(inputs).logits;
  EXPECT_TRUE(at::equal(together, model->Forward(inputs).logits));
  for (int64_t i = 0; i < 6; ++i) {
    // 1e-5: a matrix product may add in another order for another batch size.
    EXPECT_TRUE(at::allclose(
        model->Forward(inputs.slice(0, i, i + 1)).logits.squeeze(0),
        together[i], 1e-5, 1e-5));
  }
}

TEST_P(ModelConformanceTest, TheSeedDecidesTheWeights) {
  const auto a = Parameters(*Make(1)), b = Parameters(*Make(1)),
             c = Parameters(*Make(2));
  bool differs = false;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
    differs = differs || !at::equal(a[i].second, c[i].second);
  }
  EXPECT_TRUE(differs);
}

TEST_P(ModelConformanceTest, ACopyGivesTheSameOutput) {
  const auto model = Make(1), copy = Make(2);
  CopyState(*model, *copy);
  model->eval();
  copy->eval();
  const c10::NoGradGuard no_grad;
  EXPECT_TRUE(at::equal(model->Forward(Inputs(3)).logits,
                        copy->Forward(Inputs(3)).logits));
}

// ---- Optimizers. ----

class OptimizerConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Optimizer> Make(const NamedTensors& parameters) {
    auto made = Optimizers::Get().Make(Default(Optimizers::Get(), GetParam()),
                                       {parameters});
    EXPECT_OK(made);
    return *std::move(made);
  }
};

INSTANTIATE_TEST_SUITE_P(All, OptimizerConformanceTest,
                         testing::ValuesIn(Optimizers::Get().Names()),
                         CaseName);

TEST_P(OptimizerConformanceTest, LearnsXor) {
  at::Tensor x = at::tensor({0, 0, 0, 1, 1, 0, 1, 1}, at::kFloat).view({4, 2});
  at::Tensor y = at::tensor({0, 1, 1, 0}, at::kFloat).view({4, 1});
  at::Generator generator = MakeGenerator(5);
  at::Tensor first = at::empty({16, 3}).normal_(0, 1, generator);
  at::Tensor second = at::empty({1, 16}).normal_(0, 0.3, generator);
  for (at::Tensor* w : {&first, &second}) w->set_requires_grad(true);
  x = at::cat({x, at::ones({4, 1})}, 1);  // A constant input is the bias.
  const auto optimizer = Make({{"first", first}, {"second", second}});
  double loss = 0;
  for (int step = 0; step < 2000; ++step) {
    const auto gradients = [&] {
      for (at::Tensor* w : {&first, &second}) w->mutable_grad().reset();
      const at::Tensor output =
          at::linear(at::tanh(at::linear(x, first)), second);
      at::Tensor mean = (output - y).square().mean();
      mean.backward();
      return mean.detach();
    };
    loss = optimizer->Step(gradients, 1).item<double>();
  }
  // Guessing 1/2 everywhere gives 0.25.
  EXPECT_LT(loss, 0.01);
}

TEST_P(OptimizerConformanceTest, AZeroGradientMovesNothingAtFirst) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"w", w}});
  optimizer->Step(
      [&] {
        w.mutable_grad() = at::zeros({3});
        return at::zeros({});
      },
      1);
  EXPECT_TRUE(at::equal(w.detach(), at::full({3}, 2.0)));
}

TEST_P(OptimizerConformanceTest, ALearningRateOfZeroMovesNothing) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"w", w}});
  optimizer->Step(
      [&] {
        w.mutable_grad() = at::ones({3});
        return at::ones({});
      },
      /*lr_scale=*/0);
  EXPECT_TRUE(at::equal(w.detach(), at::full({3}, 2.0)));
}

TEST_P(OptimizerConformanceTest, LeavesTheGradientAsItWasMade) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"w", w}});
  for (int step = 0; step < 3; ++step) {
    optimizer->Step(
        [&] {
          w.mutable_grad() = at::full({3}, 0.5);
          return at::ones({});
        },
        1);
    EXPECT_TRUE(at::equal(w.grad(), at::full({3}, 0.5)));
  }
}

// ---- Losses and regularizers: gradients against finite differences. ----

// The largest difference between the gradient of `f` at `x` [n] float64 and
// central differences, relative to the largest gradient.
template <class F>
double GradientError(const F& f, const at::Tensor& x) {
  at::Tensor point = x.clone().set_requires_grad(true);
  f(point).backward();
  const at::Tensor gradient = point.grad();
  constexpr double kStep = 1e-6;
  double worst = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {
    at::Tensor up = x.clone(), down = x.clone();
    up.view(-1)[i] += kStep;
    down.view(-1)[i] -= kStep;
    const double slope =
        (f(up) - f(down)).template item<double>() / (2 * kStep);
    worst =
        std::max(worst, std::abs(slope - gradient.view(-1)[i].item<double>()));
  }
  return worst / gradient.abs().max().item<double>();
}

class LossConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Loss> loss_ =
      Losses::Get().Make(Default(Losses::Get(), GetParam()), {}).value();
  at::Tensor labels_ = at::tensor({0, 2, 1}, at::kLong);
};

INSTANTIATE_TEST_SUITE_P(All, LossConformanceTest,
                         testing::ValuesIn(Losses::Get().Names()), CaseName);

TEST_P(LossConformanceTest, GradientEqualsFiniteDifferences) {
  const at::Tensor logits =
      at::tensor({1.0, -2.0, 0.5, 0.3, 0.2, -1.0, 2.0, 1.0, 0.0}, at::kDouble)
          .view({3, 3});
  const auto mean = [&](const at::Tensor& z) {
    return loss_->PerExample(z, labels_).mean();
  };
  // Central differences err by about step^2 = 1e-12 and rounding / step =
  // 1e-10.
  EXPECT_LT(GradientError(mean, logits), 1e-8);
}

TEST_P(LossConformanceTest, IsFiniteAndNonNegativeAtExtremeLogits) {
  for (const double size : {1e4, -1e4}) {
    const at::Tensor logits =
        at::tensor({size, 0.0, -size, 0.0, size, 0.0, -size, size, size},
                   at::kFloat)
            .view({3, 3})
            .set_requires_grad(true);
    const at::Tensor values = loss_->PerExample(logits, labels_);
    EXPECT_EQ(values.sizes().vec(), std::vector<int64_t>{3});
    EXPECT_TRUE(at::isfinite(values).all().item<bool>());
    EXPECT_TRUE(values.ge(0).all().item<bool>());
    values.mean().backward();
    EXPECT_TRUE(at::isfinite(logits.grad()).all().item<bool>());
  }
}

class RegularizerConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Regularizer> regularizer_ =
      Regularizers::Get()
          .Make(Default(Regularizers::Get(), GetParam()), {})
          .value();
};

INSTANTIATE_TEST_SUITE_P(All, RegularizerConformanceTest,
                         testing::ValuesIn(Regularizers::Get().Names()),
                         CaseName);

TEST_P(RegularizerConformanceTest, GradientEqualsFiniteDifferences) {
  const at::Tensor w =
      at::tensor({1.0, -2.0, 0.5, 0.25, -3.0, 0.75}, at::kDouble).view({2, 3});
  const auto penalty = [&](const at::Tensor& x) {
    return regularizer_->Penalty({{"weight", x}});
  };
  EXPECT_LT(GradientError(penalty, w), 1e-8);  // See the losses above.
}

TEST_P(RegularizerConformanceTest, IsAScalarThatGrowsWithTheWeights) {
  const at::Tensor w = at::full({2, 3}, 2.0);
  const at::Tensor small = regularizer_->Penalty({{"a", w}, {"b", w}});
  EXPECT_EQ(small.dim(), 0);
  EXPECT_GE(small.item<double>(), 0);
  EXPECT_GT(regularizer_->Penalty({{"a", w * 2}, {"b", w}}).item<double>(),
            small.item<double>());
}

// ---- Schedules. ----

class ScheduleConformanceTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, ScheduleConformanceTest,
                         testing::ValuesIn(Schedules::Get().Names()), CaseName);

TEST_P(ScheduleConformanceTest, ScalesAreFiniteAndNotNegative) {
  const auto schedule =
      Schedules::Get().Make(Default(Schedules::Get(), GetParam()), {100});
  ASSERT_OK(schedule);
  for (int64_t step = 0; step < 100; ++step) {
    const double scale = (*schedule)->LrScale(step);
    EXPECT_TRUE(std::isfinite(scale) && scale >= 0) << step << ": " << scale;
  }
}

// ---- Metrics. ----

class MetricConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  MetricConformanceTest() {
    dataset_ = MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 300, num_validation: 200, num_test: 200}",
        {"", 0});
    model_ = MakeModel();
  }

  std::unique_ptr<Model> MakeModel() {
    return MakePlugin<ModelFamily>("{name: fcn, hidden: [8]}",
                                   {dataset_->task, 0});
  }

  absl::StatusOr<Json> Compute(int64_t batch_size) {
    Evaluation::Options options;
    options.batch_size = batch_size;
    Evaluation evaluation(
        *dataset_, *model_, [this] { return MakeModel(); }, options);
    return metric_->Compute(evaluation);
  }

  std::unique_ptr<Metric> metric_ =
      Metrics::Get().Make(Default(Metrics::Get(), GetParam()), {}).value();
  std::unique_ptr<Dataset> dataset_;
  std::unique_ptr<Model> model_;
};

INSTANTIATE_TEST_SUITE_P(All, MetricConformanceTest,
                         testing::ValuesIn(Metrics::Get().Names()), CaseName);

TEST_P(MetricConformanceTest, GivesItsResultsWithinTheirRanges) {
  const auto values = Compute(1000);
  ASSERT_OK(values);
  const MetricTraits traits = metric_->Traits();
  EXPECT_FALSE(traits.results.empty());
  for (const ResultSpec& result : traits.results) {
    EXPECT_NE(result.doc, "");
    ASSERT_TRUE(values->contains(result.name)) << result.name;
    const Json& value = (*values)[result.name];
    if (value.is_null()) continue;
    ASSERT_TRUE(value.is_number()) << result.name;
    EXPECT_GE(value.get<double>(), result.least) << result.name;
    EXPECT_LE(value.get<double>(), result.most) << result.name;
  }
  // What is not declared stays out of tables: it must be a list.
  for (const auto& [name, value] : values->items()) {
    bool declared = false;
    for (const ResultSpec& result : traits.results) {
      declared = declared || result.name == name;
    }
    EXPECT_TRUE(declared || value.is_array()) << name;
  }
}

TEST_P(MetricConformanceTest, TheBatchSizeOfTheEvaluationDoesNotMatter) {
  const Json whole = Compute(1000).value();
  for (const int64_t batch_size : {1, 7}) {
    const Json pieces = Compute(batch_size).value();
    for (const ResultSpec& result : metric_->Traits().results) {
      if (whole[result.name].is_null()) continue;
      // 1e-5: a matrix product may add in another order.
      EXPECT_NEAR(pieces[result.name].get<double>(),
                  whole[result.name].get<double>(), 1e-5)
          << result.name;
    }
  }
}

TEST_P(MetricConformanceTest, LeavesTheNetworkAsItIs) {
  const auto before = MakeModel();  // The same seed: the same weights.
  model_->train();
  ASSERT_OK(Compute(50));
  EXPECT_TRUE(model_->is_training());
  const NamedTensors a = Parameters(*before), b = Parameters(*model_);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

// ---- Everything together: each dataset with each model trains. ----

class PairTest
    : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

INSTANTIATE_TEST_SUITE_P(
    All, PairTest,
    testing::Combine(testing::ValuesIn(Datasets::Get().Names()),
                     testing::ValuesIn(Models::Get().Names())),
    [](const auto& info) {
      return std::get<0>(info.param) + "_" + std::get<1>(info.param);
    });

TEST_P(PairTest, TrainsForThreeStepsAndIsMeasured) {
  const auto& [dataset_name, model_name] = GetParam();
  TrialSettings settings = PlanOf(kTinySpec).trials[0].settings;
  settings.dataset = Default(Datasets::Get(), dataset_name);
  settings.model = Default(Models::Get(), model_name);
  settings.training.max_steps = 3;
  const auto dataset =
      Datasets::Get().Make(settings.dataset, {FakeDataRoot(), 0});
  ASSERT_OK(dataset);
  const auto result = RunTrial(settings, **dataset, c10::kCPU, TrainerHooks());
  ASSERT_OK(result);
  EXPECT_EQ(result->outcome, Outcome::kCompleted) << result->reason;
  EXPECT_EQ(result->metrics.size(), 3u);
}

}  // namespace
}  // namespace bigstep

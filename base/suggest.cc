#include "base/suggest.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/unicode.h"

namespace bigstep {

int EditDistance(absl::string_view a, absl::string_view b) {
  // Rows i-2, i-1 and i of the dynamic programme over prefixes of a.
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = last[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::vector<std::string> NearestWords(absl::string_view word,
                                      const std::vector<std::string>& known) {
  int best = std::min(static_cast<int>(word.size() / 2 + 1), 3);
  std::vector<std::string> nearest;
  for (const std::string& candidate : known) {
    const int distance = EditDistance(word, candidate);
    if (distance > best) continue;
    if (distance < best) nearest.clear();
    best = distance;
    nearest.push_back(candidate);
  }
  return nearest;
}

namespace {

struct Synonym {
  absl::string_view word, term;
};

// What users of PyTorch and Keras type, and Bigstep's word.
constexpr Synonym kSynonyms[] = {
    {"learning_rate", "lr"},
    {"eta", "lr"},
    {"batchsize", "batch_size"},
    {"bs", "batch_size"},
    {"num_epochs", "epochs"},
    {"n_epochs", "epochs"},
    {"steps", "max_steps"},
    {"num_steps", "max_steps"},
    {"iterations", "max_steps"},
    {"max_iter", "max_steps"},
    {"criterion", "loss"},
    {"loss_fn", "loss"},
    {"scheduler", "schedule"},
    {"lr_scheduler", "schedule"},
    {"network", "model"},
    {"architecture", "model"},
    {"net", "model"},
    {"data", "dataset"},
    {"regularizer", "regularizers"},
    {"regularization", "regularizers"},
    {"seed", "seeds"},
    {"num_seeds", "seeds"},
    {"eps", "epsilon"},
    {"betas", "beta1"},
    {"hidden_sizes", "hidden"},
    {"hidden_dim", "hidden"},
    {"layers", "hidden"},
    {"smoothing", "label_smoothing"},
    {"random_seed", "seeds"},
    {"mlp", "fcn"},
    {"acc", "accuracy"},
    {"test_accuracy", "accuracy"},
    {"train_acc", "train_accuracy"},
    {"bce", "cross_entropy"},
    {"cosine_annealing", "cosine"},
};

// What to do instead where no known word has the meaning.
constexpr Synonym kAdvice[] = {
    {"weight_decay",
     "PyTorch's weight_decay of SGD and Adam is the regularizer l2: "
     "regularizers: [{name: l2, coefficient: ...}]; decoupled decay is the "
     "optimizer adamw"},
    {"momentum", "the optimizer with momentum is {name: momentum, ...}"},
    {"nesterov", "Nesterov's form is {name: momentum, nesterov: true, ...}"},
};

// The known word in other letters, "sgd" for "SGD", or the term for `word` in
// the list.
std::vector<std::string> KnownTerm(absl::string_view word,
                                   const std::vector<std::string>& known) {
  for (const std::string& candidate : known) {
    if (absl::EqualsIgnoreCase(candidate, word)) return {candidate};
  }
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.word != word) continue;
    for (const std::string& candidate : known) {
      if (candidate == synonym.term) return {candidate};
    }
  }
  return {};
}

}  // namespace

std::string OptionAdvice(absl::string_view option) {
  for (const Synonym& advice : kAdvice) {
    if (advice.word == option) return absl::StrCat("; ", advice.term);
  }
  return "";
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& known) {
  std::string odd = OddCharacterHint(word);
  std::vector<std::string> nearest = KnownTerm(word, known);
  if (nearest.empty()) nearest = NearestWords(FoldToAscii(word), known);
  if (nearest.empty()) {
    nearest = NearestWords(word, known);
    if (!nearest.empty()) odd.clear();  // The known words have such characters.
  }
  if (nearest.empty()) return odd;
  return absl::StrCat("; did you mean '", absl::StrJoin(nearest, "' or '"),
                      "'?", odd);
}

}  // namespace bigstep

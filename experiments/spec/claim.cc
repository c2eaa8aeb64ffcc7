#include "experiments/spec/claim.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/terminal_text.h"
#include "experiments/spec/read_map.h"

namespace bigstep {
namespace {

constexpr size_t kMaxId = 32;
constexpr size_t kMaxAgainst = 100;

// An expectation and the keys that go with it.
struct Form {
  Expectation expect;
  const char* name;
  std::vector<std::string> required;
  std::vector<std::string> optional;
};

const std::vector<Form>& Forms() {
  static const auto* const forms = new std::vector<Form>{
      {Expectation::kRises, "rises", {"along"}, {}},
      {Expectation::kFalls, "falls", {"along"}, {}},
      {Expectation::kCorrelates, "correlates", {"with"}, {"sign"}},
      {Expectation::kBetter, "better", {"compare"}, {"against", "margin"}},
      {Expectation::kNotWorse, "not_worse", {"compare", "margin"}, {"against"}},
      {Expectation::kAtLeast, "at_least", {"at", "value"}, {}},
      {Expectation::kAtMost, "at_most", {"at", "value"}, {}}};
  return *forms;
}

// Reads one claim, key by key, and remembers where they stand.
class Reader {
 public:
  Reader(const SpecNode& node, std::string path, Problems& problems)
      : node_(node), problems_(problems) {
    read_.path = std::move(path);
    read_.mark = node.mark;
  }

  ClaimInSpec Read() {
    Claim& claim = read_.claim;
    const std::string expect = Text("expect");
    const Form* form = FindForm(expect);
    Text("id", &claim.id);
    Text("says", &claim.says);
    Text("result", &claim.result);
    CheckId();
    if (form == nullptr) return std::move(read_);
    claim.expect = form->expect;
    CheckKeys(*form);
    Text("along", &claim.along, false);
    Text("with", &claim.with, false);
    Text("compare", &claim.compare, false);
    ReadSign();
    ReadAgainst();
    ReadAt();
    ReadNumber("margin", &claim.margin);
    ReadNumber("value", &claim.value);
    if (claim.margin && *claim.margin < 0) {
      problems_.Add(read_.marks["margin"], Path("margin"), "must be >= 0");
    }
    if (!claim.with.empty() && claim.with == claim.result) {
      problems_.Add(read_.marks["with"], Path("with"), "is the result itself");
    }
    return std::move(read_);
  }

 private:
  std::string Path(const std::string& key) const {
    return PathBelow(read_.path, key);
  }

  void Text(const char* key, std::string* text, bool required = true) {
    const SpecNode* value = node_.Find(key);
    if (value == nullptr) {
      if (required) AddMissing(key);
      return;
    }
    read_.marks[key] = value->mark;
    const int before = problems_.count();
    ReadKey(node_, read_.path, key, problems_, text);
    if (text->empty() && problems_.count() == before) {
      problems_.Add(value->mark, Path(key), "expected a text, found none");
    }
  }
  std::string Text(const char* key) {
    std::string text;
    Text(key, &text);
    return text;
  }

  void AddMissing(const std::string& key) {
    problems_.Add(node_.mark, read_.path,
                  absl::StrCat("missing key '", key, "'"));
  }

  const Form* FindForm(const std::string& expect) {
    std::vector<std::string> names;
    for (const Form& form : Forms()) {
      if (form.name == expect) return &form;
      names.push_back(form.name);
    }
    if (!expect.empty()) {
      problems_.Add(node_.Find("expect")->mark, Path("expect"),
                    absl::StrCat("unknown expectation '", VisibleText(expect),
                                 "'", Known(expect, names)));
    }
    return nullptr;
  }

  // The id names a claim in tables of several studies and in messages.
  void CheckId() {
    const std::string& id = read_.claim.id;
    if (id.empty()) return;
    const bool good = id.size() <= kMaxId &&
                      std::all_of(id.begin(), id.end(), [](unsigned char c) {
                        return absl::ascii_isalnum(c) || c == '_';
                      });
    if (good) return;
    problems_.Add(read_.marks["id"], Path("id"),
                  absl::StrCat("expected letters, digits and _, at most ",
                               kMaxId, ", found '", VisibleText(id), "'"));
  }

  void CheckKeys(const Form& form) {
    std::vector<std::string> known = {"id", "says", "result", "expect"};
    for (const auto* keys : {&form.required, &form.optional}) {
      known.insert(known.end(), keys->begin(), keys->end());
    }
    for (const auto& [key, value, mark] : node_.entries) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      problems_.Add(mark, read_.path,
                    absl::StrCat("unknown key '", VisibleText(key),
                                 "' of a claim that expects '", form.name, "'",
                                 Known(key, known)));
    }
    for (const std::string& key : form.required) {
      if (node_.Find(key) == nullptr) AddMissing(key);
    }
  }

  void ReadSign() {
    std::string sign = "positive";
    Text("sign", &sign, false);
    read_.claim.negative = sign == "negative";
    if (read_.claim.negative || sign == "positive") return;
    problems_.Add(node_.Find("sign")->mark, Path("sign"),
                  absl::StrCat("expected positive or negative, found '",
                               VisibleText(sign), "'"));
  }

  void ReadAgainst() {
    const SpecNode* against = node_.Find("against");
    if (against == nullptr) return;
    read_.marks["against"] = against->mark;
    std::vector<std::string>& axes = read_.claim.against;
    ReadValue(*against, Path("against"), problems_, &axes);
    if (against->is_list() && (axes.empty() || axes.size() > kMaxAgainst)) {
      problems_.Add(against->mark, Path("against"),
                    absl::StrCat("expected one to ", kMaxAgainst, " axes"));
    }
    std::set<std::string> seen;
    for (size_t i = 0; i < axes.size(); ++i) {
      const std::string path = absl::StrCat("against[", i, "]");
      read_.marks[path] = against->items[i].mark;
      if (axes[i] != read_.claim.compare && seen.insert(axes[i]).second) {
        continue;
      }
      problems_.Add(
          against->items[i].mark, Path(path),
          axes[i] == read_.claim.compare
              ? absl::StrCat("'", VisibleText(axes[i]),
                             "' is compared with itself")
              : absl::StrCat("duplicate '", VisibleText(axes[i]), "'"));
    }
  }

  void ReadAt() {
    const SpecNode* at = node_.Find("at");
    if (at == nullptr) return;
    read_.marks["at"] = at->mark;
    ReadValue(*at, Path("at"), problems_, &read_.claim.at);
    if (at->is_map() && at->entries.empty()) {
      problems_.Add(at->mark, Path("at"),
                    "expected axes with a value each, as in {lr: best}");
    }
    for (const auto& [key, value, mark] : at->entries) {
      read_.marks[absl::StrCat("at.", key)] = value.mark;
      if (value.text == "best" && at->entries.size() > 1) {
        problems_.Add(value.mark, Path(absl::StrCat("at.", key)),
                      "'best' is the best value of an axis that varies alone: "
                      "name no other axis");
      }
    }
  }

  void ReadNumber(const char* key, std::optional<double>* number) {
    const SpecNode* node = node_.Find(key);
    if (node == nullptr) return;
    read_.marks[key] = node->mark;
    double value = 0;
    if (ReadKey(node_, read_.path, key, problems_, &value)) *number = value;
  }

  const SpecNode& node_;
  Problems& problems_;
  ClaimInSpec read_;
};

}  // namespace

std::string ExpectationName(Expectation expectation) {
  for (const Form& form : Forms()) {
    if (form.expect == expectation) return form.name;
  }
  return "";
}

std::optional<Expectation> FindExpectation(const std::string& name) {
  for (const Form& form : Forms()) {
    if (form.name == name) return form.expect;
  }
  return std::nullopt;
}

std::vector<ClaimInSpec> ReadClaims(const SpecNode& claims,
                                    Problems& problems) {
  std::vector<ClaimInSpec> read;
  if (!claims.is_list()) {
    AddWrongType(claims, "claims", "a list of claims", problems);
    return read;
  }
  if (claims.items.size() > kMaxClaims) {
    problems.Add(claims.mark, "claims",
                 absl::StrCat("at most ", kMaxClaims, " claims, found ",
                              claims.items.size()));
    return read;
  }
  std::set<std::string> ids;
  for (size_t i = 0; i < claims.items.size(); ++i) {
    const SpecNode& node = claims.items[i];
    const std::string path = absl::StrCat("claims[", i, "]");
    if (!node.is_map()) {
      AddWrongType(node, path, "a map with 'id', 'says', 'result', 'expect'",
                   problems);
      continue;
    }
    const int before = problems.count();
    ClaimInSpec claim = Reader(node, path, problems).Read();
    if (!claim.claim.id.empty() && !ids.insert(claim.claim.id).second) {
      problems.Add(claim.marks["id"], PathBelow(path, "id"),
                   absl::StrCat("duplicate '", claim.claim.id, "'"));
    }
    if (problems.count() == before) read.push_back(std::move(claim));
  }
  return read;
}

Json ClaimToJson(const Claim& claim) {
  Json json = {{"id", claim.id},
               {"says", claim.says},
               {"result", claim.result},
               {"expect", ExpectationName(claim.expect)}};
  for (const auto& [key, text] :
       {std::pair("along", &claim.along), std::pair("with", &claim.with),
        std::pair("compare", &claim.compare)}) {
    if (!text->empty()) json[key] = *text;
  }
  if (claim.negative) json["sign"] = "negative";
  if (!claim.against.empty()) json["against"] = claim.against;
  if (!claim.at.empty()) json["at"] = claim.at;
  if (claim.margin) json["margin"] = *claim.margin;
  if (claim.value) json["value"] = *claim.value;
  return json;
}

}  // namespace bigstep

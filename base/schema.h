// Options of a plugin, described once: the same table parses a spec, checks
// ranges, fills in defaults, prints help and documentation, and gives the
// canonical form that names a trial.
//
//   struct SgdOptions {
//     double lr = 0;
//     static void Describe(Schema<SgdOptions>& s) {
//       s.Summary("Stochastic gradient descent.").Paper("...");
//       s.Field("lr", &SgdOptions::lr).Required().Above(0).Doc("step size");
//     }
//   };
#ifndef BIGSTEP_BASE_SCHEMA_H_
#define BIGSTEP_BASE_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/read_value.h"
#include "base/spec_node.h"
#include "base/unicode.h"

namespace bigstep {

// One option, with its type erased. `options` is the plugin's struct.
struct Field {
  std::string name;
  std::string type;
  std::string doc;
  bool required = false;
  std::vector<std::string> constraints;  // "> 0", for messages and help.
  std::function<void(const SpecNode& node, const std::string& path,
                     Problems& problems, void* options)>
      read;
  std::function<Json(const void* options)> write;
  // The value's part in a trial's identity: the value itself or, for a choice
  // (base/choice.h), its options that differ from their defaults.
  std::function<Json(const void* options)> identity;
  // The identity that may be left out, given the default options.
  std::function<Json(const void* defaults)> neutral;
  // If the value is the SHA-256 of a file: the option that names the file, else
  // empty. A plan fills the value in where it is left out.
  std::string checksum_of;
};

// The options of one plugin, with the type of their struct erased.
class OptionTable {
 public:
  const std::string& summary() const { return summary_; }
  const std::string& details() const { return details_; }
  const std::string& paper() const { return paper_; }
  int version() const { return version_; }
  const std::vector<Field>& fields() const { return fields_; }

  // A new struct holding the defaults.
  std::shared_ptr<void> New() const { return make_(); }

  // Reads a map into `options`. Unknown and missing keys and wrong values are
  // added to `problems`. The key "name" belongs to the plugin choice and is
  // skipped.
  void Read(const SpecNode& map, const std::string& path, Problems& problems,
            void* options) const;

  // Every option as a JSON object.
  Json ToJson(const void* options) const;

  // The options that differ from their defaults, and the required ones.
  Json NonDefaults(const void* options) const;

 protected:
  template <class Options>
  friend class Schema;

  std::string summary_;
  std::string details_;
  std::string paper_;
  int version_ = 1;
  std::vector<Field> fields_;
  std::function<std::shared_ptr<void>()> make_;
  // Each returns an error about the options as a whole, or "".
  std::vector<std::function<std::string(const void*)>> checks_;
};

// Builds the field of one member; returned by Schema::Field.
template <class Options, class T>
class FieldBuilder {
 public:
  FieldBuilder(Field* field, T Options::*member) : field_(field) {
    field_->type = TypeName(static_cast<const T*>(nullptr));
    field_->write = [member](const void* options) {
      return Json(static_cast<const Options*>(options)->*member);
    };
    field_->identity = field_->neutral = field_->write;
    if constexpr (requires(const T& value) { value.Identity(); }) {
      field_->identity = [member](const void* options) {
        return (static_cast<const Options*>(options)->*member).Identity();
      };
      field_->neutral = [member](const void* defaults) {
        return (static_cast<const Options*>(defaults)->*member)
            .NeutralIdentity();
      };
    }
    field_->read = [member](const SpecNode& node, const std::string& path,
                            Problems& problems, void* options) {
      ReadValue(node, path, problems,
                &(static_cast<Options*>(options)->*member));
    };
    if constexpr (kIsReal) AlsoCheck(RefuseBeyondFloat);
  }

  // The spec must give the value; the member initialiser is ignored.
  FieldBuilder& Required() {
    field_->required = true;
    return *this;
  }
  // Meaning, symbol and unit, in one line.
  FieldBuilder& Doc(absl::string_view doc) {
    field_->doc = std::string(doc);
    return *this;
  }

  // The value is the SHA-256 of the file that the option `file` names, a path
  // as users type it (std::string only). It has one spelling, as it counts in
  // the id of a trial.
  FieldBuilder& ChecksumOf(absl::string_view file) {
    field_->checksum_of = std::string(file);
    return AlsoCheck([](const SpecNode& node, absl::string_view path,
                        const std::string& value, Problems& problems) {
      const std::string lower = absl::AsciiStrToLower(value);
      if (value == lower) return;
      problems.Add(node.mark, path,
                   absl::StrCat("a checksum is written in lower case: ", lower,
                                ", got ", value));
    });
  }

  // Ranges, which every item of a list must keep. Above 0, a number must also
  // differ from 0 in float32, unless `may_vanish`.
  FieldBuilder& Above(double bound, bool may_vanish = false) {
    if constexpr (kIsReal) {
      if (bound == 0 && !may_vanish) AlsoCheck(RefuseVanishing);
    }
    return Limit(">", bound, [bound](double x) { return x > bound; });
  }
  FieldBuilder& AtLeast(double bound) {
    return Limit(">=", bound, [bound](double x) { return x >= bound; });
  }
  FieldBuilder& Below(double bound) {
    return Limit("<", bound, [bound](double x) { return x < bound; });
  }
  FieldBuilder& AtMost(double bound) {
    return Limit("<=", bound, [bound](double x) { return x <= bound; });
  }
  // The value must be one of `words` (std::string only).
  FieldBuilder& OneOf(std::vector<std::string> words) {
    return Constrain(absl::StrCat("one of ", absl::StrJoin(words, ", ")),
                     [words](const std::string& word) {
                       for (const std::string& known : words) {
                         if (word == known) return true;
                       }
                       return false;
                     });
  }

 private:
  template <class Predicate>
  FieldBuilder& Limit(absl::string_view relation, double bound,
                      Predicate holds) {
    return Constrain(absl::StrCat(relation, " ", bound), holds);
  }

  // Adds a rule that is checked after the value was read without problems.
  template <class Predicate>
  FieldBuilder& Constrain(std::string text, Predicate holds) {
    field_->constraints.push_back(text);
    return AlsoCheck([text, holds](const SpecNode& node, absl::string_view path,
                                   const auto& value, Problems& problems) {
      if (holds(value)) return;
      problems.Add(node.mark, path,
                   absl::StrCat("must be ", text, ", got ", node.text,
                                OddCharacterHint(node.text)));
    });
  }

  // Checks the value, or each item of a list, after it was read.
  template <class Check>
  FieldBuilder& AlsoCheck(Check check) {
    field_->read = [read = field_->read, check](
                       const SpecNode& node, const std::string& path,
                       Problems& problems, void* options) {
      read(node, path, problems, options);
      T value{};
      Problems wrong;
      ReadValue(node, path, wrong, &value);
      if (!wrong.empty()) return;
      if constexpr (IsList<T>::value) {
        for (size_t i = 0; i < value.size(); ++i) {
          check(node.items[i], absl::StrCat(path, "[", i, "]"), value[i],
                problems);
        }
      } else {
        check(node, path, value, problems);
      }
    };
    return *this;
  }

  template <class U>
  struct IsList : std::false_type {};
  template <class U>
  struct IsList<std::vector<U>> : std::true_type {};

  static constexpr bool kIsReal =
      std::is_same_v<T, double> || std::is_same_v<T, std::vector<double>>;

  Field* field_;
};

// Describes `Options`; passed to its static Describe.
template <class Options>
class Schema {
 public:
  Schema() {
    table_.make_ = [] { return std::make_shared<Options>(); };
    Options::Describe(*this);
  }

  // One sentence that defines the plugin.
  Schema& Summary(absl::string_view text) {
    table_.summary_ = std::string(text);
    return *this;
  }
  // More sentences: definitions, defaults that are guesses, cost.
  Schema& Details(absl::string_view text) {
    table_.details_ = std::string(text);
    return *this;
  }
  // Where it comes from.
  Schema& Paper(absl::string_view text) {
    table_.paper_ = std::string(text);
    return *this;
  }
  // Raised whenever equal options start to mean something else: old records
  // then no longer count as results of the new code. Starts at 1.
  Schema& Version(int version) {
    table_.version_ = version;
    return *this;
  }
  // Adds a check of options against each other, which returns an error, or "".
  Schema& Check(std::function<std::string(const Options&)> check) {
    table_.checks_.push_back([check](const void* options) {
      return check(*static_cast<const Options*>(options));
    });
    return *this;
  }

  // `member` may belong to a struct that Options derives from.
  template <class T, class Base>
  FieldBuilder<Options, T> Field(absl::string_view name, T Base::*member) {
    table_.fields_.emplace_back();
    table_.fields_.back().name = std::string(name);
    // The builder lives until the end of the statement, before the next
    // Field call can move the vector's items.
    return FieldBuilder<Options, T>(&table_.fields_.back(),
                                    static_cast<T Options::*>(member));
  }

  const OptionTable& table() const { return table_; }

 private:
  OptionTable table_;
};

// The table of `Options`, built at first use.
template <class Options>
const OptionTable& TableOf() {
  static const Schema<Options>* const schema = new Schema<Options>();
  return schema->table();
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SCHEMA_H_

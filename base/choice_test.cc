#include "base/choice.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "base/yaml_writer.h"

namespace bigstep {
namespace {

// A small family in which a box holds another shape.
class Shape {
 public:
  virtual ~Shape() = default;
  virtual double Area() const = 0;
};

struct ShapeFamily {
  static constexpr char kPlural[] = "shapes";
  static constexpr char kSingular[] = "shape";
  using Product = Shape;
  struct Args {
    double scale = 1;
  };
};
using Shapes = Registry<ShapeFamily>;

// Registers before the shape it holds.
struct BoxOptions {
  Choice<ShapeFamily> inside{"square"};
  double margin = 0;

  static void Describe(Schema<BoxOptions>& s) {
    s.Summary("Something around a shape.");
    s.Field("inside", &BoxOptions::inside).Doc("what it holds");
    s.Field("margin", &BoxOptions::margin).AtLeast(0).Doc("area around it");
  }
};

class Box : public Shape {
 public:
  static absl::StatusOr<std::unique_ptr<Shape>> Create(
      const BoxOptions& options, const ShapeFamily::Args& args) {
    auto inside = options.inside.Make(args);
    if (!inside.ok()) return inside.status();
    return std::make_unique<Box>((*inside)->Area() + options.margin);
  }
  explicit Box(double area) : area_(area) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

BIGSTEP_REGISTER(Shapes, "box", Box, BoxOptions);

struct SquareOptions {
  double side = 2;
  bool filled = true;

  static void Describe(Schema<SquareOptions>& s) {
    s.Summary("A square.");
    s.Field("side", &SquareOptions::side).Above(0).Doc("length");
    s.Field("filled", &SquareOptions::filled).Doc("or empty");
  }
};

class Square : public Shape {
 public:
  static absl::StatusOr<std::unique_ptr<Shape>> Create(
      const SquareOptions& options, const ShapeFamily::Args& args) {
    if (options.side > 100) {
      return absl::OutOfRangeError("the square leaves the paper");
    }
    return std::make_unique<Square>(options.side * options.side * args.scale);
  }
  explicit Square(double area) : area_(area) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

BIGSTEP_REGISTER(Shapes, "square", Square, SquareOptions);

// In its second version, with a required option.
struct CircleOptions {
  double radius = 0;

  static void Describe(Schema<CircleOptions>& s) {
    s.Summary("A circle.").Version(2);
    s.Field("radius", &CircleOptions::radius).Required().Doc("length");
  }
};

class Circle : public Shape {
 public:
  Circle(const CircleOptions& options, const ShapeFamily::Args& args)
      : area_(3 * options.radius * options.radius * args.scale) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

BIGSTEP_REGISTER(Shapes, "circle", Circle, CircleOptions);

// A box whose default is in its second version and needs an option.
struct CapsuleOptions {
  Choice<ShapeFamily> inside{"circle", {{"radius", "0.5"}}};

  static void Describe(Schema<CapsuleOptions>& s) {
    s.Summary("Something around a circle.");
    s.Field("inside", &CapsuleOptions::inside).Doc("what it holds");
  }
};

class Capsule : public Shape {
 public:
  Capsule(const CapsuleOptions&, const ShapeFamily::Args&) {}
  double Area() const override { return 0; }
};

BIGSTEP_REGISTER(Shapes, "capsule", Capsule, CapsuleOptions);

double Area(absl::string_view text, ShapeFamily::Args args = {}) {
  return MakePlugin<ShapeFamily>(text, args)->Area();
}

std::string Identity(absl::string_view text) {
  return CanonicalJson(ParsePlugin<ShapeFamily>(text).Identity());
}

std::string Wrong(absl::string_view text) {
  Problems problems;
  const SpecNode node = ReadSpec(text, "s", 0, problems);
  const PluginConfig config = Shapes::Get().Read(node, "base.shape", problems);
  EXPECT_EQ(config.plugin, nullptr) << text;
  return Message(problems);
}

TEST(ChoiceTest, TheDefaultMayRegisterLaterThanItsUser) {
  EXPECT_EQ(Area("box"), 4);  // 2 * 2
}

TEST(ChoiceTest, TheDefaultMayHaveOptions) {
  const CapsuleOptions options;
  EXPECT_EQ(CanonicalJson(Json(options.inside)),
            R"({"name":"circle","radius":0.5})");
}

TEST(ChoiceTest, IsWrittenAsASectionIs) {
  EXPECT_EQ(Area("{name: box, inside: square, margin: 1}"), 5);
  EXPECT_EQ(Area("{name: box, inside: {name: square, side: 3}}"), 9);
  EXPECT_EQ(Area("{name: box, inside: {radius: 2, name: circle}}"), 12);
}

TEST(ChoiceTest, ChoicesNest) {
  EXPECT_EQ(Area("{name: box, margin: 1, inside: {name: box, margin: 2, "
                 "inside: {name: square, side: 1}}}"),
            4);
}

TEST(ChoiceTest, MakesThePluginWithTheArgumentsGiven) {
  EXPECT_EQ(Area("box", {.scale = 10}), 40);
}

TEST(ChoiceTest, FailsWithTheErrorOfTheChosenPlugin) {
  const auto made =
      Shapes::Get().Make(ParsePlugin<ShapeFamily>(
                             "{name: box, inside: {name: square, side: 101}}"),
                         {});
  EXPECT_EQ(made.status(),
            absl::OutOfRangeError("the square leaves the paper"));
}

TEST(ChoiceTest, HelpNamesTheFamily) {
  const Field& field = TableOf<BoxOptions>().fields()[0];
  EXPECT_EQ(field.type, "shape");
  const BoxOptions defaults;
  EXPECT_EQ(ToFlowYaml(field.write(&defaults)),
            "{filled: true, name: square, side: 2.0}");
}

TEST(ChoiceTest, MistakesHaveTheirPositionAndTheirPath) {
  const std::string cure =
      "\n    If it should exist: is it in the plugin list of the BUILD file "
      "beside its .cc?";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"name: box\ninside: sqaure\n",
       "s:2:1: base.shape.inside: no shape 'sqaure'; did you mean 'square'? "
       "(4 registered: box, capsule, circle, square)" +
           cure},
      {"name: box\ninside:\n  name: squar\n",
       "s:3:3: base.shape.inside: no shape 'squar'; did you mean 'square'? "
       "(4 registered: box, capsule, circle, square)" +
           cure},
      {"name: box\ninside:\n  name: square\n  side: -1\n",
       "s:4:3: base.shape.inside.side: must be > 0, got -1"},
      {"name: box\ninside:\n  name: square\n  sied: 1\n",
       "s:4:3: base.shape.inside: unknown key 'sied'; did you mean 'side'? "
       "(known: filled, side)"},
      {"name: box\ninside: circle\n",
       "s:2:1: base.shape.inside: missing key 'radius' (double: length)"},
      {"name: box\ninside: {side: 1}\n",
       "s:2:1: base.shape.inside: missing key 'name'"},
      {"name: box\ninside: [square]\n",
       "s:2:1: base.shape.inside: expected the name of the shape or a map with "
       "its name and options, found a list"},
      {"name: box\ninside:\n  name: box\n  inside: {name: square, side: x}\n",
       "s:4:26: base.shape.inside.inside.side: expected a number, found 'x'"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(Wrong(text), message) << text;
  }
}

TEST(ChoiceTest, WrittenChoiceReadsBackEqual) {
  for (const char* text :
       {"box", "{name: box, inside: {name: circle, radius: 0.1}}",
        "{name: box, inside: {name: box, inside: {name: box, margin: 1}}}"}) {
    const PluginConfig config = ParsePlugin<ShapeFamily>(text);
    for (const std::string& written :
         {ToFlowYaml(config.ToJson()), ToYaml(config.ToJson())}) {
      const PluginConfig read = ParsePlugin<ShapeFamily>(written);
      EXPECT_EQ(CanonicalJson(read.ToJson()), CanonicalJson(config.ToJson()));
      EXPECT_EQ(Identity(written), Identity(text));
    }
  }
}

TEST(ChoiceTest, EqualChoicesHaveOneIdentityHoweverTheyAreWritten) {
  const std::string nothing = R"({"name":"box","options":{},"version":1})";
  for (const char* text :
       {"box", "{name: box, inside: square}",
        "{name: box, inside: {name: square, side: 2, filled: true}}"}) {
    EXPECT_EQ(Identity(text), nothing) << text;
  }
}

TEST(ChoiceTest, OfAChosenPluginWhatDiffersFromItsDefaultsCounts) {
  EXPECT_EQ(Identity("{name: box, inside: {name: square, side: 3}}"),
            R"({"name":"box","options":{"inside":{"name":"square","options":)"
            R"({"side":3.0},"version":1}},"version":1})");
  EXPECT_EQ(Identity("{name: box, inside: {name: circle, radius: 3}}"),
            R"({"name":"box","options":{"inside":{"name":"circle","options":)"
            R"({"radius":3.0},"version":2}},"version":1})");
}

TEST(ChoiceTest, ADefaultThatWasGivenANewVersionCounts) {
  EXPECT_EQ(Identity("capsule"),
            R"({"name":"capsule","options":{"inside":{"name":"circle",)"
            R"("options":{"radius":0.5},"version":2}},"version":1})");
}

TEST(ChoiceDeathTest, ADefaultThatIsNoPluginIsOurMistake) {
  const Choice<ShapeFamily> choice("pentagon");
  EXPECT_DEATH(choice.config(), "no shape 'pentagon'");
}

}  // namespace
}  // namespace bigstep

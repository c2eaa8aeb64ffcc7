#include "base/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "base/yaml_writer.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

// A small family: shapes that know their area.
class Shape {
 public:
  virtual ~Shape() = default;
  virtual double Area() const = 0;
};

struct ShapeArgs {
  double scale = 1;
};

struct ShapeFamily {
  static constexpr char kPlural[] = "shapes";
  static constexpr char kSingular[] = "shape";
  using Product = Shape;
  using Args = ShapeArgs;
};
using Shapes = Registry<ShapeFamily>;

struct SquareOptions {
  double side = 0;
  int64_t count = 1;
  bool filled = true;
  std::string label;
  std::vector<double> weights = {1};
  std::vector<std::string> tags;

  static void Describe(Schema<SquareOptions>& s) {
    s.Summary("Squares.").Version(2);
    s.Field("side", &SquareOptions::side).Required().Above(0).Doc("length");
    s.Field("count", &SquareOptions::count).AtLeast(1).Doc("how many");
    s.Field("filled", &SquareOptions::filled);
    s.Field("label", &SquareOptions::label);
    s.Field("weights", &SquareOptions::weights);
    s.Field("tags", &SquareOptions::tags);
  }
};

// Made by its constructor.
class Square : public Shape {
 public:
  Square(const SquareOptions& options, const ShapeArgs& args)
      : area_(options.count * options.side * options.side * args.scale) {}
  double Area() const override { return area_; }

 private:
  double area_;
};

BIGSTEP_REGISTER(Shapes, "square", Square, SquareOptions);

struct CircleOptions {
  double radius = 1;

  static void Describe(Schema<CircleOptions>& s) {
    s.Summary("A circle.");
    s.Field("radius", &CircleOptions::radius).Doc("length");
  }
};

// Made by Create, which may refuse.
class Circle : public Shape {
 public:
  static absl::StatusOr<std::unique_ptr<Shape>> Create(
      const CircleOptions& options, const ShapeArgs& args) {
    if (options.radius * args.scale > 100) {
      return absl::OutOfRangeError("the circle leaves the paper");
    }
    return std::make_unique<Circle>(options.radius * args.scale);
  }
  explicit Circle(double radius) : radius_(radius) {}
  double Area() const override { return 3 * radius_ * radius_; }

 private:
  double radius_;
};

BIGSTEP_REGISTER(Shapes, "circle", Circle, CircleOptions);

struct PointOptions {
  static void Describe(Schema<PointOptions>& s) { s.Summary("A point."); }
};

class Point : public Shape {
 public:
  Point(const PointOptions&, const ShapeArgs&) {}
  double Area() const override { return 0; }
};

BIGSTEP_REGISTER(Shapes, "point", Point, PointOptions);

// A family without plugins.
struct EmptyFamily {
  static constexpr char kPlural[] = "gaps";
  static constexpr char kSingular[] = "gap";
  using Product = Shape;
  using Args = ShapeArgs;
};

constexpr char kCure[] =
    "\n    If it should exist: is it in the plugin list of the BUILD file "
    "beside its .cc?";

// Reads the YAML `text` at path "base.shape".
PluginConfig Read(absl::string_view text, Problems& problems) {
  const SpecNode node = ReadSpec(text, "s", 0, problems);
  return Shapes::Get().Read(node, "base.shape", problems);
}

// The errors in `text`; checks that it chooses no plugin.
std::string Wrong(absl::string_view text) {
  Problems problems;
  const PluginConfig config = Read(text, problems);
  EXPECT_EQ(config.plugin, nullptr) << text;
  EXPECT_EQ(config.options, nullptr) << text;
  return Message(problems);
}

// Every option of the right choice `text`; null if it is wrong.
Json Options(absl::string_view text) {
  const PluginConfig config = ParsePlugin<ShapeFamily>(text);
  return config.plugin == nullptr ? Json() : config.ToJson();
}

TEST(RegistryTest, NamesAreSorted) {
  EXPECT_THAT(Shapes::Get().Names(), ElementsAre("circle", "point", "square"));
  EXPECT_THAT(Registry<EmptyFamily>::Get().Names(), IsEmpty());
}

TEST(RegistryTest, FamilySaysItsWords) {
  EXPECT_EQ(Shapes::Get().plural(), "shapes");
  EXPECT_EQ(Shapes::Get().singular(), "shape");
}

TEST(RegistryTest, FoundPluginTellsAboutItself) {
  const PluginInfo* square = Shapes::Get().Find("square");
  ASSERT_NE(square, nullptr);
  EXPECT_EQ(square->name, "square");
  EXPECT_THAT(square->file, EndsWith("base/registry_test.cc"));
  EXPECT_EQ(square->table, &TableOf<SquareOptions>());
  EXPECT_EQ(Shapes::Get().Find("squar"), nullptr);
  EXPECT_EQ(Shapes::Get().Find(""), nullptr);
  EXPECT_EQ(Registry<EmptyFamily>::Get().Find("square"), nullptr);
}

TEST(RegistryTest, ConstructorMakesThePlugin) {
  const auto square = MakePlugin<ShapeFamily>(
      "{name: square, side: 3, count: 2}", {.scale = 10});
  EXPECT_EQ(square->Area(), 180);  // 2 * 3 * 3 * 10
  EXPECT_EQ(MakePlugin<ShapeFamily>("point", {})->Area(), 0);
}

TEST(RegistryTest, CreateMakesThePluginOrSaysWhyNot) {
  const PluginConfig config =
      ParsePlugin<ShapeFamily>("{name: circle, radius: 2}");
  ASSERT_NE(config.plugin, nullptr);
  const auto made = Shapes::Get().Make(config, {.scale = 10});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->Area(), 1200);  // 3 * (2 * 10)^2
  EXPECT_EQ(Shapes::Get().Make(config, {.scale = 51}).status(),
            absl::OutOfRangeError("the circle leaves the paper"));
}

TEST(RegistryTest, NameAloneIsAChoice) {
  EXPECT_EQ(Options("circle"), Json({{"name", "circle"}, {"radius", 1.0}}));
  EXPECT_EQ(Options("'point'"), Json({{"name", "point"}}));
}

TEST(RegistryTest, MapIsAChoiceWithOptionsInAnyOrder) {
  EXPECT_EQ(Options("{radius: 2, name: circle}"),
            Json({{"name", "circle"}, {"radius", 2.0}}));
  EXPECT_EQ(Options("{name: point}"), Json({{"name", "point"}}));
}

TEST(RegistryTest, ChoicesHaveOptionsOfTheirOwn) {
  const PluginConfig first = ParsePlugin<ShapeFamily>("{name: circle}");
  const PluginConfig second =
      ParsePlugin<ShapeFamily>("{name: circle, radius: 2}");
  ASSERT_NE(first.plugin, nullptr);
  ASSERT_NE(second.plugin, nullptr);
  EXPECT_EQ(first.name(), "circle");
  EXPECT_EQ(first.ToJson()["radius"], 1.0);
  EXPECT_EQ(second.ToJson()["radius"], 2.0);
}

TEST(RegistryTest, UnknownNamesGetASuggestionTheKnownOnesAndACure) {
  EXPECT_EQ(Shapes::Get().UnknownName("cirlce"),
            std::string("no shape 'cirlce'; did you mean 'circle'? (3 "
                        "registered: circle, point, square)") +
                kCure);
  EXPECT_EQ(Shapes::Get().UnknownName("tesseract"),
            std::string(
                "no shape 'tesseract' (3 registered: circle, point, square)") +
                kCure);
  EXPECT_EQ(Registry<EmptyFamily>::Get().UnknownName("a"),
            std::string("no gap 'a' (0 registered: )") + kCure);
}

TEST(RegistryTest, WrongChoicesSayWhereAndWhy) {
  struct Case {
    std::string text, message;  // By hand.
  };
  const std::string form =
      "expected the name of the shape or a map with its name and options, "
      "found ";
  const std::vector<Case> cases = {
      {"", "s:1:1: base.shape: " + form + "nothing"},
      {"[circle]", "s:1:1: base.shape: " + form + "a list"},
      {"{name: [circle]}", "s:1:2: base.shape: " + form + "a list"},
      {"{name: }", "s:1:2: base.shape: " + form + "nothing"},
      {"\n  radius: 1\n", "s:2:3: base.shape: missing key 'name'"},
      {"{}", "s:1:1: base.shape: missing key 'name'"},
      {"radius: 1\nname: squar\n",
       "s:2:1: base.shape: no shape 'squar'; did you mean 'square'? (3 "
       "registered: circle, point, square)" +
           std::string(kCure)},
      {"square", "s:1:1: base.shape: missing key 'side' (double: length)"},
      {"name: square\nside: -1\ncuont: 2\n",
       "s:2:1: base.shape.side: must be > 0, got -1\n"
       "s:3:1: base.shape: unknown key 'cuont'; did you mean 'count'? (known: "
       "count, filled, label, side, tags, weights)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.message) << c.text;
}

TEST(RegistryTest, EarlierProblemsDoNotSpoilAChoice) {
  Problems problems;
  problems.Add(Mark(), "elsewhere", "wrong");
  EXPECT_NE(Read("circle", problems).plugin, nullptr);
}

TEST(RegistryTest, JsonHoldsEveryOptionAndIdentityWhatDiffers) {
  const PluginConfig config = ParsePlugin<ShapeFamily>(
      "{name: square, side: 3, count: 1, filled: false}");
  ASSERT_NE(config.plugin, nullptr);
  // By hand.
  EXPECT_EQ(CanonicalJson(config.ToJson()),
            R"({"count":1,"filled":false,"label":"","name":"square",)"
            R"("side":3.0,"tags":[],"weights":[1.0]})");
  EXPECT_EQ(CanonicalJson(config.Identity()),
            R"({"name":"square","options":{"filled":false,"side":3.0},)"
            R"("version":2})");
}

TEST(RegistryTest, WrittenChoiceReadsBackEqual) {
  for (const char* text : {
           "point",
           "circle",
           "{name: circle, radius: 1e-300}",
           "{name: circle, radius: -0.0}",
           "{name: circle, radius: 0.30000000000000004}",
           "{name: circle, radius: 1e22}",
           "{name: square, side: 1.5e-38, count: 9223372036854775807}",
           "{name: square, side: 1, label: '1.0', tags: ['true', '', '- x']}",
           "{name: square, side: 1, label: 'null', tags: ['~', 'a: b, c']}",
           "{name: square, side: 1, label: \"a\\nb \\\"é\\\"\", weights: []}",
           "{name: square, side: 1, filled: false, weights: [1, 0.1, 1e5]}",
       }) {
    const PluginConfig config = ParsePlugin<ShapeFamily>(text);
    ASSERT_NE(config.plugin, nullptr) << text;
    for (const std::string& written :
         {ToFlowYaml(config.ToJson()), ToYaml(config.ToJson())}) {
      const PluginConfig read = ParsePlugin<ShapeFamily>(written);
      ASSERT_NE(read.plugin, nullptr) << written;
      EXPECT_EQ(CanonicalJson(read.ToJson()), CanonicalJson(config.ToJson()));
      EXPECT_EQ(CanonicalJson(read.Identity()),
                CanonicalJson(config.Identity()));
    }
  }
}

TEST(RegistryDeathTest, SecondPluginOfANameDiesNamingBothFiles) {
  EXPECT_DEATH(
      (Shapes::Get().Register<Circle, CircleOptions>("square", "shapes/x.cc")),
      "shape 'square' is registered twice: in .*base/registry_test\\.cc and in "
      "shapes/x\\.cc; rename one of them");
}

}  // namespace
}  // namespace bigstep

#include "experiments/spec/extends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/spec_reader.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

class ExtendsTest : public testing::Test {
 protected:
  // Reads `spec`, written beside base.yaml, and lays it over what it extends.
  SpecNode Extended(const std::string& spec) {
    problems_ = Problems();
    const std::string path = folder_ + "/spec.yaml";
    WriteTestFile(path, spec);
    SpecNode node = ReadSpec(spec, "spec.yaml", 0, problems_);
    Extend(path, node, problems_);
    return node;
  }

  std::string Refused(const std::string& spec) {
    Extended(spec);
    return Message(problems_);
  }

  std::string folder_ = MakeTestFolder();
  Problems problems_;
};

TEST_F(ExtendsTest, MapsMergeAndListsReplace) {
  WriteTestFile(folder_ + "/base.yaml",
                "study: base\n"
                "base:\n"
                "  optimizer: {name: momentum, lr: 0.1, momentum: 0.9}\n"
                "  schedule: {name: warmup, steps: 10}\n"
                "metrics: [accuracy, prunability]\n"
                "axes:\n"
                "  lr: {set: optimizer.lr, values: [0.1, 0.2]}\n"
                "  l2: {set: regularizers, values: []}\n"
                "compare: {reference: lr}\n");
  const SpecNode node = Extended(
      "extends: base.yaml\n"
      "study: mine\n"
      "base:\n"
      "  optimizer: {lr: 0.3}\n"
      "  schedule: {name: cosine}\n"
      "metrics: [accuracy]\n"
      "axes:\n"
      "  lr: {values: [1.0]}\n"
      "  l2:\n"
      "seeds: 3\n");
  EXPECT_EQ(Message(problems_), "");
  EXPECT_EQ(node.ToFlow(),
            "{study: mine, base: {optimizer: {name: momentum, lr: 0.3, "
            "momentum: 0.9}, schedule: {name: cosine}}, metrics: [accuracy], "
            "axes: {lr: {set: optimizer.lr, values: [1.0]}}, compare: "
            "{reference: lr}, seeds: 3}");
  // Messages name the file that a value comes from.
  const SpecNode& optimizer = *node.Find("base")->Find("optimizer");
  EXPECT_EQ(*optimizer.Find("lr")->mark.source, "spec.yaml");
  EXPECT_EQ(*optimizer.Find("momentum")->mark.source, "base.yaml");
  EXPECT_EQ(optimizer.Find("momentum")->mark.line, 3);
}

TEST_F(ExtendsTest, AnAxisMayBeCalledName) {
  WriteTestFile(folder_ + "/base.yaml",
                "axes: {name: {set: optimizer.lr, values: [1]}, b: {}}\n");
  EXPECT_EQ(
      Extended("extends: base.yaml\naxes: {name: {values: [2]}}\n").ToFlow(),
      "{axes: {name: {set: optimizer.lr, values: [2]}, b: {}}}");
}

TEST_F(ExtendsTest, WhatIsMergedReadsBack) {
  WriteTestFile(folder_ + "/base.yaml",
                "question: >-\n  One: two\n  'three' #four?\n"
                "base: {model: {name: fcn, hidden: [8, 8], bias: true}}\n"
                "claims:\n"
                "  - {id: C1, says: \"A: b\", at: {lr: best}}\n"
                "axes: {l2: {values: [[], [{name: l2, coefficient: 1e-3}]],"
                " with: {\"regularizers[0].coefficient\": 1, \"-\": x},"
                " labels: [none, \"0.001\"]}}\n");
  const SpecNode node = Extended("extends: base.yaml\nstudy: mine\n");
  EXPECT_EQ(Message(problems_), "");
  const std::string yaml = ToYaml(node);
  const SpecNode again = ReadSpec(yaml, "again", 0, problems_);
  EXPECT_EQ(Message(problems_), "") << yaml;
  EXPECT_EQ(again.ToFlow(), node.ToFlow()) << yaml;
  const auto label = [](const SpecNode& spec) {
    return spec.Find("axes")->Find("l2")->Find("labels")->items[1].quoted;
  };
  EXPECT_TRUE(label(node));
  EXPECT_TRUE(label(again)) << yaml;
}

TEST_F(ExtendsTest, OnlyOneFileOfTheFolderCanBeExtended) {
  EXPECT_THAT(Refused("extends: base.yaml\n"),
              HasSubstr("spec.yaml:1:1: extends: cannot read 'base.yaml' in "
                        "the folder of this spec: No such file"));
  std::filesystem::create_directory(folder_ + "/below");
  WriteTestFile(folder_ + "/below/base.yaml", "study: base\n");
  EXPECT_EQ(Refused("extends: below/base.yaml\n"), "");
  WriteTestFile(folder_ + "/base.yaml", "extends: below/base.yaml\n");
  EXPECT_THAT(Refused("extends: base.yaml\n"),
              HasSubstr("base.yaml:1:1: extends: a spec that others extend "
                        "cannot extend one itself"));
  const std::string outside = MakeTestFolder() + "/base.yaml";
  WriteTestFile(outside, "study: base\n");
  std::filesystem::create_symlink(outside, folder_ + "/link.yaml");
  for (const std::string& name :
       {outside, std::string("link.yaml"), std::string("../base.yaml")}) {
    EXPECT_THAT(
        Refused("extends: " + name + "\n"),
        testing::AnyOf(HasSubstr("the folder of this spec; copy it there"),
                       HasSubstr("expected a file in the folder")))
        << name;
  }
  EXPECT_THAT(Refused("extends: below\n"), HasSubstr("extends: "));
  for (const char* const name : {"\"\"", "\"base.yaml\\0\""}) {
    EXPECT_THAT(Refused(std::string("extends: ") + name + "\n"),
                HasSubstr("expected a file in the folder"));
  }
  EXPECT_THAT(Refused("extends: [base.yaml]\n"),
              HasSubstr("extends: expected text, found a list"));
  WriteTestFile(folder_ + "/list.yaml", "[1, 2]\n");
  EXPECT_THAT(Refused("extends: list.yaml\n"),
              HasSubstr("list.yaml:1:1: expected a map"));
  WriteTestFile(folder_ + "/broken.yaml", "a: [1,\n");
  EXPECT_THAT(Refused("extends: broken.yaml\n"), HasSubstr("broken.yaml:"));
  SpecNode node = ReadSpec("extends: base.yaml\n", "pipe", 0, problems_);
  Extend("", node, problems_);
  EXPECT_THAT(Message(problems_),
              HasSubstr("only a spec that lies in a file can extend another"));
}

}  // namespace
}  // namespace bigstep

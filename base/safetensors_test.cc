#include "base/safetensors.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A file of this header and data.
std::string File(const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i) {
    length[i] = static_cast<char>(header.size() >> (8 * i) & 255);
  }
  return length + header + data;
}

// The message of the error that parsing `file` gives.
std::string Error(const std::string& file) {
  const absl::Status status = ParseSafetensors(file).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  return std::string(status.message());
}

std::string DtypesFile() {
  std::ifstream file("base/testdata/dtypes.safetensors", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

constexpr char kAdvice[] =
    "; this is not a whole safetensors file; what torch.save wrote is turned "
    "into one by safetensors.torch.save_file(torch.load(old), new)";

TEST(SafetensorsTest, ReadsEveryDtypeFromUnalignedPlaces) {
  const std::string file = DtypesFile();
  const auto stored = ParseSafetensors(file);
  ASSERT_TRUE(stored.ok()) << stored.status();
  // The values that make_dtypes.py packs; all but 0.1 are exact.
  const std::map<std::string, at::Tensor> expected = {
      {"half", at::tensor({0.5, -65504., 0x1p-24}).to(at::kHalf)},
      {"brain", at::tensor({-1.5, 0x1p100}).to(at::kBFloat16).view({2, 1})},
      {"double", at::tensor({0.1, -3.}, at::kDouble)},
      {"long", at::full({}, -(int64_t{1} << 40), at::kLong)},
      {"empty", at::empty({0, 4})},
      {"float", at::tensor({1.f, 2.f, 3.f, 4.f, 5.f, 0.1f}).view({2, 3})},
  };
  ASSERT_EQ(stored->size(), expected.size());
  for (const auto& [name, values] : expected) {
    SCOPED_TRACE(name);
    ASSERT_EQ(stored->count(name), 1u);
    const at::Tensor read = ToTensor(stored->at(name));
    EXPECT_EQ(read.scalar_type(), values.scalar_type());
    EXPECT_TRUE(read.equal(values)) << read;
  }
}

TEST(SafetensorsTest, WritesHeaderPaddingAndValues) {
  const std::string file =
      FormatSafetensors({{"b", at::tensor({1.f, 0.f}).view({2, 1})},
                         {"a", at::zeros({})},
                         {"c", at::tensor({int64_t{258}})}});
  // By hand: keys are sorted. The int64 comes first in the data, so that it
  // begins at a multiple of eight; the header is padded to one as well.
  const std::string header =
      R"({"__metadata__":{"format":"pt"},)"
      R"("a":{"data_offsets":[8,12],"dtype":"F32","shape":[]},)"
      R"("b":{"data_offsets":[12,20],"dtype":"F32","shape":[2,1]},)"
      R"("c":{"data_offsets":[0,8],"dtype":"I64","shape":[1]}})";
  ASSERT_EQ(header.size(), 195u);
  const std::string data = {2, 1, 0,      0,    0, 0, 0, 0,  //
                            0, 0, 0,      0,                 //
                            0, 0, '\x80', 0x3f, 0, 0, 0, 0};
  EXPECT_EQ(file, File(header + "     ", data));
}

TEST(SafetensorsTest, ReadsBackWhatItWrote) {
  // A view whose values are not next to each other.
  const at::Tensor view = at::arange(12).to(at::kFloat).view({3, 4}).t();
  const std::map<std::string, at::Tensor> tensors = {
      {"x.weight", view},
      {"\"quoted\"\n\xc3\xa9", at::ones({2})},
      {"count", at::full({}, 7, at::kLong)},
      {"bytes", at::arange(5).to(at::kByte)},
      {"double", at::tensor({0.1, -3.}, at::kDouble)},
      {"half", at::tensor({0.5, 2.}).to(at::kHalf)},
      {"brain", at::tensor({-1.5}).to(at::kBFloat16)},
      {"nothing", at::empty({3, 0})}};
  const std::string file = FormatSafetensors(tensors);
  const auto stored = ParseSafetensors(file);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor read = ToTensor(stored->at(name));
    EXPECT_EQ(read.scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(read.equal(tensor)) << name;
  }
}

TEST(SafetensorsTest, ReadsBytes) {
  const std::string file =
      File(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})",
           {'\0', '\x7f', '\xff'});
  const auto stored = ParseSafetensors(file);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_TRUE(
      ToTensor(stored->at("a")).equal(at::tensor({0, 127, 255}).to(at::kByte)));
}

TEST(SafetensorsTest, AFileMayHoldNoTensors) {
  EXPECT_TRUE(ParseSafetensors(File("{}", "")).ok());
  EXPECT_TRUE(ParseSafetensors(FormatSafetensors({})).ok());
}

TEST(SafetensorsTest, RefusesAFileCutAnywhere) {
  const std::string file = DtypesFile();
  ASSERT_GT(file.size(), 500u);
  for (size_t size = 0; size < file.size(); ++size) Error(file.substr(0, size));
  EXPECT_EQ(Error(file + "!"),
            "expected 58 bytes of data for all tensors, found 59");
}

TEST(SafetensorsTest, RefusesWhatHasNoWholeHeader) {
  EXPECT_EQ(Error(""), absl::StrCat("expected 8 bytes with the length of the "
                                    "header, found 0",
                                    kAdvice));
  EXPECT_EQ(Error("1234567"), absl::StrCat("expected 8 bytes with the length "
                                           "of the header, found 7",
                                           kAdvice));
  // A zip archive, as torch.save writes it: 0x08080000'04034b50 bytes, or
  // 578712552184433488.
  EXPECT_EQ(Error(std::string("PK\x03\x04\0\0\x08\x08 and so on", 18)),
            absl::StrCat("expected a header of 578712552184433488 bytes, found "
                         "10 bytes (and a header has at most 100000000)",
                         kAdvice));
  EXPECT_EQ(Error(File("{}", "").substr(0, 9)),
            absl::StrCat("expected a header of 2 bytes, found 1 bytes (and a "
                         "header has at most 100000000)",
                         kAdvice));
}

TEST(SafetensorsTest, RefusesAHeaderThatIsNoObject) {
  EXPECT_EQ(Error(File("{\"a\":", "")),
            absl::StrCat("not valid JSON at byte 6; in the header", kAdvice));
  EXPECT_EQ(Error(File("", "")),
            absl::StrCat("not valid JSON at byte 1; in the header", kAdvice));
  // 0xff is not UTF-8.
  EXPECT_EQ(Error(File("{\"\xff\":1}", "")),
            absl::StrCat("not valid JSON at byte 3; in the header", kAdvice));
  EXPECT_EQ(Error(File("[1,2]", "")),
            "expected a JSON object as header, found [1,2]");
}

TEST(SafetensorsTest, RefusesTwoTensorsOfOneName) {
  const std::string a =
      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  EXPECT_EQ(Error(File("{" + a + "," + a + "}", "1234")),
            "tensor 'a': there are two of this name");
  // Keys of different tensors may be equal.
  EXPECT_TRUE(ParseSafetensors(File("{" + a + "}", "1234")).ok());
}

TEST(SafetensorsTest, RefusesDeepNesting) {
  constexpr char kDeep[] =
      "expected lists and objects at most 3 deep, found deeper ones";
  const std::string open(200'000, '['), closed(200'000, ']');
  EXPECT_EQ(Error(File(open, "")), absl::StrCat("header: ", kDeep));
  EXPECT_EQ(Error(File(open + closed, "")), absl::StrCat("header: ", kDeep));
  for (const std::string& shape :
       {std::string("[[2]]"), std::string(R"([{"a":1}])"), open + closed}) {
    const std::string tensor =
        R"({"dtype":"F32","shape":)" + shape + R"(,"data_offsets":[0,8]})";
    EXPECT_EQ(Error(File(R"({"a":)" + tensor + "}", "12345678")),
              absl::StrCat("tensor 'a': ", kDeep));
  }
}

TEST(SafetensorsTest, MetadataAreNotLookedAtButMayNotNestDeeply) {
  const auto file = [](const std::string& metadata) {
    return File(
        R"({"__metadata__":{"x":)" + metadata +
            R"(},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        "1234");
  };
  const std::string shallow = file("[1,null]");  // Outlives the views into it.
  const auto stored = ParseSafetensors(shallow);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ(stored->at("a").data, "1234");
  const std::string deep =
      std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_EQ(ParseSafetensors(file(deep)).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(SafetensorsTest, RefusesMalformedTensors) {
  struct Case {
    std::string json;     // Of tensor 'a', with eight bytes of data.
    std::string message;  // After "tensor 'a': expected ".
  };
  const Case cases[] = {
      {"3", "an object, found 3"},
      {R"({"shape":[2],"data_offsets":[0,8]})",
       "a dtype of BF16, F16, F32, F64, I64 and U8, found nothing"},
      {R"({"dtype":"I32","shape":[2],"data_offsets":[0,8]})",
       "a dtype of BF16, F16, F32, F64, I64 and U8, found \"I32\""},
      {R"({"dtype":7,"shape":[2],"data_offsets":[0,8]})",
       "a dtype of BF16, F16, F32, F64, I64 and U8, found 7"},
      {R"({"dtype":"F32","data_offsets":[0,8]})",
       "a shape, a list of sizes, found nothing"},
      {R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})",
       "a shape, a list of sizes, found 2"},
      {R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})",
       "a shape, a list of sizes, found [-2]"},
      {R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})",
       "a shape, a list of sizes, found [2.0]"},
      // 2^63.
      {R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]})",
       "a shape, a list of sizes, found [9223372036854775808]"},
      {R"({"dtype":"F32","shape":[2]})",
       "data_offsets, where it begins and ends, found nothing"},
      {R"({"dtype":"F32","shape":[2],"data_offsets":[0]})",
       "data_offsets, where it begins and ends, found [0]"},
      {R"({"dtype":"F32","shape":[2],"data_offsets":[0,4,8]})",
       "data_offsets, where it begins and ends, found [0,4,8]"},
      {R"({"dtype":"F32","shape":[2],"data_offsets":[0,"8"]})",
       "data_offsets, where it begins and ends, found [0,\"8\"]"},
      {R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})",
       "data_offsets within the 8 bytes of data, found [8,0]"},
      {R"({"dtype":"F32","shape":[2],"data_offsets":[4,12]})",
       "data_offsets within the 8 bytes of data, found [4,12]"},
      {R"({"dtype":"F32","shape":[1],"data_offsets":[0,8]})",
       "4 bytes for F32 of shape [1], found 8"},
      {R"({"dtype":"F64","shape":[2],"data_offsets":[0,8]})",
       "16 bytes for F64 of shape [2], found 8"},
      {R"({"dtype":"F32","shape":[],"data_offsets":[0,8]})",
       "4 bytes for F32 of shape [], found 8"},
      {R"({"dtype":"F32","shape":[2,0],"data_offsets":[0,8]})",
       "0 bytes for F32 of shape [2,0], found 8"},
      // 4 * 2^62 * 2 = 2^65 is 0 in 64 bits; so would be the empty tensor's
      // steps.
      {R"({"dtype":"F32","shape":[4611686018427387904,2],)"
       R"("data_offsets":[0,0]})",
       "more than 2^63 bytes for F32 of shape [4611686018427387904,2], found "
       "0"},
      {R"({"dtype":"F32","shape":[0,4611686018427387904,2],)"
       R"("data_offsets":[0,0]})",
       "more than 2^63 bytes for F32 of shape [0,4611686018427387904,2], "
       "found 0"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Error(File("{\"a\":" + c.json + "}", "12345678")),
              "tensor 'a': expected " + c.message);
  }
}

TEST(SafetensorsTest, RefusesOverlapsAndGaps) {
  const auto file = [](const std::string& a, const std::string& b) {
    return File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + a +
                    R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + b +
                    "}}",
                "123456789012");
  };
  EXPECT_EQ(Error(file("[0,4]", "[2,6]")),
            "tensor 'b': expected data from byte 4 on, where others end, found "
            "2");
  EXPECT_EQ(Error(file("[0,4]", "[0,4]")),
            "tensor 'b': expected data from byte 4 on, where others end, found "
            "0");
  EXPECT_EQ(Error(file("[8,12]", "[0,4]")),
            "tensor 'a': expected data from byte 4 on, where others end, found "
            "8");
  EXPECT_EQ(Error(file("[4,8]", "[8,12]")),
            "tensor 'a': expected data from byte 0 on, where others end, found "
            "4");
  EXPECT_EQ(Error(file("[4,8]", "[0,4]")),
            "expected 8 bytes of data for all tensors, found 12");
}

TEST(SafetensorsTest, MessagesStayReadable) {
  const std::string longest =
      "[" + std::string(200, ' ') + "\"\\u0000\"" + std::string(300, ' ') + "]";
  EXPECT_EQ(Error(File(longest, "")),
            "expected a JSON object as header, found [\"\\u0000\"]");
  EXPECT_EQ(Error(File("\"" + std::string(500, 'x') + "\"", "")),
            "expected a JSON object as header, found \"" +
                std::string(79, 'x') + "...");
  // Characters of three bytes; what Shown keeps, 84 bytes, ends inside one.
  std::string euros = "\"x";
  std::string shown = "\"x";
  for (int i = 0; i < 100; ++i) euros += "\u20ac";
  for (int i = 0; i < 13; ++i) shown += "\\u20ac";
  EXPECT_EQ(Error(File(euros + "\"", "")),
            "expected a JSON object as header, found " + shown + "...");
  EXPECT_EQ(Error(File("[" + std::string(100'000, ' ') + "{\"a\":[1,2]}]", "")),
            "expected a JSON object as header, found [{\"a\":[1,2]}]");
  EXPECT_EQ(Error(File(R"({"a\n":1})", "")),
            "tensor 'a\\n': expected an object, found 1");
}

TEST(SafetensorsDeathTest, WritesNoOtherDtypes) {
  EXPECT_DEATH(FormatSafetensors({{"x", at::zeros({1}, at::kInt)}}),
               "neither floating-point nor int64 nor uint8");
}

}  // namespace
}  // namespace bigstep

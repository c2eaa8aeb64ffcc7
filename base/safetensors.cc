#include "base/safetensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "base/log.h"
#include "base/status.h"

// Values are copied as they lie in the file.
static_assert(std::endian::native == std::endian::little);

namespace bigstep {
namespace {

constexpr size_t kLengthSize = 8;

// The limit of the reference implementation.
constexpr uint64_t kMaxHeaderSize = 100'000'000;

constexpr char kMetadata[] = "__metadata__";

constexpr std::pair<absl::string_view, at::ScalarType> kDtypes[] = {
    {"BF16", at::kBFloat16}, {"F16", at::kHalf}, {"F32", at::kFloat},
    {"F64", at::kDouble},    {"I64", at::kLong}, {"U8", at::kByte},
};

std::optional<at::ScalarType> DtypeOf(const Json& name) {
  for (const auto& [known, dtype] : kDtypes) {
    if (name.is_string() && name.get<std::string>() == known) return dtype;
  }
  return std::nullopt;
}

std::string NameOf(at::ScalarType dtype) {
  for (const auto& [name, known] : kDtypes) {
    if (known == dtype) return std::string(name);
  }
  BIGSTEP_CHECK(false) << "no name for dtype " << at::toString(dtype);
  return "";
}

std::string Quoted(absl::string_view name) {
  return absl::StrCat("'", absl::Utf8SafeCHexEscape(name), "'");
}

absl::Status WrongTensor(absl::string_view name, absl::string_view expected,
                         const Json& found) {
  return absl::DataLossError(absl::StrCat("tensor ", Quoted(name),
                                          ": expected ", expected, ", found ",
                                          Excerpt(found)));
}

// Follows the parser through a header to find errors that the parsed header
// would hide (duplicate names) and nesting that would overflow the stack of its
// readers.
class HeaderCheck {
 public:
  // As Json::parser_callback_t: whether to keep what begins or was read inside
  // `depth` lists and objects.
  bool Visit(int depth, Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (depth == 1 && event == Event::key) {
      name_ = value.get<std::string>();
      if (!names_.insert(*name_).second) Note("there are two of this name");
      return true;
    }
    // The header, a tensor in it, the tensor's shape. Metadata are texts and
    // need less.
    constexpr int kDeepest = 3;
    const bool begins =
        event == Event::object_start || event == Event::array_start;
    if (!begins || depth < kDeepest) return true;
    Note("expected lists and objects at most 3 deep, found deeper ones");
    return false;
  }

  // DataLoss with the first problem, if there was one.
  const absl::Status& status() const { return status_; }

 private:
  void Note(absl::string_view problem) {
    if (!status_.ok()) return;
    const std::string where =
        name_ ? absl::StrCat("tensor ", Quoted(*name_)) : "header";
    status_ = absl::DataLossError(absl::StrCat(where, ": ", problem));
  }

  std::set<std::string> names_;
  std::optional<std::string> name_;  // The last of them.
  absl::Status status_;
};

absl::StatusOr<Json> ParseHeader(absl::string_view text,
                                 absl::string_view advice) {
  HeaderCheck check;
  Json header = Json::parse(
      text.begin(), text.end(),
      [&check](int depth, Json::parse_event_t event, const Json& value) {
        return check.Visit(depth, event, value);
      },
      /*allow_exceptions=*/false);
  RETURN_IF_ERROR(check.status());
  if (header.is_discarded()) {
    // Again, since only this says where it fails.
    RETURN_IF_ERROR(ParseJson(text).status()) << "in the header; " << advice;
  }
  if (!header.is_object()) {
    return absl::DataLossError(absl::StrCat(
        "expected a JSON object as header, found ", Excerpt(header)));
  }
  return header;
}

struct Parts {
  Json header;
  absl::string_view data;
};

absl::StatusOr<Parts> Split(absl::string_view file) {
  constexpr char kAdvice[] =
      "this is not a whole safetensors file; what torch.save wrote is turned "
      "into one by safetensors.torch.save_file(torch.load(old), new)";
  if (file.size() < kLengthSize) {
    return absl::DataLossError(
        absl::StrCat("expected 8 bytes with the length of the header, found ",
                     file.size(), "; ", kAdvice));
  }
  uint64_t length;
  std::memcpy(&length, file.data(), kLengthSize);
  file.remove_prefix(kLengthSize);
  if (length > std::min<uint64_t>(file.size(), kMaxHeaderSize)) {
    return absl::DataLossError(absl::StrCat(
        "expected a header of ", length, " bytes, found ", file.size(),
        " bytes (and a header has at most ", kMaxHeaderSize, "); ", kAdvice));
  }
  ASSIGN_OR_RETURN(Json header, ParseHeader(file.substr(0, length), kAdvice));
  return Parts{std::move(header), file.substr(length)};
}

// `list` as integers from 0 to 2^63 - 1, if it is that.
std::optional<std::vector<int64_t>> Integers(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<int64_t> integers;
  for (const Json& item : list) {
    // At 2^63 and above the cast gives a negative number.
    if (!item.is_number_unsigned()) return std::nullopt;
    integers.push_back(static_cast<int64_t>(item.get<uint64_t>()));
    if (integers.back() < 0) return std::nullopt;
  }
  return integers;
}

// The size of a tensor in bytes; nothing if that, or the size along an axis of
// an empty tensor, is beyond 64 bits.
std::optional<int64_t> ByteCount(const StoredTensor& tensor) {
  auto bytes = static_cast<int64_t>(at::elementSize(tensor.dtype));
  bool empty = false;
  for (const int64_t size : tensor.shape) {
    empty = empty || size == 0;
    if (__builtin_mul_overflow(bytes, std::max<int64_t>(size, 1), &bytes)) {
      return std::nullopt;
    }
  }
  return empty ? 0 : bytes;
}

// The tensor's part of `data`, which is that of all tensors.
absl::StatusOr<absl::string_view> ParsePlace(const std::string& name,
                                             const Json& place,
                                             absl::string_view data) {
  const auto offsets = Integers(place);
  if (!offsets || offsets->size() != 2) {
    return WrongTensor(name, "data_offsets, where it begins and ends", place);
  }
  const auto size = static_cast<int64_t>(data.size());
  const int64_t begin = (*offsets)[0], end = (*offsets)[1];
  if (begin > end || end > size) {
    return WrongTensor(
        name, absl::StrCat("data_offsets within the ", size, " bytes of data"),
        place);
  }
  return data.substr(begin, end - begin);
}

// Reads the header's entry of a tensor; `data` is that of all tensors.
absl::StatusOr<StoredTensor> ParseTensor(const std::string& name,
                                         const Json& json,
                                         absl::string_view data) {
  if (!json.is_object()) return WrongTensor(name, "an object", json);
  const Json type = json.value("dtype", Json());
  const Json shape = json.value("shape", Json());
  const auto dtype = DtypeOf(type);
  if (!dtype) {
    return WrongTensor(name, "a dtype of BF16, F16, F32, F64, I64 and U8",
                       type);
  }
  const auto sizes = Integers(shape);
  if (!sizes) return WrongTensor(name, "a shape, a list of sizes", shape);
  ASSIGN_OR_RETURN(const absl::string_view part,
                   ParsePlace(name, json.value("data_offsets", Json()), data));
  StoredTensor tensor{*dtype, *sizes, part};
  const std::optional<int64_t> bytes = ByteCount(tensor);
  if (bytes != static_cast<int64_t>(part.size())) {
    return WrongTensor(
        name,
        absl::StrCat(bytes ? absl::StrCat(*bytes) : "more than 2^63",
                     " bytes for ", NameOf(*dtype), " of shape ",
                     Excerpt(shape)),
        part.size());
  }
  return tensor;
}

// DataLoss unless the tensors fill `data` without overlap or gap.
absl::Status CheckPlaces(const std::map<std::string, StoredTensor>& tensors,
                         absl::string_view data) {
  struct Place {
    size_t begin, end;
    absl::string_view name;
  };
  std::vector<Place> places;
  for (const auto& [name, tensor] : tensors) {
    const size_t begin = tensor.data.data() - data.data();
    places.push_back({begin, begin + tensor.data.size(), name});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  size_t end = 0;
  for (const Place& place : places) {
    if (place.begin != end) {
      return WrongTensor(
          place.name,
          absl::StrCat("data from byte ", end, " on, where others end"),
          place.begin);
    }
    end = place.end;
  }
  if (end == data.size()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "expected ", end, " bytes of data for all tensors, found ", data.size()));
}

absl::StatusOr<std::map<std::string, StoredTensor>> ParseTensors(
    const Parts& parts) {
  std::map<std::string, StoredTensor> tensors;
  for (const auto& [name, json] : parts.header.items()) {
    if (name == kMetadata) continue;
    ASSIGN_OR_RETURN(tensors[name], ParseTensor(name, json, parts.data));
  }
  RETURN_IF_ERROR(CheckPlaces(tensors, parts.data));
  return tensors;
}

// The texts among the metadata of `header`.
absl::StatusOr<Metadata> ParseMetadata(const Json& header) {
  const auto found = header.find(kMetadata);
  if (found == header.end() || !found->is_object()) {
    return absl::DataLossError("the header has no metadata");
  }
  Metadata metadata;
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// Describes tensors that follow each other.
Json Header(const std::vector<TensorPlace>& tensors, Json metadata) {
  Json header = {{kMetadata, std::move(metadata)}};
  int64_t end = 0;
  for (const TensorPlace& tensor : tensors) {
    const int64_t begin = end;
    end += ByteCount({tensor.dtype, tensor.shape, ""}).value();
    header[tensor.name] = {{"dtype", NameOf(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"data_offsets", {begin, end}}};
  }
  return header;
}

// The bytes before the values: the length of the header, and the header with
// spaces up to a multiple of `alignment`.
std::string Head(std::string header, size_t alignment) {
  const size_t end = kLengthSize + header.size();
  header.resize(header.size() + (alignment - end % alignment) % alignment, ' ');
  const uint64_t length = header.size();
  std::string head(kLengthSize, '\0');
  std::memcpy(head.data(), &length, kLengthSize);
  return head + header;
}

}  // namespace

absl::StatusOr<std::map<std::string, StoredTensor>> ParseSafetensors(
    absl::string_view file) {
  ASSIGN_OR_RETURN(const Parts parts, Split(file));
  return ParseTensors(parts);
}

absl::StatusOr<std::map<std::string, StoredTensor>> ParseSafetensors(
    absl::string_view file, Metadata* metadata) {
  ASSIGN_OR_RETURN(const Parts parts, Split(file));
  ASSIGN_OR_RETURN(*metadata, ParseMetadata(parts.header));
  return ParseTensors(parts);
}

at::Tensor ToTensor(const StoredTensor& stored) {
  at::Tensor tensor = at::empty(stored.shape, stored.dtype);
  BIGSTEP_CHECK(tensor.nbytes() == stored.data.size())
      << tensor.nbytes() << " against " << stored.data.size();
  // The file may hold values at odd addresses: no pointer to them is made.
  if (!stored.data.empty()) {
    std::memcpy(tensor.data_ptr(), stored.data.data(), stored.data.size());
  }
  return tensor;
}

std::string FormatSafetensors(const std::map<std::string, at::Tensor>& tensors,
                              Metadata metadata) {
  std::vector<TensorPlace> places;
  // The large items first: each then lies at a multiple of its size.
  for (const at::ScalarType dtype : {at::kLong, at::kDouble, at::kFloat,
                                     at::kHalf, at::kBFloat16, at::kByte}) {
    for (const auto& [name, tensor] : tensors) {
      if (tensor.scalar_type() != dtype) continue;
      places.push_back({name, dtype, tensor.sizes().vec()});
    }
  }
  BIGSTEP_CHECK(places.size() == tensors.size())
      << "a tensor is neither floating-point nor int64 nor uint8";
  metadata["format"] = "pt";
  std::string file = Head(CanonicalJson(Header(places, metadata)), 8);
  size_t size = file.size();
  for (const auto& [name, tensor] : tensors) size += tensor.nbytes();
  file.reserve(size);
  for (const TensorPlace& place : places) {
    const at::Tensor values =
        tensors.at(place.name).detach().cpu().contiguous();
    file.append(static_cast<const char*>(values.data_ptr()), values.nbytes());
  }
  return file;
}

std::string SafetensorsHead(const std::vector<TensorPlace>& tensors,
                            const Metadata& metadata) {
  return Head(Header(tensors, metadata)
                  .dump(-1, ' ', /*ensure_ascii=*/false,
                        Json::error_handler_t::replace),
              64);
}

}  // namespace bigstep

#include "datasets/formats/idx_reader.h"

#include <ATen/ATen.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file_reads.h"
#include "base/status.h"
#include "datasets/formats/how_to_get.h"

namespace bigstep {
namespace {

// 1 GiB, twenty times MNIST's largest file.
constexpr int64_t kMaxElements = int64_t{1} << 30;

// A gzip or plain file read from the front. zlib distinguishes the two.
class Reader {
 public:
  static absl::StatusOr<Reader> Open(const std::string& path) {
    NoteFileRead(path);
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
    }
    gzbuffer(file, 1 << 18);
    return Reader(path, file);
  }

  // Fills `size` bytes or fails with DataLoss; `what` names them.
  absl::Status Read(void* to, int64_t size, absl::string_view what) {
    char* out = static_cast<char*>(to);
    int64_t done = 0;
    while (done < size) {
      const auto chunk =
          static_cast<unsigned>(std::min<int64_t>(size - done, 1 << 30));
      const int read = gzread(file_.get(), out + done, chunk);
      if (read < 0) return Broken(done);
      if (read == 0) break;
      done += read;
    }
    // A gzip stream cut short gives its beginning; gzerror then reports it.
    if (done < size) {
      return absl::DataLossError(absl::StrFormat(
          "%s: at byte %d: expected %d bytes of %s, found %d; the file is cut "
          "short",
          path_, offset_, size, what, done));
    }
    offset_ += done;
    return absl::OkStatus();
  }

  // DataLoss if anything follows, or if the checksum of a gzip file is wrong.
  absl::Status ExpectEnd() {
    char extra;
    const int read = gzread(file_.get(), &extra, 1);
    int code = Z_OK;
    gzerror(file_.get(), &code);
    if (read < 0 || (code != Z_OK && code != Z_STREAM_END)) return Broken(0);
    if (read == 0) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrFormat("%s: at byte %d: expected the end of the file, as its "
                        "header says, found more bytes",
                        path_, offset_));
  }

  absl::Status WrongHeader(int64_t at, absl::string_view expected,
                           absl::string_view found) const {
    return absl::DataLossError(absl::StrFormat(
        "%s: at byte %d: expected %s, found %s", path_, at, expected, found));
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };

  Reader(std::string path, gzFile file) : path_(std::move(path)), file_(file) {}

  absl::Status Broken(int64_t done) const {
    int code = Z_OK;
    const char* message = gzerror(file_.get(), &code);
    return absl::DataLossError(
        absl::StrFormat("%s: at byte %d: expected intact gzip data, found: %s",
                        path_, offset_ + done, message));
  }

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  int64_t offset_ = 0;
};

uint32_t BigEndian(const std::array<unsigned char, 4>& bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// The file that ReadIdx reads.
std::string PathOf(const std::string& stem) {
  const std::string packed = absl::StrCat(stem, ".gz");
  return Exists(packed) ? packed : stem;
}

absl::StatusOr<MnistImages> ReadPair(const std::string& folder,
                                     const std::string& prefix) {
  const std::string image_stem =
      absl::StrCat(folder, "/", prefix, "-images-idx3-ubyte");
  const std::string label_stem =
      absl::StrCat(folder, "/", prefix, "-labels-idx1-ubyte");
  ASSIGN_OR_RETURN(const at::Tensor images, ReadIdx(image_stem, 3));
  ASSIGN_OR_RETURN(const at::Tensor labels, ReadIdx(label_stem, 1));
  if (images.size(1) != 28 || images.size(2) != 28) {
    return absl::DataLossError(absl::StrFormat(
        "%s: at byte 8: expected images of 28 x 28, found %d x %d",
        PathOf(image_stem), images.size(1), images.size(2)));
  }
  if (images.size(0) != labels.size(0)) {
    return absl::DataLossError(absl::StrFormat(
        "%s: at byte 4: expected %d labels, one for each image, found %d",
        PathOf(label_stem), images.size(0), labels.size(0)));
  }
  const at::Tensor wrong = labels.gt(9).nonzero();
  if (wrong.size(0) > 0) {
    const int64_t first = wrong[0][0].item<int64_t>();
    return absl::DataLossError(absl::StrFormat(
        "%s: at byte %d: expected a label from 0 to 9, found %d",
        PathOf(label_stem), 8 + first, labels[first].item<int64_t>()));
  }
  return MnistImages{images, labels.to(at::kLong)};
}

}  // namespace

absl::StatusOr<at::Tensor> ReadIdx(const std::string& stem, int rank) {
  const std::string path = PathOf(stem);
  if (!Exists(path)) {
    return absl::NotFoundError(
        absl::StrCat("found neither ", stem, ".gz nor ", stem));
  }
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(path));
  std::array<unsigned char, 4> word;
  RETURN_IF_ERROR(reader.Read(word.data(), 4, "magic number"));
  // Two zero bytes, 8 for unsigned bytes, the number of dimensions.
  const uint32_t magic = 0x800 + rank;
  if (BigEndian(word) != magic) {
    return reader.WrongHeader(0,
                              absl::StrFormat("the magic number 0x%08x", magic),
                              absl::StrFormat("0x%08x", BigEndian(word)));
  }
  std::vector<int64_t> shape;
  int64_t elements = 1;
  for (int i = 0; i < rank; ++i) {
    RETURN_IF_ERROR(reader.Read(word.data(), 4, "header"));
    shape.push_back(BigEndian(word));
    // Stops before a corrupt header asks for more memory than there is.
    if (shape.back() == 0 || elements > kMaxElements / shape.back()) {
      return reader.WrongHeader(4 + 4 * i, "a plausible size",
                                absl::StrCat(shape.back()));
    }
    elements *= shape.back();
  }
  at::Tensor data = at::empty(shape, at::kByte);
  RETURN_IF_ERROR(reader.Read(data.data_ptr(), elements, "data"));
  RETURN_IF_ERROR(reader.ExpectEnd());
  return data;
}

absl::StatusOr<MnistImages> ReadMnist(const std::string& data_root,
                                      const std::string& prefix,
                                      const std::string& name) {
  absl::StatusOr<MnistImages> result =
      ReadPair(absl::StrCat(data_root, "/", name), prefix);
  RETURN_IF_ERROR(result.status()) << HowToGet(name);
  return result;
}

}  // namespace bigstep

#include "datasets/formats/idx_reader.h"

#include <ATen/ATen.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/files.h"
#include "base/scoped_fd.h"
#include "base/status.h"
#include "datasets/formats/how_to_get.h"

namespace bigstep {
namespace {

// 1 GiB, twenty times MNIST's largest file.
constexpr int64_t kMaxElements = int64_t{1} << 30;

constexpr absl::string_view kGzipMagic = "\x1f\x8b";

// A gzip or plain file read from the front.
class Reader {
 public:
  static absl::StatusOr<Reader> Open(const std::string& path) {
    ASSIGN_OR_RETURN(ScopedFd fd, OpenFile(path));
    Reader reader(path, std::move(fd));
    RETURN_IF_ERROR(reader.Refill());
    if (absl::StartsWith(reader.input(), kGzipMagic)) {
      RETURN_IF_ERROR(reader.StartGzip());
    }
    return reader;
  }

  // Fills `size` bytes or fails with DataLoss; `what` names them.
  absl::Status Read(void* to, int64_t size, absl::string_view what) {
    ASSIGN_OR_RETURN(const int64_t done,
                     ReadUpTo(static_cast<char*>(to), size));
    if (done < size) {
      return absl::DataLossError(absl::StrFormat(
          "%s: at byte %d: expected %d bytes of %s, found %d; the file is cut "
          "short",
          path_, offset_ - done, size, what, done));
    }
    return absl::OkStatus();
  }

  // DataLoss if anything follows, or if the checksum of a gzip file is wrong
  // or missing.
  absl::Status ExpectEnd() {
    char extra;
    ASSIGN_OR_RETURN(const int64_t more, ReadUpTo(&extra, 1));
    if (more == 0) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrFormat("%s: at byte %d: expected the end of the file, as its "
                        "header says, found more bytes",
                        path_, offset_ - 1));
  }

  // Whether the file can hold that many uncompressed bytes.
  bool CanHold(int64_t bytes) const {
    // Deflate at its best (RFC 1951): 258 bytes in two bits.
    constexpr int64_t kMostPerByte = 1032;
    struct stat found = {};
    if (fstat(fd_.get(), &found) != 0) return true;  // Read will say more.
    return bytes / (stream_ == nullptr ? 1 : kMostPerByte) <= found.st_size;
  }

  absl::Status WrongHeader(int64_t at, absl::string_view expected,
                           absl::string_view found) const {
    return absl::DataLossError(absl::StrFormat(
        "%s: at byte %d: expected %s, found %s", path_, at, expected, found));
  }

 private:
  struct End {
    void operator()(z_stream* stream) const {
      inflateEnd(stream);
      delete stream;
    }
  };

  Reader(std::string path, ScopedFd fd)
      : path_(std::move(path)), fd_(std::move(fd)), buffer_(1 << 18, '\0') {}

  // The bytes that were read from the file and not used yet.
  absl::string_view input() const {
    return absl::string_view(buffer_).substr(used_, filled_ - used_);
  }

  // Reads more of the file if nothing is left; input() is empty at its end.
  absl::Status Refill() {
    if (used_ < filled_) return absl::OkStatus();
    ssize_t size = -1;
    do {
      size = read(fd_.get(), buffer_.data(), buffer_.size());
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path_));
    }
    used_ = 0;
    filled_ = size;
    return absl::OkStatus();
  }

  absl::Status StartGzip() {
    stream_ = std::unique_ptr<z_stream, End>(new z_stream{});
    // 15 bits of window; 16: a gzip header.
    if (inflateInit2(stream_.get(), 15 + 16) != Z_OK) {
      return absl::ResourceExhaustedError(
          absl::StrCat("out of memory while reading ", path_));
    }
    return absl::OkStatus();
  }

  // Reads until `size` bytes are there or the file ends; returns how many.
  absl::StatusOr<int64_t> ReadUpTo(char* to, int64_t size) {
    int64_t done = 0;
    while (done < size) {
      RETURN_IF_ERROR(Refill());
      const int64_t before = done;
      ASSIGN_OR_RETURN(const bool ended, stream_ == nullptr
                                             ? Copy(to, size, done)
                                             : Inflate(to, size, done));
      offset_ += done - before;
      if (ended) break;
    }
    return done;
  }

  // Both move bytes to `to`, of which `done` of `size` are filled, and return
  // whether the file has ended.
  absl::StatusOr<bool> Copy(char* to, int64_t size, int64_t& done) {
    const absl::string_view part = input().substr(0, size - done);
    std::copy(part.begin(), part.end(), to + done);
    used_ += part.size();
    done += static_cast<int64_t>(part.size());
    return part.empty();
  }

  absl::StatusOr<bool> Inflate(char* to, int64_t size, int64_t& done) {
    if (between_members_) return StartMember();
    const absl::string_view part = input();
    stream_->next_in = reinterpret_cast<Bytef*>(buffer_.data() + used_);
    stream_->avail_in = static_cast<uInt>(part.size());
    const auto room =
        static_cast<uInt>(std::min<int64_t>(size - done, 1 << 30));
    stream_->next_out = reinterpret_cast<Bytef*>(to + done);
    stream_->avail_out = room;
    const int code = inflate(stream_.get(), Z_NO_FLUSH);
    used_ = filled_ - stream_->avail_in;
    done += room - stream_->avail_out;
    if (code == Z_STREAM_END) {
      between_members_ = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return Broken(stream_->msg == nullptr ? "an error" : stream_->msg);
    } else if (part.empty() && stream_->avail_out == room) {
      return Broken("the file is cut short");
    }
    return false;
  }

  // After a gzip member: another one may follow, or zeros up to the end.
  absl::StatusOr<bool> StartMember() {
    const absl::string_view rest = input();
    if (rest.empty()) return true;
    const size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
    used_ += zeros;
    if (zeros > 0) {
      padded_ = true;
    } else if (padded_ || rest[0] != kGzipMagic[0]) {
      return Broken("other bytes after the compressed data");
    } else if (inflateReset(stream_.get()) == Z_OK) {
      between_members_ = false;
    }
    return false;
  }

  absl::Status Broken(absl::string_view found) const {
    return absl::DataLossError(
        absl::StrFormat("%s: at byte %d: expected intact gzip data, found: %s",
                        path_, offset_, found));
  }

  std::string path_;
  ScopedFd fd_;
  std::string buffer_;
  size_t used_ = 0, filled_ = 0;           // Bytes of the buffer.
  std::unique_ptr<z_stream, End> stream_;  // Null for a plain file.
  bool between_members_ = false;           // Of a gzip file.
  bool padded_ = false;                    // Zeros followed a member.
  int64_t offset_ = 0;                     // In the uncompressed data.
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
  // Small buffers cost little, and the error of Read has the number of bytes.
  constexpr int64_t kFew = 16 << 20;
  if (elements > kFew && !reader.CanHold(elements)) {
    return reader.WrongHeader(4, "a size that fits the size of the file",
                              absl::StrCat(elements, " bytes of data"));
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

#include "experiments/report/tensorboard.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/report/analysis/recorded_trial.h"
#include "experiments/report/write_report.h"

namespace bigstep {
namespace {

using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

// Types of fields on the wire, and the numbers of the fields of event.proto and
// summary.proto of TensorFlow.
enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
constexpr int kEventWallTime = 1;     // double
constexpr int kEventStep = 2;         // int64
constexpr int kEventFileVersion = 3;  // string
constexpr int kEventSummary = 5;      // Summary
constexpr int kSummaryValue = 1;      // repeated Value
constexpr int kValueTag = 1;          // string
constexpr int kValueSimple = 2;       // float

uint32_t Tag(int field, WireType type) {
  return static_cast<uint32_t>(field) << 3 | type;
}

template <typename To, typename From>
To Bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

void WriteBytes(int field, const std::string& bytes, CodedOutputStream& out) {
  out.WriteTag(Tag(field, kBytes));
  out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
  out.WriteString(bytes);
}

// The bytes that `write` writes into a stream.
template <typename Writer>
std::string Message(const Writer& write) {
  std::string bytes;
  {
    StringOutputStream stream(&bytes);
    CodedOutputStream out(&stream);
    write(out);
  }  // The streams finish the string when they end.
  return bytes;
}

std::string VersionEvent(double time) {
  return Message([&](CodedOutputStream& out) {
    out.WriteTag(Tag(kEventWallTime, kFixed64));
    out.WriteLittleEndian64(Bits<uint64_t>(time));
    WriteBytes(kEventFileVersion, "brain.Event:2", out);
  });
}

std::string ScalarsEvent(double time, int64_t step,
                         const std::string& summary) {
  return Message([&](CodedOutputStream& out) {
    out.WriteTag(Tag(kEventWallTime, kFixed64));
    out.WriteLittleEndian64(Bits<uint64_t>(time));
    out.WriteTag(Tag(kEventStep, kVarint));
    out.WriteVarint64(static_cast<uint64_t>(step));
    WriteBytes(kEventSummary, summary, out);
  });
}

// "accuracy/test" of "accuracy.test": TensorBoard groups by what is before '/'.
std::string ScalarTag(std::string name) {
  std::replace(name.begin(), name.end(), '.', '/');
  return name;
}

std::string ScalarValue(const std::string& name, double value) {
  return Message([&](CodedOutputStream& out) {
    WriteBytes(kValueTag, ScalarTag(name), out);
    out.WriteTag(Tag(kValueSimple, kFixed32));
    out.WriteLittleEndian32(Bits<uint32_t>(static_cast<float>(value)));
  });
}

std::string SummaryOf(const History& history, size_t row) {
  return Message([&](CodedOutputStream& out) {
    for (size_t i = 0; i < history.names.size(); ++i) {
      const std::optional<double>& value = history.values[row][i];
      if (!value) continue;
      WriteBytes(kSummaryValue, ScalarValue(history.names[i], *value), out);
    }
  });
}

std::string LittleEndian(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) {
    text += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  return text;
}

// CRC-32C (Castagnoli), masked as TFRecord files have it: rotated, plus a
// constant, so that data that holds checksums gets a different one.
std::string MaskedCrc(absl::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data.data(), data.size());
  const uint32_t sum = crc.checksum();
  return LittleEndian(((sum >> 15) | (sum << 17)) + 0xA282EAD8u, 4);
}

double StartOf(const Record& record) {
  const auto started = record.times.find("started");
  absl::Time time;
  std::string error;
  if (started == record.times.end() || !started->is_string() ||
      !absl::ParseTime(absl::RFC3339_full, started->get<std::string>(), &time,
                       &error)) {
    return 0;
  }
  return absl::ToDoubleSeconds(time - absl::UnixEpoch());
}

// A readable name that is valid for a folder on any system.
std::string FolderName(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool safe = std::isalnum(byte) || byte >= 0x80 ||
                      std::strchr(" =+-_.,", c) != nullptr;
    name += safe ? c : '_';
  }
  // The caller makes long names unique.
  constexpr size_t kMost = 100;
  if (name.size() > kMost) {
    size_t size = kMost;
    while (size > 0 && (name[size] & 0xC0) == 0x80) --size;  // Whole letters.
    name.resize(size);
  }
  return name.empty() || name[0] == '.' ? "_" + name : name;
}

}  // namespace

std::string TfRecord(absl::string_view data) {
  const std::string length = LittleEndian(data.size(), 8);
  return absl::StrCat(length, MaskedCrc(length), data, MaskedCrc(data));
}

std::string EventFile(const History& history, double started, double seconds) {
  std::string file = TfRecord(VersionEvent(started));
  for (size_t row = 0; row < history.steps.size(); ++row) {
    const int64_t step = history.steps[row];
    const double last =
        std::max<double>(1, static_cast<double>(history.steps.back()));
    const double time = started + seconds * static_cast<double>(step) / last;
    file += TfRecord(ScalarsEvent(time, step, SummaryOf(history, row)));
  }
  return file;
}

absl::Status WriteTensorBoard(const std::string& study_folder,
                              const Study& study,
                              const std::function<bool()>& interrupted) {
  ASSIGN_OR_RETURN(const std::optional<FileLock> lock,
                   LockReport(study_folder, interrupted));
  // Files of an earlier call may belong to trials that no longer exist.
  const std::string all = absl::StrCat(study_folder, "/tensorboard");
  // In place of a link, this removes the link alone.
  std::error_code error;
  std::filesystem::remove_all(all, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot remove ", all, ": ", error.message()));
  }
  const Folder folder(study_folder);
  std::set<std::string> names;
  for (const StudyTrial& trial : study.trials) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record || trial.configurations.empty()) continue;
    ASSIGN_OR_RETURN(const std::optional<History> history,
                     ReadHistory(study_folder, *record));
    if (!history) continue;
    std::string name =
        FolderName(study.configurations[trial.configurations[0]].name);
    absl::StrAppend(&name, " seed ", trial.seed);
    if (!names.insert(name).second) absl::StrAppend(&name, " ", trial.id);
    const std::string below = absl::StrCat("tensorboard/", name);
    RETURN_IF_ERROR(folder.Make(below));
    RETURN_IF_ERROR(folder.Write(
        absl::StrCat(below, "/events.out.tfevents.", trial.id),
        EventFile(*history, StartOf(*record), SecondsOf(*record))));
  }
  return absl::OkStatus();
}

}  // namespace bigstep

#include "datasets/fetch/testing/archives.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/log.h"

namespace bigstep {
namespace {

void WriteEntry(archive* writer, const TestEntry& entry) {
  archive_entry* const header = archive_entry_new();
  archive_entry_set_pathname(header, entry.name.c_str());
  archive_entry_set_filetype(header, entry.type == 0 ? AE_IFREG : entry.type);
  archive_entry_set_perm(header, 0600);
  archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
  if (!entry.symlink.empty()) {
    archive_entry_set_filetype(header, AE_IFLNK);
    archive_entry_set_symlink(header, entry.symlink.c_str());
  }
  if (!entry.hardlink.empty()) {
    archive_entry_set_hardlink(header, entry.hardlink.c_str());
  }
  BIGSTEP_CHECK(archive_write_header(writer, header) == ARCHIVE_OK)
      << archive_error_string(writer);
  archive_write_data(writer, entry.content.data(), entry.content.size());
  archive_entry_free(header);
}

// Writes the entries with `writer`, whose format is set, and frees it.
std::string Write(archive* writer, const std::vector<TestEntry>& entries) {
  size_t size = 1 << 20;
  for (const TestEntry& entry : entries) size += 2 * entry.content.size();
  std::string bytes(size, '\0');
  size_t used = 0;
  BIGSTEP_CHECK(archive_write_open_memory(writer, bytes.data(), bytes.size(),
                                          &used) == ARCHIVE_OK)
      << archive_error_string(writer);
  for (const TestEntry& entry : entries) WriteEntry(writer, entry);
  BIGSTEP_CHECK(archive_write_close(writer) == ARCHIVE_OK)
      << archive_error_string(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

}  // namespace

std::string TarGz(const std::vector<TestEntry>& entries) {
  archive* const writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_add_filter_gzip(writer);
  return Write(writer, entries);
}

std::string TarBzip2(const std::vector<TestEntry>& entries) {
  archive* const writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_add_filter_bzip2(writer);
  return Write(writer, entries);
}

std::string Zip(const std::vector<TestEntry>& entries) {
  archive* const writer = archive_write_new();
  archive_write_set_format_zip(writer);
  return Write(writer, entries);
}

}  // namespace bigstep

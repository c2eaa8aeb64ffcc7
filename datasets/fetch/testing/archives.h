// Archives for tests, malicious ones among them.
#ifndef BIGSTEP_DATASETS_FETCH_TESTING_ARCHIVES_H_
#define BIGSTEP_DATASETS_FETCH_TESTING_ARCHIVES_H_

#include <string>
#include <vector>

namespace bigstep {

struct TestEntry {
  std::string name;
  std::string content = "";
  // If not empty, the entry is a link to this name.
  std::string symlink = "";
  std::string hardlink = "";
  // If not 0, the entry is of this type (AE_IFDIR, ...), not a file.
  unsigned type = 0;
};

// The bytes of a .tar.gz with these entries, names and links as given.
std::string TarGz(const std::vector<TestEntry>& entries);
// The same as a .tar.bz2.
std::string TarBzip2(const std::vector<TestEntry>& entries);
// The same as a .zip.
std::string Zip(const std::vector<TestEntry>& entries);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_TESTING_ARCHIVES_H_

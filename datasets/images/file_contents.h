// The contents of many files as one checksum.
#ifndef BIGSTEP_DATASETS_IMAGES_FILE_CONTENTS_H_
#define BIGSTEP_DATASETS_IMAGES_FILE_CONTENTS_H_

#include <c10/core/thread_pool.h>

#include <string>
#include <vector>

namespace bigstep {

// XXH3 with 128 bits of the bytes of each file; "" if it cannot be read, which
// its loader reports. Reads files in parallel, and each only once in a process
// while its size, inode and times of change stay the same.
std::vector<std::string> FileChecksums(const std::vector<std::string>& paths,
                                       c10::ThreadPool& helpers);

// The checksum of these checksums, in their order, in hexadecimal.
std::string FileContents(const std::vector<std::string>& checksums);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_FILE_CONTENTS_H_

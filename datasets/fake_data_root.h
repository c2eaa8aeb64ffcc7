// Small made-up files in the official layouts, so that every dataset can be
// made in a test.
#ifndef BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_
#define BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_

#include <string>

namespace bigstep {

// Makes a data root below the test's temporary folder, once, and returns its
// path. MNIST: 1200 training and 1000 test images, label i % 10 for image i,
// each a bright bar at a height that tells the label, over faint noise.
const std::string& FakeDataRoot();

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_

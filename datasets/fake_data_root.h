// Small made-up files in the official layouts, so that every dataset can be
// made in a test.
#ifndef BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_
#define BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_

#include <string>

namespace bigstep {

// Makes a data root below the test's temporary folder, once, and returns its
// path. Image i of K classes has label i % K; over faint noise, a bright bar
// shows it by its height (for CIFAR-100, as far as 28 rows can).
//   MNIST, Fashion-MNIST: 600 training and 400 test images.
//   CIFAR-10: 300 and 200. CIFAR-100: 1000, ten of each class, and 100.
// Besides, the sets of fake_image_sets.h (waterbirds, celeba, image_groups, and
// the class folders image_folder and imagenet) and, for frost, five patterns in
// place of photographs.
const std::string& FakeDataRoot();

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FAKE_DATA_ROOT_H_

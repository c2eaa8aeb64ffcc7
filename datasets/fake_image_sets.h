// Small made-up image datasets in their official layouts, for tests.
#ifndef BIGSTEP_DATASETS_FAKE_IMAGE_SETS_H_
#define BIGSTEP_DATASETS_FAKE_IMAGE_SETS_H_

#include <string>

namespace bigstep {

// Write one dataset each below the data root `root`: 40 training images, 18 of
// each group in which label and bias label agree and 2 of the others, and 20
// validation and 20 test images, 5 of each group (in CelebA 9 and 1, as biased
// as the training images). Images differ in size; a square shows the label, and
// the colour around it the bias label.
void WriteFakeWaterbirds(const std::string& root);
void WriteFakeCeleba(const std::string& root);
void WriteFakeImageGroups(const std::string& root);

// The same images without bias: 20 of each of two classes in
// `<root>/<folder>/train/<class>/` and 10 in `<root>/<folder>/val/<class>/`.
void WriteFakeClassFolders(const std::string& root, const std::string& folder,
                           const std::string& class0,
                           const std::string& class1);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FAKE_IMAGE_SETS_H_

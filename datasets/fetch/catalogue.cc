#include "datasets/fetch/catalogue.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace bigstep {
namespace {

// A file as its publisher made it.
struct Official {
  absl::string_view name;
  int64_t size;
  absl::string_view sha256;
};

// Size and SHA-256: the checksum lists of TensorFlow Datasets.

constexpr Official kMnist[] = {
    {"train-images-idx3-ubyte.gz", 9912422,
     "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
    {"train-labels-idx1-ubyte.gz", 28881,
     "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
    {"t10k-images-idx3-ubyte.gz", 1648877,
     "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
    {"t10k-labels-idx1-ubyte.gz", 4542,
     "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
};

constexpr Official kFashionMnist[] = {
    {"train-images-idx3-ubyte.gz", 26421880,
     "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
    {"train-labels-idx1-ubyte.gz", 29515,
     "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
    {"t10k-images-idx3-ubyte.gz", 4422102,
     "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
    {"t10k-labels-idx1-ubyte.gz", 5148,
     "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
};

constexpr Official kCifar10 = {
    "cifar-10-binary.tar.gz", 170052171,
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"};

constexpr Official kCifar100 = {
    "cifar-100-binary.tar.gz", 168513733,
    "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"};

constexpr Official kFrost[] = {
    {"frost1.png", 1199930,
     "ff9f907860bd7a835d459e32f9d588062b7f61ee267343cc7222b56753a14755"},
    {"frost2.png", 299002,
     "fe211a89b336999c207a852ce05818d4545d0b57c5beadd824b4cc9d9a9b6137"},
    {"frost3.png", 299002,
     "2d0d50b4a9bb213f38b024ef7768731bb83cc08d2f26b5766bbc167cdfa0e504"},
    {"frost4.jpg", 36734,
     "3f8b91ca1a9fa7167b09e773da53f5ae60d0a1fd88f02a783f6e328a72887f6e"},
    {"frost5.jpg", 155150,
     "5fc6a19df4a429ba68abdcc8f8a4278d4c9f81c9ccafd2c92ab0c8cf8992ebd2"},
    {"frost6.jpg", 90185,
     "1f92b2f48408748085b68dd81d816ef239f42cef3029c25d041fcb6760fb4f25"},
};

constexpr Official kCelebaImages = {
    "img_align_celeba.zip", 1443490838,
    "46fb89443c578308acf364d7d379fe1b9efb793042c0af734b6112e4fd3a8c74"};
constexpr Official kCelebaAttributes = {
    "list_attr_celeba.txt", 26721026,
    "f0e5da289d5ccf75ffe8811132694922b60f2af59256ed362afa03fefba324d0"};
constexpr Official kCelebaPartition = {
    "list_eval_partition.txt", 2836386,
    "fc955bcb3ef8fbdf7d5640d9a8693a8431b5f2ee291a5c1449a1549e7e073fe7"};

// Neither its size nor a checksum is published.
constexpr char kWaterbirds[] = "waterbird_complete95_forest2water2";

using Folders = std::vector<std::string>;

// `name` in each of `folders`, which are URLs.
std::vector<std::string> Urls(const Folders& folders, const std::string& name) {
  std::vector<std::string> urls;
  for (const std::string& folder : folders) {
    urls.push_back(absl::StrCat(folder, "/", name));
  }
  return urls;
}

// The file as it is, put to `folder`.
SourceFile File(const Official& official, const std::string& folder,
                const Folders& urls) {
  const std::string name(official.name);
  return {.name = name,
          .target = absl::StrCat(folder, "/", name),
          .size = official.size,
          .sha256 = std::string(official.sha256),
          .urls = Urls(urls, name)};
}

// The archive, unpacked to `target`.
SourceFile Unpacked(const Official& official, const std::string& target,
                    const Folders& urls, const ArchiveLayout& layout) {
  SourceFile file = File(official, "", urls);
  file.target = target;
  file.archive = layout;
  return file;
}

template <size_t n>
std::vector<SourceFile> Files(const Official (&officials)[n],
                              const std::string& folder, const Folders& urls) {
  std::vector<SourceFile> files;
  for (const Official& official : officials) {
    files.push_back(File(official, folder, urls));
  }
  return files;
}

// The datasets read these files unpacked as well: a header of 16 or 8 bytes,
// then 28 x 28 bytes for an image or one for a label.
template <size_t n>
std::vector<SourceFile> MnistFiles(const Official (&officials)[n],
                                   const std::string& folder,
                                   const Folders& urls) {
  constexpr int64_t kUnpacked[n] = {16 + 60000 * 28 * 28, 8 + 60000,
                                    16 + 10000 * 28 * 28, 8 + 10000};
  std::vector<SourceFile> files = Files(officials, folder, urls);
  for (size_t i = 0; i < n; ++i) {
    files[i].also_at = std::string(absl::StripSuffix(files[i].target, ".gz"));
    files[i].also_size = kUnpacked[i];
  }
  return files;
}

CatalogueEntry Mnist() {
  return {.name = "mnist",
          .terms =
              "CC BY-SA 3.0, as Keras documents it; "
              "http://yann.lecun.com/exdb/mnist/",
          .files = MnistFiles(kMnist, "mnist",
                              {"https://ossci-datasets.s3.amazonaws.com/mnist",
                               "https://storage.googleapis.com/cvdf-datasets/"
                               "mnist"})};
}

CatalogueEntry FashionMnist() {
  // The second is the address its authors give, which has no HTTPS.
  return {.name = "fashion_mnist",
          .terms = "MIT; https://github.com/zalandoresearch/fashion-mnist",
          .files = MnistFiles(
              kFashionMnist, "fashion_mnist",
              {"https://raw.githubusercontent.com/zalandoresearch/"
               "fashion-mnist/master/data/fashion",
               "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"})};
}

constexpr char kCifarTerms[] =
    "none stated, its authors ask to be cited; "
    "https://www.cs.toronto.edu/~kriz/cifar.html";

const Folders& CifarUrls() {
  static const auto* const urls = new Folders{
      "https://www.cs.toronto.edu/~kriz", "https://cave.cs.toronto.edu/kriz"};
  return *urls;
}

CatalogueEntry Cifar10() {
  // 10000 records of a label and 3 x 32 x 32 bytes.
  constexpr int64_t kBatch = 10000 * (1 + 3 * 32 * 32);
  const std::string folder = "cifar-10-batches-bin";
  return {.name = "cifar10",
          .terms = kCifarTerms,
          .files = {Unpacked(kCifar10, folder, CifarUrls(),
                             {.folder = folder,
                              .files = {{"data_batch_1.bin", kBatch},
                                        {"data_batch_2.bin", kBatch},
                                        {"data_batch_3.bin", kBatch},
                                        {"data_batch_4.bin", kBatch},
                                        {"data_batch_5.bin", kBatch},
                                        {"test_batch.bin", kBatch},
                                        {"batches.meta.txt"}}})}};
}

CatalogueEntry Cifar100() {
  // A coarse label, a fine label and 3 x 32 x 32 bytes.
  constexpr int64_t kRecord = 2 + 3 * 32 * 32;
  const std::string folder = "cifar-100-binary";
  return {.name = "cifar100",
          .terms = kCifarTerms,
          .files = {Unpacked(kCifar100, folder, CifarUrls(),
                             {.folder = folder,
                              .files = {{"train.bin", 50000 * kRecord},
                                        {"test.bin", 10000 * kRecord},
                                        {"fine_label_names.txt"},
                                        {"coarse_label_names.txt"}}})}};
}

CatalogueEntry Frost() {
  return {
      .name = "frost",
      .terms =
          "Apache-2.0, that of their repository; "
          "https://github.com/hendrycks/robustness",
      .files = Files(kFrost, "frost",
                     {"https://raw.githubusercontent.com/hendrycks/robustness/"
                      "master/ImageNet-C/imagenet_c/imagenet_c/frost"})};
}

CatalogueEntry Waterbirds() {
  const std::string name = absl::StrCat(kWaterbirds, ".tar.gz");
  return {.name = "waterbirds",
          .terms =
              "non-commercial research and education, as CUB-200-2011 and "
              "Places that it is made from; "
              "https://github.com/kohpangwei/group_DRO",
          .files = {{.name = name,
                     .target = "waterbirds_v1.0",
                     .also_at = kWaterbirds,
                     .urls = Urls({"https://nlp.stanford.edu/data/dro",
                                   "https://downloads.cs.stanford.edu/nlp/"
                                   "data/dro"},
                                  name),
                     // 4795 + 1199 + 5794, all images of CUB-200-2011.
                     .archive = {{.folder = kWaterbirds,
                                  .files = {{"metadata.csv"}},
                                  .images = 11788}}}}};
}

constexpr char kCelebaByHand[] =
    "CelebA cannot be downloaded by a program: Google Drive shows its files to "
    "browsers, and Kaggle wants an account. Either\n"
    "  - get img_align_celeba.zip, list_attr_celeba.txt and "
    "list_eval_partition.txt by way of\n"
    "    https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html into one folder and "
    "name it with --mirror=FOLDER, or\n"
    "  - unpack https://www.kaggle.com/datasets/jessicali9530/celeba-dataset "
    "so that the data root holds\n"
    "      celeba/list_attr_celeba.csv\n"
    "      celeba/list_eval_partition.csv\n"
    "      celeba/img_align_celeba/000001.jpg to 202599.jpg";

CatalogueEntry Celeba() {
  constexpr int64_t kImages = 202599;
  return {
      .name = "celeba",
      .terms =
          "non-commercial research only; "
          "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
      .by_hand = kCelebaByHand,
      .files = {File(kCelebaAttributes, "celeba", {}),
                File(kCelebaPartition, "celeba", {}),
                Unpacked(kCelebaImages, "celeba/img_align_celeba", {},
                         {.folder = "img_align_celeba", .images = kImages})},
      .check_other_layout = [](const std::string& data_root) {
        return CheckCelebaLayout(data_root, kImages);
      }};
}

CatalogueEntry Imagenet() {
  return {.name = "imagenet",
          .terms =
              "non-commercial research and education; "
              "https://image-net.org/download",
          .by_hand =
              "ImageNet is given to registered users only. With an account at "
              "https://image-net.org, get\n"
              "ILSVRC2012_img_train.tar, ILSVRC2012_img_val.tar and "
              "ILSVRC2012_devkit_t12.tar.gz, and unpack them so that\n"
              "the data root holds\n"
              "  imagenet/train/<wnid>/*.JPEG   1281167 images in 1000 folders "
              "(n01440764, ...), one for each tar in the first\n"
              "  imagenet/val/<wnid>/*.JPEG     50000 images, sorted into the "
              "same folders by the development kit's list",
          .check_other_layout = CheckImagenetLayout};
}

}  // namespace

const std::vector<CatalogueEntry>& Catalogue() {
  static const auto* const entries = new std::vector<CatalogueEntry>{
      Celeba(), Cifar10(),  Cifar100(), FashionMnist(),
      Frost(),  Imagenet(), Mnist(),    Waterbirds()};
  return *entries;
}

}  // namespace bigstep

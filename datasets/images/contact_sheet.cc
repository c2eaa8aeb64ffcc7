#include "datasets/images/contact_sheet.h"

#include <ATen/ATen.h>
#include <cairo/cairo.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/png.h"
#include "base/status.h"

namespace bigstep {
namespace {

// Lengths in pixels.
constexpr double kTile = 96;     // The longer side of an image.
constexpr double kCaption = 16;  // Below each image.
constexpr double kGap = 8;
constexpr double kTitle = 44;
constexpr double kRowName = 110;  // Left of each row.
constexpr double kFontSize = 11;

struct Color {
  double red, green, blue;
};
constexpr Color kBlack = {0, 0, 0};
constexpr Color kGray = {0.35, 0.35, 0.35};
constexpr Color kRed = {0.85, 0.1, 0.1};

// A name for `label`, or its number.
std::string NameOf(const std::vector<std::string>& names, int64_t label) {
  return names.empty() ? absl::StrCat(label) : names[label];
}

// Vectors become rows of at most ten values: [D] -> [1, ceil(D / 10), 10],
// filled up with the least value.
at::Tensor AsImage(const at::Tensor& input) {
  if (input.dim() == 3) return input;
  const at::Tensor flat = input.flatten();
  const int64_t width = std::min<int64_t>(flat.size(0), 10);
  const int64_t missing = (width - flat.size(0) % width) % width;
  return at::cat({flat, flat.min().expand({missing})}).view({1, -1, width});
}

// [C, H, W] as bytes [3, H, W]: floats from their least to their greatest
// value; one channel as gray, other numbers of channels by the first.
at::Tensor AsBytes(at::Tensor image) {
  if (image.scalar_type() != at::kByte) {
    const at::Tensor low = image.min();
    image = image.sub(low).div((image.max() - low).clamp_min(1e-12)).mul(255);
    image = image.to(at::kByte);
  }
  if (image.size(0) != 3) image = image.slice(0, 0, 1);
  return image.expand({3, -1, -1}).contiguous();
}

// Draws on a picture in memory.
class Canvas {
 public:
  Canvas(double width, double height)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                            static_cast<int>(width),
                                            static_cast<int>(height))),
        context_(cairo_create(surface_.get())) {
    cairo_set_source_rgb(context_, 1, 1, 1);
    cairo_paint(context_);
    cairo_select_font_face(context_, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
  }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas() { cairo_destroy(context_); }

  // Writes `text` with its baseline at y, cut with an ellipsis to `width`.
  void Text(std::string text, double x, double y, double width, double size,
            const Color& color) {
    cairo_set_font_size(context_, size);
    const auto fits = [&](const std::string& candidate) {
      cairo_text_extents_t extents;
      cairo_text_extents(context_, candidate.c_str(), &extents);
      return extents.x_advance <= width;
    };
    if (!fits(text)) {
      while (!text.empty() && !fits(text + "...")) {
        // Never cut inside a UTF-8 sequence.
        do text.pop_back();
        while (!text.empty() && (text.back() & 0xC0) == 0x80);
      }
      text += "...";
    }
    cairo_set_source_rgb(context_, color.red, color.green, color.blue);
    cairo_move_to(context_, x, y);
    cairo_show_text(context_, text.c_str());
  }

  // Draws bytes [3, H, W] into the rectangle.
  void Image(const at::Tensor& bytes, double x, double y, double width,
             double height) {
    const int64_t rows = bytes.size(1), columns = bytes.size(2);
    const Surface image = MakeSurface(bytes);
    cairo_save(context_);
    cairo_translate(context_, x, y);
    cairo_scale(context_, width / static_cast<double>(columns),
                height / static_cast<double>(rows));
    cairo_set_source_surface(context_, image.get(), 0, 0);
    // Small images show their pixels; large ones are smoothed.
    cairo_pattern_set_filter(
        cairo_get_source(context_),
        static_cast<double>(std::max(rows, columns)) <= kTile
            ? CAIRO_FILTER_NEAREST
            : CAIRO_FILTER_BEST);
    cairo_paint(context_);
    cairo_restore(context_);
  }

  void Frame(double x, double y, double width, double height, double thickness,
             const Color& color) {
    cairo_set_source_rgb(context_, color.red, color.green, color.blue);
    cairo_set_line_width(context_, thickness);
    cairo_rectangle(context_, x - thickness / 2, y - thickness / 2,
                    width + thickness, height + thickness);
    cairo_stroke(context_);
  }

  absl::StatusOr<std::string> Png() { return EncodePng(surface_.get()); }

 private:
  Surface surface_;
  cairo_t* context_;
};

// Lays out and draws one sheet.
class Sheet {
 public:
  Sheet(const Dataset& dataset, const Split& split,
        const ContactSheetOptions& options)
      : dataset_(dataset),
        split_(split),
        options_(options),
        rows_(PickExamples(split, dataset.task, options)) {
    const at::Tensor image = AsImage(at::empty(dataset.task.input_shape));
    const double longer =
        static_cast<double>(std::max(image.size(1), image.size(2)));
    width_ = kTile * static_cast<double>(image.size(2)) / longer;
    height_ = kTile * static_cast<double>(image.size(1)) / longer;
  }

  absl::StatusOr<std::string> Draw() {
    const double columns = static_cast<double>(options_.columns) +
                           (dataset_.spurious_mask.defined() ? 2 : 0);
    Canvas canvas(
        kRowName + std::max(columns * Pitch(), 480.0) + kGap,
        kTitle + static_cast<double>(rows_.size()) * RowPitch() + kGap);
    canvas.Text(options_.title, kGap, 20, 1e9, 15, kBlack);
    canvas.Text(Subtitle(), kGap, 36, 1e9, kFontSize, kGray);
    for (size_t i = 0; i < rows_.size(); ++i) {
      RETURN_IF_ERROR(DrawRow(rows_[i], Top(i), canvas));
    }
    if (dataset_.spurious_mask.defined() && !rows_.empty()) {
      RETURN_IF_ERROR(DrawMask(canvas));
    }
    return canvas.Png();
  }

 private:
  // From one tile to the next: wide enough for a caption.
  double Pitch() const { return std::max(width_, 72.0) + kGap; }
  double RowPitch() const { return height_ + kCaption + kGap; }
  double Top(size_t row) const {
    return kTitle + static_cast<double>(row) * RowPitch();
  }

  std::string Subtitle() const {
    std::string text = absl::StrCat(
        "split ", options_.split, ": ", split_.size(), " examples of [",
        absl::StrJoin(dataset_.task.input_shape, ", "), "]");
    if (dataset_.task.num_biases == 1) {
      return absl::StrCat(text, "; no bias labels");
    }
    const int64_t conflicting =
        split_.labels.ne(split_.bias_labels).sum().item<int64_t>();
    return absl::StrCat(text, "; ", conflicting,
                        " bias-conflicting (red frames); captions: bias label");
  }

  absl::Status DrawRow(const SheetRow& row, double top, Canvas& canvas) {
    canvas.Text(NameOf(dataset_.class_names, row.label), kGap,
                top + height_ / 2, kRowName - 2 * kGap, kFontSize + 1, kBlack);
    double left = kRowName;
    for (const std::vector<int64_t>* examples :
         {&row.aligned, &row.conflicting}) {
      for (const int64_t example : *examples) {
        ASSIGN_OR_RETURN(const at::Tensor image, ImageOf(example));
        canvas.Image(image, left, top, width_, height_);
        const bool conflicting = examples == &row.conflicting;
        if (conflicting) canvas.Frame(left, top, width_, height_, 2, kRed);
        if (dataset_.task.num_biases > 1) {
          canvas.Text(NameOf(dataset_.bias_names,
                             split_.bias_labels[example].item<int64_t>()),
                      left, top + height_ + kCaption - 3, Pitch() - 3,
                      kFontSize, conflicting ? kRed : kGray);
        }
        left += Pitch();
      }
    }
    return absl::OkStatus();
  }

  // The first example and what of it the mask leaves, beside the first row.
  absl::Status DrawMask(Canvas& canvas) {
    const SheetRow& row = rows_[0];
    const int64_t example =
        row.aligned.empty() ? row.conflicting[0] : row.aligned[0];
    ASSIGN_OR_RETURN(const at::Tensor image, ImageOf(example));
    const at::Tensor mask = AsImage(dataset_.spurious_mask.cpu());
    double left =
        kRowName + static_cast<double>(options_.columns) * Pitch() + kGap;
    const at::Tensor white = mask.to(at::kByte) * 255;
    canvas.Image(AsBytes(white), left, Top(0), width_, height_);
    canvas.Frame(left, Top(0), width_, height_, 1, kGray);
    canvas.Text("mask", left, Top(0) + height_ + kCaption - 3, Pitch(),
                kFontSize, kGray);
    left += Pitch();
    canvas.Image((image * mask.slice(0, 0, 1)).contiguous(), left, Top(0),
                 width_, height_);
    canvas.Frame(left, Top(0), width_, height_, 1, kGray);
    canvas.Text("inside it", left, Top(0) + height_ + kCaption - 3, Pitch(),
                kFontSize, kGray);
    return absl::OkStatus();
  }

  absl::StatusOr<at::Tensor> ImageOf(int64_t example) const {
    ASSIGN_OR_RETURN(
        const at::Tensor stored,
        split_.Stored(at::full({1}, example, split_.labels.options())));
    return AsBytes(AsImage(stored[0].cpu()));
  }

  const Dataset& dataset_;
  const Split& split_;
  const ContactSheetOptions& options_;
  std::vector<SheetRow> rows_;
  double width_ = 0, height_ = 0;  // Of one image on the sheet.
};

// The first `wanted` of `candidates`, those with new bias labels first; what is
// picked stays in the order of the split.
std::vector<int64_t> Spread(const std::vector<int64_t>& candidates,
                            const int64_t* bias_labels, size_t wanted) {
  std::vector<int64_t> fresh, rest;
  std::set<int64_t> seen;
  for (const int64_t example : candidates) {
    (seen.insert(bias_labels[example]).second ? fresh : rest)
        .push_back(example);
  }
  fresh.insert(fresh.end(), rest.begin(), rest.end());
  fresh.resize(std::min(wanted, fresh.size()));
  std::sort(fresh.begin(), fresh.end());
  return fresh;
}

}  // namespace

std::vector<SheetRow> PickExamples(const Split& split, const TaskSpec& task,
                                   const ContactSheetOptions& options) {
  const at::Tensor labels = split.labels.cpu().contiguous();
  const at::Tensor biases = split.bias_labels.cpu().contiguous();
  const auto* const label = labels.data_ptr<int64_t>();
  const auto* const bias = biases.data_ptr<int64_t>();
  const int64_t rows = std::min(options.rows, task.num_classes);
  std::vector<SheetRow> picked;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t k = row * task.num_classes / rows;
    std::vector<int64_t> aligned, conflicting;
    for (int64_t i = 0; i < split.size(); ++i) {
      if (label[i] != k) continue;
      const bool agrees = task.num_biases == 1 || bias[i] == k;
      (agrees ? aligned : conflicting).push_back(i);
    }
    if (aligned.empty() && conflicting.empty()) continue;
    const auto columns = static_cast<size_t>(options.columns);
    const size_t half = std::min(conflicting.size(), columns / 2);
    const size_t first = std::min(aligned.size(), columns - half);
    picked.push_back({k, Spread(aligned, bias, first),
                      Spread(conflicting, bias, columns - first)});
  }
  return picked;
}

absl::StatusOr<std::string> DrawContactSheet(
    const Dataset& dataset, const ContactSheetOptions& options) {
  const Split* const split = dataset.Find(options.split);
  if (split == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the dataset has no split '", options.split, "' (it has ",
                     absl::StrJoin(dataset.SplitNames(), ", "), ")"));
  }
  return Sheet(dataset, *split, options).Draw();
}

}  // namespace bigstep

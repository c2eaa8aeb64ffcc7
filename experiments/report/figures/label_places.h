// Places for labels beside marks.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_

#include <string>
#include <utility>
#include <vector>

namespace bigstep {

// Places labels in a panel of this size so that they hide neither marks nor
// lines nor each other, as far as there is room. Lengths are inches from the
// panel's lower left corner. First everything to avoid, then the labels.
class LabelPlaces {
 public:
  using Point = std::pair<double, double>;

  LabelPlaces(double width, double height) : width_(width), height_(height) {}

  void AvoidMark(Point mark);
  void AvoidLine(Point from, Point to);

  // gnuplot's command for the label `text`, a quoted string `text_width` wide,
  // near `mark`.
  std::string Place(const std::string& text, double text_width, Point mark,
                    const std::string& color);

 private:
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;  // Middle and size.
  };

  double Cost(const Box& box) const;

  double width_, height_;
  std::vector<Box> taken_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_

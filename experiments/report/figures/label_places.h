// Places for labels beside marks.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_

#include <string>
#include <utility>
#include <vector>

namespace bigstep {

// Places labels in a panel of this size so that they hide neither marks nor
// lines nor each other, as far as there is room: each at the best of some
// places around its mark, one label after the other. Lengths are inches from
// the panel's lower left corner. First everything to avoid, then the labels,
// the most important ones first.
class LabelPlaces {
 public:
  using Point = std::pair<double, double>;

  LabelPlaces(double width, double height) : width_(width), height_(height) {}

  void AvoidMark(Point mark);
  // `weight`: how bad it is to hide the line; hiding a mark is 1.
  void AvoidLine(Point from, Point to, double weight);

  // gnuplot's commands for the label `text`, a quoted string `text_width` wide,
  // near `mark`, with a line between both where that is not next to it.
  std::string Place(const std::string& text, double text_width, Point mark,
                    const std::string& color);

 private:
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;  // Middle and size.
    double weight = 1;
  };

  double Cost(const Box& box) const;
  // Whether another mark is as near to `box` as `mark`.
  bool IsAmbiguous(const Box& box, Point mark) const;
  // A line from `mark` to `box`; empty if it would not fit.
  std::string Leader(const Box& box, Point mark,
                     const std::string& color) const;

  double width_, height_;
  std::vector<Box> taken_;
  std::vector<Point> marks_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_LABEL_PLACES_H_

// Pictures of a report's page: what trials drew, and samples of the data.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_PICTURES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_PICTURES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

struct PagePicture {
  std::string title;  // "lr=0.1, seed 0: core utilization examples".
  std::string png;    // Its bytes.
};

// Pictures (*.png) in the study's folder, then those of one trial of each
// configuration: of the leading axis first, then the best of each other axis.
// At most `most_bytes` altogether; `left_out` counts what did not fit or could
// not be read, such as links.
std::vector<PagePicture> FindPictures(const std::string& study_folder,
                                      const Analysis& analysis,
                                      const Records& records, size_t most_bytes,
                                      size_t* left_out);

// As elements of a page, the files within them. Empty if there are none.
std::string PicturesHtml(const std::vector<PagePicture>& pictures);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_REPORT_PICTURES_H_

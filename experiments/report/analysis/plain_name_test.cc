#include "experiments/report/analysis/plain_name.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(PlainNameTest, ColumnsGetPlainNames) {
  EXPECT_EQ(PlainName("core_utilization.by_class"),
            "core utilization: by class");
}

}  // namespace
}  // namespace bigstep

// Pictures against stored ones (tests/ui/goldens), each with a negative control.
#pragma once

#include "tests/ui/pictures/picture.h"

#include <string>

namespace grokscope::ui::testing {

/// Expects `picture` to look like the stored one of this name, and `different`, which shows
/// something else, not to: at most 1/255 mean difference and 0.2 % of pixels off by more than
/// 24/255. UPDATE_GOLDENS=1 rewrites the stored one. A failure leaves actual, expected and
/// difference in the build folder and says where.
void expect_golden(const std::string& name, const Picture& picture, const Picture& different);

/// Why stored pictures do not apply to this renderer; empty when they do. They are pinned to
/// llvmpipe, whose arithmetic is the same everywhere.
[[nodiscard]] std::string golden_obstacle(const std::string& renderer);

} // namespace grokscope::ui::testing

/// Skips the test, and says why, on a renderer that the stored pictures are not for.
#define GROKSCOPE_NEEDS_GOLDENS(context)                                                           \
    if (const std::string obstacle =                                                               \
            grokscope::ui::testing::golden_obstacle((context)->info().renderer);                   \
        !obstacle.empty())                                                                         \
    GTEST_SKIP() << obstacle

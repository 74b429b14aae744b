#include "tests/ui/pictures/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace grokscope::ui::testing {
namespace {

constexpr double kMeanLimit = 1.0;
constexpr double kFarLimit = 0.002;

bool alike(const Picture& one, const Picture& other) {
    if (one.width != other.width || one.height != other.height) {
        return false;
    }
    const Difference gap = difference(one, other);
    return gap.mean_absolute <= kMeanLimit && gap.far_share <= kFarLimit;
}

} // namespace

std::string golden_obstacle(const std::string& renderer) {
    return renderer.find("llvmpipe") == std::string::npos
               ? "the stored pictures are for llvmpipe, this is " + renderer
               : "";
}

void expect_golden(const std::string& name, const Picture& picture, const Picture& different) {
    const std::string path = std::string(GROKSCOPE_GOLDENS) + "/" + name + ".png";
    if (const char* update = std::getenv("UPDATE_GOLDENS"); update != nullptr && *update == '1') {
        save_png(path, picture);
    }
    const std::optional<Picture> stored = load_png(path);
    ASSERT_TRUE(stored.has_value()) << path << " is missing; UPDATE_GOLDENS=1 writes it";
    EXPECT_FALSE(alike(different, *stored))
        << name << ": the control, which shows something else, is taken for the stored picture";
    if (!alike(picture, *stored)) {
        const std::string out = std::string(GROKSCOPE_PICTURES_OUT) + "/" + name;
        std::filesystem::create_directories(GROKSCOPE_PICTURES_OUT);
        save_png(out + "_actual.png", picture);
        save_png(out + "_expected.png", *stored);
        const bool same_size = picture.width == stored->width && picture.height == stored->height;
        if (same_size) {
            save_png(out + "_difference.png", difference_picture(picture, *stored));
        }
        const Difference gap = same_size ? difference(picture, *stored) : Difference{255, 1};
        ADD_FAILURE() << name << " differs: mean " << gap.mean_absolute << " of 255 (limit "
                      << kMeanLimit << "), " << 100 * gap.far_share
                      << " % of pixels far off (limit " << 100 * kFarLimit << " %); see " << out
                      << "_*.png";
    }
}

} // namespace grokscope::ui::testing

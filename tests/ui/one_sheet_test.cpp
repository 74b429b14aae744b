#include "ui/core/one_sheet.h"

#include <gtest/gtest.h>

#include <array>

namespace grokscope::ui {
namespace {

TEST(OneSheet, TheOneOpenedLastStaysAndTheOneBeforeIsClosed) {
    OneSheet sheets;
    bool help = false;
    bool info = false;
    bool dialog = false;
    const auto keep = [&] { sheets.keep(std::array{&help, &info, &dialog}); };
    help = true;
    keep();
    EXPECT_TRUE(help);
    dialog = true;
    keep();
    EXPECT_FALSE(help);
    EXPECT_TRUE(dialog);
    keep();
    EXPECT_TRUE(dialog);
    info = true;
    keep();
    EXPECT_FALSE(dialog);
    EXPECT_TRUE(info);
    info = false; // by the user
    keep();
    EXPECT_FALSE(help || info || dialog);
    info = true;
    keep();
    EXPECT_TRUE(info);
}

} // namespace
} // namespace grokscope::ui

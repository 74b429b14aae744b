// What the window writes by itself: settings, log, picture.
#include "app/files/window_files.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

namespace fs = std::filesystem;
using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::write_file;

Picture shot() {
    return {2, 2, std::vector<std::uint8_t>(16, 90)};
}

TEST(WindowFiles, SettingsAreWrittenIntoAFolderThatIsMade) {
    const ScratchFolder folder;
    const auto keep = keep_settings_in(folder / "deep/window.json");
    EXPECT_EQ(keep("{}"), "");
    EXPECT_EQ(keep("{1}"), "");
    EXPECT_EQ(contents_of(folder / "deep/window.json"), "{1}");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / "deep"), fs::directory_iterator()), 1);
}

TEST(WindowFiles, SettingsBehindALinkStayThere) {
    const ScratchFolder folder;
    write_file(folder / "dotfiles.json", "old");
    fs::create_symlink("dotfiles.json", folder / "window.json");
    EXPECT_EQ(keep_settings_in(folder / "window.json")("new"), "");
    EXPECT_TRUE(fs::is_symlink(folder / "window.json"));
    EXPECT_EQ(contents_of(folder / "dotfiles.json"), "new");
}

TEST(WindowFiles, SettingsThatCannotBeWrittenAreSaidInOneSentence) {
    const ScratchFolder folder;
    write_file(folder / "file", ""); // where the folder should be: no user may write there
    const std::string blocked = folder / "file/window.json";
    const std::string problem = keep_settings_in(blocked)("{}");
    EXPECT_NE(problem.find(blocked), std::string::npos) << problem;
    EXPECT_NE(problem.find("XDG_CONFIG_HOME"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("partial"), std::string::npos) << problem;
}

TEST(WindowFiles, ALogGrowsLineByLineAndReplacesNothingUnasked) {
    const ScratchFolder folder;
    const auto log = log_to(folder / "log", Overwrite::kNo);
    log("one\n");
    const auto same = log; // as a window's options are copied
    same("two\n");
    EXPECT_EQ(contents_of(folder / "log"), "one\ntwo\n");
    EXPECT_THROW((void)log_to(folder / "log", Overwrite::kNo), std::runtime_error);
    EXPECT_EQ(contents_of(folder / "log"), "one\ntwo\n");
}

TEST(WindowFiles, APictureIsRefusedBeforeItIsDrawn) {
    const ScratchFolder folder;
    write_file(folder / "a.png", "precious");
    EXPECT_THROW((void)screenshot_to(folder / "a.png", Overwrite::kNo), std::runtime_error);
    EXPECT_THROW((void)screenshot_to(folder / "no/a.png", Overwrite::kYes), std::runtime_error);
    EXPECT_THROW(require_picture_target(folder / "a.png", Overwrite::kNo), TargetExists);
    EXPECT_THROW(require_picture_target(folder / "no/a.mp4", Overwrite::kYes), std::runtime_error);
    EXPECT_NO_THROW(require_picture_target(folder / "new.mp4", Overwrite::kNo));
    EXPECT_EQ(contents_of(folder / "a.png"), "precious");
    screenshot_to(folder / "a.png", Overwrite::kYes)(shot());
    EXPECT_EQ(contents_of(folder / "a.png").substr(1, 3), "PNG");
    EXPECT_EQ(folder.file_count(), 1U);
}

} // namespace
} // namespace grokscope

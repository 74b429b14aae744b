// Files that appear whole or not at all, and never in the place of another unasked.
#include "engine/store/output_file.h"

#include "engine/store/notebook_error.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class OutputFileTest : public testing::Test {
protected:
    OutputFileTest() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("grokscope-") + test->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~OutputFileTest() override { fs::remove_all(folder_); }

    static std::string content(const fs::path& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
    }
    static std::string refusal(const fs::path& path, Overwrite overwrite = Overwrite::kNo) {
        try {
            const OutputFile file(path, overwrite);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }

    fs::path folder_;
};

TEST_F(OutputFileTest, AppearsOnCommitAndNotBefore) {
    const fs::path target = folder_ / "run.csv";
    {
        OutputFile file(target, Overwrite::kNo);
        EXPECT_FALSE(fs::exists(target));
        file.commit("epoch\n0\n");
        EXPECT_EQ(content(target), "epoch\n0\n");
    }
    EXPECT_EQ(content(target), "epoch\n0\n");
    EXPECT_EQ(files(), 1) << "no temporary file may stay";
}

TEST_F(OutputFileTest, LeavesNothingWithoutCommit) {
    { const OutputFile file(folder_ / "run.csv", Overwrite::kNo); }
    EXPECT_EQ(files(), 0);
}

TEST_F(OutputFileTest, KeepsAnExistingFileUnlessTold) {
    const fs::path target = folder_ / "run.csv";
    std::ofstream(target) << "precious";
    EXPECT_NE(refusal(target).find("--force"), std::string::npos) << refusal(target);
    EXPECT_EQ(content(target), "precious");
    {
        OutputFile file(target, Overwrite::kYes);
        EXPECT_EQ(content(target), "precious") << "until the new one is complete";
        file.commit("new");
    }
    EXPECT_EQ(content(target), "new");
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, RefusesWhenTheTargetAppearsMeanwhile) {
    const fs::path target = folder_ / "run.csv";
    {
        OutputFile file(target, Overwrite::kNo);
        std::ofstream(target) << "somebody else's";
        EXPECT_THROW(file.commit("mine"), std::runtime_error);
    }
    EXPECT_EQ(content(target), "somebody else's");
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, NamesAFolderThatDoesNotExist) {
    const std::string text = refusal(folder_ / "missing" / "run.csv");
    EXPECT_NE(text.find("missing"), std::string::npos) << text;
}

TEST_F(OutputFileTest, RefusesWhatIsNoRegularFileEvenWithForce) {
    EXPECT_FALSE(refusal(folder_, Overwrite::kYes).empty());
    EXPECT_FALSE(refusal("/dev/null", Overwrite::kYes).empty());
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutputFileTest, WritesThroughALink) {
    const fs::path target = folder_ / "run.csv";
    std::ofstream(target) << "old";
    fs::create_symlink(target, folder_ / "latest.csv");
    OutputFile(folder_ / "latest.csv", Overwrite::kYes).commit("new");
    EXPECT_TRUE(fs::is_symlink(folder_ / "latest.csv"));
    EXPECT_EQ(content(target), "new");
}

TEST(NamingTarget, PutsTheTargetWhereverThePartialNameStands) {
    EXPECT_EQ(naming_target("a.db.part is full, a.db.part-wal too", "a.db.part", "a.db"),
              "a.db is full, a.db-wal too");
    EXPECT_EQ(naming_target("nothing of it", "a.db.part", "a.db"), "nothing of it");
}

TEST(NamingTarget, KeepsTheKindOfANotebooksProblem) {
    const auto fail = [] { throw NotebookError(NotebookProblem::kFull, "\"x.part\": no room"); };
    try {
        with_target_named("x.part", "x", fail);
        FAIL() << "the error was swallowed";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kFull);
        EXPECT_STREQ(error.what(), "\"x\": no room");
    }
    EXPECT_THROW(with_target_named("x", "y", [] { throw std::out_of_range("x"); }),
                 std::runtime_error);
}

} // namespace
} // namespace grokscope

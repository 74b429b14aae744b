// SQLite's locks on a notebook outlive everything else that this program does with the file:
// closing any descriptor of it outside SQLite would drop them all.
#ifdef __linux__
#include "engine/store/notebook.h"
#include "engine/store/notebook_file.h"
#include "engine/store/output_file.h"
#include "tests/store/file_locks.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using store_test::fill;
using store_test::locks_on;
using store_test::ScratchFolder;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;

/// Another notebook with a run, for import.
std::string other_notebook(const ScratchFolder& folder) {
    const std::string file = folder / "other.db";
    Notebook other(file, kWrite);
    (void)fill(other);
    return file;
}

struct Deed {
    const char* what;
    std::function<void(const ScratchFolder&, const std::string& file)> work;
};

const std::vector<Deed> kDeeds = {
    {"opened to write", [](const auto&, const auto& file) { const Notebook again(file, kWrite); }},
    {"opened to read", [](const auto&, const auto& file) { const Notebook again(file, kRead); }},
    {"asked what it is", [](const auto&, const auto& file) { EXPECT_TRUE(is_notebook(file)); }},
    {"opened through a link",
     [](const auto& folder, const auto& file) {
         std::filesystem::create_symlink(file, folder / "link.db");
         const Notebook again(folder / "link.db", kWrite);
     }},
    {"copied",
     [](const auto& folder, const auto& file) {
         Notebook(file, kRead).copy_to(folder / "copy.db");
         EXPECT_EQ(Notebook(folder / "copy.db", kRead).runs().size(), 1U);
     }},
    {"copied onto",
     [](const auto& folder, const auto& file) {
         Notebook other(other_notebook(folder), kRead);
         EXPECT_THROW(other.copy_to(file), NotebookError);
     }},
    {"imported into",
     [](const auto& folder, const auto& file) {
         Notebook other(other_notebook(folder), kRead);
         Notebook target(file, kWrite);
         (void)copy_run(other, StoredRunId{1}, target);
     }},
    {"checked", [](const auto&, const auto& file) { Notebook(file, kRead).check_integrity(); }},
    {"named as an output",
     [](const auto&, const auto& file) {
         EXPECT_THROW(OutputFile(file, Overwrite::kNo), std::runtime_error);
     }},
    {"named as an output to replace",
     [](const auto&, const auto& file) {
         EXPECT_THROW(OutputFile(file, Overwrite::kYes), std::runtime_error);
         EXPECT_THROW(OutputFile(file + "-shm", Overwrite::kYes), std::runtime_error);
         EXPECT_THROW(OutputLog(file, Overwrite::kYes), std::runtime_error);
     }},
};

TEST(NotebookLocks, SurviveWhateverElseIsDoneWithTheFile) {
    for (const Deed& deed : kDeeds) {
        SCOPED_TRACE(deed.what);
        const ScratchFolder folder;
        const std::string file = folder / "notes.db";
        Notebook notebook(file, kWrite);
        (void)fill(notebook);
        const store_test::NotebookLocks locks(file);
        ASSERT_TRUE(locks.any()) << "SQLite holds a lock as long as the file is open";
        deed.work(folder, file);
        EXPECT_TRUE(locks.are_kept());
        EXPECT_EQ(notebook.place(), Notebook::Place::kKept);
        notebook.check_integrity();
    }
}

TEST(NotebookLocks, AreLostWhenTheFileIsOpenedOutsideSqlite) {
    const ScratchFolder folder;
    const Notebook notebook(folder / "notes.db", kWrite);
    ASSERT_FALSE(locks_on(folder / "notes.db").empty());
    (void)store_test::contents_of(folder / "notes.db");
    EXPECT_TRUE(locks_on(folder / "notes.db").empty()) << "the test above can fail";
}

} // namespace
} // namespace grokscope
#endif

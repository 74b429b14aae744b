// What a path given for output leads to: what is refused, what is written into, what names it has.
#include "engine/store/notebook.h"
#include "engine/store/output_file.h"
#include "tests/store/output_helpers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace grokscope {
namespace {

namespace fs = std::filesystem;
using namespace store_test;

// ---------------------------------------------------------------------- no targets

TEST(OutputFile, NamesAFolderThatDoesNotExist) {
    const ScratchFolder folder;
    EXPECT_TRUE(has(refusal(folder / "missing/run.csv"), "there is no folder"));
    write_file(folder / "file", "");
    EXPECT_TRUE(has(refusal(folder / "file/run.csv"), "file"));
}

TEST(OutputFile, RefusesFoldersByEveryName) {
    const ScratchFolder folder;
    for (const std::string name : {"", ".", "..", "new/..", "link"}) {
        fs::create_directory(folder / "new");
        std::error_code already;
        fs::create_directory_symlink(folder / "new", folder / "link", already);
        EXPECT_TRUE(has(refusal(folder / name, Overwrite::kYes), "is a folder")) << name;
    }
    EXPECT_TRUE(fs::is_directory(folder / "new"));
}

TEST(OutputFile, RefusesSockets) {
    const ScratchFolder folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder / "s";
    ASSERT_LT(path.size(), sizeof address.sun_path);
    std::strcpy(address.sun_path, path.c_str());
    const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(bind(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(has(refusal(path, Overwrite::kYes), "not a regular file"));
    EXPECT_TRUE(fs::is_socket(path));
}

TEST(OutputFile, RefusesADisk) {
    const ScratchFolder folder;
    if (mknod((folder / "disk").c_str(), S_IFBLK | 0600, makedev(7, 250)) != 0) {
        return; // only root can make a device
    }
    EXPECT_TRUE(has(refusal(folder / "disk", Overwrite::kYes), "is a disk"));
}

TEST(OutputFile, NeverOverwritesANotebook) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    { Notebook(file, Notebook::Access::kReadWrite).add_run(RunConfig{}, Provenance{}); }
    const std::string before = contents_of(file);
    fs::create_hard_link(file, folder / "alias.csv");
    fs::create_symlink(file, folder / "link.csv");
    for (const char* name : {"notes.db", "alias.csv", "link.csv"}) {
        for (const Overwrite overwrite : {Overwrite::kNo, Overwrite::kYes}) {
            EXPECT_TRUE(has(refusal(folder / name, overwrite), "notebook")) << name;
        }
    }
    for (const char* end : {"-wal", "-shm", "-journal"}) {
        EXPECT_TRUE(has(refusal(file + end, Overwrite::kYes), "notebook")) << end;
        EXPECT_FALSE(fs::exists(file + end));
    }
    OutputFile(folder / "other.db-wal", Overwrite::kNo).commit("no notebook has this name");
    EXPECT_EQ(contents_of(file), before);
}

TEST(OutputFile, RefusesANotebookThatAppearsMeanwhile) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    OutputFile output(file, Overwrite::kYes);
    { Notebook(file, Notebook::Access::kReadWrite).add_run(RunConfig{}, Provenance{}); }
    EXPECT_TRUE(has(complaint(output, "figures"), "notebook"));
    EXPECT_EQ(Notebook(file, Notebook::Access::kReadOnly).runs().size(), 1U);
}

TEST(OutputFile, LeavesTheLocksOfAnOpenNotebook) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    (void)notebook.add_run(RunConfig{}, Provenance{});
    const auto locks = [&] { // of this process on that file
        std::ifstream all("/proc/locks");
        const std::string inode = ":" + std::to_string(status_of(file).st_ino) + " ";
        std::string line;
        int count = 0;
        while (std::getline(all, line)) {
            count += line.find(" POSIX ") != std::string::npos &&
                             line.find(" " + std::to_string(getpid()) + " ") != std::string::npos &&
                             line.find(inode) != std::string::npos
                         ? 1
                         : 0;
        }
        return count;
    };
    const int before = locks();
    EXPECT_FALSE(refusal(file, Overwrite::kYes).empty());
    EXPECT_FALSE(refusal(file + "-wal", Overwrite::kYes).empty());
    OutputFile(folder / "run.csv", Overwrite::kYes).commit("x");
    EXPECT_EQ(locks(), before);
    EXPECT_GT(before, 0) << "SQLite holds one as long as the notebook is open";
}

// ---------------------------------------------------------------------- long names

TEST(OutputFile, TakesTheLongestNameThereIs) {
    const ScratchFolder folder;
    for (const std::size_t size : {230U, 231U, 240U, 255U}) {
        const std::string target = folder / std::string(size, 'x');
        OutputFile(target, Overwrite::kNo).commit("long");
        EXPECT_EQ(contents_of(target), "long") << size;
        fs::remove(target);
    }
    std::string umlauts;
    for (int i = 0; i < 127; ++i) {
        umlauts += "\u00e4";
    }
    OutputFile file(folder / umlauts, Overwrite::kNo);
    const std::string temporary = file.temporary().filename().string();
    EXPECT_EQ(temporary.find(".partial-") % 2, 0U) << "no letter is cut in two";
    EXPECT_LE(temporary.size(), 255U);
}

TEST(OutputFile, SaysThatANameIsTooLong) {
    const ScratchFolder folder;
    const std::string why = refusal(folder / std::string(256, 'x'));
    EXPECT_TRUE(has(why, "256 bytes"));
    EXPECT_TRUE(has(why, "255 at most"));
}

TEST(PartialName, LeavesRoomForTheFilesBesideADatabase) {
    const ScratchFolder folder;
    for (const std::size_t size : {8U, 222U, 240U, 255U}) {
        const std::string partial = partial_name(folder / std::string(size, 'x'));
        EXPECT_LE((fs::path(partial).filename().string() + "-journal").size(), 255U);
        write_file(partial + "-journal", "");
        EXPECT_TRUE(fs::exists(partial + "-journal"));
    }
}

// ---------------------------------------------------------------------- streams

TEST(OutputFile, WritesIntoAFifo) {
    const ScratchFolder folder;
    const std::string fifo = folder / "pipe";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    std::string read;
    OutputFile file(fifo, Overwrite::kNo);
    const std::string content(200000, 'x'); // more than a pipe holds
    {
        const std::jthread reader([&] { read = contents_of(fifo); });
        file.commit(content);
    }
    EXPECT_EQ(read, content);
    EXPECT_TRUE(fs::is_fifo(fifo));
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(OutputFile, RefusesAFifoWithoutAReaderWhereNobodyMayWait) {
    const ScratchFolder folder;
    const std::string fifo = folder / "pipe";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_THROW(OutputFile(fifo, Overwrite::kNo, Reader::kMustBeThere), std::runtime_error);
    const Descriptor reader(open(fifo.c_str(), O_RDONLY | O_NONBLOCK));
    OutputFile(fifo, Overwrite::kNo, Reader::kMustBeThere).commit("there");
    char text[8]{};
    EXPECT_EQ(read(reader.number(), text, sizeof text), 5);
    EXPECT_STREQ(text, "there");
}

TEST(OutputFile, SaysThatAReaderHasGoneAndSurvivesIt) {
    const ScratchFolder folder;
    const std::string fifo = folder / "pipe";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    auto reader = std::make_unique<Descriptor>(open(fifo.c_str(), O_RDONLY | O_NONBLOCK));
    OutputFile file(fifo, Overwrite::kNo, Reader::kMustBeThere);
    reader.reset();
    EXPECT_TRUE(has(complaint(file, "nobody reads this"), "what read it has ended"));
}

TEST(OutputFile, WritesIntoDevices) {
    OutputFile("/dev/null", Overwrite::kNo).commit("away");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    OutputFile full("/dev/full", Overwrite::kNo);
    EXPECT_TRUE(has(complaint(full, "x"), std::generic_category().message(ENOSPC)));
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

/// A descriptor that this process may have been started with.
class Inherited {
public:
    explicit Inherited(const std::string& path, int flags = O_WRONLY | O_CREAT | O_APPEND)
        : file_(open(path.c_str(), flags, 0644)) {} // without O_CLOEXEC
    [[nodiscard]] std::string number() const { return std::to_string(file_.number()); }

private:
    Descriptor file_;
};

TEST(OutputFile, GoesOnWhereAnOpenFileStands) {
    const ScratchFolder folder;
    write_file(folder / "log", "before\n");
    const Inherited log(folder / "log");
    for (const char* place : {"/dev/fd/", "/proc/self/fd/"}) {
        OutputFile(place + log.number(), Overwrite::kNo).commit("figures\n");
    }
    EXPECT_EQ(contents_of(folder / "log"), "before\nfigures\nfigures\n");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(OutputFile, RefusesAnOpenFileThatIsNoneOfTheCallers) {
    const ScratchFolder folder;
    const Descriptor own(open((folder / "own").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    write_file(folder / "log", "");
    const Inherited unwritable(folder / "log", O_RDONLY);
    for (const std::string& number :
         {std::to_string(own.number()), unwritable.number(), std::string("987")}) {
        EXPECT_TRUE(has(refusal("/dev/fd/" + number, Overwrite::kYes), "not open for writing"));
    }
}

TEST(OutputFile, StandardOutputIsADash) {
    const ScratchFolder folder;
    testing::internal::CaptureStdout();
    OutputFile dash("-", Overwrite::kNo);
    OutputFile device("/dev/stdout", Overwrite::kNo);
    dash.commit("one ");
    device.commit("two");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "one two");
    EXPECT_TRUE(dash.is_standard_output() && device.is_standard_output());
    EXPECT_TRUE(dash.is_same_file(device));
    EXPECT_FALSE(OutputFile(folder / "-", Overwrite::kNo).is_standard_output());
}

TEST(OutputFile, PassesOnWhatAnotherProgramWroteForAStream) {
    const ScratchFolder folder;
    const ScratchFolder room;
    const Variable elsewhere("TMPDIR", room / "");
    const Inherited log(folder / "log");
    {
        OutputFile film("/dev/fd/" + log.number(), Overwrite::kNo);
        write_file(film.temporary().string(), "frames");
        film.commit_temporary();
    }
    EXPECT_EQ(contents_of(folder / "log"), "frames");
    EXPECT_EQ(room.file_count(), 0U);
}

// ---------------------------------------------------------------------- names as users give

TEST(OutputFile, FindsTheHomeFolder) {
    const ScratchFolder home;
    const Variable variable("HOME", home / "");
    OutputFile file("~/run.csv", Overwrite::kNo);
    EXPECT_EQ(file.target(), (home / "") + "/run.csv");
    file.commit("x");
    EXPECT_EQ(contents_of(home / "run.csv"), "x");
    EXPECT_TRUE(has(refusal("~"), "is a folder"));
}

TEST(OutputFile, KnowsTheSameFileByOtherNames) {
    const ScratchFolder folder;
    fs::create_symlink("run.csv", folder / "link.csv");
    const OutputFile one(folder / "run.csv", Overwrite::kNo);
    EXPECT_TRUE(one.is_same_file(OutputFile(folder / "link.csv", Overwrite::kNo)));
    EXPECT_TRUE(one.is_same_file(OutputFile(folder / "./run.csv", Overwrite::kNo)));
    EXPECT_FALSE(one.is_same_file(OutputFile(folder / "other.csv", Overwrite::kNo)));
    const OutputFile nowhere("/dev/null", Overwrite::kNo);
    EXPECT_FALSE(nowhere.is_same_file(OutputFile("/dev/null", Overwrite::kNo)));
}

TEST(OutputFile, IsApartFromTheNotebookThatWillBeMade) {
    const ScratchFolder folder;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) {
        const OutputFile file((folder / "notes.db") + end, Overwrite::kNo);
        EXPECT_THROW(require_apart(file, folder / "notes.db"), std::runtime_error) << end;
    }
    const OutputFile file(folder / "run.csv", Overwrite::kNo);
    EXPECT_NO_THROW(require_apart(file, folder / "notes.db"));
}

} // namespace
} // namespace grokscope

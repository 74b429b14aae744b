// Files as the worker writes them: whole or not at all, never over others unasked.
#include "app/child_process.h"
#include "app/files/file_worker.h"
#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/process_owner.h"
#include "engine/store/run_owner.h"
#include "engine/store/sqlite.h"
#include "tests/app/file_asker.h"
#ifdef __linux__
#include "tests/store/file_locks.h"
#endif
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope {
namespace {

namespace fs = std::filesystem;
using app_test::Asker;
using app_test::picture;
using app_test::sentence_of;
using store_test::ScratchFolder;

TEST(FileWorker, WritesAPictureAndLeavesNothingBesideIt) {
    const ScratchFolder folder;
    const fs::path path = fs::path(folder / "a.png");
    Asker asker;
    const auto saved = asker.ask(file_request::SavePicture{
        {path.string(), false}, std::make_shared<const Picture>(picture(31, 17, 90))});
    ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(saved)) << sentence_of(saved);
    EXPECT_EQ(store_test::contents_of(path.string()).substr(1, 3), "PNG");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(FileWorker, KeepsTheAlphaOfATransparentPictureOnly) {
    const ScratchFolder folder;
    Asker asker;
    const auto kind_of = [&](const std::string& name, bool transparent) {
        (void)asker.ask(
            file_request::SavePicture{{folder / name, false},
                                      std::make_shared<const Picture>(picture(3, 3, 90)),
                                      transparent});
        return store_test::contents_of(folder / name).at(25); // colour type of the header
    };
    EXPECT_EQ(kind_of("a.png", true), 6) << "RGB with alpha";
    EXPECT_EQ(kind_of("b.png", false), 2) << "RGB";
}

TEST(FileWorker, ReplacesAFileOnlyWhenToldSo) {
    const ScratchFolder folder;
    const fs::path path = fs::path(folder / "a.png");
    std::ofstream(path) << "precious";
    Asker asker;
    const auto shot = std::make_shared<const Picture>(picture(3, 3, 1));
    const auto refused = asker.ask(file_request::SavePicture{{path.string(), false}, shot});
    ASSERT_TRUE(std::holds_alternative<file_reply::Failed>(refused));
    EXPECT_TRUE(std::get<file_reply::Failed>(refused).exists);
    EXPECT_EQ(store_test::contents_of(path.string()), "precious");
    (void)asker.ask(file_request::SavePicture{{path.string(), true}, shot});
    EXPECT_EQ(store_test::contents_of(path.string()).substr(1, 3), "PNG");
}

TEST(FileWorker, NamesAFolderThatIsNotThere) {
    Asker asker;
    const auto refused = asker.ask(file_request::SavePicture{
        {"/no/such/folder/a.png", false}, std::make_shared<const Picture>(picture(3, 3, 1))});
    EXPECT_NE(sentence_of(refused).find("/no/such/folder"), std::string::npos);
    EXPECT_FALSE(std::get<file_reply::Failed>(refused).exists);
}

TEST(FileWorker, AFileThatIsNoNotebookIsRefusedWithItsName) {
    const ScratchFolder folder;
    const fs::path path = fs::path(folder / "holiday.jpg");
    std::ofstream(path) << "this is no notebook, whatever its name may be";
    const std::string before = store_test::contents_of(path.string());
    Asker asker;
    const auto refused = asker.ask(file_request::Open{path.string(), ""});
    EXPECT_NE(sentence_of(refused).find("holiday.jpg"), std::string::npos);
    EXPECT_EQ(store_test::contents_of(path.string()), before);
    EXPECT_EQ(folder.file_count(), 1U);
    EXPECT_NE(sentence_of(asker.ask(file_request::Open{"/no/such/file.db", ""})), "");
}

TEST(FileWorker, LooksUpWhatTheNotebookKnows) {
    const ScratchFolder folder;
    const std::string file = folder / "a.db";
    {
        Notebook notebook(file, Notebook::Access::kReadWrite);
        const StoredRunId run = notebook.add_run(RunConfig{}, Provenance{});
        notebook.set_progress(run, 5000, 1);
        notebook.add(run, StoredMark{MarkKind::kGrokked, 4980});
    }
    Asker asker;
    const auto reply = asker.ask(file_request::LookUp{file, RunConfig{}, 0, true});
    ASSERT_TRUE(std::holds_alternative<file_reply::Known>(reply)) << sentence_of(reply);
    const KnownRuns& known = *std::get<file_reply::Known>(reply).runs;
    EXPECT_EQ(known.grok_epochs, std::vector<std::int32_t>{4980});
    ASSERT_NE(known.earlier, nullptr);
    EXPECT_EQ(known.earlier->number, 1);
    EXPECT_FALSE(known.here.host.empty());
    EXPECT_NE(sentence_of(asker.ask(file_request::LookUp{"/no/such.db", {}, 0, false})), "");
}

TEST(FileWorker, TellsWhichRunsOtherProcessesTrain) {
    const ScratchFolder folder;
    const std::string file = folder / "a.db";
    {
        Notebook notebook(file, Notebook::Access::kReadWrite);
        for (int i = 0; i < 3; ++i) {
            const StoredRunId run = notebook.add_run(RunConfig{}, Provenance{});
            notebook.set_state(run, RunState::kRunning, "");
            notebook.set_progress(run, 100 + i, 1);
        }
        SystemView other = present_system(); // that this machine sees nothing of
        other.host = "lab7";
        other.boot = "another";
        other.namespace_id = "another";
        other.process = 4711;
        notebook.set_owner(StoredRunId{1}, new_owner(other), seconds_since_1970());
        notebook.set_owner(StoredRunId{2}, new_owner(), seconds_since_1970()); // this process
    }
    Asker asker;
    const auto reply = asker.ask(
        file_request::Watch{{{file, 1}, {file, 2}, {file, 3}, {file, 4}, {folder / "none.db", 1}}});
    ASSERT_TRUE(std::holds_alternative<file_reply::Watched>(reply)) << sentence_of(reply);
    const auto& runs = std::get<file_reply::Watched>(reply).runs;
    ASSERT_EQ(runs.size(), 4U) << "a notebook that cannot be opened just now says nothing";
    EXPECT_EQ(runs[0].trained_by, "process 4711 on lab7");
    EXPECT_EQ(runs[0].epoch, 100);
    for (std::size_t i = 1; i < runs.size(); ++i) {
        EXPECT_EQ(runs[i].trained_by, "") << i;
        EXPECT_EQ(runs[i].place.number, static_cast<std::int64_t>(i + 1));
    }
    EXPECT_EQ(runs[3].epoch, 0) << "there is no such run any more";
}

TEST(FileWorker, ARunThatCannotBeReadIsLeftOutAndNotAllOthersWithIt) {
    const ScratchFolder folder;
    const std::string file = folder / "theirs.db";
    const std::string own = folder / "own.db";
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    const TrainingState sound(ModelShape::of(config));
    TrainingState overflowed = sound;
    overflowed.parameters.flat()[3] = std::numeric_limits<float>::infinity();
    {
        Notebook notebook(file, Notebook::Access::kReadWrite);
        for (const TrainingState& state : {overflowed, sound}) {
            const StoredRunId run = notebook.add_run(config, Provenance{});
            notebook.set_checkpoint(run, 0, 0, encode_state(state));
        }
        Notebook target(own, Notebook::Access::kReadWrite);
    }
    Asker asker;
    const auto reply = asker.ask(file_request::Open{file, own});
    ASSERT_TRUE(std::holds_alternative<file_reply::Opened>(reply)) << sentence_of(reply);
    const auto& opened = std::get<file_reply::Opened>(reply);
    EXPECT_EQ(opened.runs.size(), 1U);
    for (const std::string words :
         {"1 run taken over, 0 known already, 1 left out", "run 1", "W_E", "not a finite number"}) {
        EXPECT_NE(opened.sentence.find(words), std::string::npos) << opened.sentence;
    }
    // The same where no notebook takes them over.
    const auto shown = asker.ask(file_request::Open{file, ""});
    ASSERT_TRUE(std::holds_alternative<file_reply::Opened>(shown)) << sentence_of(shown);
    const auto& seen = std::get<file_reply::Opened>(shown);
    ASSERT_EQ(seen.runs.size(), 1U);
    EXPECT_EQ(seen.runs.front().place.number, 2);
    EXPECT_NE(seen.sentence.find("Run 1 is not shown: "), std::string::npos) << seen.sentence;
    EXPECT_NE(seen.sentence.find("not a finite number"), std::string::npos) << seen.sentence;
    {
        Notebook notebook(file, Notebook::Access::kReadWrite);
        notebook.remove_run(static_cast<StoredRunId>(2));
    }
    EXPECT_NE(sentence_of(asker.ask(file_request::Open{file, ""})).find("not a finite number"),
              std::string::npos);
    const std::string why = sentence_of(asker.ask(file_request::Open{file, own}));
    EXPECT_NE(why.find("not a finite number"), std::string::npos) << "nothing else is in it";
    EXPECT_EQ(Notebook(own, Notebook::Access::kReadOnly).runs().size(), 1U);
}

TEST(FileWorker, SaysWhatOfANotebookCouldNotBeUsed) {
    const ScratchFolder folder;
    const std::string file = folder / "theirs\x1b[31m.db";
    store_test::fill_and_change(file, "UPDATE spectrum SET logit = x''");
    Asker asker;
    const auto reply = asker.ask(file_request::Open{file, ""});
    ASSERT_TRUE(std::holds_alternative<file_reply::Opened>(reply)) << sentence_of(reply);
    const auto& opened = std::get<file_reply::Opened>(reply);
    EXPECT_EQ(opened.runs.size(), 1U);
    EXPECT_NE(opened.sentence.find("theirs?[31m.db"), std::string::npos) << opened.sentence;
    EXPECT_NE(opened.sentence.find("Note: of run 1, 1 spectrum cannot be used and is left out: at "
                                   "epoch 20, the spectrum of the logits has 0 values"),
              std::string::npos)
        << opened.sentence;
    // As a notebook of its own it is written without that, and said so.
    const auto saved = asker.ask(file_request::SaveRun{{folder / "copy.db"}, {file, 1}});
    ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(saved)) << sentence_of(saved);
    EXPECT_NE(std::get<file_reply::Saved>(saved).note.find("1 spectrum"), std::string::npos);
    // Named when asked for once more, and only shown: a state that cannot be read is needed.
    Database(file, Database::Access::kReadWrite).execute("UPDATE run SET state = 'unknown'");
    EXPECT_NE(
        sentence_of(asker.ask(file_request::Open{file, ""})).find("holds no run that can be read"),
        std::string::npos);
}

TEST(FileWorker, WeightsOfARunThatIsNotRecordedAreRefusedInWords) {
    Asker asker;
    const auto refused = asker.ask(file_request::SaveWeights{.target = {"/tmp/never.npz", false},
                                                             .format = WeightFormat::kNpz,
                                                             .transformer_lens = false,
                                                             .place = {},
                                                             .epoch = 100});
    EXPECT_NE(sentence_of(refused).find("not recorded"), std::string::npos);
}

#ifdef __linux__
TEST(FileWorker, LeavesTheLocksOfTheNotebookInUse) {
    const ScratchFolder folder;
    const std::string file = folder / "a.db";
    const std::string other = folder / "other.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    (void)store_test::fill(notebook);
    {
        Notebook made(other, Notebook::Access::kReadWrite);
        (void)store_test::fill(made);
    }
    const StoredPlace place{file, 1};
    const auto record = std::make_shared<const RunRecord>();
    const auto shot = std::make_shared<const Picture>(picture(3, 3, 1));
    const std::string grokview = folder / "a.grokview";
    using namespace file_request;
    const std::vector<FileRequestBody> requests{
        SaveFigures{{folder / "a.csv", false}, FigureFormat::kCsv, record, place},
        SaveFigures{{folder / "a.json", false}, FigureFormat::kJson, record, place},
        SaveFigures{{file, true}, FigureFormat::kCsv, record, place},
        SaveWeights{{folder / "a.npz", false}, WeightFormat::kNpz, false, place, 100},
        SaveWeights{{file + "-shm", true}, WeightFormat::kPt, true, place, 100},
        SaveRun{{folder / "copy.db", false}, place},
        SaveRun{{file, false}, place},
        SaveRun{{file, true}, {other, 1}},
        SavePicture{{file, true}, shot},
        BeginFilm{{file, true}, 8, 6, 30},
        ShareView{{grokview, false}, {{RunConfig{}}, 0, {}, "{}"}},
        ShareView{{file, true}, {{RunConfig{}}, 0, {}, "{}"}},
        Open{other, file},
        Open{file, file},
        Open{file, ""},
        Open{grokview, file},
        Show{{place}, false},
        Resume{place},
        Fork{place, RunId{1}, 100, RunConfig{}},
        LookUp{file, RunConfig{}, 0, true},
        ListRecent{file},
        ListPlane{file},
        Watch{{place}}};
    static_assert(std::variant_size_v<FileRequestBody> == 17, "a new one belongs here");
    const store_test::NotebookLocks locks(file);
    ASSERT_TRUE(locks.any());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Asker asker;
        (void)asker.ask(requests[i]);
        EXPECT_TRUE(locks.are_kept()) << "request " << i;
    }
    EXPECT_EQ(notebook.place(), Notebook::Place::kKept);
    notebook.check_integrity();
}

TEST(FileWorker, SaysInTheSameWordsWhateverCannotBeWritten) {
    // Nobody makes files there, root included.
    const std::string place = "/proc/grokscope-test";
    const ScratchFolder folder;
    const std::string notebook = folder / "a.db";
    {
        Notebook made(notebook, Notebook::Access::kReadWrite);
        (void)made.add_run(RunConfig{}, Provenance{});
    }
    Asker asker;
    const auto shot = std::make_shared<const Picture>(picture(3, 3, 1));
    const std::array<FileRequestBody, 3> requests{
        file_request::SaveRun{{place, false}, {notebook, 1}},
        file_request::SavePicture{{place, false}, shot},
        file_request::BeginFilm{{place, false}, 8, 6, 30}};
    for (const FileRequestBody& request : requests) {
        const std::string why = sentence_of(asker.ask(request));
        EXPECT_TRUE(why.starts_with("cannot write " + place + ": ")) << why;
        EXPECT_NE(why.find("choose a folder you may write to"), std::string::npos) << why;
        EXPECT_EQ(why.find("partial"), std::string::npos) << why;
    }
}
#endif

TEST(ChildProcess, TellsItsExitCodeAndItsLastLines) {
    ChildProcess child({"sh", "-c", "cat > /dev/null; printf 'one\\ntwo\\nthree\\n'; exit 3"});
    const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
    EXPECT_TRUE(child.write(bytes));
    EXPECT_EQ(child.finish(), 3);
    EXPECT_EQ(child.last_lines(2), "two\nthree");
    EXPECT_EQ(child.last_lines(9), "one\ntwo\nthree");
}

TEST(ChildProcess, HasTheVariablesItWasGivenAndWritesWhereItWasTold) {
    const ScratchFolder folder;
    const std::string answer = folder / "answer";
    ChildProcess child({"sh", "-c", "printf '%s' \"$GROKSCOPE_TEST_WORD $HOME\"; echo no >&2"},
                       {.environment = {{"GROKSCOPE_TEST_WORD", "hello"}, {"HOME", "there"}},
                        .output_file = answer});
    EXPECT_EQ(child.finish(), 0);
    std::ifstream file(answer);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "hello there");
    EXPECT_EQ(child.last_lines(1), "");
}

TEST(ChildProcess, IsAskedToEndBeforeItIsKilled) {
    const ScratchFolder folder;
    const std::string answer = folder / "answer";
    {
        ChildProcess child(
            {"sh", "-c", "trap 'echo asked; exit' TERM; echo ready; while :; do read x; done"},
            {.output_file = answer, .patience = std::chrono::seconds(20)});
        EXPECT_TRUE(child.is_running());
        while (child.is_running() && std::filesystem::file_size(answer) == 0) {
            std::this_thread::yield(); // it sets its trap first
        }
        EXPECT_GE(child.cpu_seconds(), 0);
    }
    std::ifstream file(answer);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "ready\nasked\n");
}

TEST(ChildProcess, TellsTheSignalThatEndedIt) {
    ChildProcess child({"sh", "-c", "kill -9 $$"});
    EXPECT_EQ(child.finish(), 128 + 9);
    EXPECT_FALSE(child.is_running());
}

TEST(ChildProcess, ThatIsNotThereIsNamed) {
    EXPECT_THROW(ChildProcess({"no-such-program-anywhere"}), std::runtime_error);
    EXPECT_FALSE(program_exists("no-such-program-anywhere"));
    EXPECT_TRUE(program_exists("sh"));
}

} // namespace
} // namespace grokscope

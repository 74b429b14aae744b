// Films as the worker makes them: by whatever encoder there is, whole or not at all.
#include "tests/app/file_asker.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <variant>

namespace grokscope {
namespace {

namespace fs = std::filesystem;
using app_test::Asker;
using app_test::picture;
using app_test::sentence_of;
using store_test::ScratchFolder;

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A PATH for the test's time.
class Path {
public:
    explicit Path(const std::string& path) : before_(std::getenv("PATH")) {
        setenv("PATH", path.c_str(), 1);
    }
    ~Path() { setenv("PATH", before_.c_str(), 1); }
    Path(const Path&) = delete; // restores what it found
    Path& operator=(const Path&) = delete;

private:
    std::string before_;
};

/// A program named ffmpeg that does what the shell script says.
void make_ffmpeg(const fs::path& folder, const std::string& script) {
    const fs::path program = folder / "ffmpeg";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(program, fs::perms::owner_all);
}

FileReplyBody make_film(Asker& asker, const fs::path& path, int frames, bool keep = true) {
    constexpr std::uint64_t kJob = 70;
    asker.send(kJob, file_request::BeginFilm{{path.string(), false}, 8, 6, 30});
    for (int i = 0; i < frames; ++i) {
        asker.send(kJob, file_request::FilmFrame{std::make_shared<const Picture>(
                             picture(8, 6, static_cast<std::uint8_t>(i)))});
    }
    asker.send(kJob, file_request::EndFilm{keep});
    return asker.wait(kJob);
}

TEST(Film, WithoutFfmpegIsAFolderOfPicturesAndTheCommandThatJoinsThem) {
    const ScratchFolder folder;
    const Path path(folder / "empty");
    const fs::path film = fs::path(folder / "my run's.mp4");
    Asker asker;
    const FileReplyBody reply = make_film(asker, film, 3);
    ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(reply)) << sentence_of(reply);
    const auto& saved = std::get<file_reply::Saved>(reply);
    const fs::path frames = fs::path(folder / "my run's-frames");
    EXPECT_EQ(saved.path, frames.string());
    EXPECT_EQ(files_in(frames), 3U);
    EXPECT_TRUE(fs::exists(frames / "00003.png"));
    EXPECT_NE(saved.command.find("ffmpeg -framerate 30"), std::string::npos);
    EXPECT_NE(saved.command.find("my run'\\''s-frames/%05d.png'"), std::string::npos)
        << saved.command;
    EXPECT_EQ(asker.progress, 3);
}

TEST(Film, GoesToTheEncoderByteForByteAndGetsItsNameAtTheEnd) {
    const ScratchFolder folder;
    make_ffmpeg(folder / "", "for last; do :; done; cat > \"${last#file:}\"");
    const Path path((folder / "") + ":/usr/bin:/bin");
    const fs::path film = fs::path(folder / "a.mp4");
    Asker asker;
    const FileReplyBody reply = make_film(asker, film, 5);
    ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(reply)) << sentence_of(reply);
    const std::string bytes = store_test::contents_of(film.string());
    ASSERT_EQ(bytes.size(), 5U * 8 * 6 * 4);
    EXPECT_EQ(bytes.front(), 0);
    EXPECT_EQ(bytes.back(), 4);
    EXPECT_EQ(folder.file_count(), 2U) << "the film and the encoder";
}

/// A program named ffmpeg that knows these encoders and no other; a film of it is the raw pictures
/// behind the name of the encoder.
void make_ffmpeg_with(const fs::path& folder, const std::string& encoders) {
    make_ffmpeg(folder, "while [ $# -gt 1 ]; do [ \"$1\" = -c:v ] && name=$2; shift; done\n"
                        "case \" " +
                            encoders +
                            " \" in\n"
                            "*\" $name \"*) { printf %s, \"$name\"; cat; } > \"${1#file:}\";;\n"
                            "*) echo \"Unknown encoder '$name'\" >&2; exit 1;;\n"
                            "esac");
}

TEST(Film, TakesTheNextEncoderWhereTheUsualOneIsMissing) {
    const struct {
        const char* present;
        const char* taken;
    } cases[] = {{"libx264 libopenh264 mpeg4", "libx264"},
                 {"libopenh264 mpeg4", "libopenh264"},
                 {"mpeg4 mjpeg", "mpeg4"},
                 {"mjpeg", "mjpeg"}};
    for (const auto& [present, taken] : cases) {
        const ScratchFolder folder;
        make_ffmpeg_with(folder / "", present);
        const Path path((folder / "") + ":/usr/bin:/bin");
        Asker asker;
        const FileReplyBody reply = make_film(asker, folder / "a.mp4", 5);
        ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(reply)) << sentence_of(reply);
        const auto& saved = std::get<file_reply::Saved>(reply);
        const std::string bytes = store_test::contents_of(folder / "a.mp4");
        EXPECT_EQ(bytes.substr(0, bytes.find(',')), taken);
        EXPECT_EQ(bytes.size(), bytes.find(',') + 1 + 5U * 8 * 6 * 4);
        EXPECT_EQ(saved.note.find(taken) != std::string::npos, std::string(taken) != "libx264")
            << saved.note;
        EXPECT_EQ(folder.file_count(), 2U);
    }
}

TEST(Film, KeepsThePicturesWhereNoEncoderWorks) {
    const ScratchFolder folder;
    make_ffmpeg_with(folder / "", "gif");
    const Path path((folder / "") + ":/usr/bin:/bin");
    Asker asker;
    const FileReplyBody reply = make_film(asker, folder / "a.mp4", 3);
    ASSERT_TRUE(std::holds_alternative<file_reply::Saved>(reply)) << sentence_of(reply);
    const auto& saved = std::get<file_reply::Saved>(reply);
    EXPECT_EQ(saved.path, folder / "a-frames");
    EXPECT_EQ(files_in(folder / "a-frames"), 3U);
    for (const std::string words : {"The ffmpeg on this machine has no encoder that works",
                                    "Unknown encoder 'libx264'", "3 single pictures"}) {
        EXPECT_NE(saved.note.find(words), std::string::npos) << saved.note;
    }
    EXPECT_NE(saved.command.find("ffmpeg -framerate 30"), std::string::npos);
    EXPECT_EQ(folder.file_count(), 2U) << "the encoder and the folder";
}

TEST(Film, AnEncoderThatFailsOnTheWayIsQuotedAndLeavesNothing) {
    const ScratchFolder folder;
    // The first film, of one picture, is the trial.
    make_ffmpeg(folder / "", "[ -e \"$0.tried\" ] && { echo 'no space left' >&2; exit 1; }\n"
                             ": > \"$0.tried\"; cat > /dev/null");
    const Path path((folder / "") + ":/usr/bin:/bin");
    Asker asker;
    const FileReplyBody reply = make_film(asker, fs::path(folder / "a.mp4"), 40);
    EXPECT_NE(sentence_of(reply).find("no space left"), std::string::npos) << sentence_of(reply);
    EXPECT_EQ(folder.file_count(), 2U) << "the encoder alone, and its mark";
}

TEST(Film, NamesTheFilmAndNotWhatItIsCalledMeanwhile) {
    const ScratchFolder folder;
    make_ffmpeg(folder / "", "for last; do :; done\n"
                             "[ -e \"$0.tried\" ] && { echo \"$last: no room\" >&2; exit 1; }\n"
                             ": > \"$0.tried\"; cat > /dev/null");
    const Path path((folder / "") + ":/usr/bin:/bin");
    Asker asker;
    const std::string film = folder / "a.mp4";
    const std::string why = sentence_of(make_film(asker, film, 40));
    EXPECT_NE(why.find("file:" + film + ": no room"), std::string::npos) << why;
    EXPECT_EQ(why.find("partial"), std::string::npos) << why;
}

TEST(Film, CancelledLeavesNothing) {
    const ScratchFolder folder;
    make_ffmpeg(folder / "", "for last; do :; done; cat > \"${last#file:}\"");
    const Path path((folder / "") + ":/usr/bin:/bin");
    Asker asker;
    const FileReplyBody reply = make_film(asker, fs::path(folder / "a.mp4"), 4, false);
    EXPECT_NE(sentence_of(reply), "");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(Film, NeverReplacesWhatAppearsWhileItIsMade) {
    const ScratchFolder folder;
    for (const bool encoded : {true, false}) {
        make_ffmpeg_with(folder / "", encoded ? "libx264" : "");
        const Path path((folder / "") + ":/usr/bin:/bin");
        Asker asker;
        constexpr std::uint64_t kJob = 70;
        const std::string target = folder / (encoded ? "a.mp4" : "a-frames");
        asker.send(kJob, file_request::BeginFilm{{folder / "a.mp4", false}, 8, 6, 30});
        asker.send(kJob,
                   file_request::FilmFrame{std::make_shared<const Picture>(picture(8, 6, 1))});
        asker.wait_for_frame(1);
        if (encoded) {
            store_test::write_file(target, "somebody else's");
        } else {
            fs::create_directory(target); // empty: rename() would have replaced it
        }
        asker.send(kJob, file_request::EndFilm{true});
        const std::string why = sentence_of(asker.wait(kJob));
        const std::string words = "is kept in ";
        ASSERT_NE(why.find(words), std::string::npos) << why;
        const fs::path kept = why.substr(why.find(words) + words.size());
        if (encoded) {
            EXPECT_EQ(store_test::contents_of(target), "somebody else's");
            EXPECT_EQ(fs::file_size(kept), std::string("libx264,").size() + 8U * 6 * 4);
            fs::remove(target);
        } else {
            EXPECT_TRUE(fs::is_empty(target));
            EXPECT_TRUE(fs::exists(kept / "00001.png"));
        }
    }
}

} // namespace
} // namespace grokscope

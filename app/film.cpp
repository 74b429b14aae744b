#include "app/film.h"

#include "app/child_process.h"
#include "app/screenshot.h"
#include "engine/store/output_file.h"

#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace grokscope {

namespace {

constexpr const char* kEncoder = "ffmpeg";

/// For a command that the user pastes into a shell.
std::string quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text) {
        if (letter == '\'') {
            quoted += "'\\''";
        } else {
            quoted += letter;
        }
    }
    return quoted + "'";
}

/// H.264 wants even sides: a black line is added where one is odd.
constexpr const char* kEvenSides = "pad=ceil(iw/2)*2:ceil(ih/2)*2";

} // namespace

std::filesystem::path Film::target_of(const std::string& path) {
    const std::filesystem::path film(path);
    return program_exists(kEncoder) ? film
                                    : film.parent_path() / (film.stem().string() + "-frames");
}

Film::Film(const std::string& path, int width, int height, int frames_per_second)
    : path_(path), target_(target_of(path)), width_(width), height_(height),
      frames_per_second_(frames_per_second) {
    // Before frames are drawn: a place that cannot be written is refused in the usual words.
    { const OutputFile writable(path, Overwrite::kYes); }
    temporary_ = partial_name(target_.string());
    if (target_ != path_) {
        std::error_code error;
        if (!std::filesystem::create_directory(temporary_, error)) {
            throw std::runtime_error("cannot make the folder " + target_.string() + ": " +
                                     error.message());
        }
        return;
    }
    encoder_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{kEncoder,
                                 "-hide_banner",
                                 "-loglevel",
                                 "error",
                                 "-nostdin",
                                 "-y",
                                 "-f",
                                 "rawvideo",
                                 "-pixel_format",
                                 "rgba",
                                 "-video_size",
                                 std::to_string(width_) + "x" + std::to_string(height_),
                                 "-framerate",
                                 std::to_string(frames_per_second_),
                                 "-i",
                                 "pipe:0",
                                 "-an",
                                 "-vf",
                                 kEvenSides,
                                 "-c:v",
                                 "libx264",
                                 "-preset",
                                 "veryfast",
                                 "-crf",
                                 "18",
                                 "-pix_fmt",
                                 "yuv420p",
                                 "-movflags",
                                 "+faststart",
                                 "-f",
                                 "mp4",
                                 "file:" + temporary_.string()});
}

Film::~Film() {
    encoder_.reset();
    if (!temporary_.empty()) {
        std::error_code ignored; // nobody is left to tell
        std::filesystem::remove_all(temporary_, ignored);
    }
}

void Film::fail() {
    std::string words = encoder_->last_lines(3);
    if (words.empty()) {
        words = "it said nothing";
    }
    throw std::runtime_error(
        "ffmpeg could not make the film " + path_.string() +
        "; its last words: " + naming_target(words, temporary_.string(), target_.string()));
}

void Film::add(const Picture& picture) {
    if (picture.width != width_ || picture.height != height_) {
        throw std::runtime_error("the window changed its size while the film was made; make it "
                                 "again and leave the window as it is");
    }
    ++frames_;
    if (!encoder_) {
        char name[16];
        std::snprintf(name, sizeof name, "%05d.png", frames_);
        with_target_named(temporary_.string(), target_.string(), [&] {
            save_png((temporary_ / name).string(), picture.width, picture.height, picture.pixels);
        });
    } else if (!encoder_->write(picture.pixels)) {
        (void)encoder_->finish();
        fail();
    }
}

file_reply::Saved Film::finish() {
    if (encoder_ && encoder_->finish() != 0) {
        fail();
    }
    std::error_code error;
    std::filesystem::rename(temporary_, target_, error);
    if (error) {
        throw std::runtime_error("cannot write " + target_.string() + ": " + error.message());
    }
    temporary_.clear();
    file_reply::Saved saved{.path = target_.string(), .command = {}, .note = {}};
    if (!encoder_) {
        saved.note = "There is no ffmpeg on this machine, so these are " + std::to_string(frames_) +
                     " single pictures. Where there is one, this joins "
                     "them:";
        saved.command = "ffmpeg -framerate " + std::to_string(frames_per_second_) + " -i " +
                        quoted((target_ / "%05d.png").string()) + " -vf " + quoted(kEvenSides) +
                        " -pix_fmt yuv420p " + quoted(path_.string());
    }
    return saved;
}

} // namespace grokscope

#include "app/files/film.h"

#include "app/child_process.h"
#include "app/files/screenshot.h"
#include "engine/store/output_file.h"
#include "engine/store/shell_text.h"

#include <array>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

constexpr const char* kFfmpeg = "ffmpeg";
/// H.264 wants even sides: a black line is added where one is odd.
constexpr const char* kEvenSides = "pad=ceil(iw/2)*2:ceil(ih/2)*2";

/// An encoder of ffmpeg and what gives it a picture without visible loss.
struct Encoder {
    const char* name;
    std::array<const char*, 4> quality; ///< unused ones are null
};

/// The first that works is taken. H.264 plays everywhere, but distributions leave libx264 out, and
/// an encoder that is listed may be an empty shell; MPEG-4 is ffmpeg's own.
constexpr std::array<Encoder, 4> kEncoders{{
    {"libx264", {"-preset", "veryfast", "-crf", "18"}},
    {"libopenh264", {"-b:v", "12M"}},
    {"mpeg4", {"-q:v", "2"}},
    {"mjpeg", {"-q:v", "2"}},
}};

std::filesystem::path folder_for_pictures(const std::filesystem::path& film) {
    return film.parent_path() / (film.stem().string() + "-frames");
}

} // namespace

Film::Film(const FileTarget& target, int width, int height, int frames_per_second)
    : width_(width), height_(height), frames_per_second_(frames_per_second),
      // Before frames are drawn: a place that cannot be written is refused in the usual words.
      file_(std::make_unique<OutputFile>(target.path, overwrite_if(target.overwrite),
                                         Reader::kMustBeThere)) {
    find_encoder();
    if (encoder_) {
        return;
    }
    path_ = file_->target();
    if (file_->file().empty()) {
        throw std::runtime_error("single pictures cannot go to " + path_.string() + ", and " +
                                 note_ + "; name a file");
    }
    file_.reset(); // a folder of pictures in its place
    pictures_ = std::make_unique<OutputFolder>(folder_for_pictures(path_));
}

Film::~Film() = default;

std::vector<std::string> Film::arguments_for(std::size_t encoder) const {
    std::vector<std::string> arguments{kFfmpeg,
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
                                       kEncoders.at(encoder).name};
    for (const char* argument : kEncoders.at(encoder).quality) {
        if (argument != nullptr) {
            arguments.emplace_back(argument);
        }
    }
    for (const char* argument : {"-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4"}) {
        arguments.emplace_back(argument);
    }
    arguments.push_back("file:" + file_->temporary().string());
    return arguments;
}

/// Whether the encoder makes a film of one black picture of this size: that it is in ffmpeg's list
/// says nothing.
bool Film::encodes(std::size_t encoder) {
    ChildProcess trial(arguments_for(encoder));
    const std::vector<std::uint8_t> black(static_cast<std::size_t>(width_) *
                                          static_cast<std::size_t>(height_) * 4);
    const bool taken = trial.write(black);
    if (trial.finish() == 0 && taken) {
        return true;
    }
    if (note_.empty()) {
        note_ = "the ffmpeg on this machine has no encoder that works (" + last_words(trial) + ")";
    }
    return false;
}

void Film::find_encoder() {
    if (!program_exists(kFfmpeg)) {
        note_ = "there is no ffmpeg on this machine";
        return;
    }
    for (std::size_t i = 0; i < kEncoders.size(); ++i) {
        if (encodes(i)) {
            note_ = i == 0 ? std::string()
                           : std::string("Made with the encoder ") + kEncoders.at(i).name +
                                 ", since this ffmpeg has none for H.264 by the name of libx264.";
            encoder_ = std::make_unique<ChildProcess>(arguments_for(i));
            return;
        }
    }
}

std::string Film::last_words(ChildProcess& program) const {
    const std::string words = program.last_lines(3);
    return words.empty()
               ? "it said nothing"
               : naming_target(words, file_->temporary().string(), file_->target().string());
}

void Film::fail() {
    throw std::runtime_error("ffmpeg could not make the film " + file_->target().string() +
                             "; its last words: " + last_words(*encoder_));
}

void Film::add(const Picture& picture) {
    if (picture.width != width_ || picture.height != height_) {
        throw std::runtime_error("the window changed its size while the film was made; make it "
                                 "again and leave the window as it is");
    }
    ++frames_;
    if (pictures_) {
        char name[16];
        std::snprintf(name, sizeof name, "%05d.png", frames_);
        pictures_->add(name, png_of(picture.width, picture.height, picture.pixels));
    } else if (!encoder_->write(picture.pixels)) {
        (void)encoder_->finish();
        fail();
    }
}

file_reply::Saved Film::finish() {
    if (pictures_) {
        return finish_pictures();
    }
    if (encoder_->finish() != 0) {
        fail();
    }
    file_->commit_temporary();
    return {.path = file_->is_standard_output() ? std::string() : file_->target().string(),
            .command = {},
            .note = note_};
}

file_reply::Saved Film::finish_pictures() {
    pictures_->commit();
    note_.front() = 'T'; // a sentence of its own
    file_reply::Saved saved{.path = pictures_->target().string(), .command = {}, .note = {}};
    saved.note = note_ + ", so these are " + std::to_string(frames_) +
                 " single pictures. Where there is one, this joins them:";
    saved.command = "ffmpeg -framerate " + std::to_string(frames_per_second_) + " -i " +
                    in_shell_quotes((pictures_->target() / "%05d.png").string()) + " -vf " +
                    in_shell_quotes(kEvenSides) + " -pix_fmt yuv420p " +
                    in_shell_quotes(path_.string());
    return saved;
}

} // namespace grokscope

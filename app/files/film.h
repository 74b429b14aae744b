// A film of pictures: an MP4 through an ffmpeg child process, or single pictures where there is
// none that can make one. Threads: one at a time.
#pragma once

#include "engine/protocol/file_jobs.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace grokscope {

class ChildProcess;
class OutputFile;
class OutputFolder;

/// Written under a temporary name; finish() gives it its own. Without finish() nothing is left.
class Film {
public:
    /// `target` names the film; without an ffmpeg that can encode one a folder beside it, named
    /// after it, takes numbered pictures. Throws as OutputFile does, and std::runtime_error when
    /// that folder exists. Blocks while it finds out what ffmpeg can do: a tenth of a second.
    Film(const FileTarget& target, int width, int height, int frames_per_second);
    ~Film();
    Film(const Film&) = delete; // owns files and a process
    Film& operator=(const Film&) = delete;

    /// Adds a frame; blocks while it is encoded. Throws std::runtime_error when that fails, with
    /// ffmpeg's last words.
    void add(const Picture& picture);
    /// Ends it and gives it its name. Throws as add() does.
    [[nodiscard]] file_reply::Saved finish();
    [[nodiscard]] int frames() const { return frames_; }

private:
    [[nodiscard]] std::vector<std::string> arguments_for(std::size_t encoder) const;
    [[nodiscard]] bool encodes(std::size_t encoder);
    void find_encoder();
    [[nodiscard]] std::string last_words(ChildProcess& program) const;
    [[noreturn]] void fail();
    [[nodiscard]] file_reply::Saved finish_pictures();

    int width_;
    int height_;
    int frames_per_second_;
    int frames_ = 0;
    std::string note_;                       ///< how it is made, where that is not as usual
    std::unique_ptr<OutputFile> file_;       ///< null: single pictures
    std::unique_ptr<OutputFolder> pictures_; ///< null: a film
    std::unique_ptr<ChildProcess> encoder_;  ///< null: single pictures
    std::filesystem::path path_;             ///< of the film that single pictures stand for
};

} // namespace grokscope

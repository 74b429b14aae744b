// A film of pictures: an MP4 through an ffmpeg child process, or single pictures where there is
// none. Threads: one at a time.
#pragma once

#include "engine/protocol/file_jobs.h"

#include <filesystem>
#include <memory>
#include <string>

namespace grokscope {

class ChildProcess;

/// Written under a temporary name; finish() gives it its own. Without finish() nothing is left.
class Film {
public:
    /// `path` names the film; without ffmpeg a folder beside it, named after it, takes numbered
    /// pictures. Throws std::runtime_error, one sentence.
    Film(const std::string& path, int width, int height, int frames_per_second);
    ~Film();
    Film(const Film&) = delete; // owns files and a process
    Film& operator=(const Film&) = delete;

    /// What is written: the film, or the folder of pictures. Whether it exists is the caller's
    /// concern.
    [[nodiscard]] static std::filesystem::path target_of(const std::string& path);

    /// Adds a frame; blocks while it is encoded. Throws std::runtime_error when that fails, with
    /// ffmpeg's last words.
    void add(const Picture& picture);
    /// Ends it and gives it its name. Throws as add() does.
    [[nodiscard]] file_reply::Saved finish();
    [[nodiscard]] int frames() const { return frames_; }

private:
    [[noreturn]] void fail();

    std::filesystem::path path_;      ///< as asked for
    std::filesystem::path target_;    ///< file or folder
    std::filesystem::path temporary_; ///< beside it
    int width_;
    int height_;
    int frames_per_second_;
    int frames_ = 0;
    std::unique_ptr<ChildProcess> encoder_; ///< null: single pictures
};

} // namespace grokscope

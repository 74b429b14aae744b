// Where shader text comes from: built into the program, or a folder that is watched.
// Threads: main thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui::gl {

/// Texts by file name. "#version 330 core" and common.glsl are put in front of each here and
/// nowhere else.
class ShaderLibrary {
public:
    /// Built-in texts.
    ShaderLibrary() = default;
    /// Texts from `folder`, where a file that is missing is taken from the built-in ones. An empty
    /// path: built-in texts. Throws std::runtime_error when the folder cannot be read.
    explicit ShaderLibrary(std::filesystem::path folder);

    /// Complete text of a shader such as "ridge.vert". Throws std::runtime_error when unknown.
    [[nodiscard]] std::string text(std::string_view file) const;
    /// Names of all built-in shaders, common.glsl left out.
    [[nodiscard]] static std::vector<std::string> names();

    /// Looks whether a file of the folder changed since the last look; then generation() grows. A
    /// few file-system calls; nothing when the texts are built in.
    void poll();
    [[nodiscard]] std::uint32_t generation() const { return generation_; }

    /// A program says here why it could not be rebuilt, or that it now can (empty text).
    void report(std::string_view program, std::string text);
    /// What is wrong with the texts now in the folder; empty when all is well. For the banner.
    [[nodiscard]] std::string problems() const;

private:
    struct Problem {
        std::string program;
        std::string text;
    };
    [[nodiscard]] std::string raw_text(std::string_view file) const;
    [[nodiscard]] std::filesystem::file_time_type newest_change() const;

    std::filesystem::path folder_;
    std::filesystem::file_time_type seen_{};
    std::uint32_t generation_ = 0;
    std::vector<Problem> problems_;
};

} // namespace grokscope::ui::gl

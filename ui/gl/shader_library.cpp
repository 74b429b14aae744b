#include "ui/gl/shader_library.h"

#include <embedded/shaders.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace grokscope::ui::gl {
namespace {

constexpr std::string_view kVersion = "#version 330 core\n";
constexpr std::string_view kCommon = "common.glsl";

std::filesystem::file_time_type changed_at(const std::filesystem::path& file) {
    std::error_code error; // an editor may be replacing the file just now
    const auto time = std::filesystem::last_write_time(file, error);
    return error ? std::filesystem::file_time_type::min() : time;
}

} // namespace

ShaderLibrary::ShaderLibrary(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (folder_.empty()) {
        return;
    }
    if (!std::filesystem::is_directory(folder_)) {
        throw std::runtime_error("the shader folder (--shaders) '" + folder_.string() +
                                 "' is not a folder that can be read");
    }
    seen_ = newest_change();
}

std::string ShaderLibrary::raw_text(std::string_view file) const {
    if (!folder_.empty()) {
        std::ifstream stream(folder_ / file, std::ios::binary);
        if (stream) {
            std::ostringstream content;
            content << stream.rdbuf();
            return content.str();
        }
    }
    for (const embedded::File& candidate : embedded::shaders()) {
        if (candidate.name == file) {
            return std::string(candidate.content);
        }
    }
    throw std::runtime_error("there is no shader named '" + std::string(file) + "'");
}

std::string ShaderLibrary::text(std::string_view file) const {
    // #line: messages of the driver then count lines as the file does.
    return std::string(kVersion) + raw_text(kCommon) + "\n#line 1\n" + raw_text(file);
}

std::vector<std::string> ShaderLibrary::names() {
    std::vector<std::string> result;
    for (const embedded::File& file : embedded::shaders()) {
        if (file.name != kCommon) {
            result.emplace_back(file.name);
        }
    }
    return result;
}

std::filesystem::file_time_type ShaderLibrary::newest_change() const {
    auto newest = std::filesystem::file_time_type::min();
    for (const embedded::File& file : embedded::shaders()) {
        newest = std::max(newest, changed_at(folder_ / file.name));
    }
    return newest;
}

void ShaderLibrary::poll() {
    if (folder_.empty()) {
        return;
    }
    const auto now = newest_change();
    if (now != seen_) {
        seen_ = now;
        ++generation_;
    }
}

void ShaderLibrary::report(std::string_view program, std::string text) {
    std::erase_if(problems_, [&](const Problem& one) { return one.program == program; });
    if (!text.empty()) {
        problems_.push_back({std::string(program), std::move(text)});
    }
}

std::string ShaderLibrary::problems() const {
    std::string all;
    for (const Problem& problem : problems_) {
        all += (all.empty() ? "" : "\n") + problem.text;
    }
    return all;
}

} // namespace grokscope::ui::gl

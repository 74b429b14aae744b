#include "app/files/window_files.h"

#include "app/files/screenshot.h"
#include "engine/store/output_file.h"

#include <exception>
#include <filesystem>
#include <memory>
#include <system_error>

namespace grokscope {

std::function<void(const std::string&)> log_to(const std::string& path, Overwrite overwrite) {
    const auto file = std::make_shared<OutputLog>(path, overwrite);
    return [file](const std::string& line) { file->write(line); };
}

std::function<void(const Picture&)> screenshot_to(const std::string& path, Overwrite overwrite) {
    const auto file = std::make_shared<OutputFile>(path, overwrite);
    return [file](const Picture& image) {
        file->commit(png_of(image.width, image.height, image.pixels));
    };
}

void require_picture_target(const std::string& path, Overwrite overwrite) {
    if (!find_output_target(path, overwrite).is_stream()) {
        const OutputFile file(path, overwrite);
    }
}

std::function<std::string(const std::string&)> keep_settings_in(const std::string& path) {
    return [path](const std::string& text) -> std::string {
        try {
            std::error_code ignored; // the file says what is wrong
            std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
            OutputFile(path, Overwrite::kYes).commit(text);
            return {};
        } catch (const std::exception& error) {
            return std::string("the window's layout cannot be kept: ") + error.what() +
                   "; make the folder writable or set XDG_CONFIG_HOME to one that is";
        }
    };
}

} // namespace grokscope

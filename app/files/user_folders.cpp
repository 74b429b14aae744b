#include "app/files/user_folders.h"

#include "engine/store/home_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace grokscope {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// The value of a line NAME="$HOME/Pictures"; empty when it is another line.
std::string folder_in(std::string_view line, std::string_view name, const std::string& home) {
    const std::string start = std::string(name) + "=\"";
    if (!line.starts_with(start) || line.size() <= start.size() || line.back() != '"') {
        return {};
    }
    std::string value(line.substr(start.size(), line.size() - start.size() - 1));
    if (value.starts_with("$HOME")) {
        value.replace(0, 5, home);
    }
    return value;
}

} // namespace

KnownFolders known_folders() {
    const std::string home = home_folder().string();
    const std::string fallback = home.empty() ? std::string(".") : home;
    KnownFolders folders{fallback, fallback, fallback};
    std::string config = environment("XDG_CONFIG_HOME");
    if (config.empty()) {
        config = home + "/.config";
    }
    std::ifstream file(config + "/user-dirs.dirs");
    std::string line;
    const auto take = [&](std::string_view name, std::string& folder) {
        const std::string found = folder_in(line, name, home);
        std::error_code ignored;
        if (!found.empty() && std::filesystem::is_directory(found, ignored)) {
            folder = found;
        }
    };
    while (std::getline(file, line)) {
        take("XDG_DOCUMENTS_DIR", folders.documents);
        take("XDG_PICTURES_DIR", folders.pictures);
        take("XDG_VIDEOS_DIR", folders.videos);
    }
    return folders;
}

} // namespace grokscope

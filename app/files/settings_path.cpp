#include "app/files/settings_path.h"

#include "engine/store/home_folder.h"

#include <cstdlib>
#include <filesystem>

namespace grokscope {

namespace {

std::filesystem::path folder_in(const char* name) {
    const char* value = std::getenv(name);
    std::filesystem::path folder = value == nullptr ? "" : value;
    return folder.is_absolute() ? folder : std::filesystem::path();
}

std::filesystem::path config_folder() {
#if defined(_WIN32)
    return folder_in("APPDATA");
#elif defined(__APPLE__)
    const std::filesystem::path home = home_folder();
    return home.empty() ? home : home / "Library" / "Application Support";
#else
    if (std::filesystem::path config = folder_in("XDG_CONFIG_HOME"); !config.empty()) {
        return config;
    }
    const std::filesystem::path home = home_folder();
    return home.empty() ? home : home / ".config";
#endif
}

} // namespace

std::string window_settings_path() {
    const std::filesystem::path folder = config_folder();
    return folder.empty() ? std::string() : (folder / "grokscope" / "window.json").string();
}

} // namespace grokscope

#include "engine/store/notebook_path.h"

#include "engine/protocol/user_path.h"

#include <cstdlib>
#include <filesystem>

namespace grokscope {

namespace {

/// Value of an environment variable; empty when it is not set.
std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::filesystem::path data_folder() {
#if defined(_WIN32)
    return variable("LOCALAPPDATA");
#elif defined(__APPLE__)
    const std::filesystem::path home = variable("HOME");
    return home.empty() ? home : home / "Library" / "Application Support";
#else
    // The XDG specification: a relative path is to be ignored.
    const std::filesystem::path data = variable("XDG_DATA_HOME");
    if (data.is_absolute()) {
        return data;
    }
    const std::filesystem::path home = variable("HOME");
    return home.empty() ? home : home / ".local" / "share";
#endif
}

} // namespace

std::string default_notebook() {
    if (std::string chosen = variable("GROKSCOPE_NOTEBOOK"); !chosen.empty()) {
        return with_home(chosen);
    }
    const std::filesystem::path folder = data_folder();
    return folder.empty() ? kNoNotebook : (folder / "grokscope" / "notebook.db").string();
}

} // namespace grokscope

#include "engine/store/notebook_path.h"

#include "engine/store/home_folder.h"

#include <sys/stat.h>

#include <cerrno>
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
    const std::filesystem::path home = home_folder();
    return home.empty() ? home : home / "Library" / "Application Support";
#else
    // The XDG specification: a relative path is to be ignored.
    const std::filesystem::path data = variable("XDG_DATA_HOME");
    if (data.is_absolute()) {
        return data;
    }
    const std::filesystem::path home = home_folder();
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

bool is_notebook_begun(const std::string& file) {
    struct stat status {};
    return lstat(file.c_str(), &status) == 0 || errno != ENOENT;
}

bool is_notebook_named() {
    return !variable("GROKSCOPE_NOTEBOOK").empty();
}

std::string note_on_default_notebook() {
    if (is_notebook_named()) {
        return {};
    }
    const std::string file = default_notebook();
    if (file == kNoNotebook) {
        return "there is no home folder (HOME is not set), so there is no notebook; name one with "
               "--notebook FILE or GROKSCOPE_NOTEBOOK (`none` records nothing)";
    }
    const std::string data = variable("XDG_DATA_HOME");
    return data.empty() || std::filesystem::path(data).is_absolute()
               ? std::string()
               : "XDG_DATA_HOME must be an absolute path, got \"" + data +
                     "\"; it is ignored, and the notebook is \"" + file + "\"";
}

} // namespace grokscope

#include "engine/store/home_folder.h"

#include <cstdlib>
#include <system_error>

#ifndef _WIN32
#include <pwd.h>
#include <unistd.h>

#include <vector>
#endif

namespace grokscope {

namespace {

std::filesystem::path folder_of_account() {
#ifndef _WIN32
    std::vector<char> text(16384); // names and paths of one entry
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(geteuid(), &entry, text.data(), text.size(), &found) == 0 && found != nullptr &&
        found->pw_dir != nullptr) {
        return found->pw_dir;
    }
#endif
    return {};
}

} // namespace

std::filesystem::path home_folder() {
    const char* home = std::getenv("HOME");
    if (home != nullptr && std::filesystem::path(home).is_absolute()) {
        return home;
    }
    const std::filesystem::path account = folder_of_account();
    std::error_code ignored;
    return account.is_absolute() && std::filesystem::is_directory(account, ignored)
               ? account
               : std::filesystem::path();
}

std::string with_home(const std::string& path) {
    if (path != "~" && !path.starts_with("~/")) {
        return path;
    }
    const std::string home = home_folder().string();
    return home.empty() ? path : home + path.substr(1);
}

} // namespace grokscope

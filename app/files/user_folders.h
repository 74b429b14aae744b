// Where this system keeps a user's documents, pictures and films. The one place that knows.
#pragma once

#include <string>

namespace grokscope {

struct KnownFolders {
    std::string documents;
    std::string pictures;
    std::string videos;
};

/// By the XDG user directories (user-dirs.dirs in XDG_CONFIG_HOME, else ~/.config); the home folder
/// where one is not named or not there; the current folder without a home.
[[nodiscard]] KnownFolders known_folders();

} // namespace grokscope

#include "engine/store/temporary_folder.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

namespace grokscope {

std::filesystem::path temporary_folder() {
    const char* chosen = std::getenv("TMPDIR");
    for (const char* folder : std::array{chosen, "/tmp", "/var/tmp"}) {
        std::error_code ignored;
        if (folder != nullptr && std::filesystem::is_directory(folder, ignored) &&
            access(folder, W_OK | X_OK) == 0) {
            return folder;
        }
    }
    return ".";
}

} // namespace grokscope

#include "engine/store/file_identity.h"

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace grokscope {

std::optional<FileIdentity> identity_of([[maybe_unused]] const std::string& file) {
#ifndef _WIN32
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
        return FileIdentity{static_cast<std::uint64_t>(status.st_dev),
                            static_cast<std::uint64_t>(status.st_ino)};
    }
#endif
    return std::nullopt; // where open files keep their names, as on Windows, none can be replaced
}

} // namespace grokscope

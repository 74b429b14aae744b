#include "engine/store/file_identity.h"

#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace grokscope {

#ifndef _WIN32
namespace {

FileIdentity identity_in(const struct stat& status) {
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

} // namespace
#endif

std::optional<FileIdentity> identity_of([[maybe_unused]] const std::string& file) {
#ifndef _WIN32
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
        return identity_in(status);
    }
#endif
    return std::nullopt; // where open files keep their names, as on Windows, none can be replaced
}

std::optional<FileVersion> version_of([[maybe_unused]] const std::string& file) {
#ifndef _WIN32
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
        constexpr std::int64_t kSecond = 1000000000;
        return FileVersion{identity_in(status), status.st_size,
                           status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
    }
#endif
    return std::nullopt;
}

std::optional<FileRights> rights_of([[maybe_unused]] const std::string& file) {
#ifndef _WIN32
    struct stat status {};
    if (stat(file.c_str(), &status) == 0) {
        return FileRights{status.st_mode & 0777U, status.st_uid, status.st_gid};
    }
#endif
    return std::nullopt;
}

void give_rights([[maybe_unused]] const std::string& file,
                 [[maybe_unused]] const FileRights& rights) {
#ifndef _WIN32
    constexpr mode_t kGroup = 070;
    auto mode = static_cast<mode_t>(rights.mode | 0600U);
    if (chown(file.c_str(), rights.owner, rights.group) != 0 &&
        chown(file.c_str(), static_cast<uid_t>(-1), rights.group) != 0) {
        mode &= ~kGroup | (mode & 07U) << 3U;
    }
    (void)chmod(file.c_str(), mode); // where there are no modes, as on FAT, nothing is lost
#endif
}

} // namespace grokscope

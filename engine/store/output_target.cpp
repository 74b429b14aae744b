#include "engine/store/output_target.h"

#include "engine/store/home_folder.h"
#include "engine/store/notebook_file.h"
#include "engine/store/owner_lock.h"
#include "engine/store/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// The folder of a path, by its one true name. Throws when there is none.
fs::path folder_of(const fs::path& path, const fs::path& named) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code error;
    fs::path found = fs::canonical(folder, error);
    if (error == std::errc::no_such_file_or_directory) {
        refuse_output(named, "there is no folder " + folder.string());
    }
    if (error) {
        refuse_output(named, error.message());
    }
    if (!fs::is_directory(found, error)) {
        refuse_output(named, folder.string() + " is no folder");
    }
    return found;
}

/// The number of an open file of this process when that is what the path names.
std::optional<int> own_descriptor(const fs::path& folder, const std::string& name) {
    if (folder != "/proc/" + std::to_string(getpid()) + "/fd") {
        return std::nullopt;
    }
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool whole = error == std::errc() && end == name.data() + name.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// In a folder that everybody may write, a link of somebody else leads where he wants it to. The
/// system follows none there, either (protected_symlinks).
bool is_trap(const struct stat& link, const fs::path& folder) {
    struct stat place {};
    return stat(folder.c_str(), &place) == 0 && (place.st_mode & S_ISVTX) != 0 &&
           (place.st_mode & S_IWOTH) != 0 && link.st_uid != geteuid() &&
           link.st_uid != place.st_uid;
}

void refuse_notebooks(const OutputTarget& target) {
    if (target.kind == OutputTarget::Kind::kFile && is_notebook(target.file.string())) {
        refuse_output(target.named, "it is a notebook, which is never overwritten; choose another "
                                    "name");
    }
    const std::string name = target.file.string();
    for (const std::string& notebook : {database_beside(name), owned_by(name)}) {
        if (!notebook.empty() && is_notebook(notebook)) {
            refuse_output(target.named, "files of that name belong to the notebook " + notebook +
                                            "; choose another name");
        }
    }
}

void require_may_be_written(const OutputTarget& target) {
    if (access(target.file.c_str(), W_OK) != 0) {
        refuse_output(target.named, errno);
    }
}

/// An open file: what this process was started with, nothing that it opened itself (its notebook,
/// say), which is closed in children.
OutputTarget open_file(OutputTarget target, int number) {
    const int flags = fcntl(number, F_GETFD);
    const int mode = fcntl(number, F_GETFL);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || (mode & O_ACCMODE) == O_RDONLY) {
        refuse_output(target.named, "it is not open for writing");
    }
    struct stat status {};
    std::error_code ignored;
    const fs::path file = fs::read_symlink("/proc/self/fd/" + std::to_string(number), ignored);
    if (fstat(number, &status) == 0 && S_ISREG(status.st_mode) && is_notebook(file.string())) {
        refuse_output(target.named, "it is a notebook, which is never overwritten");
    }
    target.kind = OutputTarget::Kind::kDescriptor;
    target.file.clear();
    target.descriptor = number;
    return target;
}

OutputTarget::Kind kind_of(const struct stat& status, const fs::path& named) {
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
        return OutputTarget::Kind::kFile;
    case S_IFCHR:
        return OutputTarget::Kind::kDevice;
    case S_IFIFO:
        return OutputTarget::Kind::kPipe;
    case S_IFDIR:
        refuse_output(named, "it is a folder; name a file in it");
    case S_IFBLK:
        refuse_output(named, "it is a disk, and all that is on it would be lost; name a file");
    default:
        refuse_output(named, "it exists and is not a regular file; name another");
    }
}

[[noreturn]] void refuse_name(const OutputTarget& target, int error) {
    const std::size_t size = target.file.filename().string().size();
    const std::size_t longest = longest_name(target.file.parent_path());
    if (error == ENAMETOOLONG && size > longest) {
        refuse_output(target.named, "its name has " + std::to_string(size) +
                                        " bytes, and its folder takes " + std::to_string(longest) +
                                        " at most; choose a shorter one");
    }
    refuse_output(target.named, error);
}

} // namespace

void refuse_output(const fs::path& path, const std::string& why) {
    throw std::runtime_error("cannot write " + path.string() + ": " + why);
}

void refuse_output(const fs::path& path, int error) {
    refuse_output(path, std::generic_category().message(error));
}

OutputTarget find_output_target(const fs::path& path, Overwrite overwrite) {
    OutputTarget target;
    target.named = with_home(path.string());
    if (path == kStandardOutput) {
        target.named = "standard output";
        return open_file(target, STDOUT_FILENO);
    }
    fs::path next = target.named;
    struct stat status {};
    for (int links = 0;; ++links) {
        const fs::path folder = folder_of(next, target.named);
        const std::string name = next.filename().string();
        if (const std::optional<int> number = own_descriptor(folder, name)) {
            return open_file(target, *number);
        }
        target.file = folder / name;
        if (name.empty() || name == "." || name == "..") {
            refuse_output(target.named, "it is a folder; name a file in it");
        }
        const int error = lstat(target.file.c_str(), &status) == 0 ? 0 : errno;
        if (error == ENOENT) {
            refuse_notebooks(target);
            return target;
        }
        if (error != 0) {
            refuse_name(target, error);
        }
        if (!S_ISLNK(status.st_mode)) {
            break;
        }
        if (is_trap(status, folder)) {
            refuse_output(target.named, "it is a link that another user has put into a folder "
                                        "where everybody may write; choose another name");
        }
        std::error_code unreadable;
        next = folder / fs::read_symlink(target.file, unreadable);
        if (unreadable || links >= kMostLinks) {
            refuse_output(target.named, unreadable ? unreadable.value() : ELOOP);
        }
    }
    target.kind = kind_of(status, target.named);
    refuse_notebooks(target);
    if (target.is_stream()) {
        require_may_be_written(target);
    } else if (overwrite == Overwrite::kNo) {
        throw TargetExists("cannot write " + target.named.string() +
                           ": it exists already; choose another name or add --force");
    }
    return target;
}

} // namespace grokscope

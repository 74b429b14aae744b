#include "engine/store/temporary_file.h"

#include "engine/store/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// The sticky bit means nothing on a file, and nobody sets it on one that only he may read.
constexpr mode_t kFileMark = S_ISVTX | S_IRUSR | S_IWUSR;
/// On a folder it keeps others from removing files, who may not even look into this one. That what
/// is made in it gets its group stays as its own folder has it.
constexpr mode_t kFolderMark = S_ISVTX | S_IRWXU;
constexpr mode_t kGroupOfFolder = S_ISGID;

[[noreturn]] void fail(const fs::path& path) {
    throw std::system_error(errno, std::generic_category(), path.string());
}

mode_t permissions_of(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? status.st_mode & 07777 : mode_t{0600};
}

/// Marks it once it is locked: never is a marked one free whose process lives. Without locks there
/// is no mark, and it stays when its process is killed.
void lock_and_mark(int descriptor, mode_t mark) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        (void)fchmod(descriptor, mark);
    }
}

/// Whether a file that looks like ours was left by a process that has ended.
bool is_stale(const fs::path& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || status.st_uid != geteuid()) {
        return false;
    }
    const bool folder = S_ISDIR(status.st_mode);
    const mode_t marked = folder ? S_IFDIR | kFolderMark : S_IFREG | kFileMark;
    const mode_t mode = folder ? status.st_mode & ~kGroupOfFolder : status.st_mode;
    if (mode != marked) { // before it is opened: others may be anything
        return false;
    }
    const Descriptor file(
        open(path.c_str(), (folder ? O_RDONLY | O_DIRECTORY : O_RDWR) | O_NOFOLLOW | O_CLOEXEC));
    struct stat opened {};
    return file.is_open() && flock(file.number(), LOCK_EX | LOCK_NB) == 0 &&
           fstat(file.number(), &opened) == 0 && opened.st_ino == status.st_ino &&
           opened.st_dev == status.st_dev;
}

} // namespace

TemporaryFile::TemporaryFile(const fs::path& target)
    : path_(partial_name(target.string(), 0)),
      file_(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) {
    if (!file_.is_open()) {
        fail(path_);
    }
    mode_ = permissions_of(descriptor());
    lock_and_mark(descriptor(), kFileMark);
}

TemporaryFile::~TemporaryFile() {
    if (!path_.empty()) {
        unlink(path_.c_str());
    }
}

void TemporaryFile::unmark() {
    (void)fchmod(descriptor(), mode_);
}

bool TemporaryFile::take_after(const struct stat& other) {
    struct stat own {};
    if (fstat(descriptor(), &own) != 0) {
        return false;
    }
    const bool same = own.st_uid == other.st_uid && own.st_gid == other.st_gid;
    // Without the bits that lend a program its owner's rights: the system drops them, too, when
    // somebody writes into such a file.
    return (same || fchown(descriptor(), other.st_uid, other.st_gid) == 0) &&
           fchmod(descriptor(), other.st_mode & 01777) == 0;
}

TemporaryFolder::TemporaryFolder(const fs::path& target) : path_(partial_name(target.string(), 0)) {
    if (mkdir(path_.c_str(), 0777) != 0) {
        fail(path_);
    }
    folder_ = Descriptor(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder_.is_open()) {
        fail(path_);
    }
    mode_ = permissions_of(folder_.number());
    lock_and_mark(folder_.number(), kFolderMark | (mode_ & kGroupOfFolder));
}

TemporaryFolder::~TemporaryFolder() {
    if (!path_.empty()) {
        std::error_code ignored; // nobody is left to tell
        fs::remove_all(path_, ignored);
    }
}

int TemporaryFolder::add(std::string_view name, std::string_view content) {
    const Descriptor file(openat(folder_.number(), std::string(name).c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!file.is_open()) {
        return errno;
    }
    const int error = write_all(file.number(), content);
    return error != 0 ? error : sync_to_disk(file.number());
}

void TemporaryFolder::unmark() {
    (void)fchmod(folder_.number(), mode_);
}

void remove_stale_temporaries(const fs::path& target) {
    const std::string sample = fs::path(partial_name(target.string(), 0)).filename().string();
    std::error_code error;
    for (fs::directory_iterator at(target.parent_path(), error), end; !error && at != end;
         at.increment(error)) {
        if (have_one_target(sample, at->path().filename().string()) && is_stale(at->path())) {
            std::error_code ignored; // it is in nobody's way
            fs::remove_all(at->path(), ignored);
        }
    }
}

} // namespace grokscope

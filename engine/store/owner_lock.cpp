#include "engine/store/owner_lock.h"

#include "engine/protocol/store_status.h"
#include "engine/store/notebook_file.h"

#include <string_view>
#include <thread>
#include <utility>

#ifndef _WIN32
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace grokscope {

namespace {

constexpr std::string_view kEnd = "-owners";

} // namespace

std::string lock_file_of(const std::string& notebook) {
    return notebook == kInMemory ? std::string() : followed_links(notebook) + std::string(kEnd);
}

std::string owned_by(const std::string& file) {
    return file.ends_with(kEnd) ? file.substr(0, file.size() - kEnd.size()) : std::string();
}

OwnerLock::OwnerLock(std::string lock_file, std::int64_t byte)
    : file_(std::move(lock_file)), byte_(byte) {
}

OwnerLock::~OwnerLock() {
    let_go();
}

#ifdef F_OFD_SETLK

namespace {

/// How often to begin anew when somebody removes the file at the same moment.
constexpr int kAttempts = 100;
constexpr int kFlags = O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW; // no link or pipe put there is followed

/// A lock on `length` bytes; 0: on all there can be. Reading locks let each other be, and the right
/// to read is enough for one.
struct flock lock_on(std::int64_t byte, std::int64_t length, short type) {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = length;
    return lock;
}

} // namespace

LockState lock_state(const std::string& lock_file, std::int64_t byte) {
    const int descriptor = open(lock_file.c_str(), O_RDONLY | kFlags);
    if (descriptor < 0) {
        return errno == ENOENT ? LockState::kFree : LockState::kUnknown;
    }
    struct flock lock = lock_on(byte, 1, F_WRLCK);
    const bool told = fcntl(descriptor, F_OFD_GETLK, &lock) == 0;
    close(descriptor);
    if (!told) {
        return LockState::kUnknown;
    }
    // A lock on more than the byte is that of somebody who removes the file: nobody holds any.
    return lock.l_type != F_UNLCK && lock.l_len == 1 ? LockState::kHeld : LockState::kFree;
}

bool OwnerLock::is_taken() const {
    struct stat named = {};
    return lstat(file_.c_str(), &named) == 0 && (!S_ISREG(named.st_mode) || named.st_size > 0);
}

bool OwnerLock::has_its_name() const {
    struct stat held = {};
    struct stat named = {};
    return fstat(descriptor_, &held) == 0 && lstat(file_.c_str(), &named) == 0 &&
           S_ISREG(held.st_mode) && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

bool OwnerLock::hold() {
    if (descriptor_ >= 0 && has_its_name()) {
        return true;
    }
    let_go();
    if (is_taken()) { // not even opened: it may be a notebook with locks of its own
        return false;
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        descriptor_ = open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | kFlags, 0666);
        const bool made = descriptor_ >= 0;
        if (!made) {
            descriptor_ = open(file_.c_str(), O_RDWR | O_CREAT | kFlags, 0666);
        }
        if (descriptor_ < 0) { // another user's, perhaps
            descriptor_ = open(file_.c_str(), O_RDONLY | kFlags);
        }
        if (descriptor_ < 0) {
            return false;
        }
        struct flock lock = lock_on(byte_, 1, F_RDLCK);
        const bool locked = fcntl(descriptor_, F_OFD_SETLK, &lock) == 0;
        const bool refused = !locked && errno != EAGAIN && errno != EACCES;
        if (locked && has_its_name()) {
            return true;
        }
        if (refused && made && has_its_name()) { // of no use to anybody
            unlink(file_.c_str());
        }
        close(std::exchange(descriptor_, -1)); // it was removed between the two calls
        if (refused) {
            return false;
        }
        std::this_thread::yield();
    }
    return false;
}

void OwnerLock::let_go() {
    if (descriptor_ < 0) {
        return;
    }
    // Whoever holds the whole file knows that nobody holds any of it. Who has opened it by now will
    // find that it lost its name.
    struct flock all = lock_on(0, 0, F_WRLCK);
    if (fcntl(descriptor_, F_OFD_SETLK, &all) == 0 && has_its_name() && !is_taken()) {
        unlink(file_.c_str());
    }
    close(std::exchange(descriptor_, -1));
}

#else // a system without locks that belong to an open file

LockState lock_state(const std::string&, std::int64_t) {
    return LockState::kUnknown;
}

bool OwnerLock::is_taken() const {
    return false;
}

bool OwnerLock::has_its_name() const {
    return false;
}

bool OwnerLock::hold() {
    return false;
}

void OwnerLock::let_go() {
}

#endif

} // namespace grokscope

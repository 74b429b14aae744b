#include "engine/store/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>

namespace grokscope {

namespace {

// One for the program, as its signals are.
std::function<bool()> wants_to_give_up;
std::atomic<bool> has_given_up{false};

/// After a call that a signal has interrupted: false, with errno ECANCELED, when it is given up.
bool go_on_waiting() {
    if (!wants_to_give_up || !wants_to_give_up()) {
        return true;
    }
    has_given_up.store(true);
    errno = ECANCELED;
    return false;
}

/// After a call that failed: true when it is to be tried again, having waited where that helps.
bool try_again(int descriptor) {
    if (errno == EINTR) {
        return go_on_waiting();
    }
    if (errno != EAGAIN) {
        return false;
    }
    pollfd wait{.fd = descriptor, .events = POLLOUT, .revents = 0}; // whoever opened it waits not
    return poll(&wait, 1, -1) >= 0 || (errno == EINTR && go_on_waiting());
}

} // namespace

void give_up_waiting_when(std::function<bool()> asked) {
    wants_to_give_up = std::move(asked);
}

bool gave_up_waiting() {
    return has_given_up.load();
}

int open_patiently(const char* file, int flags) {
    while (true) {
        const int descriptor = open(file, flags);
        if (descriptor >= 0 || errno != EINTR || !go_on_waiting()) {
            return descriptor;
        }
    }
}

int read_all(int descriptor, std::size_t most, std::string& content) {
    std::array<char, 1U << 16U> part{};
    while (content.size() < most) {
        const ssize_t got =
            read(descriptor, part.data(), std::min(part.size(), most - content.size()));
        if (got > 0) {
            content.append(part.data(), static_cast<std::size_t>(got));
        } else if (got == 0) {
            return 0;
        } else if (errno != EINTR || !go_on_waiting()) {
            return errno;
        }
    }
    return 0;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) {
        close(number_);
    }
}

int write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t taken = write(descriptor, content.data(), content.size());
        if (taken >= 0) {
            content.remove_prefix(static_cast<std::size_t>(taken));
        } else if (!try_again(descriptor)) {
            return errno;
        }
    }
    return 0;
}

int copy_all(int from, int to) {
    std::array<char, 1U << 16U> part{};
    off_t at = 0;
    while (true) {
        const ssize_t read = pread(from, part.data(), part.size(), at);
        if (read < 0 && errno == EINTR) {
            continue;
        }
        if (read <= 0) {
            return read < 0 ? errno : 0;
        }
        const int error = write_all(to, {part.data(), static_cast<std::size_t>(read)});
        if (error != 0) {
            return error;
        }
        at += read;
    }
}

int sync_to_disk(int descriptor) {
    int done = 0;
    do {
        done = fsync(descriptor);
    } while (done != 0 && errno == EINTR);
    return done == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS ? 0 : errno;
}

} // namespace grokscope

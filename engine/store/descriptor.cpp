#include "engine/store/descriptor.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace grokscope {

namespace {

/// After a call that failed: true when it is to be tried again, having waited where that helps.
bool try_again(int descriptor) {
    if (errno != EAGAIN) {
        return errno == EINTR;
    }
    pollfd wait{.fd = descriptor, .events = POLLOUT, .revents = 0}; // whoever opened it waits not
    return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

} // namespace

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

#include "engine/store/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>

namespace grokscope {

namespace {

// One for the program, as its signals are.
std::function<bool()> wants_to_give_up;
std::atomic<bool> has_given_up{false};

constexpr int kLook = 100; // milliseconds from one look to the next
/// Looks at a wait that does not move, once it is to end: who reads slowly is not cut off.
constexpr int kLooks = 20;
/// What a pipe takes whole, or not at all, once it is ready to be written.
constexpr std::size_t kPiece = PIPE_BUF;

/// One wait for another program, looked at again and again.
class Wait {
public:
    /// Until `descriptor` is ready, or for one look when it is -1. False, with errno: it cannot
    /// be, or (ECANCELED) it is given up.
    bool once(int descriptor, short events) {
        pollfd wait{.fd = descriptor, .events = events, .revents = 0};
        while (true) {
            const int ready = poll(&wait, 1, kLook);
            if (ready > 0 || (ready < 0 && errno != EINTR)) {
                return ready > 0;
            }
            if (wants_to_give_up && wants_to_give_up() && ++looks_ >= kLooks) {
                has_given_up.store(true);
                errno = ECANCELED;
                return false;
            }
            if (descriptor < 0) {
                return true;
            }
        }
    }
    /// Something moved.
    void begin_anew() { looks_ = 0; }

private:
    int looks_ = 0; ///< since it was to end
};

bool is_regular(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

bool is_pipe(const char* file) {
    struct stat status {};
    const int before = errno;
    const bool pipe = stat(file, &status) == 0 && S_ISFIFO(status.st_mode);
    errno = before;
    return pipe;
}

} // namespace

void give_up_waiting_when(std::function<bool()> asked) {
    wants_to_give_up = std::move(asked);
}

bool gave_up_waiting() {
    return has_given_up.load();
}

int open_patiently(const char* file, int flags) {
    Wait wait;
    while (true) {
        const int descriptor = open(file, flags | O_NONBLOCK);
        const bool nobody_reads = descriptor < 0 && errno == ENXIO && is_pipe(file);
        if (descriptor >= 0 || (!nobody_reads && errno != EINTR)) {
            return descriptor;
        }
        if (!wait.once(-1, 0)) {
            return -1;
        }
    }
}

int read_all(int descriptor, std::size_t most, std::string& content) {
    std::array<char, 1U << 16U> part{};
    Wait wait;
    while (content.size() < most) {
        if (!wait.once(descriptor, POLLIN)) {
            return errno;
        }
        const ssize_t got =
            read(descriptor, part.data(), std::min(part.size(), most - content.size()));
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
            return got == 0 ? 0 : errno;
        }
        if (got > 0) {
            content.append(part.data(), static_cast<std::size_t>(got));
            wait.begin_anew();
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
    const bool waits = !is_regular(descriptor);
    Wait wait;
    while (!content.empty()) {
        if (waits && !wait.once(descriptor, POLLOUT)) {
            return errno;
        }
        const ssize_t taken = write(descriptor, content.data(),
                                    waits ? std::min(content.size(), kPiece) : content.size());
        if (taken >= 0) {
            content.remove_prefix(static_cast<std::size_t>(taken));
            wait.begin_anew();
        } else if (errno != EINTR && errno != EAGAIN) {
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

// An open file of the system, and the calls on it that have to be repeated.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope {

/// Owns a file descriptor; -1 owns nothing.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

/// What a wait for another program (the other end of a pipe) asks again and again: true ends it
/// once nothing has moved for two seconds more. Set once, before there are threads.
void give_up_waiting_when(std::function<bool()> asked);
/// A wait has been ended so: what failed since then failed for that reason.
[[nodiscard]] bool gave_up_waiting();

/// As open(), waiting for a pipe's reader; what comes of it does not block. -1 and errno;
/// ECANCELED: the wait was given up.
[[nodiscard]] int open_patiently(const char* file, int flags);
/// Reads until the end, or `most` bytes. 0, or the error's number.
[[nodiscard]] int read_all(int descriptor, std::size_t most, std::string& content);
/// Writes all of `content`, however long that takes. 0, or the error's number.
[[nodiscard]] int write_all(int descriptor, std::string_view content);

/// Writes what `from` holds, from its beginning, to `to`. 0, or the error's number.
[[nodiscard]] int copy_all(int from, int to);

/// Waits until the disk has what was written. 0, or the error's number; 0 too for what is on no
/// disk.
[[nodiscard]] int sync_to_disk(int descriptor);

} // namespace grokscope

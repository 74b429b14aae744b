// Where a path that was given for output leads: to a new file, to one that may be replaced, or into
// a stream; and what is no target at all.
// Threads: any; what it finds out may change the next moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace grokscope {

/// May an existing file be replaced?
enum class Overwrite : std::uint8_t { kNo, kYes };

[[nodiscard]] constexpr Overwrite overwrite_if(bool wanted) {
    return wanted ? Overwrite::kYes : Overwrite::kNo;
}

/// What stands for standard output in place of a file.
inline constexpr const char* kStandardOutput = "-";

/// A file is there already and may not be replaced; with leave it could be.
class TargetExists : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct OutputTarget {
    enum class Kind : std::uint8_t {
        kNew,        ///< nothing is there yet
        kFile,       ///< a regular file
        kPipe,       ///< a FIFO by its name: it takes what is written into it
        kDevice,     ///< takes what is written into it, too
        kDescriptor, ///< a file that this process was started with, as /dev/stdout or /dev/fd/3
    };

    Kind kind = Kind::kNew;
    std::filesystem::path named; ///< as given, the home folder put in for "~"
    /// Every link followed, absolute; empty for kDescriptor.
    std::filesystem::path file;
    int descriptor = -1; ///< of kDescriptor

    /// Written into, never replaced.
    [[nodiscard]] bool is_stream() const { return kind != Kind::kNew && kind != Kind::kFile; }
};

/// Follows `path`. Links keep pointing where they point: what they lead to is the target. Throws
/// TargetExists as its name says, and std::runtime_error, one sentence that names path and remedy,
/// when it is a folder, a disk, a socket, a notebook or a file that SQLite keeps beside one, when
/// its folder is missing, or when a stream may not be written. Opens nothing but, through SQLite,
/// what may be a notebook.
[[nodiscard]] OutputTarget find_output_target(const std::filesystem::path& path,
                                              Overwrite overwrite);

/// Throws the sentence that `path` cannot be written, and why.
[[noreturn]] void refuse_output(const std::filesystem::path& path, const std::string& why);
/// The same for an error number of the system.
[[noreturn]] void refuse_output(const std::filesystem::path& path, int error);

} // namespace grokscope

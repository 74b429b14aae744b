// A file or folder that is not complete yet, under a name of its own beside its target.
//
// It is locked as long as its process lives, a lock that the system drops however the process ends,
// and marked by a mode that nobody's file has. So what a process left that was killed is known for
// certain, and the next one that writes the same target removes it.
#pragma once

#include "engine/store/descriptor.h"

#include <sys/stat.h>

#include <filesystem>
#include <string_view>

namespace grokscope {

/// Removed at the end of its life, unless release() was called.
class TemporaryFile {
public:
    /// Makes it, empty, under a name that cannot be foreseen: nobody's file is opened, no link
    /// followed. Throws std::system_error.
    explicit TemporaryFile(const std::filesystem::path& target);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete; // owns the file
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] int descriptor() const { return file_.number(); }
    /// 0, or the error's number.
    [[nodiscard]] int write(std::string_view content) { return write_all(descriptor(), content); }

    /// Takes the mark away: from now on it has the mode of any new file. Nobody removes it any more
    /// but its owner.
    void unmark();
    /// The same, with mode and owner of another file; false when they cannot be had.
    [[nodiscard]] bool take_after(const struct stat& other);
    /// It has its name, or is to stay where it is.
    void release() { path_.clear(); }

private:
    std::filesystem::path path_;
    Descriptor file_;
    mode_t mode_ = 0; ///< of a new file, by the user's mask and the folder's rules
};

/// The same for a folder, which takes files.
class TemporaryFolder {
public:
    /// As for a file.
    explicit TemporaryFolder(const std::filesystem::path& target);
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete; // owns the folder
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a new file in it, whole and on the disk. 0, or the error's number.
    [[nodiscard]] int add(std::string_view name, std::string_view content);
    void unmark();
    void release() { path_.clear(); }

private:
    std::filesystem::path path_;
    Descriptor folder_;
    mode_t mode_ = 0;
};

/// Removes what processes that have ended left for this target. A file without mark, of another
/// user, or whose process lives is none of these.
void remove_stale_temporaries(const std::filesystem::path& target);

} // namespace grokscope

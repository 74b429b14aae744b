// Which file a name means, so that one that took another's place is noticed, and whose it is, so
// that one that takes its place is as much.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace grokscope {

/// Names of one file have equal identities for as long as it is open somewhere or has a name.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

/// Of what `file` means now, links followed; empty when nothing is there, or where the system has
/// no such numbers. Opens nothing. Any thread.
[[nodiscard]] std::optional<FileIdentity> identity_of(const std::string& file);

/// Two equal ones of a file: nobody has written to it in between.
struct FileVersion {
    FileIdentity file;
    std::int64_t bytes = 0;
    std::int64_t written = 0; ///< when last, in nanoseconds
    friend auto operator<=>(const FileVersion&, const FileVersion&) = default;
};

/// Of what `file` means now; empty when nothing is there, or where the system cannot tell.
[[nodiscard]] std::optional<FileVersion> version_of(const std::string& file);

/// To whom a file belongs and who may do what with it.
struct FileRights {
    std::uint32_t mode = 0; ///< reading, writing and executing
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
};

/// Of what `file` means now; empty when nothing is there, or where the system has no such rights.
[[nodiscard]] std::optional<FileRights> rights_of(const std::string& file);

/// Gives a file of ours these rights, its owner and its group as far as we may; in any case its
/// owner may read and write it. A group that it cannot have may do no more than everybody.
void give_rights(const std::string& file, const FileRights& rights);

} // namespace grokscope

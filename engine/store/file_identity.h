// Which file a name means, so that one that took another's place is noticed.
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

} // namespace grokscope

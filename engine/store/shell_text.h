// Text for a shell.
#pragma once

#include <string>
#include <string_view>

namespace grokscope {

/// `text` as one word of a command that a person pastes into a POSIX shell.
[[nodiscard]] inline std::string in_shell_quotes(std::string_view text) {
    std::string quoted = "'";
    for (const char letter : text) {
        if (letter == '\'') {
            quoted += "'\\''";
        } else {
            quoted += letter;
        }
    }
    return quoted + "'";
}

} // namespace grokscope

// Which chord a key means on any keyboard: by what the layout writes on it where that is Latin, by
// its place elsewhere. Knows nothing of the window system.
// Threads: main thread only.
#pragma once

#include "ui/core/shortcuts.h"

#include <optional>
#include <string_view>

namespace grokscope::ui {

/// A key that writes something went down.
struct WritingKey {
    /// What the American layout writes there: 'A' to 'Z', '0' to '9', else 0.
    char place = 0;
    /// What the layout of this keyboard writes there without Shift, in UTF-8; may be empty.
    std::string_view writes;
    bool ctrl = false;
    bool shift = false;
};

/// Its chord by the key alone. `latin`: some key of the layout writes a letter of a to z; without
/// any, as in Cyrillic and Greek, letters count by place. Digits count by place, too, but with
/// Shift only where that writes no digit, as on most layouts but the French. Nothing when what it
/// writes has to be known: chord_of_character().
[[nodiscard]] std::optional<Chord> chord_of_key(const WritingKey& key, bool latin);

/// The chord of a character that was written by a key without a chord of its own.
[[nodiscard]] std::optional<Chord> chord_of_character(char32_t character);

} // namespace grokscope::ui

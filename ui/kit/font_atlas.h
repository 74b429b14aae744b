// The window's fonts: the built-in ones, and for characters that came up and that they lack, those
// of the system. ImGui 1.90 draws what its fonts were built with and nothing else, so they are
// built anew when a new character was seen.
// Threads: main thread only.
#pragma once

#include "ui/kit/system_fonts.h"
#include "ui/kit/theme.h"

#include <memory>
#include <span>
#include <vector>

namespace grokscope {
class CharactersSeen;
}

namespace grokscope::ui {

class FontAtlas {
public:
    /// Of ImGui's current context, whose characters it watches from now on.
    FontAtlas();
    ~FontAtlas();
    FontAtlas(const FontAtlas&) = delete; // ImGui has its address
    FontAtlas& operator=(const FontAtlas&) = delete;

    /// Whether a character was drawn or measured that the fonts were not asked for yet.
    [[nodiscard]] bool has_new_characters() const;
    /// Between frames: all fonts at the scale of `theme`, put into it, with every character seen so
    /// far. A character that no font has is a box.
    void build(Theme& theme);

private:
    void fill(Theme& theme) const;
    /// Looks for what the fonts in `theme` lack of these; true when they lack some.
    bool find_missing(std::span<const char32_t> characters, const Theme& theme);

    std::unique_ptr<CharactersSeen> seen_;
    std::vector<char32_t> extra_; ///< beyond those that are always there
    SystemFonts system_;
    std::vector<FallbackFace> regular_;
    std::vector<FallbackFace> bold_;
};

} // namespace grokscope::ui

// Width and height of a picture.
#pragma once

namespace grokscope::ui::gl {

/// In pixels.
struct Size {
    int width = 0;
    int height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

} // namespace grokscope::ui::gl

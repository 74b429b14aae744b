// Entries side by side, on as many lines as they need.
#pragma once

#include <cstddef>
#include <vector>

namespace grokscope::ui {

/// Lines that entries of these widths fill, wrapped at `width`; calls put(entry, x, line).
template <typename Put>
int flow(const std::vector<float>& widths, float width, float between, Put&& put) {
    float x = 0;
    int line = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (x > 0 && x + widths[i] > width) {
            x = 0;
            ++line;
        }
        put(i, x, line);
        x += widths[i] + between;
    }
    return line + 1;
}

} // namespace grokscope::ui

// Spectrum rows as a texture that shaders fetch from.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/texture.h"
#include "ui/scene/spectrum_rows.h"

#include <cstdint>
#include <vector>

namespace grokscope::ui {

/// R32F, one texel row per spectrum row: its amplitudes, then their maximum.
class RowTexture {
public:
    /// Brings the texture up to date; writes only rows that are new or changed since the last call
    /// with the same `identity` (one number per run, reset and source).
    void update(const SpectrumRows& rows, std::uint64_t identity);

    void bind(int unit) const { texture_.bind(unit); }

private:
    gl::Texture texture_;
    std::uint64_t identity_ = 0;
    std::uint32_t merges_ = 0;
    int written_ = 0; ///< rows that are final in the texture
    std::size_t records_ = 0;
    std::vector<float> staging_;
};

} // namespace grokscope::ui

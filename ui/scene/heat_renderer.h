// The wavetable as a heat map: frequency across, epoch down, drawn by shaders/heat.frag.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/core/palette.h"
#include "ui/core/view_state.h"
#include "ui/gl/framebuffer.h"
#include "ui/gl/program.h"
#include "ui/scene/row_texture.h"

#include <cstdint>
#include <optional>

namespace grokscope::ui {

struct HeatView {
    gl::Size size;
    int slots = 32; ///< rows that the full height stands for
    WavetableScale scale = WavetableScale::kLinear;
    float reference = 1;        ///< amplitude of the table's last colour, > 0
    Color empty;                ///< where there is no row yet
    std::uint64_t identity = 0; ///< differs when the rows are of another run, reset or source
    friend bool operator==(const HeatView&, const HeatView&) = default;
};

/// Row 0 at the top. Drawn only when something changed.
class HeatRenderer {
public:
    /// `shaders` outlives this. Throws std::runtime_error when a shader does not compile.
    explicit HeatRenderer(gl::ShaderLibrary& shaders);

    /// The map alone, without axes; valid until the next call.
    [[nodiscard]] const gl::Texture& draw(const SpectrumRows& rows, const HeatView& view);
    [[nodiscard]] const gl::Framebuffer& picture() const { return picture_; }
    /// The colour table, 256 x 1, smallest value at the left: for the colour bar.
    [[nodiscard]] const gl::Texture& table() const { return table_; }

private:
    gl::ShaderLibrary* shaders_;
    gl::Program program_;
    gl::EmptyVertexArray vertices_;
    gl::Texture table_;
    RowTexture rows_texture_;
    gl::Framebuffer picture_;
    std::optional<HeatView> drawn_;
    std::size_t drawn_records_ = 0;
    std::uint32_t drawn_generation_ = 0;
};

} // namespace grokscope::ui

// The wavetable as ridge curtains (ui.md section 8), drawn by shaders/ridge.* into an image.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/core/palette.h"
#include "ui/gl/framebuffer.h"
#include "ui/gl/program.h"
#include "ui/scene/ridge_layout.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::ui {

/// Colours and widths of a ridge picture.
struct RidgeStyle {
    Color background;
    Color line_old; ///< rows at the back
    Color line_new; ///< rows at the front
    Color ruler;    ///< its alpha: how far a ruler's line goes from the row's own colour to this
    Color crest;    ///< tint of the curtain at full height, over the background; alpha is its share
    Color cursor;
    float veil = 0.45F;        ///< share of the cursor's colour under its line, at full height
    float line_width = 1.2F;   ///< pixels
    float cursor_width = 2.6F; ///< pixels
    friend bool operator==(const RidgeStyle&, const RidgeStyle&) = default;
};

/// What to draw.
struct RidgeView {
    RidgeLayout layout;
    RidgeStyle style;
    WavetableScale scale = WavetableScale::kLinear;
    float reference = 1;        ///< amplitude of full height, > 0
    std::int32_t ruler = 0;     ///< epochs between two stronger rows; 0: none
    std::uint64_t identity = 0; ///< differs when the rows are of another run, reset or source
    friend bool operator==(const RidgeView&, const RidgeView&) = default;
};

/// The row under the epoch cursor: drawn over everything.
struct CursorRow {
    int place = 0;
    std::span<const float> amplitudes;
};

/// Rows that are full are baked into an image once; each further row is one instance drawn over it.
/// A frame copies that image and draws the newest row and the cursor's: three draw calls, and none
/// when nothing changed.
class RidgeRenderer {
public:
    /// `shaders` outlives this. Throws std::runtime_error when a shader does not compile.
    explicit RidgeRenderer(gl::ShaderLibrary& shaders);

    /// The picture, opaque, of the layout's size; valid until the next call.
    [[nodiscard]] const gl::Texture& draw(const SpectrumRows& rows, const RidgeView& view,
                                          const std::optional<CursorRow>& cursor);
    /// The image drawn last.
    [[nodiscard]] const gl::Framebuffer& picture() const { return picture_; }

    /// Times the baked image was drawn from nothing, and draw calls in all: for tests and figures.
    [[nodiscard]] int bakes() const { return bakes_; }
    [[nodiscard]] int draw_calls() const { return draw_calls_; }

private:
    void write_curves(const SpectrumRows& rows, const RidgeView& view, bool anew);
    void bake(const SpectrumRows& rows, const RidgeView& view);
    void set_up(const RidgeView& view);
    void draw_rows(const RidgeView& view, int first_row, int place, int count);

    gl::Program ridge_;
    gl::Program copy_;
    gl::EmptyVertexArray vertices_;
    gl::Texture curves_;
    gl::Texture cursor_curve_;
    gl::Framebuffer baked_;
    gl::Framebuffer picture_;

    std::optional<RidgeView> baked_view_;
    std::uint32_t baked_merges_ = 0;
    int baked_rows_ = 0;
    std::size_t drawn_records_ = 0;
    std::size_t written_records_ = 0;
    int written_rows_ = 0;            ///< rows that are final in the texture
    std::vector<float> drawn_cursor_; ///< texels and place of the cursor row drawn last
    std::vector<float> cursor_texels_;
    std::vector<float> staging_;
    std::uint32_t drawn_generation_ = 0;
    gl::ShaderLibrary* shaders_;
    int bakes_ = 0;
    int draw_calls_ = 0;
};

} // namespace grokscope::ui

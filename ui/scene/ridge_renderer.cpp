#include "ui/scene/ridge_renderer.h"

#include "ui/scene/ridge_curve.h"

#include <array>

namespace grokscope::ui {
namespace {

std::array<float, 4> straight(const Color& color) {
    return {color.r, color.g, color.b, color.a};
}
std::array<float, 4> premultiplied(const Color& color) {
    return {color.r * color.a, color.g * color.a, color.b * color.a, color.a};
}
/// Whether a multiple of `interval`, 0 left out, lies between the row and the one before it.
bool is_ruler(const SpectrumRows& rows, int row, std::int32_t interval) {
    return interval > 0 && row > 0 &&
           rows.last_epoch(row) / interval > rows.last_epoch(row - 1) / interval;
}
/// `share` of `over` on `under`, opaque.
std::array<float, 4> tinted(const Color& under, const Color& over) {
    const float share = over.a;
    return {under.r + (over.r - under.r) * share, under.g + (over.g - under.g) * share,
            under.b + (over.b - under.b) * share, 1.0F};
}

} // namespace

RidgeRenderer::RidgeRenderer(gl::ShaderLibrary& shaders)
    : ridge_(shaders, "ridge.vert", "ridge.frag"), copy_(shaders, "fullscreen.vert", "copy.frag"),
      shaders_(&shaders) {
}

void RidgeRenderer::set_up(const RidgeView& view) {
    const RidgeLayout& layout = view.layout;
    const RidgeStyle& style = view.style;
    ridge_.use();
    ridge_.set("u_curves", 0);
    ridge_.set("u_target", static_cast<float>(layout.size.width),
               static_cast<float>(layout.size.height));
    ridge_.set("u_points", layout.points());
    ridge_.set("u_slots", layout.slots);
    ridge_.set("u_origin", layout.origin.x, layout.origin.y);
    ridge_.set("u_across", layout.across / static_cast<float>(layout.steps));
    ridge_.set("u_step", layout.step.x, layout.step.y);
    ridge_.set("u_height", layout.height);
    ridge_.set("u_line_width", style.line_width);
    ridge_.set("u_line_old", straight(style.line_old));
    ridge_.set("u_line_new", straight(style.line_new));
    ridge_.set("u_line_ruler", straight(style.ruler));
    ridge_.set("u_crowding", 0.0F);
    ridge_.set("u_fill_base", premultiplied(style.background));
    ridge_.set("u_fill_top", tinted(style.background, style.crest));
}

void RidgeRenderer::draw_rows(const RidgeView& view, int first_row, int place, int count) {
    const int points = view.layout.points();
    ridge_.set("u_first_row", first_row);
    ridge_.set("u_place", static_cast<float>(place));
    vertices_.draw(GL_TRIANGLE_STRIP, 6 * points + 2, count);
    ++draw_calls_;
}

void RidgeRenderer::write_curves(const SpectrumRows& rows, const RidgeView& view, bool anew) {
    const gl::Size size{view.layout.points() + 1, rows.capacity()};
    if (curves_.size() != size) {
        curves_ = gl::Texture(gl::TextureFormat::kR32F, size, gl::Filter::kNearest);
    }
    if (!anew && written_records_ == rows.records()) {
        return;
    }
    const int first = anew ? 0 : written_rows_;
    staging_.clear();
    for (int row = first; row < rows.count(); ++row) {
        append_curve(rows.row(row), view.layout.steps, view.reference, view.scale, staging_);
        staging_.push_back(is_ruler(rows, row, view.ruler) ? 1.0F : 0.0F);
    }
    if (first < rows.count()) {
        curves_.write_rows(first, rows.count() - first, staging_);
    }
    written_rows_ = rows.full_count();
    written_records_ = rows.records();
}

void RidgeRenderer::bake(const SpectrumRows& rows, const RidgeView& view) {
    const bool anew = !baked_view_ || *baked_view_ != view || rows.merges() != baked_merges_ ||
                      rows.full_count() < baked_rows_ ||
                      drawn_generation_ != shaders_->generation();
    if (!baked_ || baked_.size() != view.layout.size) {
        baked_ = gl::Framebuffer(view.layout.size);
        picture_ = gl::Framebuffer(view.layout.size);
    }
    if (anew) {
        baked_.clear(premultiplied(view.style.background));
        baked_view_ = view;
        baked_merges_ = rows.merges();
        baked_rows_ = 0;
        drawn_generation_ = shaders_->generation();
        drawn_records_ = 0;
        drawn_cursor_.clear();
        ++bakes_;
    }
    write_curves(rows, view, anew);
    if (baked_rows_ < rows.full_count()) {
        const gl::DrawInto scope(baked_);
        set_up(view);
        curves_.bind(0);
        draw_rows(view, baked_rows_, baked_rows_, rows.full_count() - baked_rows_);
        baked_rows_ = rows.full_count();
    }
}

const gl::Texture& RidgeRenderer::draw(const SpectrumRows& rows, const RidgeView& view,
                                       const std::optional<CursorRow>& cursor) {
    const bool first = !baked_view_;
    bake(rows, view);

    cursor_texels_.clear();
    if (cursor) {
        append_curve(cursor->amplitudes, view.layout.steps, view.reference, view.scale,
                     cursor_texels_);
        cursor_texels_.push_back(0); // not a ruler
        cursor_texels_.push_back(static_cast<float>(cursor->place));
    }
    if (!first && drawn_records_ == rows.records() && drawn_records_ > 0 &&
        cursor_texels_ == drawn_cursor_) {
        return picture_.color();
    }
    drawn_records_ = rows.records();
    drawn_cursor_ = cursor_texels_;

    const gl::DrawInto scope(picture_);
    copy_.use();
    copy_.set("u_picture", 0);
    baked_.color().bind(0);
    vertices_.draw(GL_TRIANGLES, 3);
    ++draw_calls_;
    if (rows.full_count() < rows.count()) {
        set_up(view);
        curves_.bind(0);
        draw_rows(view, rows.full_count(), rows.full_count(), 1);
    }
    if (cursor) {
        const gl::Size size{static_cast<int>(cursor_texels_.size()) - 1, 1};
        if (cursor_curve_.size() != size) {
            cursor_curve_ = gl::Texture(gl::TextureFormat::kR32F, size, gl::Filter::kNearest);
        }
        cursor_curve_.write_rows(0, 1, std::span(cursor_texels_).first(cursor_texels_.size() - 1));
        set_up(view);
        ridge_.set("u_line_width", view.style.cursor_width);
        ridge_.set("u_line_old", straight(view.style.cursor));
        ridge_.set("u_line_new", straight(view.style.cursor));
        ridge_.set("u_crowding", 1.0F);
        // A veil under its line: strongest at the crests, nothing at the base.
        ridge_.set("u_fill_base", std::array<float, 4>{0, 0, 0, 0});
        ridge_.set("u_fill_top", premultiplied(view.style.cursor.with_alpha(view.style.veil)));
        cursor_curve_.bind(0);
        draw_rows(view, 0, cursor->place, 1);
    }
    return picture_.color();
}

} // namespace grokscope::ui

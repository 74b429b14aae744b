#include "ui/scene/heat_renderer.h"

#include "ui/scene/amplitude.h"

#include <array>
#include <cmath>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr int kTableColors = 256;

gl::Texture color_table() {
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < kTableColors; ++i) {
        const Color color = heat_color(static_cast<float>(i) / (kTableColors - 1));
        for (const float channel : {color.r, color.g, color.b, 1.0F}) {
            pixels.push_back(static_cast<std::uint8_t>(std::lround(channel * 255)));
        }
    }
    gl::Texture table(gl::TextureFormat::kRgba8, {kTableColors, 1}, gl::Filter::kLinear);
    table.write(pixels);
    return table;
}

} // namespace

HeatRenderer::HeatRenderer(gl::ShaderLibrary& shaders)
    : shaders_(&shaders), program_(shaders, "fullscreen.vert", "heat.frag"), table_(color_table()) {
}

const gl::Texture& HeatRenderer::draw(const SpectrumRows& rows, const HeatView& view) {
    if (drawn_ && *drawn_ == view && drawn_records_ == rows.records() &&
        drawn_generation_ == shaders_->generation()) {
        return picture_.color();
    }
    rows_texture_.update(rows, view.identity);
    if (!picture_ || picture_.size() != view.size) {
        picture_ = gl::Framebuffer(view.size);
    }
    const gl::DrawInto scope(picture_);
    program_.use();
    program_.set("u_rows", 0);
    program_.set("u_table", 1);
    program_.set("u_scale", shader_number(view.scale));
    program_.set("u_reference", view.reference);
    program_.set("u_size", static_cast<float>(view.size.width),
                 static_cast<float>(view.size.height));
    program_.set("u_frequencies", rows.frequencies());
    program_.set("u_slots", view.slots);
    program_.set("u_count", rows.count());
    const Color& empty = view.empty;
    program_.set("u_empty", std::array<float, 4>{empty.r * empty.a, empty.g * empty.a,
                                                 empty.b * empty.a, empty.a});
    table_.bind(1);
    rows_texture_.bind(0);
    vertices_.draw(GL_TRIANGLES, 3);
    drawn_ = view;
    drawn_records_ = rows.records();
    drawn_generation_ = shaders_->generation();
    return picture_.color();
}

} // namespace grokscope::ui

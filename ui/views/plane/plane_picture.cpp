#include "ui/views/plane/plane_picture.h"

#include "ui/core/palette.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"
#include "ui/views/plane/plane_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Width of the legend beside the cells, and height of the one below them, at 100 %.
constexpr float kLegend = 212;
constexpr float kLegendBelow = 138;
/// Width from which the legend stands beside the cells.
constexpr float kRampBeside = 720;
constexpr float kCellGap = 2; ///< between two cells
constexpr int kRampSteps = 32;

/// Of the four regions, from light to dark, so that grey tells them apart, too.
Color region_color(PhaseRegion region) {
    constexpr std::array kShares{0.97F, 0.68F, 0.36F, 0.1F};
    return heat_color(kShares[static_cast<std::size_t>(region)]);
}

/// What has no value: nobody takes strokes for a colour of the scale.
void draw_hatched(const Theme& theme, ImDrawList& list, const Rect& rect) {
    list.AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(theme.palette->raised));
    list.PushClipRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, true);
    const float step = theme.px(7);
    for (float x = rect.x - rect.height; x < rect.right(); x += step) {
        list.AddLine({x, rect.bottom()}, {x + rect.height, rect.y},
                     u32(mix(theme.palette->raised, theme.palette->muted, 0.45F)), theme.px(1.5F));
    }
    list.PopClipRect();
    list.AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(theme.palette->line));
}

class PlanePainter {
public:
    PlanePainter(const PanelInput& input, const Rect& area, const PhasePlane& plane)
        : input_(input), theme_(input.theme), plane_(plane), list_(*ImGui::GetWindowDrawList()),
          by_region_(input.view.plane.regions) {
        const float line = theme_.small->FontSize;
        float names = 0;
        for (std::size_t row = 0; row < rows() && plane.up.setting != nullptr; ++row) {
            names = std::max(names, text_size(theme_.small, up_name(row)).x);
        }
        beside_ = area.width >= theme_.px(kRampBeside) && area.width > area.height;
        const float left = names + theme_.px(8);
        const float top = plane.up.setting == nullptr ? 0 : line + theme_.px(6);
        const float foot = 2 * line + theme_.px(12);
        const float right = beside_ ? theme_.px(kLegend) : 0;
        const float below = beside_ ? 0 : theme_.px(kLegendBelow);
        cells_ = {std::round(area.x + left), std::round(area.y + top),
                  std::round(std::max(area.width - left - right, theme_.px(60))),
                  std::round(std::clamp(area.height - top - foot - below, theme_.px(60),
                                        std::max(area.width - left - right, theme_.px(60))))};
        legend_ = beside_ ? Rect{cells_.right() + theme_.px(22), cells_.y,
                                 area.right() - cells_.right() - theme_.px(22), cells_.height}
                          : Rect{area.x, cells_.bottom() + foot, area.width, below};
    }

    PlaneTouch draw(bool answers) {
        draw_axes();
        PlaneTouch touch;
        for (std::size_t row = 0; row < rows(); ++row) {
            for (std::size_t column = 0; column < plane_.columns(); ++column) {
                draw_cell(column, row);
            }
        }
        draw_borders();
        for (std::size_t row = rows(); answers && row-- > 0;) { // as they are read
            for (std::size_t column = 0; column < plane_.columns(); ++column) {
                answer(column, row, touch);
            }
        }
        draw_legend();
        return touch;
    }

private:
    [[nodiscard]] std::size_t rows() const { return plane_.rows(); }
    [[nodiscard]] std::string up_name(std::size_t row) const {
        return short_value(*plane_.up.setting, plane_.up.values[row]);
    }

    [[nodiscard]] Rect rect_of(std::size_t column, std::size_t row) const {
        const auto x = [&](std::size_t edge) {
            return std::round(cells_.x + cells_.width * plane_.across.edges[edge]);
        };
        const auto y = [&](std::size_t edge) {
            return std::round(cells_.bottom() - cells_.height * plane_.up.edges[edge]);
        };
        const float gap = std::max(std::round(theme_.px(kCellGap)), 1.0F);
        return {x(column), y(row + 1) + gap, std::max(x(column + 1) - x(column) - gap, 1.0F),
                std::max(y(row) - y(row + 1) - gap, 1.0F)};
    }

    /// By the logarithm of the epoch, 0 the fastest cell.
    [[nodiscard]] float share_of(double epoch) const {
        const double whole = std::log(plane_.slowest / plane_.fastest);
        return whole > 0 ? static_cast<float>(std::log(epoch / plane_.fastest) / whole) : 0.5F;
    }

    void draw_axes() {
        const Color& muted = theme_.palette->muted;
        const float line = theme_.small->FontSize;
        if (plane_.up.setting != nullptr) {
            draw_text(list_, theme_.small, {cells_.x, cells_.y - line - theme_.px(5)},
                      theme_.palette->text,
                      fitted(theme_.small, axis_title(plane_.up), cells_.width));
            float free = cells_.bottom() + line;
            for (std::size_t row = 0; row < rows(); ++row) {
                const Rect rect = rect_of(0, row);
                const float y = std::round(rect.y + (rect.height - line) / 2);
                if (y + line <= free) {
                    const std::string name = up_name(row);
                    draw_text(list_, theme_.small,
                              {cells_.x - theme_.px(6) - text_size(theme_.small, name).x, y}, muted,
                              name);
                    free = y;
                }
            }
        }
        const float y = cells_.bottom() + theme_.px(5);
        float free = cells_.x - theme_.px(40);
        for (std::size_t column = 0; column < plane_.columns(); ++column) {
            const Rect rect = rect_of(column, 0);
            const std::string name =
                short_value(*plane_.across.setting, plane_.across.values[column]);
            const float width = text_size(theme_.small, name).x;
            const float x = std::round(rect.x + (rect.width - width) / 2);
            if (x >= free) {
                draw_text(list_, theme_.small, {x, y}, muted, name);
                free = x + width + theme_.px(6);
            }
        }
        const std::string title = fitted(theme_.small, axis_title(plane_.across), cells_.width);
        draw_text(list_, theme_.small,
                  {cells_.right() - text_size(theme_.small, title).x, y + line + theme_.px(3)},
                  theme_.palette->text, title);
    }

    /// Words in the middle of a rectangle, if they have room there.
    void draw_middle(ImFont* font, const Rect& rect, float middle, const Color& ink,
                     const std::string& words, const Color* plate = nullptr) {
        const ImVec2 size = text_size(font, words);
        if (size.x > rect.width - theme_.px(4) || size.y > rect.height) {
            return;
        }
        const ImVec2 at{std::round(rect.x + (rect.width - size.x) / 2),
                        std::round(middle - size.y / 2)};
        if (plate != nullptr) {
            list_.AddRectFilled({at.x - theme_.px(4), at.y - theme_.px(1)},
                                {at.x + size.x + theme_.px(4), at.y + size.y + theme_.px(1)},
                                u32(*plate), theme_.px(3));
        }
        draw_text(list_, font, at, ink, words);
    }

    void draw_cell(std::size_t column, std::size_t row) {
        const PlaneCell& cell = plane_.cell(column, row);
        const Rect rect = rect_of(column, row);
        const Palette& palette = *theme_.palette;
        const float middle = rect.y + rect.height / 2;
        if (cell.empty()) {
            list_.AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(palette.line));
            const bool failed = cell.figures.failed > 0;
            const std::string words = cell.under_way > 0 ? text::kPlaneUnderWay
                                      : failed           ? text::kPlaneFailed
                                                         : text::kPlaneUntrained;
            const bool fits = text_size(theme_.small, words).x <= rect.width - theme_.px(4);
            draw_middle(theme_.small, rect, middle, palette.muted,
                        fits ? words : std::string(text::kPlaneUntrainedShort));
            return;
        }
        const bool exact = cell.figures.median_epoch.is_exact();
        Color ground = palette.raised;
        if (by_region_) {
            ground = region_color(cell.figures.regions.front());
        } else if (exact) {
            ground = heat_color(share_of(cell.figures.median_epoch.low));
        }
        const bool hatched = !by_region_ && !exact;
        if (hatched) {
            draw_hatched(theme_, list_, rect);
        } else {
            list_.AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(ground));
        }
        const Color ink = hatched ? palette.text : ink_on(ground);
        const Color plate = hatched ? palette.panel : ground;
        const float line = theme_.small->FontSize;
        const bool two = rect.height > theme_.text->FontSize + 2 * line + theme_.px(8);
        draw_middle(theme_.text, rect, middle - (two ? line * 0.4F : 0), ink, cell_epoch(cell),
                    hatched ? &plate : nullptr);
        if (two) {
            draw_middle(theme_.small, rect, middle + line * 1.05F, ink,
                        std::to_string(cell.figures.grokked) + "/" +
                            std::to_string(cell.figures.runs),
                        hatched ? &plate : nullptr);
            const std::string letters = letters_of(cell.figures);
            if (text_size(theme_.small, letters).x < rect.width - theme_.px(10)) {
                const ImVec2 at{rect.x + theme_.px(5), rect.y + theme_.px(2)};
                if (hatched) {
                    list_.AddRectFilled({rect.x + theme_.px(1), rect.y + theme_.px(1)},
                                        {at.x + text_size(theme_.small, letters).x + theme_.px(4),
                                         at.y + line + theme_.px(1)},
                                        u32(plate));
                }
                draw_text(list_, theme_.small, at, ink, letters);
            }
        }
    }

    /// Lines between cells of different regions.
    void draw_borders() {
        const auto region = [&](std::size_t column, std::size_t row) {
            const PhaseCell& figures = plane_.cell(column, row).figures;
            return figures.regions.empty() ? -1 : static_cast<int>(figures.regions.front());
        };
        const float thick = theme_.px(2.5F);
        const ImU32 ink = u32(theme_.palette->text);
        const float half = std::max(std::round(theme_.px(kCellGap)), 1.0F) / 2;
        for (std::size_t row = 0; row < rows(); ++row) {
            for (std::size_t column = 0; column < plane_.columns(); ++column) {
                const Rect rect = rect_of(column, row);
                const int own = region(column, row);
                if (own < 0) {
                    continue;
                }
                if (column + 1 < plane_.columns() && region(column + 1, row) >= 0 &&
                    region(column + 1, row) != own) {
                    const float x = rect.right() + half;
                    list_.AddLine({x, rect.y - half}, {x, rect.bottom() + half}, ink, thick);
                }
                if (row + 1 < rows() && region(column, row + 1) >= 0 &&
                    region(column, row + 1) != own) {
                    const float y = rect.y - half;
                    list_.AddLine({rect.x - half, y}, {rect.right() + half, y}, ink, thick);
                }
            }
        }
    }

    void answer(std::size_t column, std::size_t row, PlaneTouch& touch) {
        const Rect rect = rect_of(column, row);
        const std::string suffix = std::to_string(column) + "," + std::to_string(row);
        ImGui::SetCursorScreenPos({rect.x, rect.y});
        const bool pressed =
            ImGui::InvisibleButton(("plane_cell" + suffix).c_str(), {rect.width, rect.height});
        describe_area(input_, "plane_cell", rect, ImGui::GetItemID(), suffix);
        const bool over = ImGui::IsItemHovered() || ImGui::IsItemFocused();
        if (pressed) {
            touch.pressed = {column, row};
        }
        if (ImGui::IsItemHovered() || (over && !touch.over)) {
            touch.over = {column, row};
        }
        if (ImGui::IsItemHovered()) {
            list_.AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()},
                          u32(theme_.palette->accent), 0, 0, theme_.px(2.5F));
        }
    }

    void draw_legend() {
        const float line = theme_.small->FontSize;
        const float step = line + theme_.px(6);
        float x = legend_.x;
        float y = legend_.y;
        if (!by_region_) {
            y = draw_scale();
        }
        const Palette& palette = *theme_.palette;
        const float swatch = theme_.px(22);
        const auto entry = [&](const auto& paint, const std::string& words) {
            paint(Rect{x, y, swatch, line});
            draw_text(list_, theme_.small, {x + swatch + theme_.px(8), y}, palette.muted,
                      fitted(theme_.small, words, legend_.right() - x - swatch - theme_.px(8)));
            y += step;
        };
        if (!by_region_) {
            entry([&](const Rect& rect) { draw_hatched(theme_, list_, rect); }, text::kPlaneBound);
        }
        entry(
            [&](const Rect& rect) {
                list_.AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(palette.line));
            },
            text::kPlaneUntrained);
        if (!beside_) { // two columns
            x = legend_.x + legend_.width / 2;
            y = legend_.y;
        } else {
            y += theme_.px(8);
        }
        draw_text(list_, theme_.small, {x, y}, palette.muted, text::kPlaneRegionsTitle);
        y += step;
        for (std::size_t i = 0; i < kPhaseRegions.size(); ++i) {
            const auto region = static_cast<PhaseRegion>(i);
            const auto cells = std::ranges::count_if(plane_.cells, [&](const PlaneCell& cell) {
                return !cell.empty() && cell.figures.regions.front() == region;
            });
            entry(
                [&](const Rect& rect) {
                    const Color ground = by_region_ ? region_color(region) : palette.raised;
                    list_.AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()},
                                        u32(ground));
                    draw_middle(theme_.small, rect, rect.y + rect.height / 2,
                                by_region_ ? ink_on(ground) : palette.text,
                                std::string(1, kPhaseRegionLetters[i]));
                },
                std::string(kPhaseRegions[i]) + ": " + std::to_string(cells));
        }
    }

    /// The colours of epochs; where it ends below.
    float draw_scale() {
        const Palette& palette = *theme_.palette;
        const float line = theme_.small->FontSize;
        float y = legend_.y;
        draw_text(list_, theme_.small, {legend_.x, y}, palette.muted,
                  input_.view.plane.choice.stable ? text::kPlaneStableMedian : text::kPlaneMedian);
        y += line + theme_.px(6);
        if (plane_.fastest <= 0) {
            return y;
        }
        const bool single = plane_.slowest <= plane_.fastest;
        const float length = std::min(legend_.width, theme_.px(180));
        const float step = length / kRampSteps;
        for (int i = 0; i < kRampSteps; ++i) {
            const float share =
                single ? 0.5F : (static_cast<float>(i) + 0.5F) / static_cast<float>(kRampSteps);
            const float left = legend_.x + static_cast<float>(i) * step;
            list_.AddRectFilled({left, y}, {left + step + 0.5F, y + theme_.px(12)},
                                u32(heat_color(share)));
        }
        y += theme_.px(15);
        const auto name = [&](double epoch, float share) {
            const std::string words = text::grouped(std::llround(epoch));
            const float width = text_size(theme_.small, words).x;
            draw_text(list_, theme_.small, {legend_.x + share * (length - width), y}, palette.muted,
                      words);
        };
        if (!single) {
            name(plane_.slowest, 1);
            name(std::sqrt(plane_.fastest * plane_.slowest), 0.5F);
        }
        name(plane_.fastest, 0);
        return y + line + theme_.px(12);
    }

    const PanelInput& input_;
    const Theme& theme_;
    const PhasePlane& plane_;
    ImDrawList& list_;
    bool by_region_;
    bool beside_ = true;
    Rect cells_{};
    Rect legend_{};
};

} // namespace

PlaneTouch draw_plane(const PanelInput& input, const Rect& area, const PhasePlane& plane,
                      bool answers) {
    return PlanePainter(input, area, plane).draw(answers);
}

} // namespace grokscope::ui

// Every text of the window has a contrast of 4.5 to what it stands on, every mark one of 3, in both
// themes: the real panels are painted by the processor, and each letter and each line, dot and sign
// is measured against the pixels that it is about to cover (WCAG 2, 1.4.3 and 1.4.11). Words of
// what cannot be used now are pale on purpose, and have a contrast of 3. What is translucent is
// measured as it looks on what lies under it. Left out is what only decorates: the grid, the lines
// between areas, and halos in the colour of the ground; and what kExempt names.
#include "tests/ui/resting_window.h"
#include "ui/core/mark_ink.h"
#include "ui/views/list.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr double kText = 4.5;

struct Exempt {
    float alpha; ///< by which it is known
    const char* why;
};
constexpr std::array kExempt{
    Exempt{kDisabled, "what cannot be used now"},
    Exempt{0.45F, "the lines between a circle's dots, which carry it"},
    Exempt{kGuide, "they lengthen strokes in the lane, which are measured"},
};

Color color_of(ImU32 packed) {
    const ImVec4 color = ImGui::ColorConvertU32ToFloat4(packed);
    return {color.x, color.y, color.z, color.w};
}

Color over(const Color& under, const Color& ink) {
    Color opaque = mix(under, ink, ink.a);
    opaque.a = 1;
    return opaque;
}

bool is_disabled(const Color& ink) {
    return std::abs(ink.a - kDisabled) < 0.01F;
}

bool is_exempt(const Color& ink) {
    return std::ranges::any_of(
        kExempt, [&](const Exempt& exempt) { return std::abs(ink.a - exempt.alpha) < 0.01F; });
}

/// Lines and shapes have hard edges: a soft line of one pixel is edge and nothing else, and would
/// not be measured.
void use_hard_edges() {
    ImGui::GetStyle().AntiAliasedLines = false;
    ImGui::GetStyle().AntiAliasedFill = false;
}

std::string hex(const Color& color) {
    std::array<char, 16> words{};
    const auto byte = [](float channel) { return static_cast<int>(std::lround(channel * 255)); };
    std::snprintf(words.data(), words.size(), "%02x%02x%02x/%02x", byte(color.r), byte(color.g),
                  byte(color.b), byte(color.a));
    return words.data();
}

/// One kind of letter or mark: the ink, what is under it, and how well they are told apart.
struct Pair {
    double contrast = 21;
    int count = 0;
    ImVec2 at{0, 0};
};
using Pairs = std::map<std::string, Pair>;

/// Paints the commands of one frame in their order.
class Painter {
public:
    explicit Painter(const Palette& palette)
        : width_(static_cast<int>(kWidth)), height_(static_cast<int>(kHeight)),
          pixels_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_),
                  palette.window),
          grounds_(pixels_) {
        for (const Color& color : {palette.line, palette.grid, palette.panel, palette.window,
                                   palette.casing, palette.raised}) {
            decoration_.insert(u32(color));
        }
    }

    Pairs letters;
    Pairs disabled; ///< letters of what cannot be used now
    Pairs marks;

    void paint(const ImDrawData& data) {
        for (const ImDrawList* const list : data.CmdLists) {
            for (const ImDrawCmd& command : list->CmdBuffer) {
                if (command.UserCallback == nullptr) {
                    paint(*list, command);
                }
            }
        }
    }
    void fill(const Rect& rect, const Color& color) {
        for (int y = static_cast<int>(rect.y); y < static_cast<int>(rect.bottom()); ++y) {
            for (int x = static_cast<int>(rect.x); x < static_cast<int>(rect.right()); ++x) {
                put(x, y, color, false);
            }
        }
    }

private:
    struct Corner {
        ImVec2 at;
        ImVec2 uv;
        ImU32 ink;
    };

    /// Triangles that share corners: what one call drew.
    struct Shape {
        std::vector<std::array<Corner, 3>> triangles;
        unsigned low = 0;
        unsigned high = 0;
    };

    void paint(const ImDrawList& list, const ImDrawCmd& command) {
        clip_ = command.ClipRect;
        const ImVec2 white = ImGui::GetIO().Fonts->TexUvWhitePixel;
        Shape shape;
        for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
            std::array<Corner, 3> corners;
            std::array<unsigned, 3> index{};
            for (unsigned k = 0; k < 3; ++k) {
                index[k] = list.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
                const ImDrawVert& vertex =
                    list.VtxBuffer[static_cast<int>(index[k] + command.VtxOffset)];
                corners[k] = {vertex.pos, vertex.uv, vertex.col};
            }
            const auto [low, high] = std::ranges::minmax(index);
            if (low > shape.high || high < shape.low) {
                finish(shape);
                shape = {{}, low, high};
            }
            shape.low = std::min(shape.low, low);
            shape.high = std::max(shape.high, high);
            const bool letter = corners[0].uv.x != white.x || corners[0].uv.y != white.y;
            if (letter) {
                measure_letter(corners);
            } else {
                shape.triangles.push_back(corners);
            }
        }
        finish(shape);
    }

    void finish(const Shape& shape) {
        const bool mark = measure_mark(shape);
        for (const std::array<Corner, 3>& corners : shape.triangles) {
            paint(corners, mark);
        }
    }

    /// How many pixels of a box and so far around it have which colour; of the grounds alone, or of
    /// all that is drawn.
    [[nodiscard]] std::map<ImU32, int> pixels(ImVec2 low, ImVec2 high, int around,
                                              bool grounds) const {
        std::map<ImU32, int> counts;
        for (int y = static_cast<int>(low.y) - around; y <= static_cast<int>(high.y) + around;
             ++y) {
            for (int x = static_cast<int>(low.x) - around; x <= static_cast<int>(high.x) + around;
                 ++x) {
                if (inside(x, y)) {
                    ++counts[u32(at(grounds ? grounds_ : pixels_, x, y))];
                }
            }
        }
        return counts;
    }

    void note(Pairs& pairs, const Color& ink, const Color& under, ImVec2 where) const {
        if (decoration_.contains(u32(ink.with_alpha(1)))) {
            return;
        }
        Pair& pair = pairs[hex(ink) + " on " + hex(under)];
        pair.contrast = contrast(over(under, ink), under);
        ++pair.count;
        pair.at = where;
    }

    void measure_letter(const std::array<Corner, 3>& corners) {
        const auto [low, high] = box(corners);
        if (hidden(low, high)) {
            return;
        }
        const Color ink = color_of(corners[0].ink);
        note(is_disabled(ink) ? disabled : letters, ink, most_seen(pixels(low, high, 0, false)),
             low);
    }

    /// A line, a dot, a sign: less than a quarter of its box, or small. Broad shapes are grounds.
    /// A mark is told from the ground, not from other marks that cross it. What is pale may have an
    /// outline below it that stands out instead. Whether it is a mark.
    bool measure_mark(const Shape& shape) {
        float area = 0;
        ImVec2 low{FLT_MAX, FLT_MAX};
        ImVec2 high{-FLT_MAX, -FLT_MAX};
        ImU32 ink = 0;
        std::map<ImU32, int> beside;
        std::map<ImU32, int> under;
        const auto look = [&](std::map<ImU32, int>& seen, const std::vector<Color>& of,
                              ImVec2 where, float right, float down) {
            const int x = static_cast<int>(where.x + right);
            const int y = static_cast<int>(where.y + down);
            if (inside(x, y) && u32(at(of, x, y)) != ink) {
                ++seen[u32(at(of, x, y))];
            }
        };
        for (const std::array<Corner, 3>& corners : shape.triangles) {
            const auto [a, b, c] = corners;
            if (a.ink != b.ink || b.ink != c.ink || a.ink >> IM_COL32_A_SHIFT == 0) {
                continue; // blends into another, or is not seen
            }
            ink = a.ink;
            area += std::abs((b.at.x - a.at.x) * (c.at.y - a.at.y) -
                             (c.at.x - a.at.x) * (b.at.y - a.at.y)) /
                    2;
            const auto [from, to] = box(corners);
            low = {std::min(low.x, from.x), std::min(low.y, from.y)};
            high = {std::max(high.x, to.x), std::max(high.y, to.y)};
            const ImVec2 middle{(a.at.x + b.at.x + c.at.x) / 3, (a.at.y + b.at.y + c.at.y) / 3};
            look(under, pixels_, middle, 0, 0);
            for (const float away : {-6.0F, 6.0F}) {
                look(beside, grounds_, middle, away, 0);
                look(beside, grounds_, middle, 0, away);
            }
        }
        const float width = high.x - low.x;
        const float height = high.y - low.y;
        const bool small = std::max(width, height) <= 18;
        const bool thin = std::min(width, height) <= 4 || area < 0.25F * width * height;
        if (!(small || thin)) {
            return false;
        }
        if (beside.empty() || hidden(low, high)) {
            return true;
        }
        const Color around = small ? most_seen(pixels(low, high, 10, true)) : most_seen(beside);
        const auto stands_out = [&](const auto& seen) {
            return contrast(color_of(seen.first), around) >= kMarkContrast;
        };
        const bool outlined =
            small ? std::ranges::count_if(pixels(low, high, 1, false), stands_out) > 0
                  : std::ranges::any_of(under, stands_out);
        if (!outlined && !is_exempt(color_of(ink))) {
            note(marks, color_of(ink), around, low);
        }
        return true;
    }

    static Color most_seen(const std::map<ImU32, int>& counts) {
        if (counts.empty()) {
            return {};
        }
        return color_of(
            std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; })->first);
    }

    static std::pair<ImVec2, ImVec2> box(const std::array<Corner, 3>& corners) {
        ImVec2 low = corners[0].at;
        ImVec2 high = low;
        for (const Corner& corner : corners) {
            low = {std::min(low.x, corner.at.x), std::min(low.y, corner.at.y)};
            high = {std::max(high.x, corner.at.x), std::max(high.y, corner.at.y)};
        }
        return {low, high};
    }
    [[nodiscard]] bool hidden(ImVec2 low, ImVec2 high) const {
        return high.x < clip_.x || high.y < clip_.y || low.x > clip_.z || low.y > clip_.w;
    }
    [[nodiscard]] bool inside(int x, int y) const {
        return x >= 0 && y >= 0 && x < width_ && y < height_;
    }
    [[nodiscard]] const Color& at(const std::vector<Color>& of, int x, int y) const {
        return of[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                  static_cast<std::size_t>(x)];
    }
    void put(int x, int y, const Color& ink, bool mark) {
        if (inside(x, y)) {
            const std::size_t place =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                static_cast<std::size_t>(x);
            pixels_[place] = over(pixels_[place], ink);
            if (!mark) {
                grounds_[place] = over(grounds_[place], ink);
            }
        }
    }

    void paint(const std::array<Corner, 3>& corners, bool mark) {
        const auto [low, high] = box(corners);
        const ImVec2 a = corners[0].at;
        const ImVec2 b = corners[1].at;
        const ImVec2 c = corners[2].at;
        const float whole = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if (whole == 0) {
            return;
        }
        const std::array<Color, 3> inks{color_of(corners[0].ink), color_of(corners[1].ink),
                                        color_of(corners[2].ink)};
        const int left = static_cast<int>(std::max({low.x, clip_.x, 0.0F}));
        const int top = static_cast<int>(std::max({low.y, clip_.y, 0.0F}));
        const float right = std::min({high.x, clip_.z, static_cast<float>(width_)});
        const float bottom = std::min({high.y, clip_.w, static_cast<float>(height_)});
        for (int y = top; static_cast<float>(y) < bottom; ++y) {
            for (int x = left; static_cast<float>(x) < right; ++x) {
                const float px = static_cast<float>(x) + 0.5F;
                const float py = static_cast<float>(y) + 0.5F;
                const float u = ((b.x - px) * (c.y - py) - (c.x - px) * (b.y - py)) / whole;
                const float v = ((c.x - px) * (a.y - py) - (a.x - px) * (c.y - py)) / whole;
                const float w = 1 - u - v;
                if (u >= 0 && v >= 0 && w >= 0) {
                    Color ink =
                        mix(inks[2], mix(inks[0], inks[1], u + v > 0 ? v / (u + v) : 0), u + v);
                    put(x, y, ink, mark);
                }
            }
        }
    }

    int width_;
    int height_;
    std::set<ImU32> decoration_; ///< colours, without their opacity, of what only decorates
    std::vector<Color> pixels_;
    std::vector<Color> grounds_; ///< without marks and letters
    ImVec4 clip_{0, 0, 0, 0};
};

class ContrastTest : public testing::TestWithParam<ThemeKind> {};

void expect_all(const Pairs& pairs, double least, const char* what) {
    for (const auto& [words, pair] : pairs) {
        EXPECT_GE(pair.contrast, least)
            << what << ' ' << words << ", " << pair.count << " of them, the last at " << pair.at.x
            << ", " << pair.at.y;
    }
}

TEST_P(ContrastTest, EveryTextAndEveryMarkStandsOut) {
    RestingWindow window(0);
    window.stage.use_theme(GetParam());
    use_hard_edges();
    const Palette& palette = palette_of(GetParam());
    std::size_t kinds = 0;
    for (const InsideTab tab : {InsideTab::kCircle, InsideTab::kMap, InsideTab::kClock,
                                InsideTab::kAttention, InsideTab::kAblation}) {
        window.stage.view.settings.inside.tab = tab;
        window.touch();
        window.run(1);
        Painter painter(palette);
        painter.paint(*ImGui::GetDrawData());
        kinds += painter.letters.size() + painter.marks.size();
        expect_all(painter.letters, kText, "text");
        expect_all(painter.disabled, kMarkContrast, "text of what is disabled");
        if (tab != InsideTab::kAttention) { // cells of a picture are told by their neighbours
            expect_all(painter.marks, kMarkContrast, "mark");
        }
    }
    EXPECT_GT(kinds, 40U);
}

constexpr std::array kEvents{
    std::pair{MarkKind::kMemorised, 20}, std::pair{MarkKind::kCircuitFormation, 40},
    std::pair{MarkKind::kTransition, 50}, std::pair{MarkKind::kGrokked, 70},
    std::pair{MarkKind::kCleanupDone, 100}};

/// A run of each stencil with its jump, events of the selected one, a note and guesses.
void teach(RestingWindow& window) {
    Channels& channels = window.stage.channels;
    std::uint32_t next = 2;
    for (const Stencil& stencil :
         {Stencil(), Stencil::of({0}), Stencil::of({-1}), Stencil::of({1}), Stencil::of({-1, 0}),
          Stencil::of({-1, 1}), Stencil::of({0, 1})}) {
        RunConfig config;
        config.p = 23;
        config.stencil = stencil;
        record(channels, RunId{next}, config, 120);
        EXPECT_TRUE(channels.events.try_push(Event(event::Mark{
            RunId{next}, MarkKind::kGrokked, static_cast<std::int32_t>(55 + 5 * next)})));
        ++next;
        window.touch();
        window.run(0.2);
    }
    for (const auto& [kind, epoch] : kEvents) {
        EXPECT_TRUE(channels.events.try_push(Event(event::Mark{RunId{2}, kind, epoch})));
    }
    window.stage.view.selected = RunId{2};
    window.stage.view.arrangement.notes = {{RunId{2}, 45, "here it turns [guess: AB]"},
                                           {RunId{2}, 80, "[guess: CD]"},
                                           {RunId{2}, 25, "[guess: EF]"}};
    window.touch();
    window.run(1);
}

TEST_P(ContrastTest, EveryMarkOfALessonStandsOut) {
    RestingWindow window(0);
    window.stage.use_theme(GetParam());
    use_hard_edges();
    teach(window);
    ViewState& view = window.stage.view;
    // Epochs that no curve of accuracy is near: a run that the mouse points out dims the others.
    const Rect plot = window.drawn_controls().at("plot_accuracy");
    const ImVec2 free{plot.x + 0.9F * plot.width, plot.y + 0.35F * plot.height};
    std::size_t kinds = 0;
    const auto measure = [&](const char* what) {
        SCOPED_TRACE(what);
        window.touch();
        window.run(1);
        ASSERT_FALSE(view.hovered.has_value());
        Painter painter(palette_of(GetParam()));
        painter.paint(*ImGui::GetDrawData());
        kinds += painter.marks.size();
        expect_all(painter.letters, kText, "text");
        expect_all(painter.marks, kMarkContrast, "mark");
    };
    for (const ThirdPlot third :
         {ThirdPlot::kMismatch, ThirdPlot::kProgress, ThirdPlot::kFigures}) {
        view.settings.third_plot = third;
        measure("at rest");
    }
    view.cursor.hold(60);
    measure("with a held cursor");
    window.move(free.x, free.y);
    measure("under the mouse");
    EXPECT_TRUE(view.hovered_epoch.has_value());
    window.stage.press_mouse(1, true);
    window.touch();
    window.run(0.1);
    window.move(free.x - 60, free.y + 20);
    measure("while a box is drawn");
    EXPECT_GT(kinds, 40U);
}

TEST_P(ContrastTest, EveryTextOfTheSheetsStandsOut) {
    using Open = std::function<void(ViewState&)>;
    std::vector<std::pair<std::string_view, Open>> sheets{
        {"new run", [](ViewState& view) { view.new_run_open = true; }},
        {"note", [](ViewState& view) { view.note_draft = ""; }},
        {"guesses", [](ViewState& view) { view.guessing = true; }},
        {"fork",
         [](ViewState& view) {
             view.fork = ForkDraft{RunId{1}, 10, {}};
             view.fork->config.p = 23;
             view.fork->config.stencil = Stencil::of({-1, 0, 1});
         }},
        {"help", [](ViewState& view) { view.sheet = Action::kHelp; }},
        {"palette", [](ViewState& view) { view.sheet = Action::kPalette; }}};
    for (const ViewInfo* const view : kViews) {
        sheets.emplace_back(view->name, [view](ViewState& state) { state.sheet = view->action; });
    }
    std::size_t pale = 0;
    for (const auto& [name, open] : sheets) {
        SCOPED_TRACE(name);
        RestingWindow window(0);
        window.stage.use_theme(GetParam());
        use_hard_edges();
        open(window.stage.view);
        window.touch();
        window.run(1);
        Painter painter(palette_of(GetParam()));
        painter.paint(*ImGui::GetDrawData());
        pale += painter.disabled.size();
        expect_all(painter.letters, kText, "text");
        expect_all(painter.disabled, kMarkContrast, "text of what is disabled");
    }
    EXPECT_GT(pale, 4U);
}

INSTANTIATE_TEST_SUITE_P(Themes, ContrastTest, testing::Values(ThemeKind::kDark, ThemeKind::kLight),
                         [](const auto& theme) {
                             return theme.param == ThemeKind::kDark ? "Dark" : "Light";
                         });

} // namespace
} // namespace grokscope::ui

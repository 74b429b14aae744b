#include "ui/plots/plot_marks.h"

#include "ui/core/beside.h"
#include "ui/core/claims.h"
#include "ui/core/dash.h"
#include "ui/core/epoch_map.h"
#include "ui/core/mark_ink.h"
#include "ui/core/phase_bands.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/plots/figure_plot.h"
#include "ui/plots/plot_events.h"
#include "ui/plots/progress_read_out.h"

#include <imgui_internal.h> // where the read-out was last

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Of the accent on the ground of a phase, for each that came before.
constexpr float kStageShare = 0.035F;

void dashed_line(ImDrawList& list, const Rect& area, float y, const Color& color, float scale) {
    const float ink = 4 * scale;
    for (float x = area.x; x < area.right(); x += 2 * ink) {
        list.AddLine({x, y}, {std::min(x + ink, area.right()), y}, u32(color), scale);
    }
}

/// A piece of a curve of that shape, without its marker.
void pattern_line(ImDrawList& list, ImVec2 from, float width, ImU32 ink, float thickness,
                  const CurveShape& shape, float scale) {
    const std::span<const float> pattern = dashes_of(shape);
    float x = 0;
    for (std::size_t i = 0; x < width; ++i) {
        const float length =
            pattern.empty() ? width : std::min(pattern[i % pattern.size()] * scale, width - x);
        if (i % 2 == 0) {
            list.AddLine({from.x + x, from.y}, {from.x + x + length, from.y}, ink, thickness);
        }
        x += length;
    }
}

} // namespace

bool has_test_parts(const RunRecord& run) {
    return !run.curves.mirrored_accuracy.empty() || !run.curves.new_accuracy.empty();
}

bool shows_test_parts(const PanelInput& input) {
    const RunRecord* run = input.selected();
    return input.view.settings.test_parts && run != nullptr && has_test_parts(*run);
}

void grow_axis(const PanelInput& input, bool loss, bool mismatch, ValueAxis& axis) {
    for (const auto& run : input.book.runs()) {
        if (loss) {
            grow_to(axis, run->curves.train_loss);
            grow_to(axis, run->curves.test_loss);
            if (input.view.settings.test_parts && input.view.selected == run->id) {
                grow_to(axis, run->curves.mirrored_loss);
                grow_to(axis, run->curves.new_loss);
            }
        } else if (mismatch) {
            for (const int offset : run->config.stencil.offsets()) {
                grow_to(axis, run->curves.mismatch[offset_slot(offset)]);
            }
        } else {
            const RunCurves& curves = run->curves;
            for (const Series* const series :
                 {&curves.full_loss, &curves.restricted_loss, &curves.excluded_loss,
                  &curves.gini_W_E, &curves.gini_W_L, &curves.sum_squares}) {
                grow_to(axis, *series);
            }
        }
    }
}

namespace {

/// Calls `use(band, left, right)` for each phase of the selected run that is in view, in pixels.
template <typename Use>
void for_each_phase(const PanelInput& input, const PlotFrame& frame, Use&& use) {
    const RunRecord* run = input.selected();
    if (run == nullptr || run->samples.empty()) {
        return;
    }
    for (const PhaseBand& band : phase_bands(*run)) {
        const float left = std::max(frame.x_of(band.from), frame.area.x);
        const float right = std::min(frame.x_of(band.to), frame.area.right());
        if (right > left) {
            use(band, left, right);
        }
    }
}

} // namespace

Color ink_on_phases(const Color& ink, float alpha, const Palette& palette) {
    const Color last =
        mix(palette.panel, palette.accent, kStageShare * static_cast<float>(Stage::kStable));
    const Color on_first = mark_ink(ink, alpha, palette.panel, palette);
    return mark_ink(on_first, on_first.a, last, palette);
}

void draw_phase_bands(const PanelInput& input, const PlotFrame& frame, ImDrawList& list) {
    // The further a run has come, the brighter its ground.
    const Palette& palette = *input.theme.palette;
    for_each_phase(input, frame, [&](const PhaseBand& band, float left, float right) {
        const float share = kStageShare * static_cast<float>(band.stage);
        if (input.grounds != nullptr) {
            input.grounds->push_back({{left, frame.area.y, right - left, frame.area.height},
                                      mix(palette.panel, palette.accent, share)});
        } else {
            list.AddRectFilled({left, frame.area.y}, {right, frame.area.bottom()},
                               u32(palette.accent.with_alpha(share)));
        }
    });
}

void draw_phase_names(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                      std::span<const Rect> taken) {
    const Theme& theme = input.theme;
    const float y = frame.area.bottom() - theme.small->FontSize - theme.px(4);
    for_each_phase(input, frame, [&](const PhaseBand& band, float left, float right) {
        const std::string name = text::stage(band.stage);
        const float width = text_size(theme.small, name).x + theme.px(8);
        const float room = right - left - width;
        // In the middle of its phase, or at one of its ends where something stands there.
        for (const float share : {0.5F, 0.0F, 1.0F}) {
            const Rect at{left + room * share, y - theme.px(1), width,
                          theme.small->FontSize + theme.px(3)};
            if (room < theme.px(4) ||
                std::any_of(taken.begin(), taken.end(),
                            [&](const Rect& label) { return at.overlaps(label); })) {
                continue;
            }
            // Over a curve the words alone would be a tangle.
            list.AddRectFilled({at.x, at.y}, {at.right(), at.bottom()},
                               u32(theme.palette->panel.with_alpha(0.8F)), theme.px(3));
            put_text(list, theme.small, theme.palette->muted, {at.x + width / 2, y}, Align::kCentre,
                     name);
            return;
        }
    });
}

namespace {

/// What guessing gives in the task of the selected run; of the settings that Start would take where
/// there is none.
Guessing guessing_of(const PanelInput& input) {
    const RunRecord* run = input.selected();
    const auto& draft = input.view.draft;
    return run != nullptr                       ? run->task.guessing
           : draft && draft->validate().empty() ? Guessing(*draft)
                                                : Guessing(RunConfig{});
}

} // namespace

void draw_reference_lines(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                          bool accuracy, bool loss) {
    if (!accuracy && !loss) {
        return;
    }
    const Guessing guessing = guessing_of(input);
    const Theme& theme = input.theme;
    const double value = accuracy ? guessing.accuracy : guessing.loss;
    const float y = frame.y_of(value);
    if (y < frame.area.y || y > frame.area.bottom()) {
        return;
    }
    dashed_line(list, frame.area, y, theme.palette->muted.with_alpha(0.85F), theme.scale);
}

void draw_legend(const PanelInput& input, ImDrawList& list, ImVec2 at, float right) {
    const Theme& theme = input.theme;
    const Color ink = theme.palette->muted;
    const auto sample = [&](float thickness, const char* words, CurveShape shape = {}) {
        if (at.x + theme.px(24) + text_size(theme.small, words).x > right) {
            at.x = right;
            return;
        }
        const float middle = std::round(at.y + theme.small->FontSize / 2);
        pattern_line(list, {at.x, middle}, theme.px(18), u32(ink), thickness, shape, theme.scale);
        at.x += theme.px(24);
        at.x += draw_text(list, theme.small, at, ink, words) + theme.px(16);
    };
    sample(theme.curve(true), text::kTest);
    sample(theme.curve(false), text::kTrain);
    if (shows_test_parts(input)) {
        sample(theme.curve(false), text::kMirrored, kMirroredShape);
        sample(theme.curve(false), text::kTrulyNew, kNewShape);
    }
    draw_reference_legend(input, list, at, right, true);
}

void draw_reference_legend(const PanelInput& input, ImDrawList& list, ImVec2 at, float right,
                           bool accuracy) {
    const Theme& theme = input.theme;
    const Guessing guessing = guessing_of(input);
    const std::string words = accuracy ? text::kChance + text::percent(guessing.accuracy)
                              : guessing.is_even
                                  ? text::kGuessing + text::value(guessing.loss)
                                  : text::kGuessingUneven + text::value(guessing.loss);
    if (at.x + theme.px(26) + text_size(theme.small, words).x > right) {
        return;
    }
    const float middle = std::round(at.y + theme.small->FontSize / 2);
    dashed_line(list, {at.x, at.y, theme.px(20), 1}, middle, theme.palette->muted, theme.scale);
    draw_text(list, theme.small, {at.x + theme.px(26), at.y}, theme.palette->muted, words);
}

void draw_event_lines(const PanelInput& input, const PlotFrame& frame, ImDrawList& list) {
    std::set<std::pair<float, ImU32>> drawn; // once, where thousands fall on one pixel
    for (const PlotEvent& event : events_in(input, frame, false)) {
        const ImU32 ink =
            u32(event.selected ? ink_on_phases(event.color, 0.55F, *input.theme.palette)
                               : event.color.with_alpha(kGuide));
        if (drawn.emplace(event.x, ink).second) {
            list.AddLine({event.x, frame.area.y}, {event.x, frame.area.bottom()}, ink,
                         input.theme.px(1));
        }
    }
}

void draw_cursor_line(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                      bool grabbed) {
    const Theme& theme = input.theme;
    const std::int32_t epoch = input.cursor_epoch();
    if (epoch >= 0) {
        const float x = std::round(frame.x_of(epoch));
        const bool held = !input.view.cursor.live;
        list.AddLine({x, frame.area.y}, {x, frame.area.bottom()},
                     u32(ink_on_phases(theme.palette->accent, held || grabbed ? 1.0F : 0.55F,
                                       *theme.palette)),
                     theme.px(grabbed ? 2.5F
                              : held  ? 1.8F
                                      : 1.0F));
        if (grabbed) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
        }
    }
    if (input.view.hovered_epoch) {
        const float x = std::round(frame.x_of(*input.view.hovered_epoch));
        list.AddLine({x, frame.area.y}, {x, frame.area.bottom()},
                     u32(ink_on_phases(theme.palette->muted, 0.6F, *theme.palette)), theme.px(1));
    }
}

/// Room beside the mouse, at 100 %, from which on the read-out has columns of mismatch, too.
constexpr float kWidestReadOut = 760;

void draw_read_out(const PanelInput& input) {
    const auto runs = input.book.runs();
    const bool any = std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
        return input.view.visible(run->id) && !run->samples.empty() &&
               EpochMap(input.view.settings.x_unit, *run).usable();
    });
    if (!input.view.hovered_epoch || !any) {
        return;
    }
    const Theme& theme = input.theme;
    const std::int32_t epoch = *input.view.hovered_epoch;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(12), theme.px(10)});
    const ImVec2 mouse = ImGui::GetMousePos();
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const ImGuiWindow* const before = ImGui::FindWindowByName("##read_out"); // hidden at first
    const ImVec2 size = before == nullptr ? ImVec2{0, 0} : before->Size;
    const Rect place_of =
        place_beside(mouse.x, mouse.y, size.x, size.y, screen.x, screen.y, theme.px(18));
    ImGui::SetNextWindowPos({place_of.x, place_of.y});
    ImGui::SetNextWindowBgAlpha(0.96F);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::Begin("##read_out", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoFocusOnAppearing |
                     ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoSavedSettings);
    const double place = input.view.hovered_x.value_or(epoch);
    text_in(theme.strong, theme.palette->text, text::x_place(input.view.settings.x_unit, place));
    std::array<bool, kOffsetSlots> offsets{};
    const bool mismatch_fits = input.view.settings.third_plot == ThirdPlot::kMismatch &&
                               std::max(mouse.x, screen.x - mouse.x) > theme.px(kWidestReadOut);
    for (const auto& run : input.book.runs()) {
        for (const int offset : run->config.stencil.offsets()) {
            offsets[offset_slot(offset)] |= mismatch_fits && input.view.visible(run->id);
        }
    }
    const auto extra = static_cast<int>(std::count(offsets.begin(), offsets.end(), true));
    if (ImGui::BeginTable("values", 6 + extra, ImGuiTableFlags_SizingFixedFit)) {
        const auto cell = [&](const std::string& words, const Color& color) {
            ImGui::TableNextColumn();
            const float width = text_size(theme.mono, words).x;
            ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(theme.px(58) - width, 0.0F));
            text_in(theme.mono, color, words);
        };
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::TableNextColumn();
        for (const char* title : text::kReadOutTitles) {
            cell(title, theme.palette->muted);
        }
        for (int offset = -kMaxOffset; offset <= kMaxOffset; ++offset) {
            if (offsets[offset_slot(offset)]) {
                cell("m " + std::string(offset > 0 ? "+" : "") + std::to_string(offset),
                     theme.palette->muted);
            }
        }
        for (const auto& run : input.book.runs()) {
            if (!input.view.visible(run->id) || run->samples.empty()) {
                continue;
            }
            const EpochMap map(input.view.settings.x_unit, *run);
            if (!map.usable()) {
                continue;
            }
            const double here = map.epoch_at(place);
            const std::size_t nearest = run->curves.test_loss.nearest(here);
            const MetricSample& sample = run->samples[nearest];
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            const ImVec2 at = ImGui::GetCursorScreenPos();
            draw_chip(*ImGui::GetWindowDrawList(), run_style(input.view, *run, theme.kind), at,
                      {theme.px(26), theme.px(16)}, theme.scale, theme.palette->panel, false);
            ImGui::Dummy({theme.px(26), theme.px(16)});
            ImGui::TableNextColumn();
            std::string name = run_label(input.view, *run, several_seeds(input.book));
            if (input.view.settings.x_unit != XUnit::kEpochs) {
                name += ", " + (text::kEpoch + text::grouped(sample.epoch));
            } else if (epoch > run->last_epoch() + run->config.eval_every) {
                Facts facts;
                facts.run = moment_at(run.get(), run->last_epoch());
                name += claim(Place::kEnd, facts).words + text::grouped(run->last_epoch());
            }
            text_in(theme.small, theme.palette->text, fitted(theme.small, name, theme.px(180)));
            cell(text::percent(sample.train_accuracy), theme.palette->text);
            cell(text::percent(sample.test_accuracy), theme.palette->text);
            cell(text::value(sample.train_loss), theme.palette->text);
            cell(text::value(sample.test_loss), theme.palette->text);
            for (std::size_t slot = 0; slot < kOffsetSlots; ++slot) {
                if (offsets[slot]) {
                    cell(text::value(sample.mismatch[slot]), theme.palette->text);
                }
            }
            if (input.view.selected == run->id && shows_test_parts(input)) {
                const auto part = [&](const char* which, double accuracy, double loss) {
                    ImGui::TableNextRow();
                    ImGui::TableNextColumn();
                    ImGui::TableNextColumn();
                    text_in(theme.small, theme.palette->muted, which);
                    cell("", theme.palette->text);
                    cell(std::isnan(accuracy) ? text::kNoValue : text::percent(accuracy),
                         theme.palette->text);
                    cell("", theme.palette->text);
                    cell(std::isnan(loss) ? text::kNoValue : text::value(loss),
                         theme.palette->text);
                };
                part(text::kMirrored, sample.mirrored_accuracy, sample.mirrored_loss);
                part(text::kTrulyNew, sample.new_accuracy, sample.new_loss);
                input.log.fact("read_out_parts", text::percent(sample.mirrored_accuracy) + ", " +
                                                     text::percent(sample.new_accuracy) + " at " +
                                                     std::to_string(sample.epoch));
            }
        }
        ImGui::EndTable();
    }
    if (input.view.settings.third_plot == ThirdPlot::kProgress) {
        progress_read_out(input, epoch);
    } else if (input.view.settings.third_plot == ThirdPlot::kFigures) {
        figure_read_out(input, epoch);
    }
    ImGui::End();
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
}

} // namespace grokscope::ui

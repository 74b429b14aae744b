#include "ui/views/seeds/seeds_panel.h"

#include "ui/core/actions.h"
#include "ui/core/file_controller.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/action_row.h"
#include "ui/kit/widgets.h"
#include "ui/plots/seed_bands.h"
#include "ui/views/plane/info.h"
#include "ui/views/plane/plane_text.h"
#include "ui/views/reading_foot.h"
#include "ui/views/seeds/info.h"
#include "ui/views/seeds/seed_pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

constexpr int kMoreSeeds = 3;
/// Points of a small curve.
constexpr int kPoints = 64;
/// The first of text::kSeedColumns that needs little room.
constexpr std::size_t kFirstNarrow = 9;

bool equal(const std::vector<SweepRun>& one, const std::vector<SweepRun>& other) {
    return std::ranges::equal(one, other, [](const SweepRun& a, const SweepRun& b) {
        return a.config == b.config && a.grok_epoch == b.grok_epoch &&
               a.last_epoch == b.last_epoch && a.lasting == b.lasting &&
               a.softmax_collapse == b.softmax_collapse;
    });
}

/// "2.26x (5/5)", "3/5" without pairs, one of which is known.
std::string lasting_text(const SweepRow& row) {
    const std::string count = std::to_string(row.lasting) + "/" + std::to_string(row.runs.size());
    const SpeedUps& speed_ups = row.lasting_speed_ups;
    return speed_ups.pairs.empty() || speed_ups.geometric_mean == Bounded{}
               ? count
               : ratio_text(speed_ups.geometric_mean) + " (" + count + ")";
}

/// "12.3 %", with "of 1" where it was measured of some runs alone.
std::string collapse_text(const SweepRow& row) {
    if (row.collapse_measured == 0) {
        return text::kNoValue;
    }
    return text::percent(row.mean_collapse) +
           (row.collapse_measured < row.counted()
                ? text::kOfRuns + std::to_string(row.collapse_measured)
                : std::string());
}

/// "24 runs, 12 seeds, p 59": what all have in common, of what does not go without saying.
std::string runs_in_words(const std::vector<SweepRun>& runs) {
    std::set<std::uint32_t> seeds;
    for (const SweepRun& run : runs) {
        seeds.insert(run.config.seed);
    }
    const RunConfig& first = runs.front().config;
    return std::to_string(runs.size()) + (runs.size() == 1 ? " run, " : " runs, ") +
           std::to_string(seeds.size()) + (seeds.size() == 1 ? " seed" : " seeds") +
           unusual_in_words(first, [&](const Setting& setting) {
               return std::ranges::all_of(runs, [&](const SweepRun& run) {
                   return have_equal_value(setting, run.config, first);
               });
           });
}

} // namespace

bool SeedsPanel::draw(const PanelInput& input, const Rect& window) {
    const Theme& theme = input.theme;
    const ImVec2 size{std::min(theme.px(1040), window.width - theme.px(24)),
                      std::min(theme.px(860), window.height - theme.px(24))};
    ImGui::SetNextWindowPos({window.width / 2, window.height / 2}, ImGuiCond_Always, {0.5F, 0.5F});
    ImGui::SetNextWindowSizeConstraints({size.x, 0}, size);
    // Whole pixels: ImGui cuts the size it makes, and a rest would call for a scrollbar.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        {std::round(theme.px(22)), std::round(theme.px(16))});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::Begin("##seeds", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
    draw_shadow(theme, theme.px(10));
    const float row = ImGui::GetCursorPosY();
    const float height = theme.px(30); // of its buttons
    ImGui::SetCursorPosY(std::round(row + (height - theme.figure->FontSize) / 2));
    text_in(theme.figure, theme.palette->text, kSeedsInfo.title);
    ImGui::SameLine(0, theme.px(24));
    ImGui::SetCursorPosY(row);
    const ActionContext context{input.book, input.view, input.commands};
    if (button(input, {.control = "more_seeds",
                       .label = text::kMoreSeeds,
                       .icon = Icon::kPlus,
                       .enabled = !input.book.runs().empty()})) {
        add_seeds(context, kMoreSeeds);
    }
    ImGui::SameLine(0, theme.px(8));
    ImGui::SetCursorPosY(row); // ImGui goes on at the title's
    if (button(input, {.control = "seed_bands",
                       .label = text::kSeedBands,
                       .icon = switch_icon(input.view.seed_bands),
                       .look = input.view.seed_bands ? Look::kSelected : Look::kPlain})) {
        input.view.seed_bands = !input.view.seed_bands;
    }
    ImGui::SameLine(0, theme.px(8));
    ImGui::SetCursorPosY(row);
    if (button(input, {.control = "open_plane", .label = kPlaneInfo.title})) {
        ask_for(input, Action::kPlane);
    }
    if (input.files != nullptr && input.files->available()) {
        ImGui::SameLine(0, theme.px(8));
        ImGui::SetCursorPosY(row);
        export_button(input, "seeds_export", kSeedsInfo.name);
    }
    const ImVec2 square{theme.px(28), theme.px(28)};
    ImGui::SameLine();
    ImGui::SetCursorPos(
        {size.x - square.x - theme.px(16), std::round(row + (height - square.y) / 2)});
    const bool stays = !button(
        input,
        {.control = "close_seeds", .icon = Icon::kClose, .look = Look::kQuiet, .size = square});
    ImGui::SetCursorPosY(row + height + ImGui::GetStyle().ItemSpacing.y);
    draw_table(input);
    ImGui::Dummy({0, theme.px(6)});
    draw_wall(input, size.y - ImGui::GetCursorPosY() - theme.px(16));
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(3);
    return stays;
}

void SeedsPanel::draw_picture(const PanelInput& input, const Rect& area) {
    const Theme& theme = input.theme;
    const float pad = theme.px(22);
    const std::vector<SweepRun> runs =
        input.view.seeds != nullptr ? *input.view.seeds : sweep_runs(input.book, input.view);
    const std::vector<SweepRow> rows = statistics_ ? statistics_(runs) : std::vector<SweepRow>();
    if (rows.empty()) {
        throw std::runtime_error(text::kNoPairs);
    }
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    text_in(theme.figure, theme.palette->text, kSeedsInfo.title);
    const float title = area.y + theme.px(18) + theme.figure->FontSize;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, theme.text, {area.x + pad, title}, theme.palette->muted,
              fitted(theme.text, runs_in_words(runs), area.width - 2 * pad));
    const float width = area.width - 2 * pad;
    const ImVec2 note =
        theme.small->CalcTextSizeA(theme.small->FontSize, area.width, width, text::kPairNote);
    float foot = area.bottom() - note.y - theme.px(10);
    list.AddText(theme.small, theme.small->FontSize, {area.x + pad, foot},
                 u32(theme.palette->muted), text::kPairNote, nullptr, width);
    const float top = title + theme.text->FontSize + theme.px(14);
    foot -= theme.px(10);
    if (std::ranges::any_of(rows, &SweepRow::censored)) {
        const float height = std::min((foot - top) * 0.28F, theme.px(240));
        draw_survival(input, {area.x + pad, foot - height, width, height}, rows);
        foot -= height + theme.px(14);
    }
    draw_pair_table(input, {area.x + pad, top, width, foot - top}, rows);
}

void SeedsPanel::draw_table(const PanelInput& input) {
    const Theme& theme = input.theme;
    if (statistics_ && version_ != input.book.version()) {
        version_ = input.book.version();
        std::vector<SweepRun> runs = sweep_runs(input.book, input.view);
        if (!equal(runs, runs_)) {
            runs_ = std::move(runs);
            rows_ = statistics_(runs_);
        }
    }
    if (rows_.empty()) {
        text_in(theme.text, theme.palette->muted, text::kNoSeeds);
        return;
    }
    const bool collapse = std::ranges::any_of(rows_, &SweepRow::collapse_measured);
    const std::size_t columns = text::kSeedColumns.size() - (collapse ? 0 : 1);
    // The names of the variants keep a fifth of the width; counts and shares need little.
    const float narrow = theme.px(collapse ? 74 : 56);
    const float gap = theme.px(12);
    const float figures = ImGui::GetContentRegionAvail().x * 0.82F;
    const auto of_counts = static_cast<float>(columns - kFirstNarrow);
    const float column =
        std::min(theme.px(104), (figures - of_counts * (narrow + gap)) / (kFirstNarrow - 1) - gap);
    if (!ImGui::BeginTable("statistics", static_cast<int>(columns),
                           ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    ImGui::TableSetupColumn("variant", ImGuiTableColumnFlags_WidthStretch);
    const auto width_of = [&](std::size_t i) { return i < kFirstNarrow ? column : narrow; };
    for (std::size_t i = 1; i < columns; ++i) {
        ImGui::TableSetupColumn(text::kSeedColumns[i], ImGuiTableColumnFlags_WidthFixed,
                                width_of(i));
    }
    const auto aligned = [&](ImFont* font, const std::string& words, const Color& color) {
        ImGui::TableNextColumn();
        const float width = text_size(font, words).x;
        const auto index = static_cast<std::size_t>(ImGui::TableGetColumnIndex());
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(width_of(index) - width, 0.0F));
        text_in(font, color, words);
    };
    const auto cell = [&](const std::string& figure, const Color& color) {
        aligned(theme.text, figure, color);
    };
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text_in(theme.small, theme.palette->muted, text::kSeedColumns[0]);
    for (std::size_t i = 1; i < columns; ++i) {
        aligned(theme.small, text::kSeedColumns[i], theme.palette->muted);
    }
    const RatioAxis axis = ratio_axis(rows_);
    for (const SweepRow& row : rows_) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_chip(*ImGui::GetWindowDrawList(), curve_style(row.runs.front().config, theme.kind), at,
                  {theme.px(30), theme.px(16)}, theme.scale, theme.palette->panel, false);
        ImGui::Dummy({theme.px(34), theme.px(16)});
        ImGui::SameLine();
        text_in(theme.text, theme.palette->text, row.label);
        const Color& ink = theme.palette->text;
        const SpeedUps& speed_ups = row.speed_ups;
        const bool paired = !speed_ups.pairs.empty();
        cell(std::to_string(row.grokked) + "/" + std::to_string(row.runs.size()), ink);
        cell(epoch_in_words(row.mean_epoch), ink);
        cell(epoch_in_words(Bounded::exactly(row.deviation)), ink);
        cell(epoch_in_words(row.median_epoch), ink);
        cell(paired ? ratio_text(speed_ups.geometric_mean) : text::kNoValue, ink);
        cell(interval_text(speed_ups), ink);
        ImGui::TableNextColumn();
        if (paired) {
            const ImVec2 corner = ImGui::GetCursorScreenPos();
            draw_pairs(theme, {corner.x, corner.y, column, theme.text->FontSize}, speed_ups, axis);
        }
        cell(lasting_text(row), ink);
        cell(std::to_string(row.times_lost), ink);
        if (collapse) {
            cell(collapse_text(row), ink);
        }
        input.log.fact("lost " + row.label, std::to_string(row.times_lost));
        input.log.fact("collapse " + row.label, collapse_text(row));
    }
    ImGui::EndTable();
    paragraph(theme.small, theme.palette->muted,
              std::string(text::kSeedsNote) + (collapse ? text::kSeedsCollapse : ""));
    if (std::ranges::any_of(rows_, &SweepRow::censored)) {
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const ImVec2 room{ImGui::GetContentRegionAvail().x, theme.px(104)};
        draw_survival(input, {corner.x, corner.y, room.x, room.y}, rows_);
        ImGui::Dummy(room);
    }
}

void SeedsPanel::draw_wall(const PanelInput& input, float most) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const ActionContext context{input.book, input.view, input.commands};
    std::int32_t newest = 100;
    for (const auto& run : input.book.runs()) {
        newest = std::max(newest, run->last_epoch());
    }
    // No ground of its own: a few tiles would stand in a large empty box.
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    const ImVec2 size{theme.px(186), theme.px(92)};
    const float gap = theme.px(8);
    const float fitting =
        std::max(std::floor((ImGui::GetContentRegionAvail().x + gap) / (size.x + gap)), 1.0F);
    const float rows = std::ceil(static_cast<float>(input.book.runs().size()) / fitting);
    const float height = std::clamp(rows * (size.y + gap) - gap, 1.0F, std::max(most, size.y));
    ImGui::BeginChild("wall", {0, height}, ImGuiChildFlags_None, ImGuiWindowFlags_NavFlattened);
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    bool first = true;
    for (const auto& run : input.book.runs()) {
        if (!first) {
            ImGui::SameLine(0, gap);
            if (ImGui::GetCursorScreenPos().x + size.x > right) {
                ImGui::NewLine();
            }
        }
        first = false;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const std::string number = std::to_string(static_cast<std::uint32_t>(run->id));
        const bool chosen = input.view.selected == run->id;
        const bool pressed = button(input, {.control = "seed_tile",
                                            .suffix = number,
                                            .look = chosen ? Look::kSelected : Look::kPlain,
                                            .size = size});
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const CurveStyle style = run_style(input.view, *run, theme.kind);
        const float pad = theme.px(8);
        const float line = theme.small->FontSize;
        const auto grokked = run->mark(MarkKind::kGrokked);
        const std::string when = grokked ? text::grouped(*grokked)
                                 : input.view.elsewhere.contains(run->id)
                                     ? text::kElsewhere
                                     : std::string(text::state(*run));
        const float room = size.x - 3 * pad - text_size(theme.small, when).x;
        draw_text(list, theme.small, {at.x + pad, at.y + theme.px(4)}, palette.text,
                  fitted(theme.small, run_label(input.view, *run, true), room));
        draw_text(list, theme.small,
                  {at.x + size.x - pad - text_size(theme.small, when).x, at.y + theme.px(4)},
                  chosen ? palette.text : palette.muted, when); // muted is too pale on the accent
        const Rect area{at.x + pad, at.y + theme.px(10) + line, size.x - 2 * pad,
                        size.y - line - theme.px(18)};
        list.AddLine({area.x, area.bottom()}, {area.right(), area.bottom()}, u32(palette.line), 1);
        const Series& accuracy = run->curves.test_accuracy;
        std::array<ImVec2, kPoints> points{};
        std::size_t count = 0;
        for (int i = 0; i < kPoints && !accuracy.empty(); ++i) {
            const double epoch = static_cast<double>(newest) * i / (kPoints - 1);
            const std::size_t index = accuracy.at_or_before(epoch);
            if (index >= accuracy.size() || epoch > accuracy.x().back() ||
                !std::isfinite(accuracy.y()[index])) {
                continue;
            }
            const double y = std::clamp(accuracy.y()[index], 0.0, 1.0);
            points[count++] = {area.x + area.width * static_cast<float>(i) / (kPoints - 1),
                               area.bottom() - area.height * static_cast<float>(y)};
        }
        draw_small_curve(list, std::span(points).first(count), style, theme.scale);
        if (pressed) {
            input.view.set_visible(run->id, true);
            select_run(context, run->id);
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
}

} // namespace grokscope::ui

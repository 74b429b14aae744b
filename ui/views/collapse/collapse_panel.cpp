#include "ui/views/collapse/collapse_panel.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/collapse/collapse_picture.h"
#include "ui/views/collapse/collapse_text.h"
#include "ui/views/collapse/info.h"
#include "ui/views/reading_foot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// What a condensation was made of: goes up with every figure of the run.
std::uint64_t grown(const RunRecord& run) {
    std::uint64_t count = run.samples.size() + run.progress.size() + run.marks.size();
    std::uint64_t rewritten = run.generation;
    for (const auto& [instrument, readings] : run.readings) {
        count += readings.rows.size();
        rewritten += readings.rewritten;
    }
    return count + (rewritten << 40U);
}

Condensation condensed(const RunRecord& run) {
    CondensedCurves curves;
    for (const MetricSample& sample : run.samples) {
        curves.add(sample);
    }
    for (const ProgressRow& row : run.progress) {
        curves.add(reading_of(row));
    }
    for (const auto& [instrument, readings] : run.readings) {
        for (const Reading& reading : readings.rows) {
            curves.add(reading);
        }
    }
    return curves.at(run.mark(MarkKind::kMemorised), run.mark(MarkKind::kGrokked));
}

/// What is said over the curves.
const char* words_over_collapse(const RunRecord* run, const Condensation* figures) {
    Facts facts;
    facts.run = moment_at(run, run == nullptr ? -1 : run->last_epoch());
    if (figures != nullptr) {
        facts.condensed = static_cast<int>(
            std::ranges::count_if(figures->figures, [](const CondensedFigure& figure) {
                return kCondensed[figure.curve.spec].id != kTestAccuracyId;
            }));
    }
    return claim(Place::kCollapse, facts).words;
}

/// The figures that the run has not, in words; empty where it has all.
std::string missing_in_words(const Condensation& run) {
    std::string words;
    for (std::size_t spec = 0; spec < kCondensed.size(); ++spec) {
        const bool has = std::ranges::any_of(
            run.figures, [&](const CondensedFigure& figure) { return figure.curve.spec == spec; });
        if (!has) {
            words += (words.empty() ? text::kCollapseMissing : ", ") +
                     std::string(kCondensed[spec].label);
        }
    }
    return words.empty() ? words : words + ".";
}

std::string number(double value) {
    return text::value(value, 4);
}

} // namespace

void CollapsePanel::look_at(const PanelInput& input) {
    const RunRecord* selected = input.selected();
    selected_ = selected == nullptr ? std::nullopt : std::optional(selected->id);
    std::erase_if(runs_,
                  [&](const auto& entry) { return input.book.find(entry.first) == nullptr; });
    for (const auto& run : input.book.runs()) {
        const bool alike = selected != nullptr && !run->branch && input.view.visible(run->id) &&
                           are_alike(run->config, selected->config);
        if (!alike && selected_ != run->id) {
            runs_.erase(run->id);
            continue;
        }
        Looked& looked = runs_[run->id];
        if (const std::uint64_t now = grown(*run); looked.grown != now) {
            looked = {now, condensed(*run)};
        }
    }
}

void CollapsePanel::draw_table(const PanelInput& input) {
    const Theme& theme = input.theme;
    const Condensation& own = runs_.at(*selected_).figures;
    std::vector<Condensation> all;
    for (const auto& [run, looked] : runs_) {
        all.push_back(looked.figures);
    }
    const std::vector<LeadSpread> spreads = lead_spreads(all);
    const bool several = all.size() > 1;
    const int columns = static_cast<int>(text::kCollapseColumns.size()) - (several ? 0 : 1);
    if (!ImGui::BeginTable("figures", columns, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    const float column = std::min(theme.px(92), ImGui::GetContentRegionAvail().x * 0.1F);
    ImGui::TableSetupColumn("figure", ImGuiTableColumnFlags_WidthStretch);
    for (int i = 1; i < columns; ++i) {
        const float width =
            i == 5 ? text_size(theme.text, "+10,000 (+10,000 .. +10,000, 10)").x : column;
        ImGui::TableSetupColumn(text::kCollapseColumns[static_cast<std::size_t>(i)],
                                ImGuiTableColumnFlags_WidthFixed,
                                std::min(width, ImGui::GetContentRegionAvail().x * 0.28F));
    }
    const auto right = [&](ImFont* font, const Color& ink, const std::string& words) {
        ImGui::TableNextColumn();
        const float room = ImGui::GetContentRegionAvail().x;
        const std::string cut = fitted(font, words, room);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() +
                             std::max(room - text_size(font, cut).x, 0.0F));
        text_in(font, ink, cut);
    };
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text_in(theme.small, theme.palette->muted, text::kCollapseColumns[0]);
    for (int i = 1; i < columns; ++i) {
        right(theme.small, theme.palette->muted,
              text::kCollapseColumns[static_cast<std::size_t>(i)]);
    }
    std::string told;
    for (const CondensedFigure& figure : own.figures) {
        const std::size_t spec = figure.curve.spec;
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_chip(*ImGui::GetWindowDrawList(), condensed_style(spec, theme.kind), at,
                  {theme.px(34), theme.px(16)}, theme.scale, theme.palette->panel, false);
        ImGui::Dummy({theme.px(38), theme.px(16)});
        ImGui::SameLine();
        const std::string remark = remark_on(figure);
        text_in(theme.text, theme.palette->text, kCondensed[spec].label);
        if (!remark.empty()) {
            ImGui::SameLine(0, theme.px(8));
            text_in(theme.small, theme.palette->muted,
                    fitted(theme.small, remark, ImGui::GetContentRegionAvail().x));
        }
        const auto lead = lead_of(own, figure);
        const Color& ink = theme.palette->text;
        const std::string half =
            figure.half_epoch ? text::grouped(std::llround(*figure.half_epoch)) : text::kNoValue;
        right(theme.text, ink, number(figure.at_memorised));
        right(theme.text, ink, number(figure.at_last));
        right(theme.text, ink, half);
        right(theme.text, ink, lead ? text::lead(*lead) : text::kNoValue);
        if (several) {
            const auto spread = std::ranges::find(spreads, spec, &LeadSpread::spec);
            right(theme.text, ink,
                  spread == spreads.end() ? text::kNoValue : text::lead_spread(*spread));
        }
        told += (told.empty() ? "" : "; ") + std::string(kCondensed[spec].id) + " " +
                (figure.half_epoch ? std::to_string(std::llround(*figure.half_epoch)) : "-");
    }
    ImGui::EndTable();
    input.log.fact("collapse", told);
}

bool CollapsePanel::draw(const PanelInput& input, const Rect& window) {
    look_at(input);
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    const Condensation* figures = run == nullptr ? nullptr : &runs_.at(run->id).figures;
    const std::string name = run == nullptr ? std::string() : run_label(input.view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##collapse",
                                    .title = kCollapseInfo.title,
                                    .subtitle = name,
                                    .close = "close_collapse",
                                    .width = 1040});
    const std::string said = words_over_collapse(run, figures);
    if (!said.empty()) {
        paragraph(theme.text, theme.palette->text, said);
    }
    input.log.fact("collapse said", said);
    if (figures != nullptr && !figures->figures.empty()) {
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const float rows = static_cast<float>(figures->figures.size()) + 1;
        const float table = rows * (theme.text->FontSize + 2 * ImGui::GetStyle().CellPadding.y) +
                            theme.px(120); // with the note and the buttons
        const float above = corner.y - ImGui::GetWindowPos().y;
        const float height = std::max(
            std::min(width * 0.5F, window.height - theme.px(24) - above - table), theme.px(150));
        draw_condensation(input, {corner.x, corner.y, width, height}, *figures,
                          input.cursor_epoch());
        ImGui::SetCursorScreenPos({corner.x, corner.y + height + theme.px(4)});
        draw_table(input);
        paragraph(theme.small, theme.palette->muted,
                  text::kCollapseNote + (" " + missing_in_words(*figures)));
    }
    if (run != nullptr) {
        draw_reading_foot(input, {.view = kCollapseInfo.name,
                                  .measure = "collapse_measure",
                                  .exported = "collapse_export",
                                  .measure_label = text::kCollapseMeasure,
                                  .command = text::kCollapseCommand});
    }
    about_sheet_button(input, kCollapseInfo.name);
    end_sheet();
    return stays;
}

void CollapsePanel::draw_picture(const PanelInput& input, const Rect& area) {
    look_at(input);
    const Theme& theme = input.theme;
    const float pad = theme.px(22);
    const RunRecord* run = input.selected();
    const Condensation* figures = run == nullptr ? nullptr : &runs_.at(run->id).figures;
    const std::string said = words_over_collapse(run, figures);
    if (figures == nullptr || figures->figures.empty()) {
        throw std::runtime_error(said);
    }
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    ImGui::BeginGroup();
    text_in(theme.figure, theme.palette->text, kCollapseInfo.title);
    if (!said.empty()) {
        text_in(theme.text, theme.palette->text, said);
    }
    ImGui::EndGroup();
    const float top = ImGui::GetCursorScreenPos().y + theme.px(4);
    const float rows = static_cast<float>(figures->figures.size()) + 1;
    const float table = rows * (theme.text->FontSize + theme.px(8)) + theme.px(56);
    const float height = std::max(area.bottom() - top - table, theme.px(120));
    draw_condensation(input, {area.x + pad, top, area.width - 2 * pad, height}, *figures,
                      input.cursor_epoch());
    ImGui::SetCursorScreenPos({area.x + pad, top + height + theme.px(4)});
    ImGui::BeginChild("table", {area.width - 2 * pad, table}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
    draw_table(input);
    paragraph(theme.small, theme.palette->muted, text::kCollapseNote);
    ImGui::EndChild();
}

} // namespace grokscope::ui

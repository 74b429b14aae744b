#include "ui/views/laboratory/laboratory_panel.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/lab_controller.h"
#include "ui/core/lab_text.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/dialogs/measure_fields.h"
#include "ui/kit/number_field.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"
#include "ui/views/laboratory/info.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

namespace grokscope::ui {

namespace {

constexpr float kProgressBar = 8; ///< height of the bar of progress, at 100 %

std::string seconds_text(double seconds) {
    char words[32];
    if (seconds < 1) {
        std::snprintf(words, sizeof words, "%.*f ms", seconds < 0.01 ? 1 : 0, seconds * 1000);
    } else {
        std::snprintf(words, sizeof words, "%.*f s", seconds < 10 ? 1 : 0, seconds);
    }
    return words;
}

std::string bytes_text(double bytes) {
    const double megabytes = bytes / 1e6;
    char words[32];
    if (megabytes < 1000) {
        if (megabytes < 0.95) { // of small models
            std::snprintf(words, sizeof words, "%.0f kB", megabytes * 1000);
        } else {
            std::snprintf(words, sizeof words, "%.*f MB", megabytes < 9.95 ? 1 : 0, megabytes);
        }
    } else {
        std::snprintf(words, sizeof words, "%.1f GB", megabytes / 1000);
    }
    return words;
}

/// The sheet at work, with the run that it is of and the plan as it is, or as it was asked for just
/// now.
struct Sheet {
    const PanelInput& input;
    const RunRecord& run;
    MeasurePlan plan;

    [[nodiscard]] const Theme& theme() const { return input.theme; }
    [[nodiscard]] LaboratoryDraft& draft() const { return input.view.laboratory; }
    [[nodiscard]] const InstrumentStanding* standing(const InstrumentSpec& instrument) const {
        return input.laboratory == nullptr ? nullptr
                                           : input.laboratory->standing(run.id, instrument.id);
    }
    void ask(const MeasurePlan& wanted) const {
        draft().plan = wanted;
        set_measures({input.book, input.view, input.commands}, run, wanted);
    }
};

MeasurePlan plan_shown(const PanelInput& input, const RunRecord& run) {
    LaboratoryDraft& draft = input.view.laboratory;
    if (draft.run != run.id) {
        draft = {run.id, run.config.measure, {}};
    }
    if (!input.commands.pending<command::SetMeasures>()) {
        draft.plan = run.config.measure;
    }
    return draft.plan;
}

void muted(const Sheet& sheet, const std::string& words) {
    paragraph(sheet.theme().small, sheet.theme().palette->muted, words);
}

/// The button that measures all that is recorded, its right edge where the sheet's content ends.
void draw_measure_button(const Sheet& sheet, const InstrumentSpec& instrument, ImVec2 row) {
    LabController* const laboratory = sheet.input.laboratory;
    const bool present = laboratory != nullptr && laboratory->present();
    const bool busy = present && laboratory->measuring();
    const std::string about = !present ? text::kLabNoLaboratory
                              : busy   ? text::kLabBusy
                                       : control("lab_measure").tooltip;
    const float width = button_width(sheet.theme(), text::kLabMeasure, Icon::kNone);
    const float right = ImGui::GetWindowContentRegionMax().x;
    ImGui::SetCursorPos({right - width, row.y});
    if (button(sheet.input, {.control = "lab_measure",
                             .suffix = instrument.id,
                             .label = text::kLabMeasure,
                             .enabled = present && !busy &&
                                        number_refused(sheet.input.view, "lab_whole_every").empty(),
                             .tooltip = about.c_str()})) {
        laboratory->measure_record(sheet.run.id, instrument.id,
                                   sheet.input.view.whole_record_every);
    }
}

/// Switch and cadence.
void draw_plan(const Sheet& sheet, const InstrumentSpec& instrument) {
    auto& typed = sheet.draft().every;
    const int now = sheet.plan.every(instrument.id);
    const auto own = typed.find(instrument.id);
    int every = own != typed.end() ? own->second : now > 0 ? now : instrument.default_every;
    MeasurePlan wanted = sheet.plan;
    const ImVec2 row = ImGui::GetCursorPos();
    if (measure_switch(sheet.input, kLabControls, instrument, now > 0)) {
        const bool refused =
            !number_refused(sheet.input.view, std::string(kLabControls.every) + instrument.id)
                 .empty();
        every = now > 0 ? now : refused ? instrument.default_every : every;
        typed[instrument.id] = every; // for when it is switched on again
        wanted.set(instrument.id, now > 0 ? 0 : every);
        sheet.ask(wanted);
    }
    ImGui::SameLine(0, sheet.theme().px(12));
    ImGui::SetCursorPosY(row.y);
    switch (every_field(sheet.input, kLabControls.every, instrument.id, every)) {
    case EveryEdit::kNone:
        if (now > 0 && !sheet.input.commands.pending<command::SetMeasures>()) {
            typed.erase(instrument.id);
        }
        break;
    case EveryEdit::kTyping:
        typed[instrument.id] = every;
        break;
    case EveryEdit::kDone:
        typed[instrument.id] = every;
        if (now > 0) {
            wanted.set(instrument.id, every);
            sheet.ask(wanted);
        }
        break;
    }
    draw_measure_button(sheet, instrument, row);
}

/// What a reading costs and how far behind it is.
void draw_standing(const Sheet& sheet, const InstrumentSpec& instrument) {
    const Theme& theme = sheet.theme();
    Facts facts;
    facts.measured = sheet.run.config.measure.every(instrument.id) > 0;
    const auto readings = sheet.run.readings.find(instrument.id);
    facts.has_reading = readings != sheet.run.readings.end() && !readings->second.rows.empty();
    std::string cost; // none that is known before the first reading
    if (const InstrumentStanding* standing = sheet.standing(instrument)) {
        facts.waiting = standing->waiting;
        facts.refused = standing->refused;
        facts.has_reading |= standing->newest >= 0;
        if (standing->made > 0) {
            cost = text::kLabCost +
                   seconds_text(standing->seconds / static_cast<double>(standing->made));
        }
    }
    const std::string lag =
        (facts.refused == 0 && facts.waiting > 0 ? text::grouped(facts.waiting) : std::string()) +
        claim(Place::kLag, facts).words;
    text_in(theme.small, facts.refused > 0 ? theme.palette->warning : theme.palette->text, lag);
    if (!cost.empty()) {
        ImGui::SameLine(0, theme.px(16));
        text_in(theme.small, theme.palette->text, cost);
    }
    if (facts.refused > 0) {
        muted(sheet, text::grouped(facts.refused) + text::kLabRefusedMeans);
    }
    sheet.input.log.fact("lab " + instrument.id, cost.empty() ? lag : lag + ", " + cost);
}

/// What exact weights will take by the end of the run.
void draw_exact(const Sheet& sheet, const InstrumentSpec& instrument) {
    const RunConfig& config = sheet.run.config;
    const int now = sheet.plan.every(instrument.id);
    const int every = now > 0 ? now : instrument.default_every;
    const double each = exact_weight_bytes(config);
    const double due = config.epochs / every + 1;
    muted(sheet, text::kLabExact + bytes_text(each) + text::kLabExactEach + bytes_text(each * due) +
                     text::kLabExactAll + text::grouped(config.epochs) + ".");
}

void draw_instrument(const Sheet& sheet, const InstrumentSpec& instrument) {
    const Theme& theme = sheet.theme();
    draw_plan(sheet, instrument);
    draw_standing(sheet, instrument);
    muted(sheet, instrument.sentence);
    if (instrument.needs_exact) {
        draw_exact(sheet, instrument);
    }
    ImGui::Dummy({0, theme.px(6)});
}

/// How far the record is measured, with the button that stops it.
void draw_progress(const PanelInput& input, LabController& laboratory) {
    const Theme& theme = input.theme;
    const LaboratoryStatus& status = laboratory.status();
    const RunRecord* run = input.book.find(status.whole_run);
    const bool begun = status.whole_of > 0;
    std::string words = text::kLabMeasuring;
    words += begun && run != nullptr ? run_label(input.view, *run, several_seeds(input.book))
             : begun                 ? std::string(text::kLabAnotherRun)
                                     : std::string(text::kLabTheRun);
    words += begun ? ": " + text::grouped(status.whole_done) + text::kLabOf +
                         text::grouped(status.whole_of)
                   : std::string(text::kLabBegins);
    if (const auto left = laboratory.seconds_left()) {
        words += ", " + text::duration(std::ceil(*left)) + text::kLabLeft;
    }
    const ImVec2 row = ImGui::GetCursorPos();
    const float width = button_width(theme, text::kLabStop, Icon::kNone);
    const float room = ImGui::GetContentRegionAvail().x - width - theme.px(16);
    text_in(theme.text, theme.palette->text, fitted(theme.text, words, room));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float done =
        begun ? static_cast<float>(status.whole_done) / static_cast<float>(status.whole_of) : 0;
    const float height = theme.px(kProgressBar);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + room, at.y + height}, u32(theme.palette->raised), height / 2);
    list.AddRectFilled(
        at, {at.x + std::max(room * std::clamp(done, 0.0F, 1.0F), height), at.y + height},
        u32(theme.palette->accent), height / 2);
    ImGui::Dummy({room, height});
    const float foot = ImGui::GetCursorPosY();
    ImGui::SetCursorPos({row.x + room + theme.px(16), row.y});
    if (button(input, {.control = "lab_stop", .label = text::kLabStop})) {
        laboratory.stop_measuring();
    }
    ImGui::SetCursorPosY(std::max(foot, ImGui::GetCursorPosY()));
    input.log.fact("lab_progress", words);
}

void draw_whole(const PanelInput& input, LabController& laboratory) {
    const Theme& theme = input.theme;
    card_title(input, text::kLabWhole);
    if (laboratory.measuring()) {
        draw_progress(input, laboratory);
        return;
    }
    input.log.fact("lab_progress", "");
    (void)every_field(input, "lab_whole_every", {}, input.view.whole_record_every);
    ImGui::SameLine(0, theme.px(16));
    row_words(theme, text::kLabWholeMeans);
}

/// Measuring what is recorded. Above the instruments, whose number grows: its progress and its Stop
/// are in sight whichever button began it.
void draw_record(const Sheet& sheet) {
    const PanelInput& input = sheet.input;
    LabController* const laboratory = input.laboratory;
    if (laboratory == nullptr || !laboratory->present()) {
        muted(sheet, text::kLabAbsent);
        ImGui::Dummy({0, sheet.theme().px(6)});
        return;
    }
    draw_whole(input, *laboratory);
    if (const std::string& problem = laboratory->status().problem; !problem.empty()) {
        paragraph(sheet.theme().text, sheet.theme().palette->warning, problem);
        input.log.fact("lab_problem", problem);
    }
    ImGui::Dummy({0, sheet.theme().px(6)});
}

void draw_content(const PanelInput& input, const RunRecord& run) {
    const Theme& theme = input.theme;
    const Sheet sheet{input, run, plan_shown(input, run)};
    muted(sheet, text::kLabWhat);
    ImGui::Dummy({0, theme.px(4)});
    draw_record(sheet);
    for (const InstrumentSpec& instrument : instruments()) {
        draw_instrument(sheet, instrument);
    }
    for (const std::string& mistake : mistakes_of(sheet.plan)) {
        muted(sheet, as_sentence(mistake));
    }
}

} // namespace

void LaboratoryPanel::rest(const PanelInput& input) {
    std::erase_if(input.view.wrong_numbers,
                  [](const auto& typed) { return typed.first.starts_with("lab_"); });
}

bool LaboratoryPanel::draw(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    const RunRecord* run = input.selected();
    const std::string subtitle = run == nullptr ? std::string() : run_label(view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##laboratory",
                                    .title = kLaboratoryInfo.title,
                                    .subtitle = subtitle,
                                    .close = "close_laboratory",
                                    .width = 720,
                                    .top = 64,
                                    .centred = true});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {input.theme.px(8), input.theme.px(5)});
    if (run == nullptr) {
        paragraph(input.theme.text, input.theme.palette->text, text::kLabNoRun);
    } else {
        draw_content(input, *run);
    }
    ImGui::PopStyleVar();
    end_sheet();
    return stays;
}

} // namespace grokscope::ui

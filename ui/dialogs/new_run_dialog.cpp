#include "ui/dialogs/new_run_dialog.h"

#include "engine/protocol/weight_record.h"
#include "ui/core/actions.h"
#include "ui/core/lab_text.h"
#include "ui/core/operation_text.h"
#include "ui/core/record_controller.h"
#include "ui/core/run_fields.h"
#include "ui/core/text.h"
#include "ui/dialogs/measure_fields.h"
#include "ui/kit/number_field.h"
#include "ui/kit/setting_form.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr std::string_view kFieldSeed = "field_seed";

/// One dialog at work: what is edited and what is wrong with it.
struct Form : SettingForm {
    /// The built-in configuration that it began as.
    std::string preset;
};

void draw_preset(Form& form, float width) {
    label(form, text::kFormPreset);
    RunConfig& config = form.config;
    if (begin_choice(form.input, "field_preset", text::preset(config.preset), width)) {
        for (const Preset preset : {Preset::kNanda, Preset::kTransformerLens}) {
            if (ImGui::Selectable(text::preset(preset), preset == config.preset)) {
                take_preset(config, preset);
            }
        }
        end_choice();
    }
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    text_in(form.input.theme.small, form.input.theme.palette->muted, text::kFormPresetMeaning);
    ImGui::PopTextWrapPos();
}

/// "a × b, multiplication", "a * b, the table S5"
std::string operation_words(Operation operation, const OperationTable& table = {}) {
    return expression(operation, "a", "b") + ", " +
           (table.empty() ? std::string(spec_of(operation).study) : text::kTheTable + table.name());
}

/// Those of the draft and of the runs that are here, each once.
std::vector<OperationTable> tables_here(const Form& form) {
    std::vector<OperationTable> tables;
    const auto add = [&](const OperationTable& table) {
        if (!table.empty() && std::ranges::find(tables, table) == tables.end()) {
            tables.push_back(table);
        }
    };
    add(form.config.table);
    for (const auto& run : form.input.book.runs()) {
        add(run->config.table);
    }
    return tables;
}

void draw_operation(Form& form, float width) {
    label(form, text::kFormOperation);
    RunConfig& config = form.config;
    const std::string chosen = operation_words(config.operation, config.table);
    if (begin_choice(form.input, "field_operation", chosen.c_str(), width)) {
        for (const OperationSpec& one : kOperations) {
            if (one.operation == Operation::kTable) {
                continue; // there is no table but those below
            }
            if (ImGui::Selectable(operation_words(one.operation).c_str(),
                                  one.operation == config.operation)) {
                config.operation = one.operation;
                config.table = {};
            }
            describe_item(form.input, "field_operation", one.name);
        }
        for (const OperationTable& table : tables_here(form)) {
            if (ImGui::Selectable(operation_words(Operation::kTable, table).c_str(),
                                  table == config.table)) {
                config.table = table;
                fit_to_table(config, false, false);
            }
            describe_item(form.input, "field_operation", table.name());
        }
        end_choice();
    }
    explain(form, "--op",
            config.table.empty() ? text::kFormOperationMeaning : text::kFormTableMeaning, width);
}

/// The configurations on offer: one sets every field.
void draw_templates(Form& form, float width) {
    const PanelInput& input = form.input;
    if (input.presets.empty()) {
        return;
    }
    const RunPreset* chosen = nullptr;
    for (const RunPreset& preset : input.presets) {
        RunConfig config = preset.config;
        config.seed = form.config.seed;
        chosen = config == form.config ? &preset : chosen;
    }
    const char* const shown = chosen == nullptr ? text::kFormOwn : chosen->title.c_str();
    if (begin_choice(input, "field_template", shown, width)) {
        for (const RunPreset& preset : input.presets) {
            if (ImGui::Selectable(preset.title.c_str(), &preset == chosen)) {
                const std::uint32_t seed = form.config.seed;
                form.config = preset.config;
                form.preset = preset.name;
                form.config.seed = seed;
                forget_wrong_fields(input.view);
            }
        }
        end_choice();
    }
    ImGui::SameLine(0, input.theme.px(12));
    ImGui::AlignTextToFramePadding();
    paragraph(input.theme.small, input.theme.palette->muted,
              chosen == nullptr ? std::string_view(text::kFormOwnMeaning)
                                : std::string_view(chosen->sentence));
    ImGui::Dummy({0, input.theme.px(2)});
}

void draw_seed(Form& form, float width) {
    const Theme& theme = form.input.theme;
    label(form, text::kFormSeed);
    const float dice = theme.px(30);
    begin_field(theme, width - dice - theme.px(4));
    (void)number_field(form.input, {kFieldSeed, "the seed (--seed)", false}, form.config.seed);
    end_field();
    ImGui::SameLine(0, theme.px(4));
    if (button(form.input, {.control = "field_dice",
                            .icon = Icon::kDice,
                            .look = Look::kPlain,
                            .size = {dice, dice}})) {
        form.config.seed = std::random_device{}() % 10000;
    }
    tell(form, as_sentence(number_refused(form.input.view, kFieldSeed)), text::kFormSeedMeaning,
         width);
}

void draw_offsets(Form& form, float width) {
    const Theme& theme = form.input.theme;
    label(form, text::kFormOffsets);
    const float gap = theme.px(3);
    const float left = ImGui::GetCursorPosX();
    const float step = (width + gap) / static_cast<float>(kOffsetSlots);
    const auto edge = [&](int slot) { return std::round(step * static_cast<float>(slot)); };
    for (int offset = -kMaxOffset; offset <= kMaxOffset; ++offset) {
        if (offset > -kMaxOffset) {
            ImGui::SameLine();
        }
        const int slot = offset + kMaxOffset; // the row ends where the fields above it end
        ImGui::SetCursorPosX(left + edge(slot));
        const bool on = form.config.stencil.contains(offset);
        const std::string name = text::offset(offset);
        if (button(form.input, {.control = "field_offset",
                                .suffix = name,
                                .label = name.c_str(),
                                .look = on ? Look::kSelected : Look::kPlain,
                                .size = {edge(slot + 1) - edge(slot) - gap, theme.px(28)}})) {
            std::vector<int> offsets = form.config.stencil.offsets();
            if (on) {
                std::erase(offsets, offset);
            } else {
                offsets.push_back(offset);
            }
            form.config.stencil = Stencil::of(offsets);
        }
    }
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    text_in(theme.small, theme.palette->muted, text::kFormOffsetsMeaning);
    ImGui::PopTextWrapPos();
}

/// "ILDR every 100 epochs, ring of the embedding every 500", cut where there is no room.
std::string measures_in_words(const MeasurePlan& plan) {
    std::string words;
    for (const InstrumentSpec& instrument : instruments()) {
        if (const int every = plan.every(instrument.id); every > 0) {
            words +=
                (words.empty() ? "" : ", ") + instrument.label + " every " + text::grouped(every);
        }
    }
    return words.empty() ? text::kFormMeasuresNone : words;
}

/// Instruments that measure it: a button that names them and opens their list.
void draw_measures(Form& form, float width) {
    const Theme& theme = form.input.theme;
    label(form, text::kFormMeasures);
    const std::string words =
        fitted(theme.text, measures_in_words(form.config.measure), width - theme.px(48));
    if (button(form.input, {.control = "field_measures",
                            .label = words.c_str(),
                            .size = {width, theme.px(30)},
                            .menu = true,
                            .from_left = true})) {
        open_menu(theme, "measures");
    }
    if (begin_menu(theme, "measures")) {
        for (const InstrumentSpec& instrument : instruments()) {
            // Room for the numbers of those that are switched off, too: nothing moves.
            const ImVec2 at = ImGui::GetCursorPos();
            ImGui::Dummy({measure_width(theme), 0});
            ImGui::SetCursorPos(at);
            draw_measure(form.input, kFieldMeasure, instrument, form.config.measure);
        }
        end_menu();
    }
}

/// How long it takes, or why that is not known yet.
std::string estimate(const Form& form) {
    if (!form.mistakes.empty()) {
        return text::kFormWrong;
    }
    const auto cost = epoch_cost(form.input.book, form.config);
    std::string words = cost
                            ? text::form_estimate(form.config.epochs, cost->seconds, cost->measured)
                            : std::string(text::kFormNoEstimate);
    for (const std::string& more :
         {memory_in_words(form.config, true), spared_weights_in_words(form.config)}) {
        if (!more.empty()) {
            words += " " + as_sentence(more);
        }
    }
    return words;
}

/// When recorded runs with these settings grokked; nothing without a notebook.
std::string expected(const Form& form) {
    if (form.input.records == nullptr || !form.mistakes.empty()) {
        return {};
    }
    const KnownRuns* known = form.input.records->known(form.config);
    if (known == nullptr) {
        return {};
    }
    const std::string words = text::recorded_grokking(*known);
    return words.empty() ? text::kFormNoRecord : words;
}

void draw_end(const Form& form, float width) {
    const PanelInput& input = form.input;
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    const ActionContext context{input.book, view, input.commands};
    const RunRecord* equal = input.book.find_equal(form.config);
    const std::string why = as_sentences(form.mistakes);
    const ImVec2 size{theme.px(170), theme.px(40)};
    const std::string words = estimate(form);
    const ImVec2 at = ImGui::GetCursorPos();
    ImGui::PushTextWrapPos(at.x + width - size.x - theme.px(16));
    text_in(theme.small, theme.palette->muted, words);
    const std::string others = expected(form);
    if (!others.empty()) {
        text_in(theme.small, theme.palette->text, others);
    }
    ImGui::PopTextWrapPos();
    input.log.fact("estimate", words);
    input.log.fact("expected", others);
    const float foot = ImGui::GetCursorPosY();
    ImGui::SetCursorPos({at.x + width - size.x, at.y});
    if (button(input, {.control = "form_start",
                       .label = equal != nullptr ? text::kFormShow : text::kFormStart,
                       .icon = equal != nullptr ? Icon::kNone : Icon::kPlay,
                       .look = Look::kPrimary,
                       .size = size,
                       .enabled = form.mistakes.empty(),
                       .tooltip = why.empty() ? nullptr : why.c_str()})) {
        add_or_select(context, form.config);
        view.draft.reset();
        view.new_run_open = false;
    }
    ImGui::SetCursorPosY(std::max(foot, ImGui::GetCursorPosY()));
    ImGui::Dummy({0, 0}); // the sheet is as tall as the taller of both
}

} // namespace

void draw_new_run_dialog(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (!view.new_run_open) {
        if (!view.fork) {
            forget_wrong_fields(view);
        }
        return;
    }
    const Theme& theme = input.theme;
    const ActionContext context{input.book, view, input.commands};
    const RunConfig before = shown_config(context);
    Form form{{input, before, mistakes_in(view, before)}, shown_preset(context)};
    const bool stays = begin_sheet(
        input, window,
        {.id = "##new_run", .title = text::kFormTitle, .close = "close_new_run", .width = 810});
    const float whole = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(5)});
    draw_templates(form, FormGrid::cell_width(theme));
    FormGrid grid(theme);
    grid.cell([&](float wide) { draw_operation(form, wide); });
    for (const Setting* setting : run_fields()) {
        grid.cell([&](float wide) { draw_setting(form, *setting, wide); });
    }
    grid.cell([&](float wide) { draw_preset(form, wide); });
    grid.cell([&](float wide) { draw_seed(form, wide); });
    for (const Setting* setting : probe_fields()) {
        grid.cell([&](float wide) { draw_setting(form, *setting, wide); });
    }
    // Beside the last field, where that leaves the row half empty.
    grid.last([&](float wide) { draw_offsets(form, wide); });
    ImGui::Dummy({0, theme.px(2)});
    draw_measures(form, whole);
    ImGui::Dummy({0, theme.px(6)});
    draw_end(form, whole);
    ImGui::PopStyleVar();
    end_sheet();
    if (view.new_run_open && form.config != before) {
        view.draft = form.config;
        view.draft_preset = form.preset;
    }
    if (!stays) {
        view.new_run_open = false;
        view.draft.reset();
    }
}

} // namespace grokscope::ui

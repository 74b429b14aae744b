#include "ui/dialogs/fork_sheet.h"

#include "engine/protocol/fork.h"
#include "engine/protocol/rivals.h"
#include "ui/core/challengers.h"
#include "ui/core/file_controller.h"
#include "ui/core/fork_text.h"
#include "ui/core/forks.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/number_field.h"
#include "ui/kit/setting_form.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

namespace {

std::string rule_name(const RunConfig& config) {
    const Setting* const rule = rule_of(config);
    const bool none =
        rule == nullptr || rule->key == "without_frequencies" || rule->key == "frozen_tensors";
    return none ? text::kForkNoRule : rule_label(*rule, config);
}

void draw_rule(SettingForm& form, const RunConfig& original, float width) {
    label(form, text::kForkRule);
    const std::string chosen = rule_name(form.config);
    if (begin_choice(form.input, "fork_rule", chosen.c_str(), width)) {
        for (const RunConfig& rule : rules_for(form.config, original)) {
            const std::string name = rule_name(rule);
            if (ImGui::Selectable(name.c_str(), name == chosen)) {
                form.config = rule;
            }
            const Setting* const setting = rule_of(rule);
            describe_item(form.input, "fork_rule", name, true,
                          setting == nullptr ? nullptr : setting->rival_meaning);
        }
        end_choice();
    }
    tell(form, {}, text::kForkRuleMeaning, width);
}

void draw_stencil(SettingForm& form, float width) {
    label(form, text::kForkStencil);
    const auto name_of = [](const Stencil& stencil) {
        return stencil.empty() ? std::string(text::kForkNoStencil) : stencil.label();
    };
    if (begin_choice(form.input, "fork_stencil", name_of(form.config.stencil).c_str(), width)) {
        std::vector<Stencil> offered{Stencil()};
        offered.insert(offered.end(), one_click_stencils().begin(), one_click_stencils().end());
        for (const Stencil& stencil : offered) {
            if (ImGui::Selectable(name_of(stencil).c_str(), stencil == form.config.stencil)) {
                form.config.stencil = stencil;
                form.config.control = Control::kNone;
            }
            describe_item(form.input, "fork_stencil", name_of(stencil));
        }
        end_choice();
    }
    tell(form, {}, text::kForkStencilMeaning, width);
}

/// Switches side by side, in as many lines as it takes.
template <typename Values, typename Name, typename IsOn, typename Set>
void draw_switches(const SettingForm& form, std::string_view control, float width,
                   const Values& values, Name name_of, IsOn is_on, Set set) {
    const Theme& theme = form.input.theme;
    const float left_edge = ImGui::GetCursorPosX();
    float x = 0;
    for (const auto& value : values) {
        const bool on = is_on(value);
        const std::string name = name_of(value);
        const float wide = button_width(theme, name.c_str(), switch_icon(on));
        if (x > 0 && x + wide <= width) {
            ImGui::SameLine();
        } else {
            x = 0;
        }
        ImGui::SetCursorPosX(left_edge + x);
        x += wide + theme.px(4);
        if (button(form.input, {.control = control,
                                .suffix = name,
                                .label = name.c_str(),
                                .icon = switch_icon(on),
                                .look = on ? Look::kSelected : Look::kPlain})) {
            set(value, !on);
        }
    }
}

/// Tensors that stay as they are, each a switch.
void draw_frozen(SettingForm& form, float width) {
    label(form, text::kForkFrozen);
    draw_switches(
        form, "fork_frozen", width, TensorSet::kNames,
        [](std::string_view name) { return std::string(name); },
        [&](std::string_view name) { return form.config.frozen.contains(name); },
        [&](std::string_view name, bool on) { form.config.frozen.set(name, on); });
    explain(form, "--freeze", text::kForkFrozenMeaning, width);
}

/// What is done once to the embeddings.
void draw_edits(SettingForm& form, ForkDraft& draft, float width) {
    const Theme& theme = form.input.theme;
    label(form, text::kForkEdits);
    WeightEdits& edits = form.config.edits;
    const float gap = theme.px(4);
    const float number = theme.px(64);
    begin_field(theme, number);
    (void)number_field(form.input, {"fork_scaled", "the number", false}, draft.scaled.number);
    end_field();
    ImGui::SameLine(0, gap);
    ImGui::AlignTextToFramePadding();
    text_in(theme.text, theme.palette->muted, text::kForkTimes);
    ImGui::SameLine(0, gap);
    begin_field(theme, number);
    (void)number_field(
        form.input,
        {.control = "fork_factor",
         .thing = "the factor",
         .tells = false,
         .range = SettingRange{-WeightEdits::kLargestFactor, WeightEdits::kLargestFactor}},
        draft.scaled.factor);
    end_field();
    if (button(form.input, {.control = "fork_shuffle",
                            .label = text::kForkShuffle,
                            .icon = switch_icon(edits.shuffled),
                            .look = edits.shuffled ? Look::kSelected : Look::kPlain})) {
        edits.shuffled = !edits.shuffled;
    }
    edits.scaled.clear();
    if (draft.scaled.factor != 1) {
        edits.scaled.push_back(draft.scaled);
    }
    std::string wrong = as_sentence(number_refused(form.input.view, "fork_scaled"));
    if (wrong.empty()) {
        wrong = as_sentence(number_refused(form.input.view, "fork_factor"));
    }
    if (wrong.empty() && (draft.scaled.number < 0 || draft.scaled.number >= form.config.p)) {
        wrong = text::number_out_of_range("the number", draft.scaled.number, form.config.p - 1);
    }
    tell(form, wrong, text::kForkEditsMeaning, width);
}

/// The key frequencies at that epoch, each a switch.
void draw_frequencies(SettingForm& form, const RunRecord& run, std::int32_t epoch, float width) {
    label(form, text::kForkWithout);
    std::vector<int> keys = form.config.without_frequencies.frequencies();
    if (const ProgressRow* row = run.progress_at(epoch)) {
        keys.insert(keys.end(), row->key_frequencies.begin(), row->key_frequencies.end());
    }
    std::ranges::sort(keys);
    const auto twice = std::ranges::unique(keys);
    keys.erase(twice.begin(), twice.end());
    std::vector<int> left = form.config.without_frequencies.frequencies();
    draw_switches(
        form, "fork_without", width, keys, [](int k) { return std::to_string(k); },
        [&](int k) { return form.config.without_frequencies.contains(k); },
        [&](int k, bool out) {
            if (out) {
                left.push_back(k);
            } else {
                std::erase(left, k);
            }
            form.config.without_frequencies = FrequencySet::of(left);
        });
    tell(form, {}, keys.empty() ? text::kForkNoKeys : text::kForkWithoutMeaning, width);
}

void draw_end(const SettingForm& form, const RunRecord& run, const ForkDraft& draft, float width) {
    const PanelInput& input = form.input;
    const Theme& theme = input.theme;
    const ActionContext context{input.book, input.view, input.commands};
    std::vector<std::string> mistakes = form.mistakes;
    for (std::string& mistake : fork_mistakes(context, draft)) {
        if (std::ranges::find(mistakes, mistake) == mistakes.end()) {
            mistakes.push_back(std::move(mistake));
        }
    }
    const bool recorded = input.files != nullptr && input.files->available();
    const std::string why = recorded ? as_sentences(mistakes) : text::kForkNoNotebook;
    RunConfig original = run.config;
    original.edits = {}; // they are done
    const bool changed = course_of(draft.config) != course_of(original);
    const std::string words = !why.empty() ? why
                              : changed    ? text::kForkChanges +
                                              changes_in_words(run.config, draft.config) +
                                              text::kForkFrom + text::grouped(draft.epoch)
                                        : text::kForkNothingChanged;
    input.log.fact("fork_words", words);
    const ImVec2 size{theme.px(150), theme.px(40)};
    const ImVec2 at = ImGui::GetCursorPos();
    ImGui::PushTextWrapPos(at.x + width - size.x - theme.px(16));
    text_in(theme.text, why.empty() ? theme.palette->text : theme.palette->warning, words);
    ImGui::PopTextWrapPos();
    const float foot = ImGui::GetCursorPosY();
    ImGui::SetCursorPos({at.x + width - size.x, at.y});
    if (button(input, {.control = "fork_start",
                       .label = text::kForkStart,
                       .icon = Icon::kBranch,
                       .look = Look::kPrimary,
                       .size = size,
                       .enabled = why.empty(),
                       .tooltip = why.empty() ? nullptr : why.c_str()})) {
        make_fork(input, draft);
    }
    ImGui::SetCursorPosY(std::max(foot, ImGui::GetCursorPosY()));
    ImGui::Dummy({0, 0}); // the sheet is as tall as the taller of both
}

} // namespace

void make_fork(const PanelInput& input, const ForkDraft& draft) {
    if (input.files != nullptr) {
        input.files->fork({input.book, input.view, input.commands}, draft);
    }
    input.view.fork.reset();
}

void draw_fork_sheet(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    const RunRecord* run = view.fork ? input.book.find(view.fork->original) : nullptr;
    if (run == nullptr) {
        view.fork.reset();
        return;
    }
    const Theme& theme = input.theme;
    ForkDraft draft = *view.fork;
    SettingForm form{input, draft.config, mistakes_in(view, draft.config)};
    const std::string subtitle =
        run_label(view, *run, true) + text::kForkAt + text::grouped(draft.epoch);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##fork",
                                    .title = text::kFork,
                                    .subtitle = subtitle,
                                    .close = "close_fork",
                                    .width = 780});
    const float whole = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(5)});
    paragraph(theme.text, theme.palette->text, text::kForkWhat);
    ImGui::Dummy({0, theme.px(4)});
    FormGrid grid(theme);
    for (const auto& settings : {run_fields(), probe_fields()}) {
        for (const Setting* setting : settings) {
            if (!setting->begins && (!setting->probes || form.config.has_probes())) {
                grid.cell([&](float wide) { draw_setting(form, *setting, wide); });
            }
        }
    }
    grid.cell([&](float wide) { draw_rule(form, run->config, wide); });
    grid.cell([&](float wide) { draw_stencil(form, wide); });
    grid.cell([&](float wide) { draw_frozen(form, wide); });
    grid.cell([&](float wide) { draw_edits(form, draft, wide); });
    grid.last([&](float wide) { draw_frequencies(form, *run, draft.epoch, wide); });
    ImGui::Dummy({0, theme.px(6)});
    draft.config = form.config;
    view.fork = draft;
    draw_end(form, *run, draft, whole);
    ImGui::PopStyleVar();
    end_sheet();
    if (!stays) {
        view.fork.reset();
    }
}

} // namespace grokscope::ui

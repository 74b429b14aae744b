#include "ui/window/control_strip.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/operation_text.h"
#include "ui/core/playback.h"
#include "ui/core/possible.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/number_field.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"
#include "ui/window/quick_actions.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// Seconds within which the second press of Reset must follow.
constexpr double kResetPatience = 3;

void draw_start(const PanelInput& input, Row& row, const ActionContext& context) {
    const StartLabel label = start_label(context);
    const bool pause = label == StartLabel::kPause || label == StartLabel::kPausing;
    const std::string mistakes = as_sentences(start_mistakes(input.view));
    const bool finished = label == StartLabel::kAllFinished;
    const bool record = label == StartLabel::kReplay || label == StartLabel::kStopReplay;
    ButtonSpec spec{.control = "start"};
    spec.label = text::start_label(label);
    spec.icon = pause || label == StartLabel::kStopReplay ? Icon::kPause
                : finished                                ? Icon::kCheck
                                                          : Icon::kPlay;
    spec.look = label == StartLabel::kPause ? Look::kSelected : Look::kPrimary;
    spec.size = {input.theme.px(152), input.theme.px(42)};
    spec.enabled = mistakes.empty() && !finished;
    spec.tooltip = !mistakes.empty() ? mistakes.c_str()
                   : finished        ? text::kAllFinished
                   : record          ? text::kReplayHow
                                     : nullptr;
    row.place(spec.size.x, spec.size.y);
    if (button(input, spec)) {
        press_start(context);
    }
}

/// Which runs that would be, and from where.
std::string train_on_in_words(const PanelInput& input,
                              const std::vector<const RunRecord*>& recorded) {
    constexpr std::size_t kNamed = 4;
    std::string words = text::kTrainsOn;
    for (std::size_t i = 0; i < std::min(recorded.size(), kNamed); ++i) {
        const RunRecord& run = *recorded[i];
        words += (i == 0 ? "" : ", ") + run_label(input.view, run, several_seeds(input.book)) +
                 text::kFromEpoch + text::grouped(run.last_epoch());
    }
    if (recorded.size() > kNamed) {
        words += ", " + text::grouped(static_cast<std::int64_t>(recorded.size() - kNamed)) +
                 text::kMoreEvents;
    }
    return words + text::kKeepsRecord;
}

/// Beside the big button, which replays a record and does not train it.
void draw_train_on(const PanelInput& input, Row& row, const ActionContext& context, float right) {
    const std::vector<const RunRecord*> recorded = recorded_to_train_on(context);
    const float width = button_width(input.theme, text::kTrainOn, Icon::kNone);
    if (recorded.empty() || any_running(input.book) || right - row.x() < width) {
        return;
    }
    row.place(width, input.theme.px(30));
    const std::string words = train_on_in_words(input, recorded);
    if (button(input, {.control = "train_on",
                       .label = text::kTrainOn,
                       .size = {width, input.theme.px(30)},
                       .tooltip = words.c_str()})) {
        train_on(context);
    }
    row.skip(input.theme.px(6));
}

/// Five buttons and the figures beside them, at scale 1.
constexpr float kSpeedWidth = 5 * 30 + 12 + 112;

void draw_speed(const PanelInput& input, Row& row, const ActionContext& context) {
    const Theme& theme = input.theme;
    const float width = theme.px(30);
    const float height = theme.px(30);
    // One segmented control: a shared ground under five quiet buttons.
    row.place(0, height);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width * 5, at.y + height},
                                              u32(theme.palette->raised), theme.px(6));
    static constexpr std::array<const char*, 5> kLabels{"1", "2", "3", "4", "5"};
    static constexpr std::array<const char*, 5> kNames{"speed1", "speed2", "speed3", "speed4",
                                                       "speed5"};
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
        row.place(width, height);
        const bool chosen = static_cast<int>(i) == input.view.speed;
        if (button(input, {.control = kNames[i],
                           .label = kLabels[i],
                           .look = chosen ? Look::kSelected : Look::kQuiet,
                           .size = {width, height}})) {
            set_speed(context, static_cast<int>(i));
        }
    }
    row.skip(theme.px(12));
    // Measured above, requested below: both, so that a slow machine is not taken for a fast one.
    row.place(0, theme.px(34));
    const ImVec2 figures = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double rate = input.facts.epochs_per_second;
    const RunRecord* run = input.selected();
    if (run != nullptr && run->recorded) {
        draw_badge(theme, list, {figures.x, figures.y - theme.px(2)}, text::kRecorded);
        draw_text(list, theme.small, {figures.x, figures.y + theme.px(19)}, theme.palette->muted,
                  text::kFromNotebook);
    } else {
        draw_text(list, theme.strong, figures, theme.palette->text,
                  text::grouped(static_cast<long>(rate + 0.5)));
        const double wanted = kSpeeds[static_cast<std::size_t>(input.view.speed)];
        draw_text(list, theme.small, {figures.x, figures.y + theme.px(19)}, theme.palette->muted,
                  input.view.training_slowed ? std::string(text::kSpeedSlowed)
                  : wanted == 0              ? std::string(text::kSpeedUnlimited)
                                : text::speed_wanted(running_runs(input.book), wanted));
    }
    row.skip(theme.px(112));
}

RunConfig& draft(const ActionContext& context) {
    if (!context.view.draft) {
        context.view.draft_preset = shown_preset(context);
        context.view.draft = shown_config(context);
    }
    return *context.view.draft;
}

/// A draft equal to what is selected is none.
void drop_equal_draft(const ActionContext& context) {
    const RunRecord* run =
        context.view.selected ? context.book.find(*context.view.selected) : nullptr;
    if (context.view.draft && run != nullptr && *context.view.draft == run->config) {
        context.view.draft.reset();
    }
}

/// What these settings are called: as published, or by the title of a built-in configuration; seed,
/// stencil, control and length make no difference.
std::string experiment_name(std::span<const RunPreset> presets, const RunConfig& config) {
    Facts facts;
    facts.published = is_published(config);
    facts.preset = config.preset;
    const auto built_in = std::ranges::find_if(presets, [&](const RunPreset& preset) {
        RunConfig same = preset.config;
        same.seed = config.seed;
        return preset.config.is_baseline() && is_paired(same, config);
    });
    return facts.published || built_in == presets.end() ? claim(Place::kExperiment, facts).words
                                                        : built_in->title;
}

void draw_preset(const PanelInput& input, Row& row, const ActionContext& context) {
    const Theme& theme = input.theme;
    const RunConfig shown = shown_config(context);
    const float width = theme.px(150);
    row.place(width, theme.px(30));
    const std::string name = experiment_name(input.presets, shown);
    input.log.fact("experiment", name);
    if (begin_choice(input, "preset", name.c_str(), width)) {
        for (const RunPreset& preset : input.presets) {
            if (!preset.config.is_baseline()) {
                continue; // stencils have buttons of their own
            }
            const std::string label = experiment_name(input.presets, preset.config);
            if (ImGui::Selectable(label.c_str(), label == name)) {
                RunConfig fresh = preset.config;
                fresh.seed = shown.seed;
                fresh.stencil = shown.stencil;
                fresh.epochs = shown.epochs;
                draft(context) = fresh;
                context.view.draft_preset = preset.name;
            }
            describe_item(input, "strip_preset", preset.name, true, preset.sentence.c_str());
        }
        end_choice();
    }
}

void draw_seed(const PanelInput& input, Row& row, const ActionContext& context) {
    const Theme& theme = input.theme;
    const float label = text_size(theme.text, text::kSeed).x;
    row.place(label + theme.px(8), theme.text->FontSize);
    text_in(theme.text, theme.palette->muted, text::kSeed);
    std::uint32_t seed = shown_config(context).seed;
    const float width = theme.px(84);
    row.place(width + theme.px(4), theme.px(30));
    begin_field(theme, width);
    if (number_field(input, {.control = kSeedField, .thing = "the seed"}, seed)) {
        draft(context).seed = seed;
    }
    end_field();
    const ImVec2 square{theme.px(30), theme.px(30)};
    row.place(square.x, square.y);
    if (button(input,
               {.control = "dice", .icon = Icon::kDice, .look = Look::kQuiet, .size = square})) {
        draft(context).seed = std::random_device{}() % 10000;
    }
    drop_equal_draft(context);
}

} // namespace

void ControlStrip::draw_start_only(const PanelInput& input, const Rect& rect) {
    Row row(rect.x + input.theme.px(8), rect.y + rect.height / 2);
    draw_start(input, row, {input.book, input.view, input.commands});
}

void ControlStrip::draw(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const ActionContext context{input.book, input.view, input.commands};
    const float middle = rect.y + rect.height / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    Row row(rect.x + theme.px(8), middle);

    draw_start(input, row, context);
    row.skip(theme.px(10));
    // What does not fit is left out from the least needed on: elapsed time, then the task; in very
    // narrow windows all but Start. Keys still do what is not shown.
    const float quick = quick_actions_width(theme, rect.width);
    const float buttons = quick + theme.px(30 * 3 + 24);
    const float right = rect.right() - buttons;
    const RunRecord* run = input.selected();
    draw_train_on(input, row, context, right);
    const float step_width = button_width(theme, text::kStep, Icon::kStep);
    if (right - row.x() > step_width) {
        row.place(step_width, theme.px(30));
        const bool can_step = why_not(Action::kStepEvaluation, context, FilesAt::kHand).empty();
        if (button(input, {.control = "step",
                           .label = text::kStep,
                           .icon = Icon::kStep,
                           .look = Look::kQuiet,
                           .enabled = can_step})) {
            step_selected(context, epochs_to_evaluation(*run));
        }
    }
    const float reset_width = button_width(theme, text::kReset, Icon::kReset);
    if (right - row.x() > reset_width) {
        row.place(reset_width, theme.px(30));
        const bool sure = input.facts.seconds < reset_armed_until_;
        input.draw_again(sure ? reset_armed_until_ : kNever);
        if (button(input, {.control = "reset",
                           .label = sure ? text::kResetSure : text::kReset,
                           .icon = Icon::kReset,
                           .look = sure ? Look::kSelected : Look::kQuiet,
                           .size = {reset_width, 0},
                           .enabled = run != nullptr})) {
            if (sure) {
                reset_selected(context);
                reset_armed_until_ = 0;
            } else {
                reset_armed_until_ = input.facts.seconds + kResetPatience;
                input.draw_again(input.facts.seconds);
            }
        }
    }
    if (right - row.x() > theme.px(16 + kSpeedWidth)) {
        row.skip(theme.px(16));
        draw_speed(input, row, context);
    } else if (const float badge = badge_width(theme, text::kRecorded);
               run != nullptr && run->recorded && right - row.x() > badge + theme.px(24)) {
        row.skip(
            theme.px(12)); // where there is no room for the speed, that it is a recording stays
        draw_badge(theme, list, {row.x(), middle - theme.px(9)}, text::kRecorded);
        row.skip(badge + theme.px(12));
    }

    const float seed = theme.px(40 + 84 + 4 + 30);
    const float settings = seed + theme.px(150 + 16);
    if (right - row.x() > settings + theme.px(130)) {
        const RunConfig shown = shown_config(context);
        const ImVec2 at{row.x(), middle - theme.px(17)};
        char line[64];
        const std::string task =
            fitted(theme.strong, task_of(shown.arithmetic()), theme.px(130 - 6));
        draw_text(list, theme.strong, at, theme.palette->text, task.c_str());
        std::snprintf(line, sizeof line, text::kTaskDetail, shown.train_fraction * 100);
        draw_text(list, theme.small, {at.x, at.y + theme.px(19)}, theme.palette->muted, line);
        row.skip(theme.px(130));
    }
    if (right - row.x() > settings) {
        draw_preset(input, row, context);
        row.skip(theme.px(16));
    }
    if (right - row.x() > seed) {
        draw_seed(input, row, context);
        row.skip(theme.px(20));
    }
    if (right - row.x() > theme.px(110) && run != nullptr && !run->samples.empty()) {
        const ImVec2 at{row.x(), middle - theme.px(17)};
        draw_text(list, theme.strong, at, theme.palette->text,
                  text::duration(run->samples.back().wall_seconds));
        draw_text(list, theme.small, {at.x, at.y + theme.px(19)}, theme.palette->muted,
                  text::kElapsed);
    }

    const float quick_left = right + theme.px(6);
    draw_quick_actions(input, quick_left, middle, rect.width);
    Row end(quick_left + quick + theme.px(2), middle);
    const ImVec2 square{theme.px(30), theme.px(30)};
    end.place(square.x + theme.px(4), square.y);
    if (button(
            input,
            {.control = "present", .icon = Icon::kPresent, .look = Look::kQuiet, .size = square})) {
        toggle_presenter(input.view);
    }
    end.place(square.x + theme.px(4), square.y);
    const bool dark = theme.kind == ThemeKind::kDark;
    if (button(input, {.control = "theme",
                       .icon = dark ? Icon::kSun : Icon::kMoon,
                       .look = Look::kQuiet,
                       .size = square})) {
        toggle_theme(input.view);
    }
    end.place(square.x, square.y);
    if (button(input, {.control = "help", .label = "?", .look = Look::kQuiet, .size = square})) {
        input.view.toggle_sheet(Action::kHelp);
    }
}

} // namespace grokscope::ui

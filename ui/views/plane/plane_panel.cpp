#include "ui/views/plane/plane_panel.h"

#include "ui/core/actions.h"
#include "ui/core/file_controller.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/action_row.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/plane/info.h"
#include "ui/views/plane/plane_picture.h"
#include "ui/views/plane/plane_text.h"
#include "ui/views/reading_foot.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Lines under the cells for what the mouse is on.
constexpr float kToldLines = 4;
constexpr float kChoice = 240;

/// The runs of the window that are recorded nowhere.
std::vector<PlaneRun> unrecorded(const PanelInput& input) {
    std::vector<PlaneRun> runs;
    for (const auto& run : input.book.runs()) {
        if (run->branch || run->samples.empty() ||
            (input.files != nullptr && input.files->place_of(run->id).number != 0)) {
            continue;
        }
        const bool failed = run->state == RunState::kFailed;
        const auto grokked = run->mark(MarkKind::kGrokked);
        runs.push_back({.run = {.config = run->config,
                                .memorised_epoch = run->mark(MarkKind::kMemorised),
                                .grok_epoch = grokked,
                                .last_epoch = run->epoch,
                                .lasting = run->lasting,
                                .failed = failed && !grokked},
                        .here = run->id,
                        .over = failed || run->state == RunState::kFinished});
    }
    return runs;
}

/// The run in the window, if it is there.
const RunRecord* shown_run(const PanelInput& input, const PlaneRuns& runs, const PlaneRun& run) {
    for (const auto& record : input.book.runs()) {
        if (run.here == record->id) {
            return record.get();
        }
        if (run.number != 0 && input.files != nullptr) {
            const StoredPlace place = input.files->place_of(record->id);
            if (place.file == runs.file && place.number == run.number) {
                return record.get();
            }
        }
    }
    return nullptr;
}

/// "4 x 4, 48 runs", for tests.
std::string in_short(const std::optional<PhasePlane>& plane) {
    if (!plane) {
        return "none";
    }
    std::size_t runs = 0;
    for (const PlaneCell& cell : plane->cells) {
        runs += cell.runs.size();
    }
    return std::to_string(plane->columns()) + " x " + std::to_string(plane->rows()) + ", " +
           std::to_string(runs) + " runs";
}

} // namespace

void PlanePanel::take_runs(const PanelInput& input) {
    std::shared_ptr<const PlaneRuns> read;
    if (input.files != nullptr) {
        read = input.files->plane_runs(input.facts.seconds);
        input.draw_again(input.facts.seconds + FileController::kPlaneLook);
    }
    const bool known = input.view.plane.runs != nullptr;
    if (known && read == read_ && version_ == input.book.version()) {
        return;
    }
    read_ = read;
    version_ = input.book.version();
    std::vector<PlaneRun> here = unrecorded(input);
    if (here.empty() && read != nullptr) {
        input.view.plane.runs = std::move(read);
        return;
    }
    PlaneRuns all = read == nullptr ? PlaneRuns{} : *read;
    all.runs.insert(all.runs.end(), here.begin(), here.end());
    if (!known || all != *input.view.plane.runs) {
        input.view.plane.runs = std::make_shared<const PlaneRuns>(std::move(all));
    }
}

void PlanePanel::look_at(const PanelInput& input) {
    const PlaneView& view = input.view.plane;
    const RunRecord* selected = input.selected();
    const std::optional<RunConfig> near =
        selected == nullptr ? std::nullopt : std::optional(selected->config);
    if (view.runs == runs_ && view.choice == choice_ && near == near_) {
        return;
    }
    runs_ = view.runs;
    choice_ = view.choice;
    near_ = near;
    plane_ =
        runs_ == nullptr ? std::nullopt : phase_plane(*runs_, choice_, near_ ? &*near_ : nullptr);
}

void PlanePanel::draw_choices(const PanelInput& input) {
    const Theme& theme = input.theme;
    PlaneView& view = input.view.plane;
    const float height = theme.px(30);
    const float left = ImGui::GetCursorPosX();
    const float right = left + ImGui::GetContentRegionAvail().x;
    float x = left;
    float y = ImGui::GetCursorPosY();
    // What has no room on the line begins the next one.
    const auto place = [&](float width) {
        if (x > left && x + width > right) {
            x = left;
            y += height + ImGui::GetStyle().ItemSpacing.y;
        }
        ImGui::SetCursorPos({x, y});
        x += width + theme.px(8);
    };
    const auto choose = [&](const char* control, const char* name, const PlaneAxis& axis,
                            std::string& key, const PlaneAxis& opposite, std::string& other) {
        const std::string shown = axis.setting == nullptr ? "-" : axis_name(*axis.setting);
        const float label = text_size(theme.text, name).x + theme.px(8);
        const float width =
            std::min(theme.px(kChoice), text_size(theme.text, shown).x + theme.px(46));
        place(label + width);
        const ImVec2 at = ImGui::GetCursorPos();
        ImGui::SetCursorPosY(std::round(at.y + (height - theme.text->FontSize) / 2));
        text_in(theme.text, theme.palette->muted, name);
        ImGui::SetCursorPos({at.x + label, at.y});
        if (!begin_choice(input, control, shown.c_str(), width)) {
            return;
        }
        for (const Setting* setting : plane_->varied) {
            const std::string option = axis_name(*setting);
            if (button(input, {.control = std::string(control) + "_value",
                               .suffix = setting->key,
                               .label = option.c_str(),
                               .look = setting == axis.setting ? Look::kSelected : Look::kQuiet,
                               .from_left = true})) {
                if (setting == opposite.setting && axis.setting != nullptr) {
                    other = axis.setting->key; // the two change places
                }
                key = setting->key;
                ImGui::CloseCurrentPopup();
            }
        }
        end_choice();
    };
    if (plane_->varied.size() > 1) {
        choose("plane_up", text::kPlaneUp, plane_->up, view.choice.up, plane_->across,
               view.choice.across);
        choose("plane_across", text::kPlaneAcross, plane_->across, view.choice.across, plane_->up,
               view.choice.up);
    }
    const auto toggle = [&](const char* control, const char* label, bool& on) {
        place(button_width(theme, label, Icon::kBox));
        if (button(input, {.control = control,
                           .label = label,
                           .icon = switch_icon(on),
                           .look = on ? Look::kSelected : Look::kPlain})) {
            on = !on;
        }
    };
    toggle("plane_regions", text::kPlaneRegions, view.regions);
    toggle("plane_stable", text::kPlaneStable, view.choice.stable);
    if (input.files != nullptr && input.files->available()) {
        place(button_width(theme, text::kPlaneExport, Icon::kExport));
        export_button(input, "plane_export", kPlaneInfo.name);
    }
    about_sheet_button(input, kPlaneInfo.name);
    ImGui::SetCursorPos({left, y + height + ImGui::GetStyle().ItemSpacing.y});
}

void PlanePanel::draw_empty(const PanelInput& input) const {
    const Theme& theme = input.theme;
    const bool reading = runs_ == nullptr;
    ImGui::PushTextWrapPos(0);
    text_in(theme.text, theme.palette->muted, reading ? text::kPlaneReading : text::kPlaneEmpty);
    if (!reading) {
        text_in(theme.mono, theme.palette->text, text::kPlaneCommand);
    }
    ImGui::PopTextWrapPos();
}

void PlanePanel::bring_in(const PanelInput& input, const PlaneCell& cell) const {
    const ActionContext context{input.book, input.view, input.commands};
    std::vector<StoredPlace> missing;
    const RunRecord* first = nullptr;
    for (const std::size_t index : cell.runs) {
        const PlaneRun& run = runs_->runs[index];
        if (const RunRecord* shown = shown_run(input, *runs_, run)) {
            input.view.set_visible(shown->id, true);
            first = first == nullptr ? shown : first;
        } else if (run.number != 0) {
            missing.push_back({runs_->file, run.number});
        }
    }
    if (first != nullptr) {
        select_run(context, first->id);
    }
    if (missing.empty() || input.files == nullptr) {
        return;
    }
    if (input.book.runs().size() + missing.size() > kMostViewed) {
        input.view.banner = text::kPlaneTooMany;
        return;
    }
    input.files->show(std::move(missing), false);
}

bool PlanePanel::draw(const PanelInput& input, const Rect& window) {
    take_runs(input);
    look_at(input);
    const Theme& theme = input.theme;
    const std::string subtitle = plane_ ? plane_in_words(*plane_) : std::string();
    const bool stays = begin_sheet(input, window,
                                   {.id = "##plane",
                                    .title = kPlaneInfo.title,
                                    .subtitle = subtitle,
                                    .close = "close_plane",
                                    .width = 1040});
    if (!plane_) {
        draw_empty(input);
    } else {
        draw_choices(input);
        const float line = theme.text->FontSize + theme.px(3);
        const float told = kToldLines * line;
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        // The sheet is at most as high as the window, and its foot stays in sight.
        const float above = corner.y - ImGui::GetWindowPos().y;
        const float most = window.height - theme.px(24) - above - told - theme.px(30);
        const float height = std::max(std::min(width * 0.75F, most), theme.px(160));
        const PlaneTouch touch =
            draw_plane(input, {corner.x, corner.y, width, height}, *plane_, true);
        ImGui::SetCursorScreenPos({corner.x, corner.y + height + theme.px(6)});
        ImGui::BeginChild("told", {0, told}, ImGuiChildFlags_None,
                          ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoBackground);
        ImGui::PushTextWrapPos(0);
        if (touch.over) {
            const auto lines = cell_in_words(*plane_, *runs_, touch.over->column, touch.over->row,
                                             input.view.plane.choice.stable);
            for (const std::string& words : lines) {
                text_in(theme.text,
                        &words == &lines.front() ? theme.palette->text : theme.palette->muted,
                        words);
            }
            input.log.fact("plane_hover",
                           lines[0] + "; " + lines[1] + (lines.size() > 2 ? "; " + lines[2] : ""));
        } else {
            text_in(theme.small, theme.palette->muted,
                    input.view.plane.choice.stable ? text::kPlaneStableNote : text::kPlaneNote);
            text_in(theme.small, theme.palette->muted, text::kPlaneHow);
        }
        ImGui::PopTextWrapPos();
        ImGui::EndChild();
        if (touch.pressed) {
            bring_in(input, plane_->cell(touch.pressed->column, touch.pressed->row));
        }
    }
    input.log.fact("plane", in_short(plane_));
    end_sheet();
    return stays;
}

void PlanePanel::draw_picture(const PanelInput& input, const Rect& area) {
    look_at(input);
    if (!plane_) {
        throw std::runtime_error(text::kPlaneNoPicture);
    }
    const Theme& theme = input.theme;
    const float pad = theme.px(22);
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    text_in(theme.figure, theme.palette->text, kPlaneInfo.title);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float title = area.y + theme.px(14) + theme.figure->FontSize;
    draw_text(list, theme.text, {area.x + pad, title + theme.px(4)}, theme.palette->muted,
              fitted(theme.text, plane_in_words(*plane_), area.width - 2 * pad));
    const std::string note =
        input.view.plane.choice.stable ? text::kPlaneStableNote : text::kPlaneNote;
    const ImVec2 wrapped = theme.small->CalcTextSizeA(theme.small->FontSize, area.width,
                                                      area.width - 2 * pad, note.c_str());
    const float top = title + theme.text->FontSize + theme.px(16);
    const float foot = area.bottom() - wrapped.y - theme.px(10);
    (void)draw_plane(input, {area.x + pad, top, area.width - 2 * pad, foot - top - theme.px(8)},
                     *plane_, false);
    list.AddText(theme.small, theme.small->FontSize, {area.x + pad, foot},
                 u32(theme.palette->muted), note.c_str(), nullptr, area.width - 2 * pad);
}

} // namespace grokscope::ui

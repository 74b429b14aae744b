#include "ui/window/main_view.h"

#include "ui/core/actions.h"
#include "ui/core/file_controller.h"
#include "ui/core/text.h"
#include "ui/dialogs/fork_sheet.h"
#include "ui/dialogs/guess_panel.h"
#include "ui/dialogs/info_overlay.h"
#include "ui/dialogs/new_run_dialog.h"
#include "ui/dialogs/note_editor.h"
#include "ui/dialogs/rivals_sheet.h"
#include "ui/dialogs/start_panel.h"
#include "ui/dialogs/toast_card.h"
#include "ui/dialogs/tour_card.h"
#include "ui/kit/about_button.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"
#include "ui/plots/story.h"
#include "ui/runs/adding_buttons.h"
#include "ui/runs/run_chips.h"
#include "ui/views/collapse/collapse_panel.h"
#include "ui/views/depth/depth_panel.h"
#include "ui/views/laboratory/laboratory_panel.h"
#include "ui/views/list.h"
#include "ui/views/lottery/lottery_panel.h"
#include "ui/views/path/path_panel.h"
#include "ui/views/plane/plane_panel.h"
#include "ui/views/seeds/seeds_panel.h"
#include "ui/views/theory/theory_panel.h"
#include "ui/views/valley/valley_panel.h"
#include "ui/window/presenter_panel.h"
#include "ui/window/status_bar.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

namespace {

/// Middle of the first row of a picture's card, at 100 %: its padding and half of its buttons.
constexpr float kTitleRow = 12 + 12;

/// Where the (i) of a picture's card stands.
ImVec2 about_place(const PanelInput& input, const Rect& card) {
    const float inside = input.theme.px(8 + kAboutSize / 2);
    return {card.right() - inside, card.y + input.theme.px(kTitleRow)};
}

} // namespace

MainView::MainView(Pictures pictures, SweepStatistics statistics) : pictures_(std::move(pictures)) {
    const auto add = [this](const ViewInfo& info, std::unique_ptr<View> view) {
        views_.push_back({&info, std::move(view)});
    };
    add(kSeedsInfo, std::make_unique<SeedsPanel>(std::move(statistics)));
    add(kPlaneInfo, std::make_unique<PlanePanel>());
    add(kCollapseInfo, std::make_unique<CollapsePanel>());
    add(kLotteryInfo, std::make_unique<LotteryPanel>());
    add(kValleyInfo, std::make_unique<ValleyPanel>());
    add(kPathInfo, std::make_unique<PathPanel>());
    add(kDepthInfo, std::make_unique<DepthPanel>(pictures_.ablated));
    add(kLaboratoryInfo, std::make_unique<LaboratoryPanel>());
    add(kTheoryInfo, std::make_unique<TheoryPanel>());
}

void MainView::draw(const PanelInput& input) {
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    const ImVec2 size = input.picture != nullptr ? input.picture->size : ImGui::GetIO().DisplaySize;
    const Rect window{0, 0, size.x, size.y};
    const Rect instead = upper_middle(input, window);
    const bool bare = input.picture != nullptr && input.picture->bare;
    const Layout layout = bare ? lay_out_bare(size.x, size.y, theme.scale, view.arrangement.shares)
                               : lay_out(size.x, size.y, theme.scale, view.arrangement.shares,
                                         view.arrangement.side_columns);

    if (draw_sheet_picture(input, window)) {
        return;
    }
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(size);
    ImGui::Begin("##main", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoBackground);
    if (theme.presenting) { // the theme follows the view at the next frame
        draw_guarded(input, "presenter", window, [&] { draw_presentation(input, window); });
        draw_guarded(input, "toast", instead, [&] { draw_toast(input, window); });
        ImGui::End();
        draw_on_top(input, window, true);
        return;
    }
    const auto guarded = [&](const char* name, const Rect& rect, const auto& draw) {
        draw_guarded(input, name, rect, [&] { draw(rect); });
    };
    if (!bare) {
        guarded("strip", layout.strip, [&](const Rect& rect) { strip_.draw(input, rect); });
    }
    if (layout.chips.height > 0) {
        guarded("chips", layout.chips, [&](const Rect& rect) { draw_run_chips(input, rect); });
    } else if (layout.runs.width > 0) {
        guarded("runs", layout.runs, [&](const Rect& rect) { runs_.draw(input, rect); });
    }

    if (layout.adding.height > 0) {
        guarded("adding", layout.adding, [&](const Rect& rect) { draw_adding_bar(input, rect); });
    }
    if (layout.plots.width > 0) {
        guarded("plots", layout.plots,
                [&](const Rect& rect) { draw_curves(input, layout, rect, bare); });
    }
    if (!bare && layout.timeline.height > 0) {
        guarded("timeline", layout.timeline,
                [&](const Rect& rect) { timeline_.draw(input, rect); });
    }
    draw_wavetable(input, layout.wavetable);
    draw_inside(input, layout.circle);
    splitter(input, "left_splitter", layout.left_splitter, true, size.x, 1,
             view.arrangement.shares.left);
    splitter(input, "right_splitter", layout.right_splitter, true, size.x, -1,
             view.arrangement.shares.right);
    splitter(input, "picture_splitter", layout.picture_splitter, false, layout.left_splitter.height,
             1, view.arrangement.shares.wavetable);
    if (!bare && input.picture == nullptr && layout.movable) {
        grips_.draw(input, layout);
    }
    if (!bare && layout.status.height > 0) {
        guarded("status", layout.status, [&](const Rect& rect) { draw_status_bar(input, rect); });
    }
    draw_guarded(input, "toast", instead, [&] { draw_toast(input, window); });
    ImGui::End();

    if (input.picture == nullptr) {
        draw_guarded(input, "tour", upper_middle(input, window),
                     [&] { draw_tour_card(input, layout.middle); });
    }
    draw_on_top(input, window,
                layout.plots.width > 0 && !(layout.pictures_as_tab && view.pictures_in_front));
}

namespace {

/// A sheet or dialog lies over the curves: a read-out would stand behind it, half hidden.
bool covered(const PanelInput& input) {
    const ViewState& view = input.view;
    return view.sheet != Action::kNone || view.new_run_open || view.fork || view.note_draft ||
           (input.files != nullptr && (input.files->export_open || input.files->open_open));
}

} // namespace

void MainView::draw_on_top(const PanelInput& input, const Rect& window, bool plots_shown) {
    const Rect instead = upper_middle(input, window);
    if (plots_shown && !covered(input)) {
        draw_guarded(input, "read_out", instead, [&] { draw_read_out(input); });
    }
    struct Sheet {
        const char* name;
        void (*draw)(const PanelInput&, const Rect&);
    };
    for (const auto& [name, draw] :
         {Sheet{"banner", draw_banner}, Sheet{"note", draw_note_editor},
          Sheet{"guess", draw_guess_sheet}, Sheet{"new_run", draw_new_run_dialog},
          Sheet{"rivals", draw_rivals_sheet}, Sheet{"fork", draw_fork_sheet},
          Sheet{"info", draw_info_overlay}, Sheet{"help", draw_help_sheet}}) {
        draw_guarded(input, name, instead, [&, draw = draw] { draw(input, window); });
    }
    for (const Listed& listed : views_) {
        draw_guarded(input, listed.info->name, instead, [&] {
            if (!input.view.is_open(listed.info->action)) {
                listed.view->rest(input);
            } else if (!listed.view->draw(input, window)) {
                input.view.sheet = Action::kNone;
            }
        });
    }
    if (input.picture == nullptr) {
        draw_guarded(input, "palette", instead, [&] { palette_.draw(input, window); });
    }
}

bool MainView::draw_sheet_picture(const PanelInput& input, const Rect& window) {
    if (input.picture == nullptr || input.picture->sheet.empty()) {
        return false;
    }
    ImGui::SetNextWindowPos({window.x, window.y});
    ImGui::SetNextWindowSize({window.width, window.height});
    ImGui::Begin("##sheet", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground);
    const auto listed = std::ranges::find(views_, input.picture->sheet,
                                          [](const Listed& one) { return one.info->name; });
    note_panel(input, std::string(listed->info->name).c_str(), window); // a problem is of it
    draw_guarded(input, listed->info->name, window,
                 [&] { listed->view->draw_picture(input, window); });
    ImGui::End();
    return true;
}

void MainView::draw_curves(const PanelInput& input, const Layout& layout, Rect area, bool bare) {
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    if (!bare && view.arrangement.story && area.height > theme.px(280)) {
        const Rect story{area.x, area.y, area.width, theme.px(kStoryHeight)};
        draw_guarded(input, "story", story, [&] { draw_story(input, story); });
        const float used = theme.px(kStoryHeight + 8);
        area = {area.x, area.y + used, area.width, area.height - used};
    }
    if (layout.pictures_as_tab) {
        const float height = theme.px(28);
        Row tabs(area.x, area.y + height / 2);
        const auto tab = [&](const char* name, const char* label, bool pictures) {
            const float width = button_width(theme, label, Icon::kNone);
            tabs.place(width + theme.px(4), height);
            const bool chosen = view.pictures_in_front == pictures;
            if (button(input, {.control = name,
                               .label = label,
                               .look = chosen ? Look::kPlain : Look::kQuiet,
                               .size = {width, height}})) {
                view.pictures_in_front = pictures;
            }
        };
        tab("plots_tab", text::kTabCurves, false);
        tab("pictures_tab", text::kTabPictures, true);
        const float used = height + theme.px(6);
        area = {area.x, area.y + used, area.width, area.height - used};
    }
    if (layout.pictures_as_tab && view.pictures_in_front) {
        const float gap = theme.px(8);
        const float half = (area.width - gap) / 2;
        draw_wavetable(input, {area.x, area.y, half, area.height});
        draw_inside(input, {area.x + half + gap, area.y, half, area.height});
    } else {
        const bool nothing_yet = !bare && wants_start_view(input);
        if (nothing_yet) {
            draw_start_view(input, area);
        } else {
            plots_.draw(input, area);
        }
        if (input.log.on()) {
            input.log.fact("middle", nothing_yet ? "notebook" : "plots");
        }
    }
}

void MainView::draw_wavetable(const PanelInput& input, const Rect& rect) {
    if (rect.width <= 0) {
        return;
    }
    draw_guarded(input, "wavetable", rect, [&] {
        begin_card(input, "wavetable", rect);
        if (pictures_.wavetable) {
            pictures_.wavetable(input);
        }
        if (!input.theme.presenting) { // a room has no mouse
            about_button(input, "wavetable", about_place(input, rect));
        }
        end_card();
    });
    if (input.log.on()) {
        input.log.control("picture_wavetable", rect);
    }
}

void MainView::draw_inside(const PanelInput& input, const Rect& rect) {
    if (rect.width <= 0) {
        return;
    }
    draw_guarded(input, "circle", rect, [&] {
        begin_card(input, "circle", rect);
        if (pictures_.circle) {
            pictures_.circle(input);
        }
        end_card();
    });
    if (input.log.on()) {
        input.log.control("picture_circle", rect);
    }
}

void MainView::draw_presentation(const PanelInput& input, const Rect& window) {
    PresenterParts parts;
    parts.start = [&](const Rect& rect) { strip_.draw_start_only(input, rect); };
    parts.accuracy = [&](const Rect& rect) {
        draw_guarded(input, "accuracy", rect, [&] { plots_.draw_accuracy(input, rect); });
    };
    parts.transport = [&](const Rect& rect) {
        draw_guarded(input, "timeline", rect, [&] { timeline_.draw(input, rect); });
    };
    parts.picture = [&](const Rect& rect) {
        switch (input.view.settings.presenter.picture) {
        case PresenterPicture::kLoss:
            draw_guarded(input, "loss", rect, [&] { plots_.draw_loss(input, rect); });
            break;
        case PresenterPicture::kCircle:
        case PresenterPicture::kBeforeAfter:
            draw_inside(input, rect);
            break;
        case PresenterPicture::kWavetable:
            draw_wavetable(input, rect);
            break;
        }
    };
    draw_presenter(input, window, parts);
}

} // namespace grokscope::ui

#include "ui/dialogs/export_panel.h"

#include "ui/core/text.h"
#include "ui/dialogs/workers_notice.h"
#include "ui/kit/over.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

namespace grokscope::ui {

namespace {

constexpr std::size_t kLongestPath = 1024;
/// Seconds between two looks at a film's progress: each frame of the window is one the film lacks.
constexpr double kFilmNews = 0.25;

struct KindChoice {
    ExportKind kind;
    const char* suffix; ///< names the button in the log
    const char* label;
};

constexpr std::array kKinds{
    KindChoice{ExportKind::kPicture, "png", text::kExportPicture},
    KindChoice{ExportKind::kFilm, "mp4", text::kExportFilm},
    KindChoice{ExportKind::kCsv, "csv", text::kExportCsv},
    KindChoice{ExportKind::kJson, "json", text::kExportJson},
    KindChoice{ExportKind::kNpz, "npz", text::kExportNpz},
    KindChoice{ExportKind::kPt, "pt", text::kExportPt},
    KindChoice{ExportKind::kNotebook, "notebook", text::kExportNotebook},
    KindChoice{ExportKind::kView, "view", text::kExportView},
};

/// A line to write a path in, `room` pixels short of the whole width, `example` pale in it while it
/// is empty. True when Enter ended it.
bool path_field(const PanelInput& input, const char* control, std::string& path, float room = 0,
                const char* example = "") {
    std::array<char, kLongestPath> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s", path.c_str());
    begin_field(input.theme, ImGui::GetContentRegionAvail().x - room);
    ImGui::PushID(control);
    const bool entered = ImGui::InputTextWithHint("##path", example, buffer.data(), buffer.size(),
                                                  ImGuiInputTextFlags_EnterReturnsTrue |
                                                      ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopID();
    end_field();
    describe_item(input, control);
    path = buffer.data();
    return entered;
}

/// Choices in even rows of equal columns; the one for which `chosen` holds is marked. Calls `use`
/// with the index of a pressed one.
void choices(const PanelInput& input, const char* control, std::size_t count,
             const std::function<std::pair<std::string, std::string>(std::size_t)>& names,
             const std::function<bool(std::size_t)>& chosen,
             const std::function<void(std::size_t)>& use) {
    const Theme& theme = input.theme;
    const float gap = theme.px(4);
    const float room = ImGui::GetContentRegionAvail().x;
    float widest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        widest = std::max(widest, button_width(theme, names(i).second.c_str(), Icon::kNone));
    }
    const auto fitting = static_cast<std::size_t>(std::max((room + gap) / (widest + gap), 1.0F));
    const std::size_t rows = (count + fitting - 1) / fitting;
    const std::size_t columns = (count + rows - 1) / rows;
    const float across = static_cast<float>(columns);
    const float width = std::floor((room - gap * (across - 1)) / across);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {gap, gap});
    for (std::size_t i = 0; i < count; ++i) {
        const auto [suffix, label] = names(i);
        if (i % columns > 0) {
            ImGui::SameLine();
        }
        if (button(input, {.control = control,
                           .suffix = suffix,
                           .label = label.c_str(),
                           .look = chosen(i) ? Look::kSelected : Look::kPlain,
                           .size = {width, 0}})) {
            use(i);
        }
    }
    ImGui::PopStyleVar();
}

/// Width of a button that is on or off: as wide with its tick as without, so that what is beside
/// it stays where it is.
float toggle_width(const Theme& theme, const char* label) {
    return button_width(theme, label, Icon::kBox);
}

void toggle(const PanelInput& input, const char* control, const char* label, bool& on) {
    if (button(input, {.control = control,
                       .label = label,
                       .icon = switch_icon(on),
                       .look = on ? Look::kSelected : Look::kPlain,
                       .size = {toggle_width(input.theme, label), 0}})) {
        on = !on;
    }
}

/// On the same line as what is before it, where so much width is left.
void same_line_if(float gap, float width) {
    ImGui::SameLine(0, gap);
    if (ImGui::GetContentRegionAvail().x < width) {
        ImGui::NewLine();
    }
}

/// A title over the next lines, closer to them than to what is above.
void part(const PanelInput& input, const char* title) {
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + input.theme.px(6));
    card_title(input, title);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - input.theme.px(3));
}

/// A path and the button that uses it. True when that was pressed, or Enter in the path.
bool path_and_button(const PanelInput& input, const char* control, std::string& path,
                     const char* example, ButtonSpec spec) {
    const Theme& theme = input.theme;
    const float gap = theme.px(8);
    spec.look = Look::kPrimary;
    spec.size = {theme.px(110), theme.px(30)};
    const bool entered = path_field(input, control, path, spec.size.x + gap, example);
    ImGui::SameLine(0, gap);
    return button(input, spec) || entered;
}

/// What is in the way of the button above, or what it does.
void foot(const PanelInput& input, std::string_view words) {
    if (!words.empty()) {
        paragraph(input.theme.small, input.theme.palette->muted, words);
    }
}

/// A sheet about files: it stays where it is when its height changes, as far as its foot stays in
/// view.
bool begin_file_sheet(const PanelInput& input, float y, const SheetHeights& heights,
                      SheetSpec spec) {
    const Theme& theme = input.theme;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float banner = input.view.banner_bottom > 0 ? input.view.banner_bottom + theme.px(8) : 0;
    const float low = std::max({screen.y - theme.px(12) - heights.most, banner, theme.px(12)});
    spec.top = std::min(std::max(y, 0.14F * screen.y), low) / theme.scale;
    spec.centred = true;
    return begin_sheet(input, {0, 0, screen.x, screen.y}, spec);
}

void draw_picture_choices(const PanelInput& input, FileController& files,
                          std::span<const PanelRect> panels) {
    PictureWanted& wanted = files.choice.picture;
    std::vector<std::string> names{kWholeWindow};
    for (const PanelRect& panel : panels) {
        if (std::ranges::find(names, panel.name) == names.end()) {
            names.push_back(panel.name);
        }
    }
    const bool film = files.choice.kind == ExportKind::kFilm;
    for (const ViewInfo* const view : kViews) { // of sheets, be they open or not
        const bool present =
            (view->picture != ViewPicture::kOfNotebook || input.view.plane.runs != nullptr) &&
            (view->picture != ViewPicture::kOfRuns || !input.book.runs().empty());
        if (view->picture != ViewPicture::kNone && present && (!film || has_films(view->name))) {
            names.emplace_back(view->name);
        }
    }
    if (std::ranges::find(names, wanted.panel) == names.end()) {
        wanted.panel = kWholeWindow; // it was of a picture
    }
    part(input, text::kExportWhat);
    choices(
        input, "export_panel", names.size(),
        [&](std::size_t i) { return std::pair(names[i], text::panel(names[i])); },
        [&](std::size_t i) { return names[i] == wanted.panel; },
        [&](std::size_t i) { wanted.panel = names[i]; });
    part(input, text::kExportSize);
    for (int times = 1; times <= 4; ++times) {
        const std::string label = text::replay_rate(times);
        if (times > 1) {
            ImGui::SameLine(0, input.theme.px(4));
        }
        if (button(input,
                   {.control = "export_times",
                    .suffix = label,
                    .label = label.c_str(),
                    .look = wanted.magnification == times ? Look::kSelected : Look::kPlain})) {
            wanted.magnification = times;
        }
    }
    const Theme& theme = input.theme;
    same_line_if(theme.px(20), toggle_width(theme, text::kExportControls));
    toggle(input, "export_controls", text::kExportControls, wanted.controls);
    if (files.choice.kind == ExportKind::kPicture) {
        same_line_if(theme.px(4), toggle_width(theme, text::kExportTransparent));
        toggle(input, "export_transparent", text::kExportTransparent, wanted.transparent);
    }
}

void draw_export(const PanelInput& input, FileController& files, const DrawPicture& draw,
                 std::span<const PanelRect> panels, float y, SheetHeights& heights) {
    const ActionContext context{input.book, input.view, input.commands};
    const RunRecord* run = input.selected();
    const std::string whose = run == nullptr
                                  ? std::string()
                                  : text::run_name(*run, false) + text::kExportSeed +
                                        std::to_string(run->config.seed) + ", " + text::kEpoch +
                                        text::grouped(std::max(input.cursor_epoch(), 0));
    const bool stays = begin_file_sheet(input, y, heights,
                                        {.id = "##export",
                                         .title = text::kExport,
                                         .subtitle = whose,
                                         .close = "export_close",
                                         .width = 660});
    begin_scrolled(input, heights);
    choices(
        input, "export_kind", kKinds.size(),
        [](std::size_t i) {
            return std::pair(std::string(kKinds[i].suffix), std::string(kKinds[i].label));
        },
        [&](std::size_t i) { return files.choice.kind == kKinds[i].kind; },
        [&](std::size_t i) {
            files.choice.kind = kKinds[i].kind;
            files.choice.path_is_users = false;
        });
    const ExportKind kind = files.choice.kind;
    if (kind == ExportKind::kPicture || kind == ExportKind::kFilm) {
        draw_picture_choices(input, files, panels);
    } else if (kind == ExportKind::kNpz || kind == ExportKind::kPt) {
        part(input, text::kExportNames);
        toggle(input, "export_lens", text::kExportLens, files.choice.transformer_lens);
    } else if (kind == ExportKind::kView) {
        part(input, text::kExportLine);
        if (button(input,
                   {.control = "copy_view", .label = text::kCopyView, .enabled = run != nullptr})) {
            files.copy_view(context);
        }
    }
    end_scrolled(heights);
    files.suggest_path(context);
    part(input, text::kExportFile);
    const std::string before = files.choice.path;
    const bool filming = kind == ExportKind::kFilm && files.film_state();
    const bool go =
        path_and_button(input, "export_path", files.choice.path, "",
                        {.control = "export_save",
                         .label = text::kExportSave,
                         .enabled = run != nullptr && !files.choice.path.empty() && !filming});
    files.choice.path_is_users = files.choice.path_is_users || files.choice.path != before;
    foot(input, run == nullptr              ? std::string(text::kExportNoRun)
                : filming                   ? std::string(text::kExportFilming)
                : kind == ExportKind::kView ? std::string(text::kExportViewHow)
                : kind == ExportKind::kFilm
                    ? text::kExportFilmHow + text::replay_rate(kReplayRates[input.view.replay_rate])
                    : std::string());
    end_sheet(heights);
    if (go && run != nullptr && !filming) {
        files.save(context, draw);
    } else if (!stays) {
        files.export_open = false;
    }
}

void draw_open(const PanelInput& input, FileController& files, float y, SheetHeights& heights) {
    const bool stays = begin_file_sheet(
        input, y, heights,
        {.id = "##open", .title = text::kOpenTitle, .close = "open_close", .width = 560});
    part(input, text::kExportFile);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool go = path_and_button(
        input, "open_path", files.open_path, text::kOpenExample,
        {.control = "open_go", .label = text::kOpenGo, .enabled = !files.open_path.empty()});
    input.log.fact("open path", files.open_path);
    foot(input, text::kOpenHow);
    end_sheet(heights);
    if (go && !files.open_path.empty()) {
        files.open(files.open_path);
    } else if (!stays) {
        files.open_open = false;
    }
}

/// Width at 100 % of a window over the others that holds these words on one line, if it may.
float width_for(const Theme& theme, std::string_view words, float more, float least, float most) {
    constexpr float kPadding = 2 * 18 + 2;
    return std::clamp(text_size(theme.text, words).x / theme.scale + kPadding + more, least, most);
}

void draw_question(const PanelInput& input, FileController& files, float y) {
    begin_over(input, "##question", y, width_for(input.theme, *files.question(), 0, 300, 560), true,
               input.theme.palette->warning);
    over_words(input, *files.question());
    ImGui::Dummy({0, input.theme.px(2)});
    const bool keep =
        button(input, {.control = "keep_file", .label = text::kKeep, .look = Look::kPrimary});
    ImGui::SameLine(0, input.theme.px(8));
    const bool replace = button(input, {.control = "replace_file", .label = text::kReplace});
    end_over();
    if (replace || keep) {
        files.answer(replace);
    }
}

void draw_film(const PanelInput& input, FileController& files, float y) {
    const Theme& theme = input.theme;
    const FileController::FilmState state = *files.film_state();
    input.draw_again(input.facts.seconds + kFilmNews);
    begin_over(input, "##film", y, 460, true, theme.palette->line);
    const float share = state.frames > 0
                            ? static_cast<float>(state.written) / static_cast<float>(state.frames)
                            : 0.0F;
    over_words(input, text::kFilming + text::grouped(state.written) + text::kOf +
                          text::grouped(state.frames));
    ImGui::PushStyleColor(ImGuiCol_PlotHistogram, vec4(theme.palette->accent));
    ImGui::ProgressBar(std::min(share, 1.0F), {ImGui::GetContentRegionAvail().x, theme.px(8)}, "");
    ImGui::PopStyleColor();
    const bool cancel = button(input, {.control = "cancel_film", .label = text::kCancel});
    end_over();
    if (cancel) {
        files.cancel_film();
    }
}

void draw_notice(const PanelInput& input, FileController& files, float y) {
    const Theme& theme = input.theme;
    FileController::Notice& notice = *files.notice;
    const float cross = theme.px(26);
    const float gap = theme.px(10);
    const float least = notice.command.empty() ? 0 : 620;
    begin_over(input, "##notice", y,
               width_for(theme, notice.text, (cross + gap) / theme.scale, least, 620), true,
               theme.palette->accent);
    const ImVec2 at = ImGui::GetCursorPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    ImGui::SetCursorPosY(at.y + (cross - theme.text->FontSize) / 2);
    ImGui::PushTextWrapPos(right - cross - gap);
    text_in(theme.text, theme.palette->text, notice.text);
    ImGui::PopTextWrapPos();
    const float foot = ImGui::GetCursorPosY();
    ImGui::SetCursorPos({right - cross + theme.px(6), at.y});
    const bool close = button(input, {.control = "close_notice",
                                      .icon = Icon::kClose,
                                      .look = Look::kQuiet,
                                      .size = {cross, cross}});
    if (!notice.command.empty()) {
        ImGui::SetCursorPosY(std::max(foot, ImGui::GetCursorPosY()));
        ImGui::PushTextWrapPos(right);
        text_in(theme.mono, theme.palette->text, notice.command);
        ImGui::PopTextWrapPos();
        if (button(input, {.control = "copy_command", .label = text::kCopy})) {
            ImGui::SetClipboardText(notice.command.c_str());
        }
    }
    notice.read = ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows);
    notice.drawn = true;
    end_over();
    if (close) {
        files.notice.reset();
    }
}

void draw_trouble(const PanelInput& input, FileController& files, const StoreStatus& status,
                  float y) {
    begin_over(input, "##trouble", y, 620, false, input.theme.palette->warning);
    over_words(input, text::kNotSaving + status.problem + ". " +
                          text::grouped(static_cast<std::int64_t>(status.waiting)) +
                          text::kWaitingRecords);
    path_field(input, "save_as_path", files.save_as_path);
    if (button(input, {.control = "save_as",
                       .label = text::kSaveAs,
                       .enabled = !files.save_as_path.empty()})) {
        files.save_notebook_as(files.save_as_path);
    }
    ImGui::SameLine(0, input.theme.px(8));
    if (button(input, {.control = "retry_store", .label = text::kTryAgain})) {
        files.retry_store();
    }
    end_over();
}

void draw_offer(const PanelInput& input, FileController& files, float y) {
    const ResumeOffer& offer = *files.offer();
    begin_over(input, "##offer", y, 560, false, input.theme.palette->accent);
    std::string words = text::cut_off(offer.place.number, offer.config, offer.epoch);
    if (files.offers() > 1) {
        words += text::grouped(static_cast<std::int64_t>(files.offers()) - 1) + text::kMoreCutOff;
    }
    over_words(input, words);
    const bool take =
        button(input, {.control = "resume_offer", .label = text::kGoOn, .look = Look::kPrimary});
    ImGui::SameLine(0, input.theme.px(8));
    const bool decline = button(input, {.control = "decline_offers", .label = text::kNotNow});
    end_over();
    if (take) {
        files.take_offer();
    } else if (decline) {
        files.decline_offers();
    }
}

} // namespace

void FilePanels::draw(const PanelInput& input, FileController& files, const DrawPicture& draw,
                      std::span<const PanelRect> panels) {
    const Theme& theme = input.theme;
    const float top = std::max(theme.px(72), input.view.banner_bottom + theme.px(8));
    const float bottom = ImGui::GetIO().DisplaySize.y - theme.px(96);
    if (const StoreStatus* trouble = files.trouble()) {
        draw_trouble(input, files, *trouble, top);
    } else if (files.offer() != nullptr && !files.export_open && !files.open_open) {
        draw_offer(input, files, top);
    }
    if (files.question() != nullptr) {
        draw_question(input, files, bottom);
    } else if (files.film_state()) {
        draw_film(input, files, bottom);
    } else if (files.notice) {
        draw_notice(input, files, bottom);
    } else {
        draw_workers_notice(input, bottom);
    }
    if (files.export_open) {
        draw_export(input, files, draw, panels, top, export_);
    } else if (files.open_open) {
        draw_open(input, files, top, open_);
    }
}

} // namespace grokscope::ui

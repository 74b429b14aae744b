#include "ui/panels/export_panel.h"

#include "ui/panels/over.h"
#include "ui/panels/workers_notice.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>

namespace grokscope::ui {

namespace {

constexpr std::size_t kLongestPath = 1024;

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
};

/// A line to write a path in. True when Enter ended it.
bool path_field(const PanelInput& input, const char* control, std::string& path) {
    std::array<char, kLongestPath> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s", path.c_str());
    begin_field(input.theme, ImGui::GetContentRegionAvail().x);
    ImGui::PushID(control);
    const bool entered =
        ImGui::InputText("##path", buffer.data(), buffer.size(),
                         ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopID();
    end_field();
    describe_item(input, control);
    path = buffer.data();
    return entered;
}

/// A line of choices that wraps; the one for which `chosen` holds is marked. Calls `use` with the
/// index of a pressed one.
void choices(const PanelInput& input, const char* control, std::size_t count,
             const std::function<std::pair<std::string, std::string>(std::size_t)>& names,
             const std::function<bool(std::size_t)>& chosen,
             const std::function<void(std::size_t)>& use) {
    const Theme& theme = input.theme;
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    for (std::size_t i = 0; i < count; ++i) {
        const auto [suffix, label] = names(i);
        const float width = button_width(theme, label.c_str(), Icon::kNone);
        if (i > 0) {
            ImGui::SameLine(0, theme.px(4));
            if (ImGui::GetCursorScreenPos().x + width > right) {
                ImGui::NewLine();
            }
        }
        if (button(input, {.control = control,
                           .suffix = suffix,
                           .label = label.c_str(),
                           .look = chosen(i) ? Look::kSelected : Look::kPlain})) {
            use(i);
        }
    }
}

void draw_picture_choices(const PanelInput& input, FileDesk& files,
                          std::span<const PanelRect> panels) {
    PictureWanted& wanted = files.choice.picture;
    std::vector<std::string> names{kWholeWindow};
    for (const PanelRect& panel : panels) {
        if (std::ranges::find(names, panel.name) == names.end()) {
            names.push_back(panel.name);
        }
    }
    card_title(input, text::kExportWhat);
    choices(
        input, "export_panel", names.size(),
        [&](std::size_t i) { return std::pair(names[i], names[i]); },
        [&](std::size_t i) { return names[i] == wanted.panel; },
        [&](std::size_t i) { wanted.panel = names[i]; });
    card_title(input, text::kExportSize);
    choices(
        input, "export_times", 4,
        [](std::size_t i) {
            const std::string label = text::replay_rate(static_cast<int>(i) + 1);
            return std::pair(label, label);
        },
        [&](std::size_t i) { return wanted.magnification == static_cast<int>(i) + 1; },
        [&](std::size_t i) { wanted.magnification = static_cast<int>(i) + 1; });
    ImGui::SameLine(0, input.theme.px(20));
    if (button(input, {.control = "export_controls",
                       .label = text::kExportControls,
                       .icon = wanted.controls ? Icon::kCheck : Icon::kNone,
                       .look = wanted.controls ? Look::kSelected : Look::kPlain})) {
        wanted.controls = !wanted.controls;
    }
    if (files.choice.kind == ExportKind::kPicture) {
        ImGui::SameLine(0, input.theme.px(4));
        if (button(input, {.control = "export_transparent",
                           .label = text::kExportTransparent,
                           .icon = wanted.transparent ? Icon::kCheck : Icon::kNone,
                           .look = wanted.transparent ? Look::kSelected : Look::kPlain})) {
            wanted.transparent = !wanted.transparent;
        }
    } else {
        text_in(input.theme.small, input.theme.palette->muted,
                text::kExportFilmHow + text::replay_rate(kReplayRates[input.view.replay_rate]));
    }
}

void draw_export(const PanelInput& input, FileDesk& files, const DrawPicture& draw,
                 std::span<const PanelRect> panels, float y) {
    const Theme& theme = input.theme;
    const Desk desk{input.book, input.view, input.commands};
    const RunRecord* run = input.selected();
    begin_over(input, "##export", y, 620, false, theme.palette->line);
    text_in(theme.strong, theme.palette->text,
            run == nullptr ? std::string(text::kExport)
                           : text::kExportOf + text::run_name(*run, true) + ", " + text::kEpoch +
                                 text::grouped(std::max(input.cursor_epoch(), 0)));
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
        if (button(input,
                   {.control = "export_lens",
                    .label = text::kExportLens,
                    .icon = files.choice.transformer_lens ? Icon::kCheck : Icon::kNone,
                    .look = files.choice.transformer_lens ? Look::kSelected : Look::kPlain})) {
            files.choice.transformer_lens = !files.choice.transformer_lens;
        }
    }
    files.suggest_path(desk);
    card_title(input, text::kExportFile);
    const std::string before = files.choice.path;
    bool go = path_field(input, "export_path", files.choice.path);
    files.choice.path_is_users = files.choice.path_is_users || files.choice.path != before;
    ImGui::Dummy({0, theme.px(2)});
    const bool filming = kind == ExportKind::kFilm && files.film_state();
    go = button(input, {.control = "export_save",
                        .label = text::kExportSave,
                        .look = Look::kPrimary,
                        .size = {theme.px(110), theme.px(34)},
                        .enabled = run != nullptr && !files.choice.path.empty() && !filming,
                        .tooltip = filming ? text::kExportFilming : nullptr}) ||
         go;
    ImGui::SameLine(0, theme.px(8));
    const bool close =
        button(input,
               {.control = "export_close", .label = text::kClose, .size = {0, theme.px(34)}}) ||
        ImGui::IsKeyPressed(ImGuiKey_Escape);
    end_over();
    if (go && run != nullptr && !filming) {
        files.save(desk, draw);
    } else if (close) {
        files.export_open = false;
    }
}

void draw_open(const PanelInput& input, FileDesk& files, float y) {
    const Theme& theme = input.theme;
    begin_over(input, "##open", y, 560, false, theme.palette->line);
    text_in(theme.strong, theme.palette->text, text::kOpenTitle);
    text_in(theme.small, theme.palette->muted, text::kOpenHow);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    bool go = path_field(input, "open_path", files.open_path);
    go = button(input, {.control = "open_go",
                        .label = text::kOpenGo,
                        .look = Look::kPrimary,
                        .size = {theme.px(110), theme.px(34)},
                        .enabled = !files.open_path.empty()}) ||
         go;
    ImGui::SameLine(0, theme.px(8));
    const bool close =
        button(input,
               {.control = "open_close", .label = text::kClose, .size = {0, theme.px(34)}}) ||
        ImGui::IsKeyPressed(ImGuiKey_Escape);
    end_over();
    if (go && !files.open_path.empty()) {
        files.open(files.open_path);
    } else if (close) {
        files.open_open = false;
    }
}

void draw_question(const PanelInput& input, FileDesk& files, float y) {
    begin_over(input, "##question", y, 560, true, input.theme.palette->warning);
    over_words(input, *files.question());
    const bool replace = button(input, {.control = "replace_file", .label = text::kReplace});
    ImGui::SameLine(0, input.theme.px(8));
    const bool keep = button(input, {.control = "keep_file", .label = text::kKeep});
    end_over();
    if (replace || keep) {
        files.answer(replace);
    }
}

void draw_film(const PanelInput& input, FileDesk& files, float y) {
    const Theme& theme = input.theme;
    const FileDesk::FilmState state = *files.film_state();
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

void draw_notice(const PanelInput& input, FileDesk& files, float y) {
    begin_over(input, "##notice", y, 620, true, input.theme.palette->accent);
    over_words(input, files.notice->text);
    if (!files.notice->command.empty()) {
        ImGui::PushTextWrapPos(ImGui::GetContentRegionAvail().x + ImGui::GetCursorPosX());
        text_in(input.theme.mono, input.theme.palette->text, files.notice->command);
        ImGui::PopTextWrapPos();
        if (button(input, {.control = "copy_command", .label = text::kCopy})) {
            ImGui::SetClipboardText(files.notice->command.c_str());
        }
        ImGui::SameLine(0, input.theme.px(8));
    }
    const bool close = button(input, {.control = "close_notice", .label = text::kClose});
    end_over();
    if (close) {
        files.notice.reset();
    }
}

void draw_trouble(const PanelInput& input, FileDesk& files, const StoreStatus& status, float y) {
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

void draw_offer(const PanelInput& input, FileDesk& files, float y) {
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

void draw_file_panels(const PanelInput& input, FileDesk& files, const DrawPicture& draw,
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
        draw_export(input, files, draw, panels, top);
    } else if (files.open_open) {
        draw_open(input, files, top);
    }
}

} // namespace grokscope::ui

#include "ui/dialogs/note_editor.h"

#include "ui/core/actions.h"
#include "ui/core/text.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace grokscope::ui {

void draw_note_editor(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (!view.note_draft) {
        return;
    }
    const Theme& theme = input.theme;
    const std::string title = text::kNoteTitle + text::grouped(input.cursor_epoch());
    const bool stays =
        begin_sheet(input, window,
                    {.id = "##note", .title = title.c_str(), .close = "close_note", .width = 460});
    constexpr std::size_t kRoom = 120; // more only for what is there already, which is not cut
    std::vector<char> buffer(std::max(view.note_draft->size() + 1, kRoom));
    view.note_draft->copy(buffer.data(), buffer.size() - 1);
    begin_field(theme, ImGui::GetContentRegionAvail().x);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool done = ImGui::InputText("##note_text", buffer.data(), buffer.size(),
                                       ImGuiInputTextFlags_EnterReturnsTrue);
    end_field();
    describe_item(input, "note_text");
    text_in(theme.small, theme.palette->muted, text::kNoteHint);
    end_sheet();
    view.note_draft = std::string(buffer.data());
    if (done) {
        keep_note({input.book, view, input.commands}, buffer.data());
    } else if (!stays) {
        view.note_draft.reset();
    }
}

} // namespace grokscope::ui

#include "ui/kit/panel_guard.h"

#include "ui/core/run_fields.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <imgui_internal.h> // the stacks of what is open
#include <implot.h>
#include <implot_internal.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// What was open in ImGui and ImPlot at one moment, so that what was begun since can be ended,
/// wherever it stopped. ImGui 1.90 can do that for a whole frame only (ErrorCheckEndFrameRecover).
class OpenScopes {
public:
    OpenScopes()
        : imgui_(*ImGui::GetCurrentContext()), implot_(*ImPlot::GetCurrentContext()),
          window_(*imgui_.CurrentWindow), windows_(imgui_.CurrentWindowStack.Size),
          clips_(window_.DrawList->_ClipRectStack.Size), wraps_(window_.DC.TextWrapPosStack.Size),
          widths_(window_.DC.ItemWidthStack.Size), plot_(implot_.CurrentPlot),
          across_(implot_.CurrentAlignmentH), down_(implot_.CurrentAlignmentV) {
        sizes_.SetToContextState(&imgui_);
    }

    /// Within the same frame.
    void end_later_ones() const {
        end_plot();
        while (imgui_.CurrentWindowStack.Size > windows_) {
            ImGuiWindow& window = *imgui_.CurrentWindow;
            window.DC.IsSetPos = false; // nothing will stand where the cursor was put last
            // ImGui's own recovery takes what BeginDisabled(false) began for the exception that a
            // tooltip makes in what is disabled.
            const ImGuiWindowStackData& data = imgui_.CurrentWindowStack.back();
            end_disabled(data.StackSizesOnBegin.SizeOfDisabledStack +
                         (data.DisabledOverrideReenable ? 1 : 0));
            ImGui::ErrorCheckEndWindowRecover(nullptr);
            if (&window == imgui_.CurrentWindow) { // else it was a table's, and ended with that
                (window.Flags & ImGuiWindowFlags_ChildWindow) != 0 ? ImGui::EndChild()
                                                                   : ImGui::End();
            }
        }
        window_.DC.IsSetPos = false;
        end_parts_of_window();
        end_styles();
    }

private:
    /// As EndPlot() and EndAlignedPlots() would, but without drawing the rest of the plot.
    void end_plot() const {
        if (implot_.CurrentPlot != plot_) {
            ImPlot::ResetCtxForNextPlot(&implot_);
            implot_.CurrentPlot = plot_;
            implot_.CurrentItems = nullptr;
        }
        implot_.CurrentAlignmentH = across_;
        implot_.CurrentAlignmentV = down_;
    }

    void end_parts_of_window() const {
        while (imgui_.CurrentTable != nullptr && imgui_.CurrentTable->OuterWindow == &window_) {
            ImGui::EndTable();
        }
        while (imgui_.GroupStack.Size > sizes_.SizeOfGroupStack) {
            ImGui::EndGroup();
        }
        while (window_.IDStack.Size > sizes_.SizeOfIDStack) {
            ImGui::PopID();
        }
        while (window_.DC.TextWrapPosStack.Size > wraps_) {
            ImGui::PopTextWrapPos();
        }
        while (window_.DC.ItemWidthStack.Size > widths_) {
            ImGui::PopItemWidth();
        }
        while (window_.DrawList->_ClipRectStack.Size > clips_) {
            ImGui::PopClipRect();
        }
        window_.DrawList->PathClear();
    }

    void end_disabled(int left) const {
        while (imgui_.DisabledStackSize > left) {
            ImGui::EndDisabled();
        }
    }

    void end_styles() const {
        end_disabled(sizes_.SizeOfDisabledStack);
        while (imgui_.ItemFlagsStack.Size > sizes_.SizeOfItemFlagsStack) {
            ImGui::PopItemFlag();
        }
        ImGui::PopStyleColor(std::max(imgui_.ColorStack.Size - sizes_.SizeOfColorStack, 0));
        ImGui::PopStyleVar(std::max(imgui_.StyleVarStack.Size - sizes_.SizeOfStyleVarStack, 0));
        while (imgui_.FontStack.Size > sizes_.SizeOfFontStack) {
            ImGui::PopFont();
        }
        imgui_.NextWindowData.ClearFlags();
        imgui_.NextItemData.ClearFlags();
    }

    ImGuiContext& imgui_;
    ImPlotContext& implot_;
    ImGuiWindow& window_;
    ImGuiStackSizes sizes_;
    int windows_;
    int clips_;
    int wraps_;
    int widths_;
    ImPlotPlot* plot_;
    ImPlotAlignmentData* across_;
    ImPlotAlignmentData* down_;
};

/// Of the panels that were begun since the `first`, and of those in which the sentence stands.
void note_problem(std::vector<PanelRect>& panels, std::size_t first, const Rect& rect,
                  const std::string& sentence) {
    const float x = rect.x + rect.width / 2;
    const float y = rect.y + rect.height / 2;
    for (std::size_t i = 0; i < panels.size(); ++i) {
        if (i >= first || panels[i].rect.contains(x, y)) {
            panels[i].problem = sentence;
        }
    }
}

/// Over what the panel has drawn so far, and open to the mouse: its own controls may lead out.
void show_sentence(const PanelInput& input, const std::string& id, const Rect& rect,
                   const std::string& sentence) {
    const Theme& theme = input.theme;
    const auto flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs |
                       ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                       ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoNav |
                       ImGuiWindowFlags_NoMove;
    const bool within = !ImGui::GetCurrentWindowRead()->IsFallbackWindow;
    if (within) {
        ImGui::SetCursorScreenPos({rect.x, rect.y});
        ImGui::BeginChild(id.c_str(), {rect.width, rect.height}, ImGuiChildFlags_None, flags);
    } else {
        ImGui::SetNextWindowPos({rect.x, rect.y});
        ImGui::SetNextWindowSize({rect.width, rect.height});
        ImGui::Begin(id.c_str(), nullptr, flags);
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()},
                       u32(theme.palette->panel.with_alpha(0.92F)), theme.px(8));
    const float room = theme.px(12);
    put_paragraph(list, theme.text, theme.palette->muted,
                  {rect.x + room, rect.y, rect.width - 2 * room, rect.height}, theme.px(380),
                  sentence);
    within ? ImGui::EndChild() : ImGui::End();
}

} // namespace

std::optional<std::string> problem_in(const std::function<void()>& draw) {
    const OpenScopes before;
    std::string problem;
    try {
        draw();
        return std::nullopt;
    } catch (const std::exception& error) {
        problem = error.what();
    } catch (...) {
        problem = "an unknown error";
    }
    before.end_later_ones();
    return problem;
}

Rect upper_middle(const PanelInput& input, const Rect& window) {
    const float width = std::min(input.theme.px(460), window.width);
    const float height = std::min(input.theme.px(150), window.height);
    return {window.x + (window.width - width) / 2, window.y + (window.height - height) / 3, width,
            height};
}

bool draw_guarded(const PanelInput& input, std::string_view name, const Rect& rect,
                  const std::function<void()>& draw) {
    const std::size_t first = input.panels == nullptr ? 0 : input.panels->size();
    const std::optional<std::string> problem = problem_in(draw);
    const std::string key = "problem_" + std::string(name);
    if (input.log.on()) { // written when it changes
        input.log.fact(key, problem.value_or(""));
    }
    if (!problem) {
        return true;
    }
    const std::string sentence = text::cannot_be_drawn(text::panel(name), as_sentence(*problem));
    if (input.panels != nullptr) {
        note_problem(*input.panels, first, rect, sentence);
    }
    if (rect.width > 1 && rect.height > 1) {
        show_sentence(input, key, rect, sentence);
    }
    return false;
}

} // namespace grokscope::ui

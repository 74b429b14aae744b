#include "ui/kit/theme.h"

#include <implot.h>

namespace grokscope::ui {

void apply_style(const Theme& theme) {
    const Palette& palette = *theme.palette;
    const Color clear{0, 0, 0, 0};

    ImGuiStyle style; // fresh: sizes are truncated when scaled, so scaling twice drifts
    style.WindowPadding = {0, 0};
    style.WindowBorderSize = 0;
    style.WindowRounding = 0;
    style.ChildBorderSize = 0;
    style.ChildRounding = 8;
    style.PopupRounding = 8;
    style.PopupBorderSize = 1;
    style.FramePadding = {10, 6};
    style.FrameRounding = 6;
    style.FrameBorderSize = 0;
    style.ItemSpacing = {8, 8};
    style.ItemInnerSpacing = {6, 6};
    style.CellPadding = {6, 4};
    style.ScrollbarSize = 10;
    style.ScrollbarRounding = 5;
    style.GrabMinSize = 10;
    style.GrabRounding = 5;
    style.TabRounding = 6;
    style.SeparatorTextBorderSize = 1;
    style.DisabledAlpha = kDisabled;
    style.HoverStationaryDelay = 0.15F;
    style.HoverDelayNormal = 0.45F;
    style.ScaleAllSizes(theme.scale);

    ImVec4* colors = style.Colors;
    for (int i = 0; i < ImGuiCol_COUNT; ++i) {
        colors[i] = vec4(palette.text); // anything forgotten below is at least visible
    }
    const auto set = [&](int index, const Color& color) { colors[index] = vec4(color); };
    set(ImGuiCol_Text, palette.text);
    set(ImGuiCol_TextDisabled, palette.muted);
    set(ImGuiCol_WindowBg, palette.window);
    set(ImGuiCol_ChildBg, palette.panel);
    // What lies over the rest is lighter than it, or as light: a shadow parts it from white.
    set(ImGuiCol_PopupBg,
        theme.kind == ThemeKind::kDark ? mix(palette.panel, palette.raised, 0.6F) : palette.panel);
    set(ImGuiCol_Border, palette.line);
    set(ImGuiCol_BorderShadow, clear);
    set(ImGuiCol_FrameBg, palette.raised);
    set(ImGuiCol_FrameBgHovered, palette.hovered);
    set(ImGuiCol_FrameBgActive, palette.pressed);
    set(ImGuiCol_TitleBg, palette.panel);
    set(ImGuiCol_TitleBgActive, palette.panel);
    set(ImGuiCol_TitleBgCollapsed, palette.panel);
    set(ImGuiCol_MenuBarBg, palette.panel);
    set(ImGuiCol_ScrollbarBg, clear);
    set(ImGuiCol_ScrollbarGrab, mix(palette.panel, palette.muted, 0.75F));
    set(ImGuiCol_ScrollbarGrabHovered, mix(palette.panel, palette.muted, 0.9F));
    set(ImGuiCol_ScrollbarGrabActive, palette.muted);
    set(ImGuiCol_CheckMark, palette.accent);
    set(ImGuiCol_SliderGrab, palette.accent);
    set(ImGuiCol_SliderGrabActive, palette.accent);
    set(ImGuiCol_Button, palette.raised);
    set(ImGuiCol_ButtonHovered, palette.hovered);
    set(ImGuiCol_ButtonActive, palette.pressed);
    set(ImGuiCol_Header, palette.raised);
    set(ImGuiCol_HeaderHovered, palette.hovered);
    set(ImGuiCol_HeaderActive, palette.pressed);
    set(ImGuiCol_Separator, palette.line);
    set(ImGuiCol_SeparatorHovered, palette.accent);
    set(ImGuiCol_SeparatorActive, palette.accent);
    set(ImGuiCol_ResizeGrip, clear);
    set(ImGuiCol_ResizeGripHovered, palette.hovered);
    set(ImGuiCol_ResizeGripActive, palette.pressed);
    set(ImGuiCol_Tab, clear);
    set(ImGuiCol_TabHovered, palette.hovered);
    set(ImGuiCol_TabActive, palette.raised);
    set(ImGuiCol_TabUnfocused, clear);
    set(ImGuiCol_TabUnfocusedActive, palette.raised);
    set(ImGuiCol_DockingPreview, palette.accent.with_alpha(0.5F));
    set(ImGuiCol_DockingEmptyBg, palette.window);
    set(ImGuiCol_TableHeaderBg, palette.panel);
    set(ImGuiCol_TableBorderStrong, palette.line);
    set(ImGuiCol_TableBorderLight, palette.line);
    set(ImGuiCol_TableRowBg, clear);
    set(ImGuiCol_TableRowBgAlt, clear);
    set(ImGuiCol_TextSelectedBg, palette.accent.with_alpha(0.35F));
    set(ImGuiCol_DragDropTarget, palette.accent);
    set(ImGuiCol_NavHighlight, palette.accent);
    set(ImGuiCol_NavWindowingHighlight, palette.accent);
    set(ImGuiCol_NavWindowingDimBg, palette.window.with_alpha(0.5F));
    set(ImGuiCol_ModalWindowDimBg, palette.window.with_alpha(0.6F));
    ImGui::GetStyle() = style;

    ImPlotStyle plot;
    plot.PlotBorderSize = 0;
    plot.PlotPadding = {theme.px(4), theme.px(6)};
    plot.LabelPadding = {theme.px(6), theme.px(4)};
    plot.MajorTickLen = {0, 0};
    plot.MinorTickLen = {0, 0};
    plot.MajorGridSize = {1, 1};
    plot.MinorGridSize = {1, 1};
    plot.MinorAlpha = 0;
    plot.FitPadding = {0, 0};
    ImVec4* plot_colors = plot.Colors;
    const auto set_plot = [&](int index, const Color& color) { plot_colors[index] = vec4(color); };
    set_plot(ImPlotCol_FrameBg, clear);
    set_plot(ImPlotCol_PlotBg, clear);
    set_plot(ImPlotCol_PlotBorder, palette.line);
    set_plot(ImPlotCol_AxisText, palette.muted);
    set_plot(ImPlotCol_AxisGrid, palette.grid);
    set_plot(ImPlotCol_AxisTick, clear);
    set_plot(ImPlotCol_AxisBg, clear);
    set_plot(ImPlotCol_AxisBgHovered, clear);
    set_plot(ImPlotCol_AxisBgActive, clear);
    set_plot(ImPlotCol_Selection, palette.accent.with_alpha(0.85F));
    set_plot(ImPlotCol_Crosshairs, palette.muted);
    set_plot(ImPlotCol_InlayText, palette.text);
    ImPlot::GetStyle() = plot;
    ImPlot::BustColorCache();
}

} // namespace grokscope::ui

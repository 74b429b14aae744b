#include "ui/dialogs/info_overlay.h"

#include "ui/core/record_controller.h"
#include "ui/core/text.h"
#include "ui/dialogs/workers_notice.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

std::string tenths(double number) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.1f", number);
    return buffer;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

Lines lines_of(const PanelInput& input) {
    const FrameFacts& facts = input.facts;
    Lines lines;
    lines.emplace_back(text::kInfoRenderer, facts.renderer);
    lines.emplace_back(text::kInfoWindow, std::to_string(facts.width) + " x " +
                                              std::to_string(facts.height) + text::kInfoScale +
                                              std::to_string(std::lround(input.theme.scale * 100)) +
                                              " %");
    lines.emplace_back(text::kInfoFrames, text::grouped(std::lround(facts.frames_per_second)) +
                                              text::kFramesPerSecond);
    lines.emplace_back(text::kInfoFrameTime, tenths(facts.frame_milliseconds) + " ms, at worst " +
                                                 tenths(facts.worst_frame_milliseconds) + " ms");
    lines.emplace_back(text::kInfoTraining, text::grouped(std::lround(facts.epochs_per_second)) +
                                                text::kEpochsPerSecond);
    lines.emplace_back(text::kInfoWorkers,
                       text::of_workers(facts.workers.working, facts.workers.available));
    lines.emplace_back(text::kInfoDeferred,
                       text::grouped(static_cast<std::int64_t>(input.book.deferred())) +
                           text::kInfoWaited);
    lines.emplace_back(text::kInfoWeights,
                       text::megabytes(input.book.embedding_bytes()) + " of " +
                           text::megabytes(input.book.embedding_budget()) +
                           (input.book.thinnings() > 0 ? text::kInfoThinned : ""));
    if (input.book.misplaced() > 0) {
        lines.emplace_back(text::kInfoMisplaced,
                           text::grouped(static_cast<std::int64_t>(input.book.misplaced())));
    }
    for (const auto& run : input.book.runs()) {
        std::size_t points = run->samples.size() + run->progress.size();
        lines.emplace_back(
            text::run_name(*run, true),
            run->step_description + ", " + text::grouped(static_cast<std::int64_t>(points)) +
                text::kInfoRecords +
                (run->samples.empty() || run->timed_epochs() < 2
                     ? std::string()
                     : ", " +
                           tenths(run->samples.back().wall_seconds * 1000 / run->timed_epochs()) +
                           text::kInfoPerEpoch));
        const RerunCheck* check =
            input.records == nullptr ? nullptr : input.records->check(run->id);
        if (check != nullptr && !text::rerun(*check).empty()) {
            lines.emplace_back("", text::rerun(*check));
        }
    }
    return lines;
}

} // namespace

void draw_info_overlay(const PanelInput& input, const Rect& window) {
    if (!input.view.info_open) {
        return;
    }
    const Theme& theme = input.theme;
    input.view.info_open = begin_sheet(input, window,
                                       {.id = "##info",
                                        .title = text::kInfoTitle,
                                        .close = "close_info",
                                        .width = 560,
                                        .top = 68});
    if (ImGui::BeginTable("figures", 2, ImGuiTableFlags_SizingStretchProp)) {
        ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthFixed, theme.px(150));
        ImGui::TableSetupColumn("figure");
        for (const auto& [name, figure] : lines_of(input)) {
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            text_in(theme.small, theme.palette->muted, name);
            ImGui::TableNextColumn();
            paragraph(theme.small, theme.palette->text, figure);
        }
        ImGui::EndTable();
    }
    if (input.facts.workers.available > 1) {
        ImGui::Dummy({0, theme.px(4)});
        draw_workers_buttons(input, "_info");
    }
    end_sheet();
}

} // namespace grokscope::ui

#include "ui/panels/progress_read_out.h"

#include "ui/text.h"
#include "ui/widgets.h"

#include <imgui.h>

#include <string>

namespace grokscope::ui {

namespace {

/// "1, 10, 16, 23".
std::string frequencies(const ProgressRow& row) {
    std::string text;
    for (const int k : row.key_frequencies) {
        text += (text.empty() ? "" : ", ") + std::to_string(k);
    }
    return text.empty() ? text::kNoKeyFrequency : text;
}

} // namespace

void progress_read_out(const PanelInput& input, std::int32_t epoch) {
    const RunRecord* run = input.selected();
    const ProgressRow* row = run == nullptr ? nullptr : run->progress_at(epoch);
    if (row == nullptr) {
        return;
    }
    const Theme& theme = input.theme;
    ImGui::Dummy({0, theme.px(4)});
    text_in(theme.small, theme.palette->muted,
            text::kMeasuredAt + text::grouped(row->epoch) + text::kKeysProvisional);
    if (!ImGui::BeginTable("progress", 2, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    const auto line = [&](const char* name, const std::string& value) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        text_in(theme.small, theme.palette->muted, name);
        ImGui::TableNextColumn();
        text_in(theme.mono, theme.palette->text, value);
    };
    const auto losses = [](const LossBySplit& loss) {
        return text::value(loss.all) + " / " + text::value(loss.train) + " / " +
               text::value(loss.test);
    };
    line(text::kKeyFrequencies, frequencies(*row));
    line(text::kFullLosses, losses(row->full_loss));
    line(text::kRestrictedLosses, losses(row->restricted_loss));
    line(text::kExcludedLoss, text::value(row->excluded_loss));
    line(text::kFitShare, text::value(row->fit_r_squared));
    line(text::kGinis, text::value(row->gini_W_E) + " / " + text::value(row->gini_W_L));
    line(text::kClusteredNeurons,
         text::grouped(row->clustered_neurons) + text::kOf + text::grouped(row->neurons));
    line(text::kSumSquares, text::value(row->total_sum_squares));
    ImGui::EndTable();
}

} // namespace grokscope::ui

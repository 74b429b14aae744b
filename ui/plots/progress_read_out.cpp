#include "ui/plots/progress_read_out.h"

#include "ui/core/operation_text.h"
#include "ui/core/progress_text.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <imgui.h>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// "1, 10, 16, 23".
std::string listed(std::span<const int> frequencies) {
    std::string text;
    for (const int k : frequencies) {
        text += (text.empty() ? "" : ", ") + std::to_string(k);
    }
    return text.empty() ? text::kNoKeyFrequency : text;
}

std::string losses(const LossBySplit& loss) {
    return text::value(loss.all) + " / " + text::value(loss.train) + " / " + text::value(loss.test);
}

/// "23: 1.69, 47: 0.0108", as many as a line holds.
std::string each_excluded(std::span<const int> frequencies, std::span<const double> excluded) {
    constexpr std::size_t kMost = 5;
    std::string text;
    const std::size_t count = std::min(frequencies.size(), excluded.size());
    for (std::size_t i = 0; i < std::min(count, kMost); ++i) {
        text +=
            (i == 0 ? "" : ", ") + std::to_string(frequencies[i]) + ": " + text::value(excluded[i]);
    }
    return count > kMost ? text + ", \xE2\x80\xA6" : text;
}

/// "23: 112, 47: 103", the largest clusters first, as many as a line holds.
std::string clusters(const ProgressRow& row) {
    constexpr std::size_t kMost = 6;
    std::vector<std::pair<int, int>> sizes; // neurons, frequency
    for (std::size_t i = 0; i < row.neurons_by_frequency.size(); ++i) {
        if (row.neurons_by_frequency[i] > 0) {
            sizes.emplace_back(row.neurons_by_frequency[i], static_cast<int>(i) + 1);
        }
    }
    std::ranges::stable_sort(sizes, std::greater<>(), &std::pair<int, int>::first);
    std::string text;
    for (std::size_t i = 0; i < std::min(sizes.size(), kMost); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(sizes[i].second) + ": " +
                std::to_string(sizes[i].first);
    }
    return sizes.size() > kMost ? text + ", \xE2\x80\xA6" : text;
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
    const auto line = [&](const std::string& name, const std::string& value) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        text_in(theme.small, theme.palette->muted, name);
        ImGui::TableNextColumn();
        text_in(theme.mono, theme.palette->text, value);
    };
    line(text::kKeyFrequencies, listed(row->key_frequencies));
    line(text::kFullLosses, losses(row->full_loss));
    line(text::kRestrictedLosses, losses(row->restricted_loss));
    line(text::kExcludedLoss, text::value(row->excluded_loss));
    if (!row->key_frequencies.empty()) {
        line(text::kExcludedEach, each_excluded(row->key_frequencies, row->excluded_by_frequency));
    }
    line(in_operation(text::kFitShare, run->config.operation), text::value(row->fit_r_squared));
    if (const auto& last = row->final_measures) {
        line(text::kFinalKeys, listed(last->key_frequencies));
        line(text::kFinalRestricted, losses(last->restricted_loss));
        line(text::kFinalExcluded, text::value(last->excluded_loss));
        line(text::kFinalFit, text::value(last->fit_r_squared));
    }
    line(text::kGinis, text::value(row->gini_W_E) + " / " + text::value(row->gini_W_L));
    line(text::kParticipations, text::value(row->ipr_W_E) + " / " + text::value(row->ipr_W_L));
    line(text::kClusteredNeurons,
         text::grouped(row->clustered_neurons) + text::kOf + text::grouped(row->neurons));
    if (row->clustered_neurons > 0) {
        line(text::kClusterSizes, clusters(*row));
    }
    line(text::kSumSquares, text::value(row->total_sum_squares));
    ImGui::EndTable();
}

} // namespace grokscope::ui

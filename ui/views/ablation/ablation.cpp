#include "ui/views/ablation/ablation.h"

#include "engine/protocol/frequencies.h"
#include "ui/core/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// " x 0.25"
std::string times(double factor) {
    char words[32];
    std::snprintf(words, sizeof words, " \xC3\x97 %.2f", factor);
    return words;
}

} // namespace

void toggle_frequency(Ablation& ablation, int k) {
    std::vector<int>& all = ablation.frequencies;
    const auto place = std::lower_bound(all.begin(), all.end(), k);
    if (place != all.end() && *place == k) {
        all.erase(place);
    } else {
        all.insert(place, k);
    }
}

bool takes_out(const Ablation& ablation, int k) {
    const std::vector<int>& all = ablation.frequencies;
    const bool listed = std::find(all.begin(), all.end(), k) != all.end();
    return !all.empty() && listed != ablation.keep_only;
}

Replacement next_replacement(Replacement now) {
    switch (now) {
    case Replacement::kNone:
        return Replacement::kZero;
    case Replacement::kZero:
        return Replacement::kMean;
    case Replacement::kMean:
        break;
    }
    return Replacement::kNone;
}

Replacement replacement_of(const Ablation& ablation, int head) {
    const auto index = static_cast<std::size_t>(head);
    return index < ablation.heads.size() ? ablation.heads[index] : Replacement::kNone;
}

void turn_head(Ablation& ablation, int head, int heads) {
    const Replacement next = next_replacement(replacement_of(ablation, head));
    ablation.heads.resize(static_cast<std::size_t>(heads), Replacement::kNone);
    ablation.heads[static_cast<std::size_t>(head)] = next;
    // Equal ablations compare equal: no list where every head stays.
    if (std::all_of(ablation.heads.begin(), ablation.heads.end(),
                    [](Replacement one) { return one == Replacement::kNone; })) {
        ablation.heads.clear();
    }
}

void choose_rows(Ablation& ablation, ScaledRows rows) {
    const bool again = ablation.scales_rows() && ablation.scaled == rows;
    if (again) {
        ablation.row_scale = 1;
        ablation.scaled = ScaledRows::kZero; // equal ablations compare equal
    } else {
        ablation.row_scale = ablation.scales_rows() ? ablation.row_scale : 0;
        ablation.scaled = rows;
    }
}

void scale_rows(Ablation& ablation, double factor) {
    ablation.row_scale = std::clamp(factor, 0.0, 1.0);
    if (!ablation.scales_rows()) {
        ablation.scaled = ScaledRows::kZero;
    }
}

void fit_to_model(Ablation& ablation, int order, const RunConfig& config) {
    std::erase_if(ablation.frequencies,
                  [order](int k) { return k < 1 || k > largest_frequency(order); });
    if (ablation.heads.size() != static_cast<std::size_t>(config.heads)) {
        ablation.heads.clear();
    }
    // Equal ablations compare equal: no layer where no part is changed.
    ablation.layer =
        ablation.changes_parts() ? std::clamp(ablation.layer, 0, config.layers - 1) : 0;
}

const char* rows_label(ScaledRows rows) {
    constexpr std::array<const char*, 4> kLabels{"0", "a", "b", "a and b"};
    return kLabels[static_cast<std::size_t>(rows)];
}

std::string scaled_rows(ScaledRows rows, double factor) {
    return std::string("row of ") + rows_label(rows) + times(factor);
}

std::string scaled_answers(ScaledRows rows, const AnswerShares& intact,
                           const AnswerShares& scaled) {
    const auto with_intact = [](double now, double before) {
        return text::percent(now) + " (intact " + text::percent(before) + ")";
    };
    return "Of the " + text::grouped(scaled.pairs) +
           (rows == ScaledRows::kZero ? " pairs with a 0, " : " pairs without a 0, ") +
           with_intact(scaled.right, intact.right) + " are right and " +
           with_intact(scaled.zero, intact.zero) + " are answered with 0. Most often it says " +
           std::to_string(scaled.commonest) + ", to " + text::percent(scaled.same) + ".";
}

std::string in_words(const Ablation& ablation) {
    std::string words;
    const auto add = [&words](const std::string& part) {
        words += (words.empty() ? "" : "; ") + part;
    };
    if (!ablation.frequencies.empty()) {
        std::string list;
        for (const int k : ablation.frequencies) {
            list += (list.empty() ? "" : ", ") + std::to_string(k);
        }
        add((ablation.keep_only ? text::kOnlyK : text::kWithoutK) + list);
    }
    const std::string layer =
        ablation.layer > 0 ? " of layer " + std::to_string(ablation.layer) : std::string();
    for (std::size_t head = 0; head < ablation.heads.size(); ++head) {
        if (ablation.heads[head] != Replacement::kNone) {
            add(text::kHead + std::to_string(head) + layer + text::replaced(ablation.heads[head]));
        }
    }
    if (ablation.mlp != Replacement::kNone) {
        add(text::kMlp + layer + text::replaced(ablation.mlp));
    }
    if (!ablation.attention_skip) {
        add(text::kAttentionSkip + layer + text::replaced(Replacement::kZero));
    }
    if (ablation.mlp_skip != Replacement::kNone) {
        add(text::kMlpSkip + layer + text::replaced(ablation.mlp_skip));
    }
    if (ablation.scales_rows()) {
        add(scaled_rows(ablation.scaled, ablation.row_scale));
    }
    return words;
}

} // namespace grokscope::ui

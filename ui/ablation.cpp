#include "ui/ablation.h"

#include "engine/protocol/frequencies.h"
#include "engine/protocol/model_parts.h"
#include "ui/text.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace grokscope::ui {

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

void fit_to_model(Ablation& ablation, int order, const RunConfig& config) {
    std::erase_if(ablation.frequencies,
                  [order](int k) { return k < 1 || k > largest_frequency(order); });
    if (!why_no_parts(config).empty()) {
        ablation.heads.clear();
        ablation.mlp = Replacement::kNone;
        ablation.attention_skip = true;
        ablation.mlp_skip = Replacement::kNone;
    }
    if (ablation.heads.size() != static_cast<std::size_t>(config.heads)) {
        ablation.heads.clear();
    }
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
    for (std::size_t head = 0; head < ablation.heads.size(); ++head) {
        if (ablation.heads[head] != Replacement::kNone) {
            add(text::kHead + std::to_string(head) + text::replaced(ablation.heads[head]));
        }
    }
    if (ablation.mlp != Replacement::kNone) {
        add(std::string(text::kMlp) + text::replaced(ablation.mlp));
    }
    if (!ablation.attention_skip) {
        add(std::string(text::kAttentionSkip) + text::replaced(Replacement::kZero));
    }
    if (ablation.mlp_skip != Replacement::kNone) {
        add(std::string(text::kMlpSkip) + text::replaced(ablation.mlp_skip));
    }
    return words;
}

} // namespace grokscope::ui

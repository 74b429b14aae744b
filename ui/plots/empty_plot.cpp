#include "ui/plots/empty_plot.h"

#include "ui/core/claims.h"
#include "ui/core/epoch_map.h"
#include "ui/core/text.h"

#include <algorithm>

namespace grokscope::ui {

namespace {

bool has_mismatch(const RunRecord& run) {
    const auto& offsets = run.config.stencil.offsets();
    return std::any_of(offsets.begin(), offsets.end(), [&](int offset) {
        return !run.curves.mismatch[offset_slot(offset)].empty();
    });
}

const char* without_progress(const PanelInput& input, const RunRecord* run) {
    Facts facts = facts_of(input.book, input.view);
    facts.hidden = run != nullptr && !run->progress.empty();
    return claim(Place::kEmptyProgress, facts).words;
}

/// No visible run has figures.
const char* without_figures(const PanelInput& input, Place place) {
    Facts facts;
    facts.hidden = std::ranges::any_of(input.book.runs(),
                                       [](const auto& run) { return !run->samples.empty(); });
    return claim(place, facts).words;
}

} // namespace

const char* empty_sentence(const PanelInput& input, PlotKind kind) {
    if (kind == PlotKind::kProgress) { // of the selected run alone
        const RunRecord* run = input.selected();
        if (run == nullptr || run->progress.empty() || !input.view.visible(run->id)) {
            return without_progress(input, run);
        }
        return EpochMap(input.view.settings.x_unit, *run).usable() ? nullptr
                                                                   : text::kEmptySinceGrok;
    }
    bool any = false;
    bool probes = false;
    for (const auto& run : input.book.runs()) {
        if (!input.view.visible(run->id)) {
            continue;
        }
        probes |= !run->config.stencil.offsets().empty();
        if (kind == PlotKind::kMismatch ? has_mismatch(*run) : !run->samples.empty()) {
            if (EpochMap(input.view.settings.x_unit, *run).usable()) {
                return nullptr;
            }
            any = true;
        }
    }
    if (any) {
        return text::kEmptySinceGrok;
    }
    switch (kind) {
    case PlotKind::kAccuracy:
        return without_figures(input, Place::kEmptyAccuracy);
    case PlotKind::kLoss:
        return without_figures(input, Place::kEmptyLoss);
    case PlotKind::kMismatch:
    case PlotKind::kProgress:
    case PlotKind::kFigures:
        break;
    }
    return probes ? text::kEmptyProbes : text::kEmptyMismatch;
}

} // namespace grokscope::ui

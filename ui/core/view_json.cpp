#include "ui/core/view_json.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {

namespace {

constexpr std::array<const char*, kPanels> kPanelNames{"runs", "curves", "wavetable", "inside"};

Json places_json(const Places& places) {
    Json names = Json::array();
    for (const Panel panel : places) {
        names.push_back(kPanelNames[static_cast<std::size_t>(panel)]);
    }
    return names;
}

/// The places named there when each panel has one; else `now`.
Places places_or(const Json& names, const Places& now) {
    Places places = now;
    if (!names.is_array() || names.size() != kPanels) {
        return now;
    }
    for (std::size_t i = 0; i < kPanels; ++i) {
        const auto* const found = std::find(kPanelNames.begin(), kPanelNames.end(), names[i]);
        if (found == kPanelNames.end()) {
            return now;
        }
        places[i] = static_cast<Panel>(found - kPanelNames.begin());
    }
    return complete(places) ? places : now;
}

} // namespace

Json layout_json(const NamedLayout& layout) {
    return {{"left", layout.shares.left},
            {"right", layout.shares.right},
            {"wavetable", layout.shares.wavetable},
            {"plots", layout.shares.plots},
            {"side_columns", layout.side_columns},
            {"story", layout.story},
            {"progress", layout.third == ThirdPlot::kProgress},
            {"figures", layout.third == ThirdPlot::kFigures},
            {"places", places_json(layout.shares.places)}};
}

Json figures_json(const FigureChoice& choice) {
    return choice.ids;
}

void take_figures(const Json& object, FigureChoice& choice) {
    constexpr std::size_t kLongest = 64;
    if (!object.is_array()) {
        return;
    }
    choice = {};
    for (const Json& id : object) {
        if (choice.ids.size() < kMostFigures && id.is_string() &&
            id.get_ref<const std::string&>().size() <= kLongest &&
            !choice.contains(id.get_ref<const std::string&>())) {
            choice.ids.push_back(id);
        }
    }
}

float number_or(const Json& object, const char* key, float low, float high, float now) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) {
        return now;
    }
    const auto value = found->get<float>();
    return std::isfinite(value) && value >= low && value <= high ? value : now;
}

bool flag_or(const Json& object, const char* key, bool now) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : now;
}

void take_layout(const Json& object, NamedLayout& layout) {
    if (!object.is_object()) {
        return;
    }
    LayoutShares& shares = layout.shares;
    shares.left = number_or(object, "left", 0.05F, 0.6F, shares.left);
    shares.right = number_or(object, "right", 0.05F, 0.8F, shares.right);
    shares.wavetable = number_or(object, "wavetable", 0.1F, 0.9F, shares.wavetable);
    const auto plots = object.find("plots");
    if (plots != object.end() && plots->is_array() && plots->size() == shares.plots.size()) {
        for (std::size_t i = 0; i < shares.plots.size(); ++i) {
            const Json& share = (*plots)[i];
            if (share.is_number() && share.get<float>() > 0.01F && share.get<float>() < 10) {
                shares.plots[i] = share.get<float>();
            }
        }
    }
    if (const auto places = object.find("places"); places != object.end()) {
        shares.places = places_or(*places, shares.places);
    }
    layout.side_columns = flag_or(object, "side_columns", layout.side_columns);
    layout.story = flag_or(object, "story", layout.story);
    const bool progress = flag_or(object, "progress", layout.third == ThirdPlot::kProgress);
    const bool figures = flag_or(object, "figures", layout.third == ThirdPlot::kFigures);
    layout.third = figures    ? ThirdPlot::kFigures
                   : progress ? ThirdPlot::kProgress
                              : ThirdPlot::kMismatch;
}

} // namespace grokscope::ui

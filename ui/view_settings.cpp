#include "ui/view_settings.h"

#include "ui/arrange.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <utility>

namespace grokscope::ui {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, kPanels> kPanelNames{"runs", "curves", "wavetable", "inside"};

constexpr std::array<const char*, kRunOrders> kOrderNames{
    "made", "name", "seed", "epoch", "test accuracy", "grok epoch", "speed-up"};

Json places_json(const Places& places) {
    Json names = Json::array();
    for (const Panel panel : places) {
        names.push_back(kPanelNames[static_cast<std::size_t>(panel)]);
    }
    return names;
}

Json layout_json(const NamedLayout& layout) {
    return {{"left", layout.shares.left},           {"right", layout.shares.right},
            {"wavetable", layout.shares.wavetable}, {"plots", layout.shares.plots},
            {"side_columns", layout.side_columns},  {"story", layout.story},
            {"progress", layout.progress},          {"places", places_json(layout.shares.places)}};
}

/// The number at `key` when it is one within the range; else `now`.
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
    layout.progress = flag_or(object, "progress", layout.progress);
}

} // namespace

std::string settings_text(const ViewState& view) {
    Json layouts = Json::array();
    for (std::size_t i = 0; i < kLayouts; ++i) {
        layouts.push_back(layout_json(i == view.layout ? layout_of(view) : view.layouts[i]));
    }
    const Json settings{{"theme", view.theme == ThemeKind::kDark ? "dark" : "light"},
                        {"scale", view.scale},
                        {"layout", view.layout},
                        {"layouts", layouts},
                        {"runs_by", kOrderNames[static_cast<std::size_t>(view.sorting.by)]},
                        {"runs_reversed", view.sorting.reversed},
                        {"present", static_cast<int>(view.presenter.picture)}};
    return settings.dump(2) + "\n";
}

void take_settings(const std::string& text, ViewState& view) {
    const Json settings = Json::parse(text, nullptr, false);
    if (!settings.is_object()) {
        return;
    }
    if (const auto theme = settings.find("theme"); theme != settings.end()) {
        view.theme = *theme == "light" ? ThemeKind::kLight : ThemeKind::kDark;
    }
    view.scale = number_or(settings, "scale", 1, 3, view.scale);
    view.presenter.picture = static_cast<PresenterPicture>(
        number_or(settings, "present", 0, 3, static_cast<float>(view.presenter.picture)));
    if (const auto by = settings.find("runs_by"); by != settings.end()) {
        const auto* const found = std::find(kOrderNames.begin(), kOrderNames.end(), *by);
        if (found != kOrderNames.end()) {
            view.sorting.by = static_cast<RunOrder>(found - kOrderNames.begin());
        }
    }
    view.sorting.reversed = flag_or(settings, "runs_reversed", view.sorting.reversed);
    const auto layouts = settings.find("layouts");
    if (layouts != settings.end() && layouts->is_array()) {
        for (std::size_t i = 0; i < std::min(layouts->size(), kLayouts); ++i) {
            take_layout((*layouts)[i], view.layouts[i]);
        }
    }
    view.layout = static_cast<std::size_t>(
        number_or(settings, "layout", 0, kLayouts - 1, static_cast<float>(view.layout)));
    show_layout(view, view.layouts[view.layout]);
}

void load_settings(const std::string& path, ViewState& view) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (file) {
        take_settings(text.str(), view);
    }
}

SettingsKeeper::SettingsKeeper(const std::string& path, SaveSettings save, ViewState& view)
    : save_(path.empty() ? nullptr : std::move(save)) {
    if (!path.empty()) {
        load_settings(path, view);
    }
    saved_ = settings_text(view);
}

std::optional<std::string> SettingsKeeper::remember(const ViewState& view) {
    std::string settings = settings_text(view);
    if (!save_ || settings == saved_) {
        return std::nullopt;
    }
    std::string problem = save_(settings);
    saved_ = std::move(settings); // tried once: a full disk must not be hammered
    return problem;
}

} // namespace grokscope::ui

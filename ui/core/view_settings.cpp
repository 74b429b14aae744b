#include "ui/core/view_settings.h"

#include "ui/core/arrange.h"
#include "ui/core/view_json.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr std::array<const char*, kRunOrders> kOrderNames{
    "made", "name", "seed", "epoch", "test accuracy", "grok epoch", "speed-up"};

} // namespace

std::string settings_text(const ViewState& view) {
    Json layouts = Json::array();
    for (std::size_t i = 0; i < kLayouts; ++i) {
        layouts.push_back(
            layout_json(i == view.arrangement.layout ? layout_of(view) : view.settings.layouts[i]));
    }
    const Json settings{
        {"theme", view.settings.theme == ThemeKind::kDark ? "dark" : "light"},
        {"scale", view.settings.scale},
        {"layout", view.arrangement.layout},
        {"layouts", layouts},
        {"runs_by", kOrderNames[static_cast<std::size_t>(view.arrangement.sorting.by)]},
        {"runs_reversed", view.arrangement.sorting.reversed},
        {"figures", figures_json(view.settings.figures)},
        {"present", static_cast<int>(view.settings.presenter.picture)}};
    return settings.dump(2) + "\n";
}

void take_settings(const std::string& text, ViewState& view) {
    const Json settings = Json::parse(text, nullptr, false);
    if (!settings.is_object()) {
        return;
    }
    if (const auto theme = settings.find("theme"); theme != settings.end()) {
        view.settings.theme = *theme == "light" ? ThemeKind::kLight : ThemeKind::kDark;
    }
    view.settings.scale = number_or(settings, "scale", 1, 3, view.settings.scale);
    view.settings.presenter.picture = static_cast<PresenterPicture>(
        number_or(settings, "present", 0, 3, static_cast<float>(view.settings.presenter.picture)));
    if (const auto by = settings.find("runs_by"); by != settings.end()) {
        const auto* const found = std::find(kOrderNames.begin(), kOrderNames.end(), *by);
        if (found != kOrderNames.end()) {
            view.arrangement.sorting.by = static_cast<RunOrder>(found - kOrderNames.begin());
        }
    }
    view.arrangement.sorting.reversed =
        flag_or(settings, "runs_reversed", view.arrangement.sorting.reversed);
    if (const auto figures = settings.find("figures"); figures != settings.end()) {
        take_figures(*figures, view.settings.figures);
    }
    const auto layouts = settings.find("layouts");
    if (layouts != settings.end() && layouts->is_array()) {
        for (std::size_t i = 0; i < std::min(layouts->size(), kLayouts); ++i) {
            take_layout((*layouts)[i], view.settings.layouts[i]);
        }
    }
    view.arrangement.layout = static_cast<std::size_t>(number_or(
        settings, "layout", 0, kLayouts - 1, static_cast<float>(view.arrangement.layout)));
    show_layout(view, view.settings.layouts[view.arrangement.layout]);
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

#include "ui/core/view_look.h"

#include "ui/core/arrange.h"
#include "ui/core/view_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace grokscope::ui {

namespace {

/// Takes the enumerator with that number, where it is one of the first `count`.
template <typename Enum>
void take_enum(const Json& object, const char* key, int count, Enum& value) {
    value = static_cast<Enum>(static_cast<int>(
        number_or(object, key, 0, static_cast<float>(count - 1), static_cast<float>(value))));
}

void take_int(const Json& object, const char* key, int low, int high, int& value) {
    const auto found = object.find(key);
    if (found != object.end() && found->is_number_integer()) {
        const auto number = found->get<std::int64_t>();
        value = number >= low && number <= high ? static_cast<int>(number) : value;
    }
}

const Json& part(const Json& object, const char* key) {
    static const Json kNothing = Json::object();
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : kNothing;
}

Json ablation_json(const Ablation& ablation) {
    Json heads = Json::array();
    for (const Replacement head : ablation.heads) {
        heads.push_back(static_cast<int>(head));
    }
    return {{"frequencies", ablation.frequencies},
            {"keep", ablation.keep_only},
            {"place", static_cast<int>(ablation.place)},
            {"layer", ablation.layer},
            {"heads", heads},
            {"mlp", static_cast<int>(ablation.mlp)},
            {"attention_skip", ablation.attention_skip},
            {"mlp_skip", static_cast<int>(ablation.mlp_skip)}};
}

/// What a model lacks is taken back where it is shown (fit_to_model).
void take_ablation(const Json& object, Ablation& ablation) {
    constexpr int kReplacements = 3;
    constexpr std::size_t kMost = 4096;
    const auto list = [&](const char* key, auto take) {
        const auto found = object.find(key);
        for (std::size_t i = 0;
             found != object.end() && found->is_array() && i < std::min(found->size(), kMost);
             ++i) {
            take((*found)[i]);
        }
    };
    ablation = {};
    list("frequencies", [&](const Json& k) {
        if (k.is_number_integer() && k.get<std::int64_t>() > 0 &&
            k.get<std::int64_t>() < std::numeric_limits<int>::max()) {
            ablation.frequencies.push_back(k.get<int>());
        }
    });
    std::ranges::sort(ablation.frequencies);
    // Not that of ranges: clang 14, with which is fuzzed, cannot take GCC's.
    ablation.frequencies.erase(
        std::unique(ablation.frequencies.begin(), ablation.frequencies.end()),
        ablation.frequencies.end());
    list("heads", [&](const Json& head) {
        const bool known = head.is_number_integer() && head.get<std::int64_t>() >= 0 &&
                           head.get<std::int64_t>() < kReplacements;
        ablation.heads.push_back(known ? static_cast<Replacement>(head.get<int>())
                                       : Replacement::kNone);
    });
    take_int(object, "layer", 0, 47, ablation.layer);
    ablation.keep_only = flag_or(object, "keep", false);
    take_enum(object, "place", 2, ablation.place);
    take_enum(object, "mlp", kReplacements, ablation.mlp);
    ablation.attention_skip = flag_or(object, "attention_skip", true);
    take_enum(object, "mlp_skip", kReplacements, ablation.mlp_skip);
}

/// The whole record has no ends of its own: they are those of the runs.
Json axis_json(const ViewState& view) {
    const EpochAxis& x = view.settings.epoch_axis;
    Json axis{{"unit", static_cast<int>(view.settings.x_unit)},
              {"log", x.log},
              {"whole", x.follow && x.whole}};
    if (!(x.follow && x.whole)) {
        axis["min"] = x.min;
        axis["max"] = x.max;
    }
    return axis;
}

} // namespace

std::string look_text(const ViewState& view) {
    Json look{
        {"layout", layout_json(layout_of(view))},
        {"x", axis_json(view)},
        {"smoothing", static_cast<int>(view.settings.smoothing)},
        {"mirrored", view.settings.test_parts},
        {"plain_order", view.settings.plain_order},
        {"figures", figures_json(view.settings.figures)},
        {"wavetable",
         {{"mode", static_cast<int>(view.settings.wavetable.mode)},
          {"source", static_cast<int>(view.settings.wavetable.source)},
          {"scale", static_cast<int>(view.settings.wavetable.scale)},
          {"tilt", view.settings.wavetable.tilt},
          {"shear", view.settings.wavetable.shear}}},
        {"circle",
         {{"layout", static_cast<int>(view.settings.circle.layout)},
          {"plane", static_cast<int>(view.settings.circle.plane)}}},
        {"inside",
         {{"tab", static_cast<int>(view.settings.inside.tab)},
          {"a", view.settings.inside.typed.a},
          {"b", view.settings.inside.typed.b},
          {"mutilated", view.settings.inside.ablated},
          {"head", view.settings.inside.first_head},
          {"ablation", ablation_json(view.settings.inside.ablation)}}},
        {"presenting", view.settings.presenter.on},
        {"present", static_cast<int>(view.settings.presenter.picture)},
    };
    if (view.settings.frequency) {
        look["frequency"] = *view.settings.frequency;
    }
    return look.dump();
}

void take_look(const std::string& text, ViewState& view) {
    const Json look = Json::parse(text, nullptr, false);
    if (!look.is_object()) {
        return;
    }
    NamedLayout layout = layout_of(view);
    take_layout(part(look, "layout"), layout);
    show_layout(view, layout);
    const Json& x = part(look, "x");
    take_enum(x, "unit", 4, view.settings.x_unit);
    EpochAxis axis;
    axis.log = flag_or(x, "log", false);
    axis.follow = axis.whole = flag_or(x, "whole", true);
    constexpr auto kFar = 1e9F;
    axis.min = number_or(x, "min", -kFar, kFar, 0);
    axis.max = number_or(x, "max", -kFar, kFar, 0);
    axis.follow = axis.follow || axis.max <= axis.min;
    view.settings.epoch_axis = axis;
    take_enum(look, "smoothing", 3, view.settings.smoothing);
    view.settings.test_parts = flag_or(look, "mirrored", view.settings.test_parts);
    view.settings.plain_order = flag_or(look, "plain_order", view.settings.plain_order);
    if (const auto figures = look.find("figures"); figures != look.end()) {
        take_figures(*figures, view.settings.figures);
    }
    const Json& wavetable = part(look, "wavetable");
    take_enum(wavetable, "mode", 3, view.settings.wavetable.mode);
    take_enum(wavetable, "source", 3, view.settings.wavetable.source);
    take_enum(wavetable, "scale", 3, view.settings.wavetable.scale);
    view.settings.wavetable.tilt = number_or(wavetable, "tilt", 0, 1, view.settings.wavetable.tilt);
    view.settings.wavetable.shear =
        number_or(wavetable, "shear", -1, 1, view.settings.wavetable.shear);
    const Json& circle = part(look, "circle");
    take_enum(circle, "layout", 3, view.settings.circle.layout);
    take_enum(circle, "plane", 2, view.settings.circle.plane);
    const Json& inside = part(look, "inside");
    take_enum(inside, "tab", static_cast<int>(kInsideTabs.size()), view.settings.inside.tab);
    take_int(inside, "a", 0, 1'000'000, view.settings.inside.typed.a);
    take_int(inside, "b", 0, 1'000'000, view.settings.inside.typed.b);
    view.settings.inside.ablated = flag_or(inside, "mutilated", view.settings.inside.ablated);
    take_int(inside, "head", 0, 1023, view.settings.inside.first_head);
    take_ablation(part(inside, "ablation"), view.settings.inside.ablation);
    view.settings.presenter.on = flag_or(look, "presenting", view.settings.presenter.on);
    take_enum(look, "present", 4, view.settings.presenter.picture);
    int frequency = 0;
    take_int(look, "frequency", 1, 1'000'000, frequency);
    view.settings.frequency = frequency > 0 ? std::optional(frequency) : std::nullopt;
}

} // namespace grokscope::ui

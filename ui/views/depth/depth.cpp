#include "ui/views/depth/depth.h"

#include "ui/core/figure_text.h"
#include "ui/core/text.h"
#include "ui/views/ablation/ablation.h"
#include "ui/views/depth/depth_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr std::array<std::string_view, kHeadScores> kScoreFigures{
    "cms", "cms_everywhere", "cms_a", "cms_operation", "cms_b", "cms_other_head", "cms_stranger"};
constexpr std::array<std::string_view, kSkipParts> kSkipFigures{"skip_both", "skip_attention",
                                                                "skip_mlp"};
/// Windows in a row that are named one by one; more have their ends named.
constexpr std::size_t kNamedEach = 2;

std::span<const Reading> readings_of(const RunRecord& run, std::string_view instrument) {
    const auto found = run.readings.find(instrument);
    return found == run.readings.end() ? std::span<const Reading>()
                                       : std::span<const Reading>(found->second.rows);
}

/// The figure's values if there are so many of them, else none.
std::vector<double> values_of(const Reading& reading, std::string_view id, std::size_t count) {
    const auto own = std::ranges::find(reading.figures, id, &FigureValues::id);
    return own != reading.figures.end() && own->values.size() == count ? own->values
                                                                       : std::vector<double>();
}

/// A model with another number of heads would have been read.
bool is_missing(const Reading& reading) {
    const std::vector<double> one = values_of(reading, "cms", 1);
    return one.size() == 1 && std::isnan(one.front());
}

template <typename Read>
std::optional<std::size_t> newest(const std::vector<Read>& readings, std::int32_t epoch) {
    const auto after = std::ranges::upper_bound(readings, epoch, {}, &Read::epoch);
    if (after == readings.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - readings.begin()) - 1;
}

double fall(const SkipReading& reading, std::size_t window) {
    return reading.intact - reading.of(SkipPart::kBoth)[window];
}

std::string layers_of(int first, int window) {
    return std::to_string(first) + (window > 1 ? "-" + std::to_string(first + window - 1) : "");
}

} // namespace

bool HeadReading::scored() const {
    const std::vector<double>& last = of(HeadScore::kLast);
    return !last.empty() &&
           std::ranges::all_of(last, [](double score) { return std::isfinite(score); });
}

bool HeadReading::stands_out() const {
    const std::vector<double>& last = of(HeadScore::kLast);
    for (std::size_t i = 0; i < std::min(last.size(), error.size()); ++i) {
        if (last[i] != 0 && std::abs(last[i]) >= kStandsOut * error[i]) {
            return true;
        }
    }
    return false;
}

bool Depth::offers(HeadScore score) const {
    return std::ranges::any_of(
        mediated, [score](const HeadReading& reading) { return !reading.of(score).empty(); });
}

std::optional<std::size_t> Depth::mediated_at(std::int32_t epoch) const {
    return newest(mediated, epoch);
}

std::optional<std::size_t> Depth::skipped_at(std::int32_t epoch) const {
    return newest(skipped, epoch);
}

Depth depth_of(const RunRecord& run) {
    Depth depth;
    depth.layers = run.config.layers;
    depth.heads = run.config.heads;
    depth.window = (depth.layers + 2) / 3;
    const auto all = static_cast<std::size_t>(depth.layers * depth.heads);
    for (const Reading& reading : readings_of(run, "mediation")) {
        HeadReading taken;
        taken.epoch = reading.epoch;
        for (std::size_t score = 0; score < kHeadScores; ++score) {
            std::vector<double>& values = taken.scores[score];
            values = values_of(reading, kScoreFigures[score], all);
            if (!std::ranges::any_of(values, [](double value) { return std::isfinite(value); })) {
                values.clear(); // a model of one head has one figure in place of none, too
            }
            for (const double value : values) {
                depth.largest[score] = std::isfinite(value)
                                           ? std::max(depth.largest[score], std::abs(value))
                                           : depth.largest[score];
            }
        }
        if (values_of(reading, "cms", all).empty() && !is_missing(reading)) {
            continue;
        }
        taken.error = values_of(reading, "cms_error", all);
        taken.spread = reading.number("cms_spread");
        taken.total = reading.number("cms_total");
        depth.epochs.push_back(taken.epoch);
        depth.mediated.push_back(std::move(taken));
    }
    const auto windows = static_cast<std::size_t>(depth.layers - depth.window + 1);
    for (const Reading& reading : readings_of(run, "skip")) {
        SkipReading taken;
        taken.epoch = reading.epoch;
        taken.intact = reading.number("skip_intact");
        for (std::size_t part = 0; part < kSkipParts; ++part) {
            taken.accuracy[part] = values_of(reading, kSkipFigures[part], windows);
        }
        if (std::ranges::none_of(taken.accuracy, &std::vector<double>::empty)) {
            depth.skipped.push_back(std::move(taken));
        }
    }
    return depth;
}

std::vector<int> bypassed(const Depth& depth, std::size_t reading) {
    std::vector<int> windows;
    const SkipReading& now = depth.skipped[reading];
    for (std::size_t window = 0; window < now.of(SkipPart::kBoth).size(); ++window) {
        bool fell = false;
        for (std::size_t i = 0; i < reading; ++i) {
            fell = fell || fall(depth.skipped[i], window) >= kBypassedBelow;
        }
        if (fell && fall(now, window) < kBypassedBelow) {
            windows.push_back(static_cast<int>(window));
        }
    }
    return windows;
}

std::string window_in_words(int first_layer, int window) {
    return (window > 1 ? text::kDepthLayers : text::kDepthLayer) + layers_of(first_layer, window);
}

std::string windows_in_words(std::span<const int> first_layers, int window) {
    std::string words = window > 1 ? std::to_string(window) + " layers in a row at a time: layers "
                                   : std::string("one layer at a time: layer ");
    for (std::size_t i = 0; i < first_layers.size();) {
        std::size_t end = i + 1;
        while (end < first_layers.size() && first_layers[end] == first_layers[end - 1] + 1) {
            ++end;
        }
        if (i > 0) {
            words += ", ";
        }
        words += layers_of(first_layers[i], window);
        if (end - i > kNamedEach) {
            words += " to " + layers_of(first_layers[end - 1], window);
            i = end;
        } else {
            ++i;
        }
    }
    return words;
}

std::vector<SkipCurve> skip_curves(const Depth& depth, std::optional<std::int32_t> memorised,
                                   std::int32_t cursor, bool from_seed) {
    const std::optional<std::size_t> now = depth.skipped_at(cursor);
    if (!now) {
        return {};
    }
    const auto epoch_of = [&](std::size_t reading) {
        return text::grouped(depth.skipped[reading].epoch);
    };
    std::vector<SkipCurve> curves;
    const bool initial = depth.skipped.front().epoch == 0 && from_seed;
    curves.push_back({SkipCurve::Kind::kFirst,
                      initial ? text::kDepthInitialisation : text::kDepthFirst + epoch_of(0), 0});
    if (memorised && *memorised <= cursor) {
        const auto first =
            std::ranges::lower_bound(depth.skipped, *memorised, {}, &SkipReading::epoch);
        const auto reading = static_cast<std::size_t>(first - depth.skipped.begin());
        if (reading == 0) {
            curves.front().name += text::kDepthAlsoMemorised;
        } else if (reading <= *now) {
            curves.push_back(
                {SkipCurve::Kind::kMemorised, text::kDepthMemorised + epoch_of(reading), reading});
        }
    }
    if (curves.back().reading == *now) {
        curves.back().name += text::kDepthAlsoNow;
    } else {
        curves.push_back({SkipCurve::Kind::kNow, text::kDepthNow + epoch_of(*now), *now});
    }
    return curves;
}

void ablate_head(Ablation& ablation, const HeadPlace& place, int heads) {
    if (ablation.layer != place.layer) {
        ablation = {};
        ablation.layer = place.layer;
    }
    if (ablation.heads.size() != static_cast<std::size_t>(heads)) {
        ablation.heads.clear(); // of another model
    }
    turn_head(ablation, place.head, heads);
}

std::optional<HeadPlace> ablated_head(const Ablation& ablation, int layers, int heads) {
    if (ablation.layer >= layers || ablation.heads.size() != static_cast<std::size_t>(heads)) {
        return std::nullopt;
    }
    for (int head = 0; head < heads; ++head) {
        if (replacement_of(ablation, head) != Replacement::kNone) {
            return HeadPlace{ablation.layer, head};
        }
    }
    return std::nullopt;
}

std::string ablation_in_words(const Ablation& ablation, int layers) {
    std::string words;
    for (std::size_t head = 0; head < ablation.heads.size(); ++head) {
        if (ablation.heads[head] != Replacement::kNone) {
            words += (words.empty() ? "" : "; ") +
                     (layers > 1 ? text::kDepthLayer + std::to_string(ablation.layer) + ", "
                                 : std::string()) +
                     text::kDepthHead + std::to_string(head) + text::replaced(ablation.heads[head]);
        }
    }
    Ablation others = ablation;
    others.heads.clear();
    const std::string more = in_words(others);
    return words + (words.empty() || more.empty() ? "" : "; ") + more;
}

std::string signed_logits(double value) {
    if (!std::isfinite(value)) {
        return text::kNoValue;
    }
    if (std::abs(value) >= 1000) {
        return (value > 0 ? "+" : "") +
               text::grouped(std::llround(std::min(std::max(value, -1e15), 1e15)));
    }
    char words[32];
    std::snprintf(words, sizeof words, std::abs(value) >= 99.95 ? "%+.0f" : "%+.2f", value);
    const std::string_view shown = words;
    return shown == "+0.00" || shown == "-0.00" ? "0.00" : words;
}

std::string head_in_words(const Depth& depth, std::size_t reading, const HeadPlace& place,
                          HeadScore chosen) {
    const HeadReading& read = depth.mediated[reading];
    const std::size_t at = depth.index_of(place);
    const auto score = [&](HeadScore of) {
        const std::vector<double>& values = read.of(of);
        return at < values.size() ? signed_logits(values[at]) : std::string(text::kNoValue);
    };
    std::string words =
        (depth.layers > 1 ? text::kDepthLayer + std::to_string(place.layer) + ", " : "") +
        text::kDepthHead + std::to_string(place.head) + " (" + text::kReadAt +
        text::grouped(read.epoch) + "): " + score(HeadScore::kLast);
    if (at < read.error.size() && std::isfinite(read.error[at])) {
        char error[32];
        std::snprintf(error, sizeof error, " \xC2\xB1 %.2f", std::min(read.error[at], 1e15));
        words += error;
    }
    words += std::string(" ") + text::kDepthLogits + ";";
    const bool named = chosen == HeadScore::kLast || chosen == HeadScore::kOtherHead ||
                       chosen == HeadScore::kStranger;
    if (!named) {
        words += std::string(" ") + text::kDepthScoreShort[static_cast<std::size_t>(chosen)] +
                 score(chosen) + ",";
    }
    for (const auto& [of, end] :
         {std::pair{HeadScore::kOtherHead, ","}, std::pair{HeadScore::kStranger, ""}}) {
        words += std::string(" ") + text::kDepthScoreShort[static_cast<std::size_t>(of)] +
                 score(of) + end;
    }
    return words;
}

} // namespace grokscope::ui

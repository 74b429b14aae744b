#include "app/commands/sweep_json.h"

#include "app/commands/sweep_statistics.h"
#include "engine/store/config_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

/// Ends that nothing is known of are null.
Json bounded(const Bounded& figure) {
    return {{"low", figure.low > 0 ? Json(figure.low) : Json(nullptr)},
            {"high", std::isfinite(figure.high) ? Json(figure.high) : Json(nullptr)},
            {"censored", !figure.is_exact() && !std::isnan(figure.low)}};
}

Json pair_of(const SpeedUps& speed_ups, std::uint32_t seed) {
    const auto pair = std::ranges::find(speed_ups.pairs, seed, &SpeedUp::seed);
    if (pair == speed_ups.pairs.end()) {
        return nullptr;
    }
    Json json = bounded(pair->ratio);
    json["pair"] = kind_of(*pair);
    return json;
}

const char* name_of(IntervalKind kind) {
    switch (kind) {
    case IntervalKind::kStudent:
        return "student";
    case IntervalKind::kOrder:
        return "order";
    case IntervalKind::kNone:
        break;
    }
    return "none";
}

Json together(const SpeedUps& speed_ups) {
    if (speed_ups.pairs.empty()) {
        return nullptr;
    }
    const bool has_interval = speed_ups.interval != IntervalKind::kNone;
    return {{"pairs", speed_ups.pairs.size()},
            {"geometric_mean", bounded(speed_ups.geometric_mean)},
            {"median", bounded(speed_ups.median)},
            {"interval", name_of(speed_ups.interval)},
            {"interval_low", has_interval ? bounded(speed_ups.low) : Json(nullptr)},
            {"interval_high", has_interval ? bounded(speed_ups.high) : Json(nullptr)}};
}

Json run_of(const SweepRow& row, const SweepRun& run, const SweepIdentity& identity) {
    const std::optional<std::int32_t> lasting = run.lasting.stable_grok();
    return {
        {"variant", row.label},
        {"seed", run.config.seed},
        {"run", identity.run},
        {"uuid", identity.uuid},
        {"grokked", run.grok_epoch.has_value()},
        {"censored", !run.grok_epoch && !run.failed},
        {"failed", run.failed},
        {"epoch", run.failed ? Json(nullptr) : Json(run.epoch_or_bound())},
        {"wall_seconds", run.wall_seconds},
        {"cpu_seconds", run.cpu_seconds}, // a NaN is written as null
        {"gflop", run.failed ? Json(nullptr) : Json(gflop_to_grok(run))},
        {"stable_grok", lasting ? Json(*lasting) : Json(nullptr)},
        {"times_lost", run.lasting.times_lost()},
        {"softmax_collapse", run.softmax_collapse ? Json(*run.softmax_collapse) : Json(nullptr)},
        {"speed_up", pair_of(row.speed_ups, run.config.seed)},
        {"stable_speed_up", pair_of(row.lasting_speed_ups, run.config.seed)}};
}

Json variant_of(const SweepRow& row) {
    Json config = Json::parse(config_to_json(row.runs.front().config));
    config.erase("seed"); // that of its first run alone
    config.erase("split_seed");
    return {{"variant", row.label},
            {"config", std::move(config)},
            {"runs", row.runs.size()},
            {"grokked", row.grokked},
            {"failed", row.failed},
            {"censored", row.censored},
            {"mean_epoch", bounded(row.mean_epoch)},
            {"deviation", row.deviation}, // a NaN is written as null
            {"median_epoch", bounded(row.median_epoch)},
            {"mean_wall_seconds", bounded(row.mean_wall_seconds)},
            {"mean_cpu_seconds", bounded(row.mean_cpu_seconds)},
            {"mean_gflop", bounded(row.mean_gflop)},
            {"log_rank_p", row.log_rank_p},
            {"speed_up", together(row.speed_ups)},
            {"lasting", row.lasting},
            {"mean_stable_grok", bounded(row.mean_lasting)},
            {"times_lost", row.times_lost},
            {"collapse_measured", row.collapse_measured},
            {"mean_softmax_collapse", row.mean_collapse}, // a NaN is written as null
            {"stable_speed_up", together(row.lasting_speed_ups)}};
}

} // namespace

std::string sweep_json(const std::vector<SweepRow>& rows,
                       const std::function<SweepIdentity(const RunConfig&)>& identity_of) {
    Json runs = Json::array();
    Json variants = Json::array();
    for (const SweepRow& row : rows) {
        variants.push_back(variant_of(row));
        for (const SweepRun& run : row.runs) {
            runs.push_back(run_of(row, run, identity_of(run.config)));
        }
    }
    return Json{{"format", "grokscope sweep 1"},
                {"runs", std::move(runs)},
                {"variants", std::move(variants)}}
               .dump(1, ' ', false, Json::error_handler_t::replace) +
           '\n';
}

} // namespace grokscope

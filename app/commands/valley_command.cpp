#include "app/commands/valley_command.h"

#include "app/commands/run_description.h"
#include "app/files/weight_files.h"
#include "engine/analysis/valley.h"
#include "engine/compute/worker_pool.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kRandomDirections = 2;

/// Weights to look around.
struct Place {
    std::string what; ///< "memorised", empty where the user chose
    std::int32_t epoch = 0;
};

std::vector<Place> places_of(Notebook& notebook, StoredRunId run,
                             std::optional<std::int32_t> epoch) {
    const auto nearest = [&](std::int32_t wanted) {
        return chosen_weight_epoch(notebook, run, wanted, /*nearest=*/true);
    };
    if (epoch) {
        return {{"", nearest(*epoch)}};
    }
    std::vector<Place> places;
    for (const StoredMark& mark : notebook.marks(run)) {
        if (mark.kind == MarkKind::kMemorised) {
            places.push_back({"before it memorised", nearest(mark.epoch / 2)});
            places.push_back({"memorised", nearest(mark.epoch + 1)});
        } else if (mark.kind == MarkKind::kGrokked) {
            places.push_back({"grokked", nearest(mark.epoch + 1)});
        }
    }
    if (places.empty()) {
        places.push_back({"newest", nearest(notebook.run(run).epoch)});
    }
    std::ranges::stable_sort(places, {}, &Place::epoch);
    return places;
}

std::string in_words(const Place& place, const Valley& valley, const std::string& note) {
    std::string text = fmt::format("{}{}{}\n", place.what, place.what.empty() ? "" : ": ", note);
    text +=
        fmt::format("length of the weights {:.4g}; train loss bends by {:.4g} along \"top\", an "
                    "eigenvalue within {:.1g}\n{:>10}",
                    valley.length, valley.eigenvalue, valley.residual, "distance");
    for (const ValleyLine& line : valley.lines) {
        text += fmt::format("{:>12}{:>11}", line.direction, "");
    }
    text += fmt::format("\n{:>10}", "/ length");
    for (std::size_t i = 0; i < valley.lines.size(); ++i) {
        text += fmt::format("{:>12}{:>11}", "train loss", "test loss");
    }
    for (std::size_t i = 0; i < valley.places.size(); ++i) {
        text += fmt::format("\n{:>10}", valley.places[i]);
        for (const ValleyLine& line : valley.lines) {
            text += fmt::format("{:>12.4g}{:>11.4g}", line.train[i], line.test[i]);
        }
    }
    return text + "\n";
}

Json as_json(const Place& place, const Valley& valley, bool exact) {
    Json lines = Json::array();
    for (const ValleyLine& line : valley.lines) {
        lines.push_back(
            {{"direction", line.direction}, {"train_loss", line.train}, {"test_loss", line.test}});
    }
    return {{"epoch", place.epoch},
            {"what", place.what},
            {"exact_weights", exact},
            {"length", valley.length},
            {"eigenvalue", valley.eigenvalue},
            {"residual", valley.residual},
            {"distance", valley.places},
            {"lines", lines}};
}

} // namespace

int run_valley(Notebook& notebook, StoredRunId run, const InspectOptions& options,
               const StopSignal& stop) {
    const RunSummary summary = notebook.run(run);
    if (!ModelShape::of(summary.config).is_plain()) {
        throw UsageError(fmt::format(
            "--valley reads models with one layer, ReLU and a b =, without LayerNorm; run {} is "
            "another",
            static_cast<std::int64_t>(run)));
    }
    const Task task = make_task(summary.config);
    WorkerPool pool(default_worker_threads());
    Json json = Json::array();
    std::string text = fmt::format("run {}: {}\n", static_cast<std::int64_t>(run),
                                   configuration_in_words(summary));
    for (const Place& place : places_of(notebook, run, options.epoch)) {
        const FoundWeights found = found_weights(notebook, run, place.epoch);
        stop.check();
        const Valley valley =
            find_valley(summary.config, task, found.weights, kRandomDirections,
                        summary.config.seed + static_cast<std::uint32_t>(place.epoch), pool);
        json.push_back(as_json(place, valley, found.exact));
        text += in_words(place, valley, found.note);
    }
    std::cout << (options.json ? json.dump(2) + "\n"
                               : text + "A line is a slice of many dimensions: it does not tell "
                                        "which solution is flatter, or generalises.\n");
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope

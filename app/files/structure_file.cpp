#include "app/files/structure_file.h"

#include "engine/analysis/neuron_tuning.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/attention_grid.h"
#include "engine/model/cpu_step.h"
#include "engine/model/row_kernels.h"
#include "engine/protocol/circle_projection.h"
#include "engine/protocol/frequencies.h"
#include "engine/store/array_files.h"
#include "engine/store/config_json.h"
#include "engine/task/task.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

NamedArray list_of(std::string name, std::vector<float> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    return {.name = std::move(name), .shape = {size}, .values = std::move(values)};
}

std::vector<float> frequencies_of(int order) {
    std::vector<float> all;
    for (int k = 1; k <= largest_frequency(order); ++k) {
        all.push_back(static_cast<float>(k));
    }
    return all;
}

void add_frequencies(std::vector<NamedArray>& arrays, const RunConfig& config,
                     const Parameters& weights) {
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    Snapshot snapshot = make_snapshot(config, weights);
    std::vector<float> order;
    std::vector<float> roundness;
    const GroupIndex group(config.operation, config.p);
    const std::vector<float> embedding =
        rows_by_index(snapshot.embedding, static_cast<std::size_t>(config.d_model), group);
    for (int k = 1; k <= largest_frequency(group.order()); ++k) {
        const CircleProjection circle = project_circle(embedding, group.order(), config.d_model, k);
        order.push_back(circle.has_plane ? static_cast<float>(circle.order) : kMissing);
        roundness.push_back(circle.has_plane ? static_cast<float>(circle.roundness) : kMissing);
    }
    arrays.push_back(list_of("frequency", frequencies_of(group.order())));
    arrays.push_back(list_of("embedding_amplitude", std::move(snapshot.spectrum)));
    arrays.push_back(list_of("logit_amplitude", std::move(snapshot.logit_spectrum)));
    arrays.push_back(list_of("ring_order", std::move(order)));
    arrays.push_back(list_of("roundness", std::move(roundness)));
}

/// Layer by layer: heads of layer 1 come behind those of layer 0.
void add_attention(std::vector<NamedArray>& arrays, const RunConfig& config,
                   const Parameters& weights) {
    const ModelShape shape = ModelShape::of(config);
    WorkerPool pool(default_worker_threads());
    SitedForward forward(shape, pool);
    forward.load(weights);
    const std::vector<Pair> grid = all_pairs({Operation::kAdd, config.p}).pairs; // defined or not
    const std::vector<Pair> defined = all_pairs(config.arithmetic()).pairs;
    const auto positions = static_cast<std::size_t>(shape.context);
    std::vector<float> all;
    std::vector<float> means;
    for (int layer = 0; layer < shape.layers; ++layer) {
        const std::vector<float> of_layer = attention_grid(forward, shape, grid, {}, layer);
        for (std::size_t head = 0; head < static_cast<std::size_t>(shape.heads); ++head) {
            for (std::size_t position = 0; position < positions; ++position) {
                double sum = 0;
                for (const Pair pair : defined) {
                    const std::size_t at = pair.a * static_cast<std::size_t>(config.p) + pair.b;
                    sum += of_layer[(head * grid.size() + at) * positions + position];
                }
                means.push_back(static_cast<float>(sum / static_cast<double>(defined.size())));
            }
        }
        all.insert(all.end(), of_layer.begin(), of_layer.end());
    }
    const int heads = shape.layers * shape.heads;
    arrays.push_back(
        {.name = "attention_mean", .shape = {heads, shape.context}, .values = std::move(means)});
    arrays.push_back({.name = "attention",
                      .shape = {heads, config.p, config.p, shape.context},
                      .values = std::move(all)});
}

NeuronTunings tunings_of(const RunConfig& config, const Parameters& weights) {
    WorkerPool pool(default_worker_threads());
    const Task task = make_task(config);
    const std::unique_ptr<Step> step = make_forward_step(config, pool);
    step->load(weights);
    const GroupIndex group(config.operation, config.p);
    if (group.empty()) {
        return {};
    }
    NeuronTuner tuner(group.order(), config.d_mlp);
    const std::vector<Pair> pairs = group_pairs(group);
    const auto together = static_cast<std::size_t>(kNumbersTogether * group.order());
    std::vector<float> hidden;
    for (std::size_t first = 0; first < pairs.size(); first += together) {
        const std::size_t count = std::min(together, pairs.size() - first);
        hidden.resize(count * static_cast<std::size_t>(config.d_mlp));
        step->mlp_hidden(std::span(pairs).subspan(first, count), hidden);
        tuner.add(static_cast<int>(count) / group.order(), hidden, pool);
    }
    return tuner.finish(pool);
}

void add_neurons(std::vector<NamedArray>& arrays, const RunConfig& config,
                 const Parameters& weights) {
    std::vector<float> frequency;
    std::vector<float> explained;
    std::vector<float> energy;
    for (const NeuronTuning& neuron : tunings_of(config, weights).neurons) {
        frequency.push_back(static_cast<float>(neuron.frequency));
        explained.push_back(static_cast<float>(neuron.explained));
        energy.push_back(static_cast<float>(neuron.energy));
    }
    arrays.push_back(list_of("neuron_frequency", std::move(frequency)));
    arrays.push_back(list_of("neuron_explained", std::move(explained)));
    arrays.push_back(list_of("neuron_energy", std::move(energy)));
}

} // namespace

WeightsFile structure_file(Notebook& notebook, StoredRunId run, std::optional<std::int32_t> epoch) {
    flush_denormals(); // as the training has it
    const Notebook::OneMoment moment(notebook);
    const RunConfig config = notebook.run(run).config;
    const FoundWeights found = found_weights(notebook, run, epoch);
    std::vector<NamedArray> arrays;
    add_frequencies(arrays, config, found.weights);
    add_attention(arrays, config, found.weights);
    add_neurons(arrays, config, found.weights);
    return {.bytes = to_npz(arrays, config_to_json(config), found.about),
            .exact = found.exact,
            .note = "structure of " + found.note};
}

WeightsFile spectra_file(Notebook& notebook, StoredRunId run) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary summary = notebook.run(run);
    const std::vector<Snapshot> spectra = notebook.spectra(run);
    if (spectra.empty()) {
        throw NotebookError(
            NotebookProblem::kUnusable,
            fmt::format("no spectra are recorded of run {}; they are when it trains",
                        static_cast<std::int64_t>(run)));
    }
    const std::int64_t k_max = largest_frequency(summary.config.order());
    const auto rows = static_cast<std::int64_t>(spectra.size());
    std::vector<float> epochs;
    std::vector<float> means;
    NamedArray embedding{.name = "embedding_amplitude", .shape = {rows, k_max}, .values = {}};
    NamedArray logit{.name = "logit_amplitude", .shape = {rows, k_max}, .values = {}};
    for (const Snapshot& one : spectra) {
        epochs.push_back(static_cast<float>(one.epoch));
        means.push_back(one.spectrum_mean);
        embedding.values.insert(embedding.values.end(), one.spectrum.begin(), one.spectrum.end());
        logit.values.insert(logit.values.end(), one.logit_spectrum.begin(),
                            one.logit_spectrum.end());
    }
    const std::vector<NamedArray> arrays = {
        list_of("epoch", std::move(epochs)),
        list_of("frequency", frequencies_of(summary.config.order())), std::move(embedding),
        list_of("embedding_mean", std::move(means)), std::move(logit)};
    const std::string note = fmt::format("spectra of {} epochs, {} to {}", spectra.size(),
                                         spectra.front().epoch, spectra.back().epoch);
    return {.bytes = to_npz(arrays, config_to_json(summary.config),
                            Json{{"run", summary.uuid}, {"note", note}}.dump()),
            .exact = true,
            .note = note};
}

} // namespace grokscope

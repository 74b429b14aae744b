#include "app/files/weight_files.h"

#include "engine/store/array_files.h"
#include "engine/store/config_json.h"
#include "engine/store/rounded_weights.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;
/// Null for exact weights.
using Rounding = std::shared_ptr<const RoundedWeights>;

struct Found {
    Parameters weights;
    std::int32_t epoch = 0;
    Rounding rounded;
    std::vector<ProbeState> probes; ///< of the newest state
};

NotebookError nothing_of(const Notebook& notebook, StoredRunId run, const std::string& what) {
    return {
        NotebookProblem::kUnusable,
        fmt::format("run {} has no {} in the notebook \"{}\"; name a recorded epoch with --epoch",
                    static_cast<std::int64_t>(run), what, notebook.file())};
}

Found newest_state(Notebook& notebook, StoredRunId run) {
    std::optional<StoredCheckpoint> state = notebook.checkpoint(run);
    if (!state) {
        throw nothing_of(notebook, run, "state to go on from");
    }
    return {std::move(state->state.parameters), state->epoch, nullptr,
            std::move(state->state.probes)};
}

Found weights_of(Notebook& notebook, StoredRunId run, std::int32_t epoch) {
    const std::vector<std::int32_t> epochs = notebook.weight_epochs(run);
    const bool recorded = std::ranges::binary_search(epochs, epoch);
    std::optional<Parameters> weights =
        recorded ? notebook.usable_weights(run, epoch) : std::nullopt;
    if (weights) {
        return {std::move(*weights), epoch, notebook.rounded_weights(run, epoch), {}};
    }
    std::optional<StoredCheckpoint> state = notebook.usable_checkpoint(run);
    if (!state || state->epoch != epoch) {
        return {notebook.weights(run, epoch), epoch, nullptr, {}}; // says why not
    }
    return {std::move(state->state.parameters), epoch, nullptr, {}};
}

/// "rounded to multiples of 2^-13 to 2^-10"; the steps are powers of two.
std::string precision_in_words(const Rounding& rounded) {
    if (!rounded) {
        return "exact";
    }
    const auto steps = rounded->steps();
    const auto [finest, coarsest] = std::ranges::minmax(steps);
    const std::string first = fmt::format("rounded to multiples of 2^{}", std::ilogb(finest));
    return finest == coarsest ? first : first + fmt::format(" to 2^{}", std::ilogb(coarsest));
}

/// What the file says of its weights.
std::string about(Notebook& notebook, StoredRunId run, const Found& found) {
    Json steps = nullptr;
    if (found.rounded) {
        const auto sizes = found.rounded->steps();
        const auto tensors = found.weights.layout().tensors();
        for (std::size_t t = 0; t < tensors.size(); ++t) {
            steps[tensors[t].name] = sizes.at(t);
        }
    }
    return Json{{"run", notebook.run(run).uuid},    {"epoch", found.epoch},
                {"epochs_trained", found.epoch},    {"exact", !found.rounded},
                {"rounded_to_multiples_of", steps}, {"note", precision_in_words(found.rounded)}}
        .dump();
}

} // namespace

std::vector<std::int32_t> weight_file_epochs(Notebook& notebook, StoredRunId run) {
    std::vector<std::int32_t> epochs = notebook.weight_epochs(run);
    if (const std::optional<StoredCheckpoint> state = notebook.usable_checkpoint(run)) {
        const auto place = std::ranges::lower_bound(epochs, state->epoch);
        if (place == epochs.end() || *place != state->epoch) {
            epochs.insert(place, state->epoch);
        }
    }
    return epochs;
}

std::optional<std::int32_t> recorded_weights_at(Notebook& notebook, StoredRunId run,
                                                std::int32_t epoch) {
    const std::vector<std::int32_t> epochs = weight_file_epochs(notebook, run);
    const auto above = std::ranges::upper_bound(epochs, epoch);
    return above == epochs.begin() ? std::nullopt : std::optional(*std::prev(above));
}

std::int32_t chosen_weight_epoch(Notebook& notebook, StoredRunId run, std::int32_t wanted,
                                 bool nearest) {
    const std::vector<std::int32_t> epochs = weight_file_epochs(notebook, run);
    if (epochs.empty()) {
        throw NotebookError(
            NotebookProblem::kUnusable,
            fmt::format("no weights are recorded of run {}; they are when it trains",
                        static_cast<std::int64_t>(run)));
    }
    const auto above = std::ranges::lower_bound(epochs, wanted);
    if (above != epochs.end() && *above == wanted) {
        return wanted;
    }
    const std::optional<std::int32_t> after =
        above == epochs.end() ? std::nullopt : std::optional(*above);
    const std::optional<std::int32_t> before =
        above == epochs.begin() ? std::nullopt : std::optional(*std::prev(above));
    if (nearest) {
        return !after || (before && wanted - *before <= *after - wanted) ? *before : *after;
    }
    const std::string there = before && after
                                  ? fmt::format("those of epochs {} and {}", *before, *after)
                                  : fmt::format("those of epoch {}", before ? *before : *after);
    throw NotebookError(
        NotebookProblem::kUnusable,
        fmt::format(
            "no weights of epoch {} are recorded of run {}, the nearest are {}; give one of "
            "these, or --nearest. Weights of epoch N are those that N epochs of training "
            "made: the test figures of epoch {} belong to the weights of epoch {}",
            wanted, static_cast<std::int64_t>(run), there, wanted,
            static_cast<std::int64_t>(wanted) + 1));
}

FoundWeights found_weights(Notebook& notebook, StoredRunId run, std::optional<std::int32_t> epoch) {
    const Notebook::OneMoment moment(notebook);
    Found found = epoch ? weights_of(notebook, run, *epoch) : newest_state(notebook, run);
    std::string text = about(notebook, run, found);
    return {.weights = std::move(found.weights),
            .probes = std::move(found.probes),
            .exact = !found.rounded,
            .about = std::move(text),
            .note = fmt::format("weights of epoch {}, {}", found.epoch,
                                precision_in_words(found.rounded))};
}

WeightsFile weights_file(Notebook& notebook, StoredRunId run, std::optional<std::int32_t> epoch,
                         WeightFormat format, bool transformer_lens) {
    const Notebook::OneMoment moment(notebook);
    const FoundWeights found = found_weights(notebook, run, epoch);
    std::vector<NamedArray> arrays =
        transformer_lens ? transformer_lens_arrays(found.weights) : own_arrays(found.weights);
    if (!transformer_lens) {
        std::ranges::move(probe_arrays(found.probes), std::back_inserter(arrays));
    }
    return {.bytes = format == WeightFormat::kPt
                         ? to_torch_file(arrays, found.about)
                         : to_npz(arrays, config_to_json(notebook.run(run).config), found.about),
            .exact = found.exact,
            .note = found.note};
}

} // namespace grokscope

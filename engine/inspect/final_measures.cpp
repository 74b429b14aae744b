#include "engine/inspect/final_measures.h"

#include "engine/analysis/key_frequencies.h"
#include "engine/analysis/progress.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/cpu_step.h"
#include "engine/store/run_owner.h"
#include "engine/task/task.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

std::vector<int> key_frequencies_of(const Parameters& weights, const RunConfig& config) {
    const GroupIndex group(config.operation, config.p);
    return final_key_frequencies(
        logit_amplitudes(weights, unembedding_transform(group, config.d_model)));
}

FinalMeasures final_part_of(ProgressRow row) {
    return {.key_frequencies = std::move(row.key_frequencies),
            .restricted_loss = row.restricted_loss,
            .excluded_loss = row.excluded_loss,
            .excluded_by_frequency = std::move(row.excluded_by_frequency),
            .fit_r_squared = row.fit_r_squared,
            .fit_loss = row.fit_loss,
            .clock_coherence = std::move(row.clock_coherence)};
}

} // namespace

int recompute_final_measures(Notebook& notebook, StoredRunId run, WorkerPool& pool,
                             const std::function<bool()>& go_on) {
    const RunConfig config = notebook.run(run).config;
    const std::vector<std::int32_t> recorded = notebook.weight_epochs(run);
    const std::optional<StoredCheckpoint> state = notebook.usable_checkpoint(run);
    const std::optional<Parameters> last = state ? std::optional(state->state.parameters)
                                           : recorded.empty()
                                               ? std::nullopt
                                               : notebook.usable_weights(run, recorded.back());
    if (!last) {
        return 0;
    }
    const std::vector<int> keys = key_frequencies_of(*last, config);
    if (keys.empty()) {
        return 0;
    }
    const Task task = make_task(config);
    ProgressMeter meter(config, task, pool);
    const std::unique_ptr<Step> step = make_forward_step(config, pool);
    std::vector<ProgressRow> measured;
    for (ProgressRow& row : notebook.measures(run)) {
        const bool present = row.final_measures && row.final_measures->key_frequencies == keys;
        const bool is_state = state && state->state.epoch == row.epoch;
        if (present || (!is_state && !std::ranges::binary_search(recorded, row.epoch))) {
            continue;
        }
        if (go_on && !go_on()) {
            return 0;
        }
        const std::optional<Parameters> weights = is_state
                                                      ? std::optional(state->state.parameters)
                                                      : notebook.usable_weights(run, row.epoch);
        if (!weights) {
            continue;
        }
        step->load(*weights);
        row.final_measures = final_part_of(meter.measure_with(*weights, *step, keys));
        measured.push_back(std::move(row));
    }
    // All or none: a curve drawn with final key frequencies must not end halfway.
    notebook.all_or_nothing([&] {
        if (is_held(notebook.run(run))) { // given more epochs meanwhile: its end is another one
            measured.clear();
        }
        for (const ProgressRow& row : measured) {
            notebook.add(run, row);
        }
    });
    return static_cast<int>(measured.size());
}

} // namespace grokscope

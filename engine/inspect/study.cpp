#include "engine/inspect/study.h"

#include "engine/analysis/neuron_phases.h"
#include "engine/analysis/valley.h"
#include "engine/analysis/weight_path.h"
#include "engine/compute/worker_pool.h"
#include "engine/task/task.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace grokscope {

namespace {

/// Evenly chosen, the first and the last among them.
void thin(std::vector<std::int32_t>& epochs) {
    const std::size_t all = epochs.size();
    if (all <= kMostPathRecords) {
        return;
    }
    std::vector<std::int32_t> chosen;
    for (std::size_t i = 0; i < kMostPathRecords; ++i) {
        chosen.push_back(epochs[i * (all - 1) / (kMostPathRecords - 1)]);
    }
    epochs = std::move(chosen);
}

} // namespace

StudyAnswer study_weights(StudyKind kind, const RunConfig& config, const RecordedWeights& record,
                          WorkerPool& pool, const std::function<void()>& between) {
    StudyAnswer answer;
    answer.epoch = record.epoch;
    answer.exact = record.exact;
    if (kind == StudyKind::kPhases) {
        answer.phases = NeuronReader(config, pool).read(*record.parameters).phases;
        return answer;
    }
    if (!ModelShape::of(config).is_plain()) {
        answer.problem = "valleys are read of models with one layer, ReLU and a b =, without "
                         "LayerNorm; this is another";
        return answer;
    }
    answer.valley =
        find_valley(config, make_task(config), *record.parameters, kValleyRandoms,
                    config.seed + static_cast<std::uint32_t>(record.epoch), pool, between);
    return answer;
}

StudyAnswer study_path(std::vector<std::int32_t> epochs, const RecordAt& record_at,
                       const std::function<void()>& between) {
    StudyAnswer answer;
    thin(epochs);
    answer.exact = true;
    std::erase_if(epochs, [&](std::int32_t epoch) {
        between();
        const RecordedWeights record = record_at(epoch);
        answer.exact = answer.exact && (record.parameters == nullptr || record.exact);
        return record.parameters == nullptr;
    });
    if (epochs.size() < 2) {
        answer.problem = "a path needs weights of two epochs, and of this run there are those of " +
                         std::to_string(epochs.size()) + " so far";
        return answer;
    }
    answer.epoch = epochs.back();
    answer.path = weight_path(epochs, [&](std::int32_t epoch) {
        between();
        const RecordedWeights record = record_at(epoch);
        if (record.parameters == nullptr) {
            throw std::runtime_error("the weights of epoch " + std::to_string(epoch) +
                                     " could not be read again");
        }
        return *record.parameters;
    });
    return answer;
}

} // namespace grokscope

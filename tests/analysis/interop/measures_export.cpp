// Trains a small run and writes its weights, task and progress rows for recompute.py.
// Usage: measures_export FOLDER P OPERATION
#include "engine/analysis/progress.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/blas_threads.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/fused_step.h"
#include "engine/store/progress_table.h"
#include "engine/train/engine_parts.h"
#include "engine/train/run.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {
namespace {

constexpr int kEpochs = 800;
constexpr int kRowEvery = 200;

RunConfig small_config(int p, Operation operation) {
    RunConfig config;
    config.operation = operation;
    config.p = p;
    config.train_fraction = 0.7;
    config.d_mlp = 192;
    config.epochs = kEpochs;
    config.eval_every = 1;
    return config;
}

/// Normals of the usual sizes; whether they are PyTorch's does not matter here.
TrainingState initial_state(const RunConfig& config) {
    TrainingState state(ModelShape::of(config));
    std::mt19937_64 generator(config.seed);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        if (tensor == Tensor::b_in || tensor == Tensor::b_out) {
            continue;
        }
        const int fan = tensor == Tensor::W_U ? config.p + 1 : config.d_model;
        for (float& weight : state.parameters.view(tensor)) {
            weight = normal(generator) / std::sqrt(static_cast<float>(fan));
        }
    }
    return state;
}

void write(const std::filesystem::path& path, const char* data, std::size_t bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(data, static_cast<std::streamsize>(bytes));
    if (!file.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

void write_weights(const std::filesystem::path& path, const Parameters& parameters) {
    std::vector<float> values; // without the gaps between tensors
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto view = parameters.view(static_cast<Tensor>(i));
        values.insert(values.end(), view.begin(), view.end());
    }
    write(path, reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

void export_run(const std::filesystem::path& folder, int p, Operation operation) {
    std::filesystem::create_directories(folder);
    const RunConfig config = small_config(p, operation);
    WorkerPool pool(1);
    EngineParts parts;
    parts.make_task = make_task;
    parts.make_initial_state = initial_state;
    parts.make_step = [](const RunConfig& of, const Task& task, WorkerPool& workers) {
        return std::make_unique<FusedStep>(of, task.train, workers);
    };
    Run run(config, parts, pool);
    ProgressMeter meter(config, run.task(), pool);
    std::vector<ProgressRow> rows;
    nlohmann::json samples = nlohmann::json::array();
    while (true) {
        if (run.epoch() % kRowEvery == 0) {
            rows.push_back(meter.measure(run.state().parameters, run.step()));
            rows.back().epoch = run.epoch();
            write_weights(folder / ("weights_" + std::to_string(run.epoch()) + ".f32"),
                          run.state().parameters);
        }
        if (run.reached_limit()) {
            break;
        }
        const auto sample = run.advance_one_epoch();
        if (sample && run.epoch() % kRowEvery == 0) { // test figures of the weights written next
            samples.push_back({{"weights", run.epoch()},
                               {"test_loss", sample->test_loss},
                               {"test_acc", sample->test_accuracy},
                               {"mirrored_loss", sample->mirrored_loss},
                               {"new_loss", sample->new_loss},
                               {"mirrored_acc", sample->mirrored_accuracy},
                               {"new_acc", sample->new_accuracy}});
        }
    }
    nlohmann::json task{{"operation", std::string(name_of(operation))},
                        {"p", config.p},
                        {"d_model", config.d_model},
                        {"heads", config.heads},
                        {"d_mlp", config.d_mlp},
                        {"train", nlohmann::json::array()}};
    for (const Pair pair : run.task().train.pairs) {
        task["train"].push_back({pair.a, pair.b});
    }
    const std::string task_text = task.dump();
    const std::string measures = progress_json(rows);
    const std::string figures = samples.dump();
    write(folder / "task.json", task_text.data(), task_text.size());
    write(folder / "measures.json", measures.data(), measures.size());
    write(folder / "samples.json", figures.data(), figures.size());
}

} // namespace
} // namespace grokscope

int main(int argc, char** argv) {
    grokscope::use_single_threaded_blas();
    try {
        if (argc != 4) {
            throw std::invalid_argument("usage: measures_export FOLDER P OPERATION");
        }
        const auto& names = grokscope::kOperationNames;
        const auto name = std::ranges::find(names, std::string_view(argv[3]));
        grokscope::export_run(argv[1], std::stoi(argv[2]),
                              static_cast<grokscope::Operation>(name - names.begin()));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}

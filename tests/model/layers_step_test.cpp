// LayersStep as the program uses it: the same bits for any number of threads where slices and four
// tokens come in, no memory asked for, the reference step's figures, the oracle's gradients.
#include "engine/compute/worker_pool.h"
#include "engine/model/layers_step.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"
#include "tests/model/layers_case.h"
#include "tests/model/run_hash.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>
#include <string>
#include <vector>

namespace {
std::atomic<long> allocations = 0; // of this program, by operator new
} // namespace

// Every operator new of the program ends here, aligned ones apart. Not inlined: where one of a pair
// is, the compiler thinks that they do not belong together. NOLINTBEGIN
[[gnu::noinline]] void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed); // a count that orders nothing
    if (void* memory = std::malloc(size > 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
// NOLINTEND

namespace grokscope {
namespace {

RunConfig deep(int layers, int p = 23) {
    RunConfig config;
    config.p = p;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    config.layers = layers;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.step = StepKind::kLayers;
    return config;
}

TEST(LayersStep, AnyNumberOfThreadsGivesTheSameBits) {
    RunConfig batches = deep(3);
    batches.batch = 50;
    batches.sequence = Sequence::kWithOperation;
    RunConfig slices = deep(2, 37); // 684 pairs: more than are held at once
    slices.norm = Norm::kNone;
    RunConfig probes = slices;
    probes.stencil = Stencil::of({-2, 0, 1});
    probes.probe_layer = 1;
    for (const RunConfig& config : {batches, slices, probes}) {
        const std::uint64_t alone = hash_after(config, 1, 20);
        for (const int threads : {2, 3, 7}) {
            EXPECT_EQ(hash_after(config, threads, 20), alone) << threads << " threads";
        }
    }
}

TEST(LayersStep, AllocatesNothingInAnUpdate) {
    RunConfig batches = deep(3);
    batches.batch = 60;
    RunConfig probes = deep(3);
    probes.stencil = Stencil::of({-1, 0, 1});
    RunConfig permuted = probes;
    permuted.control = Control::kPermutedTargets;
    for (const RunConfig& config : {deep(3), batches, probes, permuted}) {
        const Task task = make_task(config);
        WorkerPool pool(2);
        LayersStep step(config, task.train, pool);
        TrainingState state = initial_state(config);
        Gradients gradients(ModelShape::of(config));
        const std::vector<std::uint32_t> rows = some_rows(task.train.size(), 60, 1);
        const auto update = [&] {
            if (config.batch > 0) {
                step.select_rows(rows);
            }
            step.load(state.parameters);
            (void)step.gradients(state.probes, gradients);
        };
        update();
        update(); // all offsets are active now
        const long before = allocations;
        update();
        EXPECT_EQ(allocations, before);
    }
}

TEST(LayersStep, AgreesWithTheReferenceStepInFloat) {
    for (const Sequence sequence : {Sequence::kPair, Sequence::kWithOperation}) {
        RunConfig config = deep(2);
        config.sequence = sequence;
        const Task task = make_task(config);
        const TrainingState state = initial_state(config);
        WorkerPool pool(2);
        LayersStep layers(config, task.train, pool);
        const auto reference = make_reference_step(config, task);
        const std::vector<std::uint32_t> rows = some_rows(task.train.size(), 70, 3);
        Gradients found(ModelShape::of(config));
        Gradients expected(ModelShape::of(config));
        const auto result = [&](Step& step, Gradients& gradients) {
            step.select_rows(rows);
            step.load(state.parameters);
            return step.gradients({}, gradients);
        };
        const StepResult one = result(layers, found);
        const StepResult other = result(*reference, expected);
        EXPECT_NEAR(one.task_loss / other.task_loss, 1, 1e-6);
        EXPECT_EQ(one.correct, other.correct);
        for (const TensorSpec& spec : found.layout().tensors()) {
            double error = 0;
            double largest = 0;
            for (std::size_t i = 0; i < spec.size; ++i) {
                const double value = expected.view(spec)[i];
                error = std::max(error, std::abs(found.view(spec)[i] - value));
                largest = std::max(largest, std::abs(value));
            }
            EXPECT_LE(error, 1e-4 * largest) << spec.name;
        }
        const Evaluation test = layers.evaluate(task.test);
        const Evaluation expected_test = reference->evaluate(task.test);
        EXPECT_NEAR(test.loss / expected_test.loss, 1, 1e-5);
        EXPECT_EQ(test.correct, expected_test.correct);
        EXPECT_NEAR(test.mirrored.loss / expected_test.mirrored.loss, 1, 1e-5);
        EXPECT_NEAR(test.truly_new.loss / expected_test.truly_new.loss, 1, 1e-5);
        std::vector<float> logits(task.test.size() * static_cast<std::size_t>(config.p));
        std::vector<float> reference_logits(logits.size());
        layers.logits(task.test.pairs, logits);
        reference->logits(task.test.pairs, reference_logits);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            ASSERT_NEAR(logits[i], reference_logits[i], 2e-5);
        }
    }
}

/// Gradients, mismatches and probes of three epochs by two steps.
void expect_reference_agrees(const RunConfig& config) {
    const Task task = make_task(config);
    TrainingState state = initial_state(config);
    std::vector<ProbeState> others = state.probes;
    WorkerPool pool(2);
    LayersStep layers(config, task.train, pool);
    const auto reference = make_reference_step(config, task);
    Gradients found(ModelShape::of(config));
    Gradients expected(ModelShape::of(config));
    for (int epoch = 0; epoch < 3; ++epoch) {
        layers.load(state.parameters);
        reference->load(state.parameters);
        const StepResult one = layers.gradients(state.probes, found);
        const StepResult other = reference->gradients(others, expected);
        for (std::size_t i = 0; i < others.size(); ++i) {
            const std::size_t slot = offset_slot(others[i].offset);
            ASSERT_EQ(std::isnan(one.mismatch[slot]), std::isnan(other.mismatch[slot]));
            if (!std::isnan(one.mismatch[slot])) {
                EXPECT_NEAR(one.mismatch[slot] / other.mismatch[slot], 1, 1e-5);
            }
            EXPECT_EQ(state.probes[i].adam_steps, others[i].adam_steps);
        }
        for (const TensorSpec& spec : found.layout().tensors()) {
            double error = 0;
            double largest = 0;
            for (std::size_t i = 0; i < spec.size; ++i) {
                const double value = expected.view(spec)[i];
                error = std::max(error, std::abs(found.view(spec)[i] - value));
                largest = std::max(largest, std::abs(value));
            }
            EXPECT_LE(error, 1e-4 * largest) << spec.name << ", epoch " << epoch;
        }
        for (float& weight : state.parameters.view(Tensor::W_E)) { // so that the past differs
            weight *= 1.05F;
        }
        others = state.probes;
    }
}

TEST(LayersStep, AgreesWithTheReferenceStepAboutProbesOfEitherLayer) {
    RunConfig config = deep(2);
    config.stencil_weight = 2;
    config.control = Control::kActivationPenalty;
    for (const int layer : {1, 2}) {
        config.probe_layer = layer;
        expect_reference_agrees(config);
    }
    config.stencil = Stencil::of({-1, 0, 1});
    for (const Control control : {Control::kNone, Control::kPermutedTargets, Control::kInputSide,
                                  Control::kTargetSide, Control::kFrozenProbe}) {
        config.control = control;
        for (const int layer : {1, 2}) {
            config.probe_layer = layer;
            expect_reference_agrees(config);
        }
    }
}

TEST(LayersStep, TakesTheLastLayerUnlessAnotherIsNamed) {
    RunConfig config = deep(2);
    config.stencil = Stencil::of({-1, 0, 1});
    RunConfig last = config;
    last.probe_layer = 2;
    RunConfig first = config;
    first.probe_layer = 1;
    EXPECT_EQ(hash_after(config, 1, 5), hash_after(last, 1, 5));
    EXPECT_NE(hash_after(config, 1, 5), hash_after(first, 1, 5));
    EXPECT_EQ(course_of(config), course_of(last));
}

TEST(LayersStep, RefusesWhatItCannotComputeWithASentence) {
    RunConfig config = deep(2);
    WorkerPool pool(1);
    const Task task = make_task(config);
    LayersStep step(config, task.train, pool);
    const std::vector<std::uint32_t> beyond{static_cast<std::uint32_t>(task.train.size())};
    EXPECT_THROW(step.select_rows(beyond), std::invalid_argument);
    EXPECT_THROW(make_reference_step(config, task)->select_rows(beyond), std::invalid_argument);
    config.stencil = Stencil::of({-1, 0});
    LayersStep probing(config, task.train, pool);
    const std::vector<std::uint32_t> one{0};
    EXPECT_THROW(probing.select_rows(one), std::invalid_argument);
    config.probe_layer = 3;
    EXPECT_THROW(LayersStep(config, task.train, pool), std::invalid_argument);
}

/// Norm, sum and sum of g_i cos(i) of each tensor's gradient at epoch 0, as the oracle has them.
void expect_gradients_of_the_oracle(const std::string& name, RunConfig config) {
    config.p = 11;
    config.train_fraction = 0.5;
    config.d_model = 32;
    config.d_mlp = 64;
    config.step = StepKind::kLayers;
    const Task task = make_task(config);
    const TrainingState state = initial_state(config);
    WorkerPool pool(2);
    LayersStep layers(config, task.train, pool);
    const auto reference = make_reference_step(config, task);
    for (Step* step : std::initializer_list<Step*>{&layers, reference.get()}) {
        Gradients gradients(ModelShape::of(config));
        step->load(state.parameters);
        (void)step->gradients({}, gradients);
        std::ifstream file(std::string(GROKSCOPE_TRACES) + "/gradients_" + name + ".csv");
        std::string line;
        std::getline(file, line);
        std::size_t seen = 0;
        while (std::getline(file, line)) {
            std::stringstream cells(line);
            std::string tensor;
            std::string norm;
            std::string sum;
            std::string waves;
            std::getline(cells, tensor, ',');
            std::getline(cells, norm, ',');
            std::getline(cells, sum, ',');
            std::getline(cells, waves, ',');
            if (tensor.starts_with("layer")) {
                tensor = "blocks." + tensor.substr(5);
            }
            for (const TensorSpec& spec : gradients.layout().tensors()) {
                if (spec.name != tensor) {
                    continue;
                }
                ++seen;
                double squares = 0;
                double total = 0;
                double wave = 0;
                for (std::size_t i = 0; i < spec.size; ++i) {
                    const double value = gradients.view(spec)[i];
                    squares += value * value;
                    total += value;
                    wave += value * std::cos(static_cast<double>(i));
                }
                const double size = std::stod(norm);
                EXPECT_NEAR(std::sqrt(squares) / size, 1, 1e-5) << tensor;
                EXPECT_NEAR(total, std::stod(sum), 3e-5 * size) << tensor;
                EXPECT_NEAR(wave, std::stod(waves), 3e-5 * size) << tensor;
            }
        }
        EXPECT_EQ(seen, gradients.layout().tensors().size());
    }
}

TEST(LayersStep, HasTheOraclesGradientsOfTwoNormalisedLayers) {
    RunConfig config;
    config.layers = 2;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    expect_gradients_of_the_oracle("layers2_pre_gelu", config);
}

TEST(LayersStep, HasTheOraclesGradientsOfThreePlainLayers) {
    RunConfig config;
    config.layers = 3;
    config.operation = Operation::kMultiply;
    expect_gradients_of_the_oracle("layers3_none_relu_mul", config);
}

} // namespace
} // namespace grokscope

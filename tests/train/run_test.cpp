// Run with a scripted step: the order of an epoch, warm-up, frozen biases, remembered weights,
// failures and resuming. What the numbers mean is tested in tests/reference.
#include "engine/train/run.h"

#include "engine/compute/worker_pool.h"
#include "engine/train/engine_parts.h"
#include "engine/train/state_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What the steps of a test do and what was asked of them.
struct Script {
    /// Changes the figures and the gradient of an epoch; may be empty.
    std::function<void(std::int32_t epoch, StepResult&, Gradients&)> alter;
    /// Gradient of weight w at flat index i; 1 everywhere by default.
    std::function<float(float w, std::size_t i)> slope = [](float, std::size_t) { return 1.0F; };
    std::optional<double> test_loss; ///< instead of the first weight
    std::vector<std::string> calls;
    std::vector<std::size_t> recalled; ///< remembered epochs handed to recall()
};

class ScriptedStep final : public Step {
public:
    ScriptedStep(RunConfig config, const Task& task, std::shared_ptr<Script> script)
        : config_(std::move(config)), task_(task), script_(std::move(script)) {}

    void load(const Parameters& parameters) override {
        script_->calls.emplace_back("load");
        parameters_ = &parameters;
    }
    StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) override {
        script_->calls.emplace_back("gradients");
        for (ProbeState& probe : probes) {
            probe.weights[0] += 1;
            ++probe.adam_steps;
        }
        for (std::size_t i = 0; i < gradients.flat().size(); ++i) {
            gradients.flat()[i] = script_->slope(parameters_->flat()[i], i);
        }
        StepResult result;
        result.task_loss = parameters_->flat()[0];
        result.correct = 3;
        result.mismatch = MetricSample::missing_mismatch();
        for (const int k : config_.stencil.offsets()) {
            result.mismatch[offset_slot(k)] = 0.5;
        }
        if (script_->alter) {
            script_->alter(epoch_, result, gradients);
        }
        ++epoch_;
        return result;
    }
    Evaluation evaluate(const PairSet& pairs) override {
        script_->calls.emplace_back(&pairs == &task_.test ? "evaluate test" : "evaluate");
        return {.loss = script_->test_loss.value_or(parameters_->flat()[0]),
                .correct = 6,
                .mirrored = {.loss = 0.25, .accuracy = 0.75},
                .truly_new = {.loss = 5, .accuracy = 0.125}};
    }
    void logits(std::span<const Pair>, std::span<float>) override {}
    void mlp_hidden(std::span<const Pair>, std::span<float>) override {}
    void recall(const std::deque<Parameters>& previous) override {
        script_->calls.emplace_back("recall");
        script_->recalled.push_back(previous.size());
    }
    [[nodiscard]] std::string description() const override { return "scripted"; }

private:
    RunConfig config_;
    const Task& task_;
    std::shared_ptr<Script> script_;
    const Parameters* parameters_ = nullptr;
    std::int32_t epoch_ = 0;
};

/// 10 training and 15 test pairs; no decay, so that every update is the rate itself.
RunConfig config_of(const std::vector<int>& offsets = {}) {
    RunConfig config;
    config.p = 5;
    config.train_fraction = 0.4;
    config.d_model = 32;
    config.d_mlp = 64;
    config.probe_width = 3;
    config.weight_decay = 0;
    config.stencil = Stencil::of(offsets);
    return config;
}

EngineParts parts_with(const std::shared_ptr<Script>& script) {
    EngineParts parts;
    parts.make_task = make_task;
    parts.make_initial_state = [](const RunConfig& config) {
        TrainingState state(ModelShape::of(config));
        float value = 2;
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto tensor = static_cast<Tensor>(i);
            if (tensor != Tensor::b_in && tensor != Tensor::b_out) {
                std::ranges::fill(state.parameters.view(tensor), value);
                value += 1;
            }
        }
        for (const int k : config.stencil.offsets()) {
            state.probes.emplace_back(
                k, ProbeLayout{config.d_model, config.probe_width, config.d_mlp});
        }
        return state;
    };
    parts.make_step = [script](const RunConfig& config, const Task& task, WorkerPool&) {
        return std::make_unique<ScriptedStep>(config, task, script);
    };
    return parts;
}

/// A run with its script and pool.
struct Stage {
    explicit Stage(const RunConfig& config, int workers = 1)
        : pool(workers), run(config, parts_with(script), pool) {
        script->calls.clear();
    }
    std::shared_ptr<Script> script = std::make_shared<Script>();
    WorkerPool pool;
    grokscope::Run run;
};

TEST(RunTest, EvaluatesTheTestPairsAfterTheUpdateOfAnEvaluatedEpoch) {
    RunConfig config = config_of();
    config.eval_every = 2;
    config.warmup_epochs = 0;
    Stage stage(config);
    const auto first = stage.run.advance_one_epoch();
    EXPECT_EQ(stage.script->calls,
              (std::vector<std::string>{"gradients", "load", "evaluate test"}));
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->epoch, 0);
    EXPECT_EQ(first->train_loss, 2.0);               // at theta_0
    EXPECT_NEAR(first->test_loss, 2.0 - 1e-3, 1e-6); // at theta_1
    EXPECT_DOUBLE_EQ(first->train_accuracy, 3.0 / 10);
    EXPECT_DOUBLE_EQ(first->test_accuracy, 6.0 / 15);
    EXPECT_EQ(first->mirrored_loss, 0.25);
    EXPECT_EQ(first->mirrored_accuracy, 0.75);
    EXPECT_EQ(first->new_loss, 5);
    EXPECT_EQ(first->new_accuracy, 0.125);
    EXPECT_DOUBLE_EQ(first->weight_sum_squares, sum_squares(stage.run.state().parameters.flat()));
    EXPECT_GT(first->wall_seconds, 0.0);
    EXPECT_GT(first->cpu_seconds, 0.0);

    stage.script->calls.clear();
    EXPECT_FALSE(stage.run.advance_one_epoch().has_value());
    EXPECT_EQ(stage.script->calls, (std::vector<std::string>{"gradients", "load"}));
    const auto third = stage.run.advance_one_epoch();
    ASSERT_TRUE(third.has_value());
    EXPECT_EQ(third->epoch, 2);
    EXPECT_GT(third->wall_seconds, first->wall_seconds);
    EXPECT_GT(third->cpu_seconds, first->cpu_seconds);
}

TEST(RunTest, CountsTheProcessorTimeOfItsEpochsAlone) {
    for (const int workers : {1, 3}) {
        Stage stage(config_of(), workers);
        EXPECT_EQ(stage.run.time().cpu, 0) << "nothing is trained";
        const double before = stage.pool.cpu_seconds();
        std::optional<MetricSample> last;
        for (int i = 0; i < 101; ++i) {
            if (const auto sample = stage.run.advance_one_epoch()) {
                last = sample;
            }
        }
        const double spent = stage.run.time().cpu;
        EXPECT_GT(spent, 0);
        EXPECT_LE(spent, stage.pool.cpu_seconds() - before);
        EXPECT_EQ(last->cpu_seconds, spent) << "the last epoch was evaluated";
        const double burnt = 0.02; // between epochs: not the run's
        for (const double from = stage.pool.cpu_seconds();
             stage.pool.cpu_seconds() < from + burnt;) {
        }
        EXPECT_EQ(stage.run.time().cpu, spent);
    }
}

TEST(RunTest, AddsUpTheProcessorTimeOfWhatItGoesOnFrom) {
    Stage whole(config_of());
    (void)whole.run.advance_one_epoch();
    Stage known(config_of());
    known.run.restore(whole.run.state(), {2, 3});
    (void)known.run.advance_one_epoch();
    EXPECT_GT(known.run.time().cpu, 3);
    Stage unknown(config_of());
    unknown.run.restore(whole.run.state(), 2);
    std::optional<MetricSample> sample;
    for (int i = 0; i < 100 && !sample; ++i) {
        sample = unknown.run.advance_one_epoch();
    }
    ASSERT_TRUE(sample);
    EXPECT_GT(sample->wall_seconds, 2);
    EXPECT_TRUE(std::isnan(sample->cpu_seconds)) << "missing, since part of it is";
}

TEST(RunTest, WarmsUpLinearlyFromRateZero) {
    RunConfig config = config_of();
    config.warmup_epochs = 4;
    Stage stage(config);
    float before = stage.run.state().parameters.flat()[0];
    const std::vector<double> share = {0, 0.25, 0.5, 0.75, 1, 1, 1};
    for (const double expected : share) {
        (void)stage.run.advance_one_epoch();
        const float now = stage.run.state().parameters.flat()[0];
        // A constant gradient makes every corrected Adam step the rate itself.
        EXPECT_NEAR(before - now, 1e-3 * expected, 1e-6);
        before = now;
    }
    EXPECT_EQ(stage.run.state().updates, 7);
    EXPECT_EQ(stage.run.epoch(), 7);
}

TEST(RunTest, StartsAtFullRateWithoutWarmUp) {
    RunConfig config = config_of();
    config.warmup_epochs = 0;
    Stage stage(config);
    const float before = stage.run.state().parameters.flat()[0];
    (void)stage.run.advance_one_epoch();
    EXPECT_NEAR(before - stage.run.state().parameters.flat()[0], 1e-3, 1e-6);
}

TEST(RunTest, FreezesTheBiasesOnRequest) {
    for (const bool trained : {true, false}) {
        RunConfig config = config_of();
        config.warmup_epochs = 0;
        config.train_biases = trained;
        Stage stage(config);
        for (int i = 0; i < 3; ++i) {
            (void)stage.run.advance_one_epoch();
        }
        for (const Tensor bias : {Tensor::b_in, Tensor::b_out}) {
            EXPECT_EQ(sum_squares(stage.run.state().parameters.view(bias)) > 0, trained);
            EXPECT_EQ(sum_squares(stage.run.state().second_moment().view(bias)) > 0, trained);
        }
        EXPECT_GT(sum_squares(stage.run.state().second_moment().view(Tensor::W_in)), 0.0);
    }
}

TEST(RunTest, RemembersTheWeightsOfAsManyEpochsAsTheStencilIsDeep) {
    Stage stage(config_of({-3, 1}));
    std::vector<float> entered; // first weight of every epoch's input
    for (std::size_t epoch = 0; epoch < 7; ++epoch) {
        entered.push_back(stage.run.state().parameters.flat()[0]);
        (void)stage.run.advance_one_epoch();
        const auto& previous = stage.run.state().previous;
        ASSERT_EQ(previous.size(), std::min<std::size_t>(epoch + 1, 3));
        for (std::size_t i = 0; i < previous.size(); ++i) {
            EXPECT_EQ(previous[i].flat()[0], entered[epoch - i]);
        }
    }
    EXPECT_NE(entered[6], entered[5]);
}

TEST(RunTest, RemembersNothingWhereNoOffsetLooksBack) {
    for (const std::vector<int>& offsets : {std::vector<int>{}, std::vector<int>{0}}) {
        Stage stage(config_of(offsets));
        (void)stage.run.advance_one_epoch();
        (void)stage.run.advance_one_epoch();
        EXPECT_TRUE(stage.run.state().previous.empty());
    }
}

// ------------------------------------------------------------------------------------- failures

struct Fault {
    std::string tensor; ///< what the error must name
    std::function<void(StepResult&, Gradients&)> cause;
};

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, UndoTheEpochAndNameTensorEpochAndRemedy) {
    Stage stage(config_of({-1, 0}));
    stage.script->alter = [](std::int32_t epoch, StepResult& result, Gradients& gradients) {
        if (epoch == 5) {
            GetParam().cause(result, gradients);
        }
    };
    for (int i = 0; i < 5; ++i) {
        (void)stage.run.advance_one_epoch();
    }
    const std::uint64_t good = hash_of(stage.run.state());
    stage.script->calls.clear();
    try {
        (void)stage.run.advance_one_epoch();
        FAIL() << "went on after a figure that is not finite";
    } catch (const NonFiniteError& error) {
        EXPECT_EQ(error.epoch(), 5);
        EXPECT_EQ(error.tensor(), GetParam().tensor);
        const std::string text = error.what();
        for (const std::string& part :
             {std::string("seed 999"), std::string("[-1,0]"), std::string("epoch 5"),
              GetParam().tensor, std::string("--lr")}) {
            EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in: " << text;
        }
    }
    EXPECT_EQ(hash_of(stage.run.state()), good);
    EXPECT_EQ(stage.run.epoch(), 5);
    EXPECT_EQ(stage.script->calls, (std::vector<std::string>{"gradients", "recall", "load"}));
    EXPECT_EQ(stage.script->recalled, (std::vector<std::size_t>{1}));
}

INSTANTIATE_TEST_SUITE_P(
    RunTest, Faults,
    testing::Values(Fault{"", [](StepResult& r, Gradients&) { r.task_loss = NAN; }},
                    Fault{"", [](StepResult& r, Gradients&) { r.task_loss = INFINITY; }},
                    Fault{"mismatch 0",
                          [](StepResult& r, Gradients&) { r.mismatch[offset_slot(0)] = NAN; }},
                    Fault{"mismatch -1",
                          [](StepResult& r, Gradients&) {
                              r.mismatch[offset_slot(-1)] = INFINITY;
                              r.task_loss = NAN;
                          }},
                    Fault{"gradient of W_V",
                          [](StepResult&, Gradients& g) { g.view(Tensor::W_V)[7] = -kInfinity; }},
                    Fault{"gradient of W_E", [](StepResult& r, Gradients& g) {
                              g.view(Tensor::W_U)[0] = NAN;
                              g.view(Tensor::W_E)[3] = NAN;
                              r.task_loss = NAN;
                          }}));

/// Trains one epoch that must fail; the tensor it names.
std::string tensor_of_failure(Stage& stage) {
    try {
        (void)stage.run.advance_one_epoch();
    } catch (const NonFiniteError& error) {
        EXPECT_EQ(error.epoch(), stage.run.epoch());
        EXPECT_NE(std::string(error.what()).find(error.tensor()), std::string::npos);
        return error.tensor();
    }
    return "none";
}

TEST(RunTest, UndoesAnEpochWhoseMomentsOverflow) {
    Stage stage(config_of({-2, 0}));
    for (int i = 0; i < 3; ++i) {
        (void)stage.run.advance_one_epoch();
    }
    stage.script->alter = [](std::int32_t, StepResult&, Gradients& gradients) {
        gradients.view(Tensor::W_U)[5] = 1e30F; // finite, its square is not
    };
    const std::uint64_t good = hash_of(stage.run.state());
    stage.script->calls.clear();
    EXPECT_EQ(tensor_of_failure(stage), "moments of W_U");
    EXPECT_EQ(hash_of(stage.run.state()), good);
    EXPECT_EQ(stage.script->calls, (std::vector<std::string>{"gradients", "recall", "load"}));
    EXPECT_EQ(stage.script->recalled, (std::vector<std::size_t>{2}));
}

TEST(RunTest, UndoesAnEpochWhoseWeightsOverflow) {
    RunConfig config = config_of();
    config.warmup_epochs = 0;
    config.beta2 = 0;
    Stage stage(config);
    stage.script->slope = [](float, std::size_t) { return 0.0F; };
    TrainingState large = stage.run.state();
    large.first_moment().view(Tensor::W_Q)[2] = 1e35F;
    stage.run.restore(large);
    EXPECT_EQ(tensor_of_failure(stage), "weights of W_Q");
    EXPECT_EQ(hash_of(stage.run.state()), hash_of(large));
}

TEST(RunTest, UndoesAnEpochInWhichAProbeOverflows) {
    Stage stage(config_of({-1, 0}));
    (void)stage.run.advance_one_epoch();
    for (const float wrong : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
        TrainingState broken = stage.run.state(); // the scripted probes keep what is here
        broken.probes[1].second_moment[broken.probes[1].second_moment.size() - 17] = wrong;
        stage.run.restore(broken);
        EXPECT_EQ(tensor_of_failure(stage), "probe 0");
        EXPECT_EQ(stage.run.epoch(), 1);
    }
}

TEST(RunTest, LargeFiguresThatDoNotOverflowTrainOnWithTheSameBits) {
    const auto trained_from = [](bool began_large) {
        Stage stage(config_of({-1}));
        if (began_large) { // a bias nobody uses makes the run look at every step
            TrainingState large = stage.run.state();
            large.parameters.view(Tensor::b_out)[0] = 0x1p70F;
            stage.run.restore(large);
        }
        stage.script->slope = [](float w, std::size_t i) {
            return std::sin(w * 3 + static_cast<float>(i % 97)) * 1e3F;
        };
        for (int i = 0; i < 6; ++i) {
            (void)stage.run.advance_one_epoch();
        }
        TrainingState end = stage.run.state();
        for (Parameters* values :
             {&end.parameters, &end.first_moment(), &end.second_moment(), &end.previous.front()}) {
            values->view(Tensor::b_out)[0] = 0;
        }
        return hash_of(end);
    };
    EXPECT_EQ(trained_from(true), trained_from(false));
    Stage stage(config_of());
    stage.script->alter = [](std::int32_t, StepResult&, Gradients& gradients) {
        gradients.view(Tensor::W_E)[0] = 1e15F; // wild, and its square is finite
    };
    (void)stage.run.advance_one_epoch();
    stage.script->alter = {};
    (void)stage.run.advance_one_epoch();
    EXPECT_EQ(stage.run.epoch(), 2);
}

TEST(RunTest, UndoesTheEpochWhenTheStepThrows) {
    Stage stage(config_of({-1}));
    (void)stage.run.advance_one_epoch();
    stage.script->alter = [](std::int32_t, StepResult&, Gradients&) {
        throw std::runtime_error("out of memory");
    };
    const std::uint64_t good = hash_of(stage.run.state());
    EXPECT_THROW((void)stage.run.advance_one_epoch(), std::runtime_error);
    EXPECT_EQ(hash_of(stage.run.state()), good);
    // It goes on as if nothing had happened.
    stage.script->alter = {};
    (void)stage.run.advance_one_epoch();
    EXPECT_EQ(stage.run.epoch(), 2);
}

TEST(RunTest, RefusesATestLossThatIsNotFinite) {
    Stage stage(config_of());
    stage.script->test_loss = std::numeric_limits<double>::infinity();
    try {
        (void)stage.run.advance_one_epoch();
        FAIL() << "went on";
    } catch (const NonFiniteError& error) {
        EXPECT_EQ(error.epoch(), 0);
        EXPECT_NE(std::string(error.what()).find("test loss"), std::string::npos) << error.what();
    }
}

TEST(RunTest, RefusesAConfigurationWithMistakesAndNamesThemAll) {
    RunConfig config = config_of();
    config.epochs = 0;
    config.eval_every = -1;
    WorkerPool pool(1);
    try {
        const grokscope::Run run(config, parts_with(std::make_shared<Script>()), pool);
        FAIL() << "accepted 0 epochs";
    } catch (const std::invalid_argument& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("--epochs"), std::string::npos) << text;
        EXPECT_NE(text.find("--eval-every"), std::string::npos) << text;
    }
}

TEST(RunTest, SaysSoWhenItHasNoWayToMakeASnapshot) {
    const Stage stage(config_of());
    EXPECT_THROW((void)stage.run.make_snapshot(), std::logic_error);
}

TEST(RunTest, ReachesItsLimitAfterTheConfiguredEpochs) {
    RunConfig config = config_of();
    config.epochs = 2;
    Stage stage(config);
    EXPECT_FALSE(stage.run.reached_limit());
    (void)stage.run.advance_one_epoch();
    EXPECT_FALSE(stage.run.reached_limit());
    (void)stage.run.advance_one_epoch();
    EXPECT_TRUE(stage.run.reached_limit());
}

// --------------------------------------------------------------------- determinism and resuming

/// A gradient that spreads every bit of the weights.
float restless(float w, std::size_t i) {
    return std::sin(w * 3 + static_cast<float>(i % 97));
}

std::uint64_t trained(int workers, int epochs) {
    Stage stage(config_of({-2, 1}), workers);
    stage.script->slope = restless;
    for (int i = 0; i < epochs; ++i) {
        (void)stage.run.advance_one_epoch();
    }
    return hash_of(stage.run.state());
}

TEST(RunTest, HasTheSameBitsForAnyNumberOfWorkers) {
    const std::uint64_t expected = trained(1, 30);
    EXPECT_EQ(trained(1, 30), expected);
    for (const int workers : {2, 3, 4}) {
        EXPECT_EQ(trained(workers, 30), expected) << workers << " workers";
    }
    EXPECT_NE(trained(1, 29), expected);
}

TEST(RunTest, GoesOnFromARestoredStateWithTheSameBits) {
    Stage whole(config_of({-2, 1}));
    whole.script->slope = restless;
    Stage resumed(config_of({-2, 1}));
    resumed.script->slope = restless;
    for (int i = 0; i < 12; ++i) {
        (void)whole.run.advance_one_epoch();
    }
    resumed.run.restore(whole.run.state(), 3.5);
    EXPECT_EQ(resumed.script->calls, (std::vector<std::string>{"recall", "load"}));
    EXPECT_EQ(resumed.script->recalled, (std::vector<std::size_t>{2}));
    EXPECT_EQ(resumed.run.time().wall, 3.5);
    EXPECT_EQ(hash_of(resumed.run.state()), hash_of(whole.run.state()));
    for (int i = 0; i < 9; ++i) {
        const auto one = whole.run.advance_one_epoch();
        const auto other = resumed.run.advance_one_epoch();
        ASSERT_EQ(one.has_value(), other.has_value());
        if (one) {
            EXPECT_EQ(one->epoch, other->epoch);
            EXPECT_EQ(one->train_loss, other->train_loss);
        }
    }
    EXPECT_EQ(hash_of(resumed.run.state()), hash_of(whole.run.state()));
}

TEST(RunTest, RefusesAStateOfAnotherConfiguration) {
    Stage stage(config_of({-1}));
    const auto refuses = [&](const TrainingState& state) {
        EXPECT_THROW(stage.run.restore(state), std::invalid_argument);
    };
    refuses(Stage(config_of()).run.state());    // no probe
    refuses(Stage(config_of({1})).run.state()); // another probe
    RunConfig other = config_of({-1});
    other.p = 7;
    refuses(Stage(other).run.state()); // another shape
    Stage trained_stage(config_of({-1}));
    (void)trained_stage.run.advance_one_epoch();
    TrainingState forgetful = trained_stage.run.state();
    forgetful.previous.clear();
    refuses(forgetful);
    EXPECT_EQ(stage.run.epoch(), 0);
    stage.run.restore(trained_stage.run.state());
    EXPECT_EQ(stage.run.epoch(), 1);
}

TEST(RunTest, NamesARunByPresetSeedAndStencil) {
    EXPECT_EQ(name_of(config_of()), "run nanda, seed 999, baseline");
    EXPECT_EQ(name_of(config_of({1, -1})), "run nanda, seed 999, stencil [-1,+1]");
}

} // namespace
} // namespace grokscope

// The instruments on real weights: what they see, and that they read as they are described.
#include "engine/lab/instrument.h"

#include "engine/analysis/class_separation.h"
#include "engine/analysis/loss_hessian.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/adamw.h"
#include "engine/model/fused/fused_core.h"
#include "engine/protocol/group_index.h"
#include "engine/protocol/instrument.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/lab/read_instrument.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using test::read;
using test::small_config;

TEST(Instruments, ReadModelsOfAnyDepth) {
    RunConfig config = small_config(23);
    config.layers = 3;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.sequence = Sequence::kWithOperation;
    config.batch = 100;
    ASSERT_TRUE(config.validate().empty());
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    Parameters louder = weights; // of the last block alone
    for (float& weight : louder.view(Tensor::W_out, 2)) {
        weight *= 3;
    }
    for (const InstrumentSpec& spec : instruments()) {
        const auto one = read(spec.id.c_str(), config, 1, weights);
        EXPECT_TRUE(test::same_figures(one, read(spec.id.c_str(), config, 3, weights))) << spec.id;
        const bool of_one_layer = spec.id == "curvature" || spec.id == "llc";
        EXPECT_EQ(std::isnan(one.front().values.front()), of_one_layer) << spec.id;
        const bool of_embedding = spec.id == "ring" || spec.id == "spectrum2d" || spec.id == "zero";
        if (spec.id == "ildr" || spec.id == "commutator" || of_embedding) {
            EXPECT_EQ(test::same_figures(one, read(spec.id.c_str(), config, 1, louder)),
                      of_embedding)
                << spec.id;
        }
    }
}

TEST(Instruments, EachReadsTheFiguresOfItsDescription) {
    RunConfig config = small_config(11);
    config.layers = 4; // three windows of layers, and heads of four
    config.norm = Norm::kPre;
    config.sequence = Sequence::kWithOperation;
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    for (const InstrumentSpec& spec : instruments()) {
        const std::vector<FigureValues> figures = read(spec.id.c_str(), config, 1, weights);
        ASSERT_EQ(figures.size(), spec.figures.size()) << spec.id;
        for (std::size_t i = 0; i < figures.size(); ++i) {
            EXPECT_EQ(figures[i].id, spec.figures[i].id);
            EXPECT_EQ(figures[i].values.size() == 1, spec.figures[i].axis == FigureAxis::kNone);
        }
    }
    const Task task = make_task(config);
    WorkerPool pool(1);
    EXPECT_THROW((void)make_instrument("tomorrow", {config, task, pool}), std::invalid_argument);
}

TEST(Instruments, ReadTheSameWithAnyNumberOfThreads) {
    RunConfig config = small_config(37);
    config.train_fraction = 0.9; // 1,232 pairs: batches are parts of them
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    for (const InstrumentSpec& spec : instruments()) {
        const auto one = read(spec.id.c_str(), config, 1, weights);
        EXPECT_TRUE(test::same_figures(one, read(spec.id.c_str(), config, 3, weights))) << spec.id;
        EXPECT_FALSE(std::isnan(one.front().values.front())) << spec.id;
    }
}

TEST(Ildr, SeparatesTheResidualStreamBeforeTheUnembedding) {
    for (const int p : {11, 37}) { // fewer classes than features, and more
        const RunConfig config = small_config(p);
        const Task task = make_task(config);
        const Parameters weights = test::random_parameters(ModelShape::of(config));
        const test::NaiveModel naive(weights);
        std::vector<float> features;
        for (const Pair pair : task.test.pairs) {
            const test::NaiveActivations one = naive.forward(pair.a, pair.b, {}, {});
            for (std::size_t i = 0; i < 32; ++i) {
                features.push_back(static_cast<float>(one.mlp_in[i] + one.mlp_output[i]));
            }
        }
        ASSERT_LE(task.test.size(), 1500U) << "so that all rows are taken";
        const auto classes = static_cast<std::size_t>(p);
        const double ratio = ildr(features, 32, task.test.labels, classes);
        const double separation = class_separation(features, 32, task.test.labels, classes);
        const std::vector<FigureValues> found = read("ildr", config, 2, weights);
        EXPECT_NEAR(found[0].values[0], ratio, 1e-4 * ratio);
        EXPECT_NEAR(found[1].values[0], separation, 1e-4 * separation);
    }
}

TEST(Ildr, TakesTheSameRowsAtEveryEpoch) {
    RunConfig config = small_config(67); // 2,245 test pairs: a part of them
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto first = read("ildr", config, 1, weights, 100);
    EXPECT_EQ(first, read("ildr", config, 1, weights, 200));
    config.split_seed = config.seed; // the same split, other rows
    config.seed = 5;
    const auto other = read("ildr", config, 1, weights, 100);
    EXPECT_NE(first[0], other[0]);
    EXPECT_EQ(first[1], other[1]) << "which is of all pairs";
}

TEST(Commutator, DrawsBatchesBySeedAndEpochAlone) {
    RunConfig config = small_config(37);
    config.train_fraction = 0.9;
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    const double first = read("commutator", config, 1, weights, 100)[0].values[0];
    EXPECT_NE(first, read("commutator", config, 1, weights, 150)[0].values[0]);
    EXPECT_GT(first, 0);
}

TEST(Commutator, FewPairsHaveADefectToo) {
    // Fewer training pairs than a batch: were both batches the whole set, the defect would be 0.
    const RunConfig config = small_config(11);
    ASSERT_LT(make_task(config).train.size(), 512U);
    const auto found =
        read("commutator", config, 1, test::random_parameters(ModelShape::of(config)), 0);
    EXPECT_GT(found[0].values[0], 0.01);
    EXPECT_NEAR(found[1].values[0], found[0].values[0], 1e-3 * found[0].values[0]);
}

TEST(Ring, SeesTheRingInTheOrderOfTheOperationsGroup) {
    RunConfig config = small_config(29);
    config.operation = Operation::kMultiply;
    const GroupIndex group(config.operation, config.p);
    Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto W_E = weights.view(Tensor::W_E); // [d, p + 1]
    for (int i = 0; i < group.order(); ++i) {
        const double angle = 2 * std::numbers::pi * 3 * i / group.order();
        const auto number = static_cast<std::size_t>(group.element(i));
        W_E[0 * 30 + number] = static_cast<float>(40 * std::cos(angle));
        W_E[1 * 30 + number] = static_cast<float>(40 * std::sin(angle));
    }
    const auto of_products = read("ring", config, 1, weights);
    EXPECT_LT(of_products[0].values[0], 0.1);  // homomorphism error
    EXPECT_GT(of_products[1].values[0], 0.99); // quality
    EXPECT_EQ(of_products[2].values[0], 3);
    config.operation = Operation::kAdd; // the same weights, other order
    const auto of_sums = read("ring", config, 1, weights);
    EXPECT_GT(of_sums[0].values[0], 1);
    EXPECT_LT(of_sums[1].values[0], 0.7);
    config = small_config(28);
    config.operation = Operation::kMultiply; // no group
    const Parameters others = test::random_parameters(ModelShape::of(config));
    EXPECT_TRUE(std::isnan(read("ring", config, 1, others)[0].values[0]));
}

TEST(Collapse, CountsTrainingPairsWhoseFloatLossIsZero) {
    const RunConfig config = small_config(11);
    const Task task = make_task(config);
    Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto share = [&] { return read("collapse", config, 2, weights)[0].values[0]; };
    EXPECT_EQ(share(), 0); // logits of about 1
    // W_U a thousand times as large: every row has one class far above the others.
    for (float& value : weights.view(Tensor::W_U)) {
        value *= 1000;
    }
    const test::NaiveModel naive(weights);
    std::size_t collapsed = 0;
    for (std::size_t i = 0; i < task.train.size(); ++i) {
        const auto logits =
            naive.forward(task.train.pairs[i].a, task.train.pairs[i].b, {}, {}).logits;
        double others = 0; // beside the right class
        for (std::size_t c = 0; c < logits.size(); ++c) {
            others +=
                c == task.train.labels[i] ? 0 : std::exp(logits[c] - logits[task.train.labels[i]]);
        }
        collapsed += others < 1e-9 ? 1 : 0;
    }
    EXPECT_GT(collapsed, 0U);
    EXPECT_NEAR(share(), static_cast<double>(collapsed) / static_cast<double>(task.train.size()),
                1e-12);
}

/// The figures that are one number, by name.
std::map<std::string, double> numbers(const std::vector<FigureValues>& figures) {
    std::map<std::string, double> found;
    for (const FigureValues& figure : figures) {
        found[figure.id] = figure.values.front();
    }
    return found;
}

TEST(Zero, IsTheLengthOfItsColumnOverThatOfTheOthers) {
    RunConfig config = small_config(7);
    config.operation = Operation::kMultiply;
    Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto W_E = weights.view(Tensor::W_E); // [d, 8]
    for (std::size_t i = 0; i < W_E.size(); ++i) {
        W_E[i] = 0;
    }
    W_E[0 * 8 + 0] = 3; // of the token 0
    W_E[1 * 8 + 0] = 4;
    for (std::size_t number = 1; number < 7; ++number) {
        W_E[2 * 8 + number] = static_cast<float>(number); // 3.5 on average
    }
    W_E[5 * 8 + 7] = 100; // of '='
    const auto found = numbers(read("zero", config, 1, weights));
    EXPECT_NEAR(found.at("zero_norm"), 5, 1e-12);
    EXPECT_NEAR(found.at("zero_norm_relative"), 5 / 3.5, 1e-12);
}

TEST(Curvature, IsThatOfTheHessianInDouble) {
    const RunConfig config = small_config(37);
    const Task task = make_task(config);
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    auto found = numbers(read("curvature", config, 1, weights, 300));
    WorkerPool pool(1);
    LossHessian<double> hessian(config, task.train, weights, pool);
    PythonRandom random(seed_of(config, 300, "curvature"));
    std::vector<double> start(weights.flat().size());
    hessian.draw_signs(random, start);
    const SpectrumEnds ends = lanczos(hessian.map(), start, 20);
    EXPECT_GT(ends.largest.value, 0.01);
    EXPECT_NEAR(found["curvature_train"], ends.largest.value, 1e-4 * ends.largest.value);
    EXPECT_NEAR(found["curvature_lowest_train"], ends.smallest.value, 1e-4 * ends.largest.value);
    EXPECT_NEAR(found["curvature_relative_train"] * hessian.loss(), found["curvature_train"],
                1e-4 * ends.largest.value);
    const TraceEstimate trace = hutchinson(
        hessian.map(), start.size(), 12,
        [&](std::span<double> to) { hessian.draw_signs(random, to); }, ends.space);
    EXPECT_NEAR(found["trace_train"], trace.trace, 0.01 * trace.error);
    EXPECT_NEAR(found["trace_error_train"], trace.error, 0.01 * trace.error);
    EXPECT_NE(found["trace_test"], found["trace_train"]);
}

TEST(Curvature, CountsTrainedWeightsAlone) {
    RunConfig config = small_config(11);
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto all = numbers(read("curvature", config, 1, weights));
    config.train_biases = false;
    const auto without_biases = numbers(read("curvature", config, 1, weights));
    EXPECT_NE(without_biases.at("trace_train"), all.at("trace_train"));
    EXPECT_NE(without_biases.at("curvature_train"), all.at("curvature_train"));
}

/// Weights that have memorised the training pairs, where the gradient is small.
Parameters trained(const RunConfig& config, int epochs) {
    const ModelShape shape = ModelShape::of(config);
    Parameters weights = test::random_parameters(shape, 3, 0.17F);
    Gradients gradients(shape);
    Gradients first(shape);
    Gradients second(shape);
    WorkerPool pool(1);
    fused::FusedCore<float> core(fused::CoreOptions::of(config), make_task(config).train, pool);
    for (int epoch = 0; epoch < epochs; ++epoch) {
        core.load(weights);
        (void)core.gradients({}, gradients);
        adamw_update({}, epoch + 1, weights.flat(), std::as_const(gradients).flat(), first.flat(),
                     second.flat());
    }
    return weights;
}

TEST(Llc, IsTheRiseOverItsOwnCloudWhereTheTieIsStrong) {
    const RunConfig config = small_config(23);
    const Parameters weights = trained(config, 600);
    auto llc = numbers(read("llc", config, 1, weights));
    auto curvature = numbers(read("curvature", config, 1, weights));
    // nbeta h is far below gamma for every eigenvalue h, so that the walkers' cloud is round: each
    // weight has the variance of a chain with this step that the tie alone pulls.
    const double gamma = llc["llc_gamma"];
    ASSERT_LT(llc["llc_nbeta"] * curvature["curvature_train"], 0.05 * gamma);
    const double a = llc["llc_step"] * gamma;
    EXPECT_NEAR(a, 0.36, 0.02);
    const double spread = std::sqrt(1 / (gamma * (1 - a / 4)));
    WorkerPool pool(1);
    fused::FusedCore<float> core(fused::CoreOptions::of(config), make_task(config).train, pool);
    Gradients gradients(ModelShape::of(config));
    const auto loss_at = [&](const Parameters& place) {
        core.load(place);
        return core.gradients({}, gradients).task_loss;
    };
    const double centre = loss_at(weights);
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal(0, spread);
    double rise = 0;
    constexpr int kDraws = 400;
    for (int draw = 0; draw < kDraws; ++draw) {
        Parameters place = weights;
        for (const TensorSpec& tensor : place.layout().tensors()) {
            for (float& value : place.view(tensor)) {
                value += static_cast<float>(normal(random));
            }
        }
        rise += (loss_at(place) - centre) / kDraws;
    }
    const double expected = llc["llc_nbeta"] * rise;
    EXPECT_GT(llc["llc_error"], 0);
    EXPECT_LT(llc["llc_error"], 0.1 * expected);
    EXPECT_NEAR(llc["llc"], expected, 4 * llc["llc_error"] + 0.1 * expected);
}

TEST(Instruments, SeedsDifferByRunEpochAndInstrument) {
    RunConfig config;
    const std::uint32_t seed = seed_of(config, 100, "ildr");
    EXPECT_EQ(seed, seed_of(config, 100, "ildr"));
    EXPECT_NE(seed, seed_of(config, 200, "ildr"));
    EXPECT_NE(seed, seed_of(config, 100, "commutator"));
    config.seed = 5;
    EXPECT_NE(seed, seed_of(config, 100, "ildr"));
}

} // namespace
} // namespace grokscope

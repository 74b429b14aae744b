// The step for layers in double against float64 autograd of the plain model on all positions: every
// tensor's gradient, at several depths, norms, activations, sequences, batches and odd sizes.
#include "engine/compute/worker_pool.h"
#include "engine/reference/transformer.h"
#include "tests/model/autograd_run.h"
#include "tests/model/layers_case.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope {
namespace {

constexpr double kTolerance = 1e-11;

struct AlgebraCase {
    ModelShape shape;
    std::size_t batch = 0;
    LossRule loss = {};
    bool train_biases = true;
    std::size_t part = 3; ///< one pair in so many is a training pair
};

std::string name_of(const AlgebraCase& test) {
    return word_of(test.shape) + (test.batch > 0 ? "_batch" + std::to_string(test.batch) : "") +
           (test.loss.stablemax ? "_stablemax" : "") +
           (test.loss.temperature != 1 ? "_temperature" : "") +
           (test.train_biases ? "" : "_frozen_biases") + "_part" + std::to_string(test.part);
}

void PrintTo(const AlgebraCase& value, std::ostream* out) {
    *out << name_of(value);
}

at::Tensor part_of(const at::Tensor& flat, const TensorSpec& spec) {
    return flat.narrow(0, static_cast<std::int64_t>(spec.offset),
                       static_cast<std::int64_t>(spec.size));
}

/// Largest difference over the largest value.
double error_of(std::span<const double> found, const at::Tensor& expected) {
    return (to_float64(found) - expected).abs().max().item<double>() /
           expected.abs().max().item<double>();
}

class LayersAlgebra : public testing::TestWithParam<AlgebraCase> {};

TEST_P(LayersAlgebra, AgreesWithFloat64Autograd) {
    const AlgebraCase& test = GetParam();
    const PairSet train = some_pairs(test.shape.p, test.part, 5);
    WorkerPool pool(2);
    layers::LayersCore<double> core({.model = test.shape,
                                     .train_biases = test.train_biases,
                                     .loss = test.loss,
                                     .batch = test.batch},
                                    train, pool);
    BasicParameters<double> gradients(test.shape);
    for (std::uint64_t update = 0; update < 2; ++update) {
        const BasicParameters<double> weights = random_weights<double>(test.shape, 7 + update);
        PairSet batch = train;
        if (test.batch > 0) {
            const std::vector<std::uint32_t> rows = some_rows(train.size(), test.batch, update);
            core.select_rows(rows);
            batch = selected(train, rows);
        }
        std::ranges::fill(gradients.flat(), 1e6); // must be overwritten, gaps too
        core.load(weights);
        const StepResult result = core.gradients({}, gradients);

        const at::Tensor leaf = to_float64(weights.flat()).requires_grad_(true);
        const at::Tensor labels = naive::labels_of(batch);
        const Activations expected = naive::forward(
            leaf, weights.layout(), naive::tokens_of(batch, test.shape.p, test.shape.context));
        const at::Tensor loss = naive::task_loss(expected.logits, labels, test.loss);
        loss.backward();
        EXPECT_NEAR(result.task_loss / loss.item<double>(), 1, kTolerance);
        EXPECT_EQ(result.correct, expected.logits.argmax(-1).eq(labels).sum().item<std::int64_t>());
        at::Tensor gradient = leaf.grad();
        for (const TensorSpec& spec : weights.layout().tensors()) {
            if (spec.is_mlp_bias() && !test.train_biases) {
                part_of(gradient, spec).zero_();
                continue;
            }
            ASSERT_GT(part_of(gradient, spec).abs().max().item<double>(), 0) << spec.name;
            EXPECT_LE(error_of(gradients.view(spec), part_of(gradient, spec)), kTolerance)
                << spec.name;
        }
        EXPECT_LE(error_of(gradients.flat(), gradient), kTolerance) << "gaps";

        // The forward pass of any pairs, in any order.
        std::vector<double> logits(batch.size() * static_cast<std::size_t>(test.shape.p));
        std::vector<double> hidden(batch.size() * static_cast<std::size_t>(test.shape.d_mlp));
        core.activations(batch.pairs, logits, hidden);
        EXPECT_LE(error_of(logits, expected.logits.flatten()), kTolerance);
        EXPECT_LE(error_of(hidden, expected.mlp_hidden.flatten()), kTolerance);
        const Evaluation evaluation = core.evaluate(batch);
        EXPECT_NEAR(evaluation.loss / loss.item<double>(), 1, kTolerance);
        EXPECT_EQ(evaluation.correct, result.correct);
    }
}

std::vector<AlgebraCase> cases() {
    std::vector<AlgebraCase> all;
    for (const int layers : {1, 2, 3}) {
        for (const Norm norm : {Norm::kNone, Norm::kPre}) {
            for (const Activation activation : {Activation::kRelu, Activation::kGelu}) {
                for (const int context : {3, 4}) {
                    const ModelShape shape{11, 16, 2, 24, layers, norm, activation, context};
                    all.push_back({shape});
                    all.push_back({shape, 13});
                }
            }
        }
    }
    constexpr Norm kPre = Norm::kPre;
    constexpr Activation kGelu = Activation::kGelu;
    all.push_back({{59, 70, 1, 70, 2, kPre, kGelu, 3}});
    all.push_back({{59, 35, 7, 65, 2, kPre, kGelu, 4}, 100});
    all.push_back({{68, 24, 3, 130, 3, kPre, Activation::kRelu, 3}, 0, {}, true, 2}); // slices
    all.push_back({{68, 32, 4, 64, 2, kPre, kGelu, 4}, 0, {}, true, 2});
    all.push_back({{68, 32, 4, 64, 1, kPre, kGelu, 3}, 0, {}, true, 2});
    all.push_back({{5, 32, 8, 64, 5, kPre, kGelu, 3}, 1});
    all.push_back({{11, 16, 2, 24, 2, kPre, kGelu, 3}, 13, {1, true}});
    all.push_back({{11, 16, 2, 24, 2, kPre, kGelu, 3}, 0, {0.3, false}});
    all.push_back({{11, 16, 2, 24, 2, kPre, kGelu, 4}, 0, {1.7, true}});
    all.push_back({{11, 16, 2, 24, 2, kPre, kGelu, 3}, 13, {}, false});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Gradients, LayersAlgebra, testing::ValuesIn(cases()),
                         [](const auto& test) { return name_of(test.param); });

TEST(LayersReference, ForwardPassIsThatOfThePlainModel) {
    for (const AlgebraCase& test : cases()) {
        const BasicParameters<double> weights = random_weights<double>(test.shape, 3);
        const PairSet pairs = some_pairs(test.shape.p, 5, 1);
        const at::Tensor flat = to_float64(weights.flat());
        const at::Tensor tokens = naive::tokens_of(pairs, test.shape.p, test.shape.context);
        const Activations expected = naive::forward(flat, weights.layout(), tokens);
        const Activations found =
            forward(ModelWeights::views(flat, weights.layout()), tokens.select(1, 0),
                    tokens.select(1, test.shape.context - 2));
        for (const auto& [one, other] :
             {std::pair(found.logits, expected.logits), std::pair(found.mlp_in, expected.mlp_in),
              std::pair(found.mlp_hidden, expected.mlp_hidden)}) {
            EXPECT_LE((one - other).abs().max().item<double>(), 1e-12) << name_of(test);
        }
    }
}

} // namespace
} // namespace grokscope

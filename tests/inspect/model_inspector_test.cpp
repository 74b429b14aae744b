// Whole answers: intact as the training evaluates, taken apart as the definition reads.
#include "engine/inspect/model_inspector.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/cpu_step.h"
#include "engine/model/fused_step.h"
#include "tests/inspect/expected_model.h"
#include "tests/model/naive_sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <tuple>

namespace grokscope {
namespace {

struct PartsCase {
    const char* name;
    Ablation ablation;
};

std::vector<PartsCase> parts_cases() {
    using enum Replacement;
    const auto heads = [](Replacement a, Replacement b, Replacement c, Replacement d) {
        Ablation ablation;
        ablation.heads = {a, b, c, d};
        return ablation;
    };
    const auto with = [](auto change) {
        Ablation ablation;
        change(ablation);
        return ablation;
    };
    return {
        {"OneHeadZero", heads(kNone, kZero, kNone, kNone)},
        {"OneHeadMean", heads(kNone, kNone, kNone, kMean)},
        {"HeadsMixed", heads(kMean, kZero, kNone, kMean)},
        {"AllHeadsZero", heads(kZero, kZero, kZero, kZero)},
        {"MlpZero", with([](Ablation& a) { a.mlp = kZero; })},
        {"MlpMean", with([](Ablation& a) { a.mlp = kMean; })},
        {"NoAttentionSkip", with([](Ablation& a) { a.attention_skip = false; })},
        {"MlpSkipZero", with([](Ablation& a) { a.mlp_skip = kZero; })},
        {"MlpSkipMean", with([](Ablation& a) { a.mlp_skip = kMean; })},
        {"Everything", with([](Ablation& a) {
             a.heads = {kMean, kNone, kZero, kNone};
             a.mlp = kMean;
             a.attention_skip = false;
             a.mlp_skip = kMean;
         })},
        {"ZeroScaled", with([](Ablation& a) { a.row_scale = 0.25; })},
        {"FirstBlank", with([](Ablation& a) {
             a.row_scale = 0;
             a.scaled = ScaledRows::kFirst;
         })},
        {"SecondScaled", with([](Ablation& a) {
             a.row_scale = 0.3;
             a.scaled = ScaledRows::kSecond;
         })},
        {"BothBlank", with([](Ablation& a) {
             a.row_scale = 0;
             a.scaled = ScaledRows::kBoth;
         })},
        {"FirstScaledWithoutParts", with([](Ablation& a) {
             a.row_scale = 0.5;
             a.scaled = ScaledRows::kFirst;
             a.heads = {kNone, kMean, kZero, kNone};
             a.mlp_skip = kMean;
         })},
        {"HeadAndSkips", with([](Ablation& a) {
             a.heads = {kMean, kNone, kNone, kNone};
             a.attention_skip = false;
             a.mlp_skip = kZero;
         })},
    };
}

class TakenApart : public testing::TestWithParam<PartsCase> {};

TEST_P(TakenApart, EqualsTheModelWithThatActivationReplaced) {
    const RunConfig config = small_config();
    const auto weights = weights_of(config);
    WorkerPool pool(2);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.ablation = GetParam().ablation;
    query.pair = NumberPair{3, 10};
    const InspectReply reply = inspector.answer(query, weights);
    ASSERT_EQ(reply.problem, "");
    ASSERT_TRUE(reply.ablated);

    const test::NaiveModel naive(*weights);
    const auto means = naive.means();
    expect_model(*reply.ablated, naive.logits(query.ablation, means), config, *query.pair, 2e-6);
    expect_model(reply.intact, naive.logits({}, means), config, *query.pair, 2e-6);
    EXPECT_GT(std::fabs(reply.ablated->figures.test_loss / reply.intact.figures.test_loss - 1),
              1e-4); // something changed
    EXPECT_FALSE(reply.ablated_elsewhere);
}

INSTANTIATE_TEST_SUITE_P(Parts, TakenApart, testing::ValuesIn(parts_cases()),
                         [](const auto& one) { return std::string(one.param.name); });

/// Looks at a and b alike and says the smaller one: logit_c is 1/3 for each of the two that is c.
std::shared_ptr<const Parameters> smaller_of_both(const RunConfig& config) {
    auto weights = std::make_shared<Parameters>(ModelShape::of(config));
    const auto p = static_cast<std::size_t>(config.p);
    const auto d = static_cast<std::size_t>(config.d_model);
    for (std::size_t i = 0; i < d; ++i) {
        weights->view(Tensor::W_V)[i * d + i] = 1; // of head i / d_head
        weights->view(Tensor::W_O)[i * d + i] = 1;
        if (i < p) {
            weights->view(Tensor::W_E)[i * (p + 1) + i] = 1;
            weights->view(Tensor::W_U)[i * p + i] = 1;
        }
    }
    return weights;
}

TEST(ModelInspector, TellsWhatIsAnsweredWhenNumbersAreBlanked) {
    RunConfig config = small_config();
    config.operation = Operation::kMultiply;
    const auto weights = smaller_of_both(config);
    WorkerPool pool(2);
    ModelInspector inspector(config, pool);
    const auto ask = [&](ScaledRows rows, double factor) {
        InspectQuery query;
        query.ablation.scaled = rows;
        query.ablation.row_scale = factor;
        return inspector.answer(query, weights);
    };
    InspectReply reply = ask(ScaledRows::kFirst, 0);
    for (int a = 0; a < 11; ++a) {
        for (int b = 0; b < 11; ++b) {
            const auto at = static_cast<std::size_t>(a * 11 + b);
            EXPECT_EQ(reply.intact.answers[at], std::min(a, b));
            EXPECT_EQ(reply.ablated->answers[at], b) << "nothing else is left";
        }
    }
    ASSERT_TRUE(reply.intact_shares && reply.ablated_shares);
    EXPECT_EQ(reply.intact_shares->pairs, 100) << "those without a 0";
    EXPECT_EQ(reply.intact_shares->zero, 0);
    EXPECT_EQ(reply.intact_shares->commonest, 1);
    EXPECT_DOUBLE_EQ(reply.intact_shares->same, 0.19);
    EXPECT_DOUBLE_EQ(reply.ablated_shares->same, 0.1);
    EXPECT_DOUBLE_EQ(reply.ablated_shares->right, 0.1) << "1 times b";
    reply = ask(ScaledRows::kSecond, 0.5);
    EXPECT_EQ(reply.ablated->answers[7 * 11 + 2], 7);
    reply = ask(ScaledRows::kBoth, 0);
    EXPECT_EQ(reply.ablated_shares->zero, 1) << "all logits are equal: the lowest class";
    EXPECT_EQ(reply.ablated_shares->commonest, 0);
    EXPECT_EQ(reply.ablated_shares->same, 1);
    EXPECT_EQ(reply.ablated_shares->right, 0);
    reply = ask(ScaledRows::kZero, 0);
    EXPECT_EQ(reply.intact_shares->pairs, 21) << "those with a 0";
    EXPECT_EQ(reply.intact_shares->right, 1);
    EXPECT_DOUBLE_EQ(reply.ablated_shares->right, 1.0 / 21) << "0 times 0";
    reply = ask(ScaledRows::kZero, 1);
    EXPECT_FALSE(reply.ablated);
    EXPECT_FALSE(reply.ablated_shares);
    EXPECT_NE(ask(ScaledRows::kZero, 1.5).problem, "");
    EXPECT_NE(ask(ScaledRows::kZero, std::nan("")).problem, "");
}

TEST(ModelInspector, AttentionFollowsTheRowsThatAreScaled) {
    const RunConfig config = small_config();
    const auto weights = weights_of(config);
    WorkerPool pool(2);
    ModelInspector inspector(config, pool);
    const test::NaiveModel naive(*weights);
    const auto means = naive.means();
    for (const ScaledRows rows :
         {ScaledRows::kZero, ScaledRows::kFirst, ScaledRows::kSecond, ScaledRows::kBoth}) {
        InspectQuery query;
        query.ablation.scaled = rows;
        query.ablation.row_scale = 0.2;
        const InspectReply reply = inspector.answer(query, weights);
        for (const auto& [a, b] : {std::pair{0, 4}, std::pair{7, 0}, std::pair{3, 9}}) {
            const auto expected = naive.forward(a, b, query.ablation, means).attention;
            for (std::size_t head = 0; head < 4; ++head) {
                for (std::size_t i = 0; i < 3; ++i) {
                    const std::size_t at =
                        (head * 121 + static_cast<std::size_t>(a * 11 + b)) * 3 + i;
                    EXPECT_NEAR(reply.attention[at], expected[head][i], 1e-6)
                        << name_of(rows) << " " << a << " " << b;
                }
            }
        }
    }
}

TEST(ModelInspector, AnswersFromATable) {
    RunConfig config = small_config();
    std::vector<std::int16_t> smaller(121);
    for (int i = 0; i < 121; ++i) {
        smaller[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(std::min(i / 11, i % 11));
    }
    smaller[3 * 11 + 4] = OperationTable::kUndefined;
    config.table = OperationTable("smaller", 11, smaller);
    fit_to_table(config, false, false);
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.pair = NumberPair{3, 4};
    const InspectReply reply = inspector.answer(query, smaller_of_both(config));
    EXPECT_EQ(reply.problem, "");
    EXPECT_EQ(reply.intact.figures.train_accuracy, 1);
    EXPECT_EQ(reply.intact.figures.test_accuracy, 1);
    EXPECT_TRUE(reply.clock.empty());
    EXPECT_TRUE(reply.key_frequencies.empty());
    EXPECT_FALSE(reply.arithmetic().defined(3, 4));
    EXPECT_EQ(reply.trains[3 * 11 + 4], 0);
}

TEST(ModelInspector, TheIntactAnswerIsTheEvaluationOfTheTraining) {
    for (const int p : {12, 53}) {
        RunConfig config;
        config.p = p;
        const auto weights = std::make_shared<const Parameters>(
            test::random_parameters(ModelShape::of(config), 9, 0.1F));
        const Task task = make_task(config);
        WorkerPool pool(2);
        FusedStep step(config, task.train, pool);
        step.load(*weights);
        const Evaluation train = step.evaluate(task.train);
        const Evaluation test = step.evaluate(task.test);
        ModelInspector inspector(config, pool);
        const InspectReply reply = inspector.answer({}, weights);
        const ModelFigures& figures = reply.intact.figures;
        EXPECT_NEAR(figures.train_loss, train.loss, 1e-6 * train.loss);
        EXPECT_NEAR(figures.test_loss, test.loss, 1e-6 * test.loss);
        EXPECT_DOUBLE_EQ(figures.train_accuracy, static_cast<double>(train.correct) /
                                                     static_cast<double>(task.train.size()));
        EXPECT_DOUBLE_EQ(figures.test_accuracy,
                         static_cast<double>(test.correct) / static_cast<double>(task.test.size()));
        EXPECT_FALSE(reply.ablated);
        EXPECT_EQ(reply.attention.size(), static_cast<std::size_t>(4 * p * p * 3));
        std::size_t training = 0;
        for (const std::uint8_t trains : reply.trains) {
            training += trains;
        }
        EXPECT_EQ(training, task.train.size());
    }
}

TEST(ModelInspector, ASecondAnswerIsTheSameAndNewWeightsGiveAnother) {
    const RunConfig config = small_config();
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.ablation.mlp = Replacement::kMean;
    const auto first_weights = weights_of(config, 1);
    const InspectReply first = inspector.answer(query, first_weights);
    const InspectReply again = inspector.answer(query, first_weights);
    EXPECT_EQ(first.ablated->confidence, again.ablated->confidence);
    const auto second_weights = weights_of(config, 2);
    const InspectReply second = inspector.answer(query, second_weights);
    EXPECT_NE(first.ablated->figures.test_loss, second.ablated->figures.test_loss);
    ModelInspector fresh(config, pool);
    EXPECT_EQ(second.ablated->figures.test_loss,
              fresh.answer(query, second_weights).ablated->figures.test_loss);
    query.ablation = {};
    EXPECT_FALSE(inspector.answer(query, second_weights).ablated);
}

TEST(ModelInspector, BeforeThereAreKeyFrequenciesTheClockShowsTheFiveStrongest) {
    const RunConfig config = small_config(53);
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.pair = NumberPair{1, 2};
    const InspectReply reply = inspector.answer(query, weights_of(config));
    EXPECT_TRUE(reply.key_frequencies.empty()); // random weights use all alike
    ASSERT_EQ(reply.clock.size(), 5U);
    for (std::size_t i = 1; i < 5; ++i) {
        EXPECT_LT(reply.clock[i - 1].frequency, reply.clock[i].frequency);
    }
}

TEST(ModelInspector, ADeepModelIsAnsweredAsAWholeAndNotInParts) {
    RunConfig config = small_config();
    config.layers = 2;
    config.norm = Norm::kPre;
    config.sequence = Sequence::kWithOperation;
    const auto weights = weights_of(config);
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.pair = NumberPair{3, 7};
    const InspectReply reply = inspector.answer(query, weights);
    EXPECT_TRUE(reply.problem.empty()) << reply.problem;
    EXPECT_EQ(reply.intact.answers.size(), 121U);
    ASSERT_EQ(reply.attention.size(), 4U * 121 * 4); // heads, pairs, a * b =
    const Task task = make_task(config);
    const auto step = make_forward_step(config, pool);
    step->load(*weights);
    EXPECT_NEAR(reply.intact.figures.test_loss, step->evaluate(task.test).loss, 1e-6);
    std::vector<float> logits(11);
    step->logits(std::vector<Pair>{{3, 7}}, logits);
    EXPECT_EQ(reply.intact.pair->logits, logits);
    query.ablation.frequencies = {2};
    query.ablation.place = FrequencyPlace::kEmbedding;
    const InspectReply without = inspector.answer(query, weights);
    ASSERT_TRUE(without.ablated);
    EXPECT_NE(without.ablated->figures.test_loss, reply.intact.figures.test_loss);
}

TEST(ModelInspector, TakesPartsOfAnyLayerOut) {
    RunConfig config = small_config();
    config.layers = 3;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    const auto weights = weights_of(config);
    WorkerPool pool(2);
    ModelInspector inspector(config, pool);
    const ModelShape shape = ModelShape::of(config);
    const std::vector<Pair> pairs = all_pairs(config.arithmetic()).pairs;
    for (int layer = 0; layer < 3; ++layer) {
        // Means over all pairs, position by position, of what the query replaces by its mean.
        std::map<std::pair<Site, int>, test::Values> means;
        for (const Pair pair : pairs) {
            test::naive_logits(*weights, pair, [&](SiteAt at, int position, test::Values& values) {
                if (at.layer == layer && (at.site == Site::kAttnZ || at.site == Site::kMlpOut)) {
                    test::Values& mean = means[{at.site, position}];
                    mean.resize(values.size());
                    for (std::size_t i = 0; i < values.size(); ++i) {
                        mean[i] += values[i] / 121;
                    }
                }
            });
        }
        InspectQuery query;
        query.pair = NumberPair{3, 7};
        query.attention_layer = 2;
        query.ablation.layer = layer;
        query.ablation.heads = {Replacement::kZero, Replacement::kMean, Replacement::kNone,
                                Replacement::kNone};
        query.ablation.mlp = Replacement::kMean;
        query.ablation.attention_skip = layer != 1;
        query.ablation.mlp_skip = layer == 2 ? Replacement::kZero : Replacement::kNone;
        const InspectReply reply = inspector.answer(query, weights);
        ASSERT_TRUE(reply.ablated) << reply.problem;
        test::Values pattern;
        const test::Values expected = test::naive_logits(
            *weights, {3, 7}, [&](SiteAt at, int position, test::Values& values) {
                if (at == SiteAt{Site::kAttnPattern, 2} && position == 2) {
                    pattern = values;
                }
                if (at.layer != layer) {
                    return;
                }
                const auto d_head = static_cast<std::ptrdiff_t>(shape.d_head());
                if (at.site == Site::kAttnZ) {
                    std::fill_n(values.begin(), d_head, 0.0);
                    const test::Values& mean = means.at({at.site, position});
                    std::copy_n(mean.begin() + d_head, d_head, values.begin() + d_head);
                } else if (at.site == Site::kMlpOut) {
                    values = means.at({at.site, position});
                } else if ((at.site == Site::kAttnSkip && layer == 1) ||
                           (at.site == Site::kMlpSkip && layer == 2)) {
                    std::ranges::fill(values, 0.0);
                }
            });
        for (std::size_t c = 0; c < 11; ++c) {
            EXPECT_NEAR(reply.ablated->pair->logits[c], expected[c],
                        1e-4 * (1 + std::abs(expected[c])))
                << layer;
        }
        // What is taken out below moves the attention above.
        for (std::size_t head = 0; head < 4; ++head) {
            for (std::size_t slot = 0; slot < 3; ++slot) {
                EXPECT_NEAR(reply.attention[(head * 121 + 3 * 11 + 7) * 3 + slot],
                            pattern[head * 3 + slot], 1e-5);
            }
        }
    }
}

TEST(ModelInspector, AWrongQuestionIsRefusedInOneSentence) {
    const RunConfig config = small_config();
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    const auto weights = weights_of(config);
    const auto problem_of = [&](auto change) {
        InspectQuery query;
        change(query);
        return inspector.answer(query, weights).problem;
    };
    EXPECT_EQ(problem_of([](InspectQuery& q) { q.ablation.frequencies = {6}; }),
              "a frequency of a group of 11 elements must lie between 1 and 5, got 6");
    EXPECT_EQ(problem_of([](InspectQuery& q) {
                  q.clock_frequencies = {2, 2};
              }),
              "frequency 2 is given twice, but a set is expected");
    EXPECT_EQ(problem_of([](InspectQuery& q) { q.ablation.heads = {Replacement::kZero}; }),
              "this model has 4 heads, but the question says what to do with 1");
    EXPECT_EQ(problem_of([](InspectQuery& q) { q.ablation.layer = 1; }),
              "layers are numbered from 0 to 0, got 1");
    EXPECT_EQ(problem_of([](InspectQuery& q) {
                  q.pair = NumberPair{3, 11};
              }),
              "the numbers of a pair must lie between 0 and 10, got 11");
    EXPECT_EQ(problem_of([](InspectQuery&) {}), ""); // and goes on answering
}

} // namespace
} // namespace grokscope

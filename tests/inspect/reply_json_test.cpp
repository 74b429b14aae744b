// The answer as text: what a script reads is what the window shows.
#include "engine/inspect/reply_json.h"

#include "engine/compute/worker_pool.h"
#include "engine/inspect/model_inspector.h"
#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grokscope {
namespace {

InspectReply some_reply() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.epoch = 250;
    query.pair = NumberPair{2, 6};
    query.ablation.frequencies = {3};
    query.ablation.heads = {Replacement::kZero, Replacement::kNone, Replacement::kMean,
                            Replacement::kNone};
    InspectReply reply = inspector.answer(
        query, std::make_shared<const Parameters>(test::random_parameters(ModelShape::of(config))));
    reply.epoch = 200;
    return reply;
}

TEST(ReplyJson, HoldsEveryFigureExactly) {
    const InspectReply reply = some_reply();
    const auto json = nlohmann::json::parse(to_json(reply, GridText::kLeaveOut));
    EXPECT_EQ(json["epoch"], 200);
    EXPECT_EQ(json["question"]["epoch"], 250);
    EXPECT_EQ(json["question"]["heads"], (std::vector{"zero", "none", "mean", "none"}));
    EXPECT_EQ(json["question"]["place"], "logits");
    EXPECT_EQ(json["intact"]["test_loss"].get<double>(), reply.intact.figures.test_loss);
    EXPECT_EQ(json["ablated"]["train_loss"].get<double>(), reply.ablated->figures.train_loss);
    EXPECT_EQ(json["ablated_elsewhere"]["test_acc"].get<double>(),
              reply.ablated_elsewhere->test_accuracy);
    EXPECT_EQ(json["ablated"]["pair"]["logits"].get<std::vector<float>>(),
              reply.ablated->pair->logits);
    ASSERT_EQ(json["clock"].size(), reply.clock.size());
    ASSERT_FALSE(reply.clock.empty());
    EXPECT_EQ(json["clock"][0]["logits"]["angle"].get<double>(), reply.clock[0].logits.angle);
    EXPECT_FALSE(json.contains("attention"));
}

TEST(ReplyJson, WritesGridsWhenAsked) {
    const InspectReply reply = some_reply();
    const auto json = nlohmann::json::parse(to_json(reply, GridText::kWrite));
    EXPECT_EQ(json["intact"]["answers"][3][4].get<int>(), reply.intact.answers[3 * 7 + 4]);
    EXPECT_EQ(json["trains"].size(), 7U);
    EXPECT_EQ(json["attention"][2][5][1][0].get<float>(),
              reply.attention[((2 * 7 + 5) * 7 + 1) * 3]);
    EXPECT_EQ(json["attention"].size(), 4U);
}

TEST(ReplyJson, SaysWhatIsWrong) {
    InspectReply reply;
    reply.problem = "there is no run 3; it may have been removed";
    const auto json = nlohmann::json::parse(to_json(reply, GridText::kLeaveOut));
    EXPECT_EQ(json["problem"], reply.problem);
    EXPECT_FALSE(json.contains("intact"));
}

} // namespace
} // namespace grokscope

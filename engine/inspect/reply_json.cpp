#include "engine/inspect/reply_json.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

Json question_of(const InspectQuery& query) {
    const Ablation& ablation = query.ablation;
    Json heads = Json::array();
    for (const Replacement head : ablation.heads) {
        heads.push_back(name_of(head));
    }
    return {{"epoch", query.epoch},
            {"frequencies", ablation.frequencies},
            {"keep_only", ablation.keep_only},
            {"place", name_of(ablation.place)},
            {"layer", ablation.layer},
            {"heads", heads},
            {"mlp", name_of(ablation.mlp)},
            {"attention_skip", ablation.attention_skip},
            {"mlp_skip", name_of(ablation.mlp_skip)},
            {"scaled_rows", name_of(ablation.scaled)},
            {"row_scale", ablation.row_scale},
            {"pair", query.pair ? Json{query.pair->a, query.pair->b} : Json()}};
}

Json figures_of(const ModelFigures& figures) {
    return {{"train_loss", figures.train_loss},       {"test_loss", figures.test_loss},
            {"train_acc", figures.train_accuracy},    {"test_acc", figures.test_accuracy},
            {"mirrored_loss", figures.mirrored_loss}, // null where there are no such pairs
            {"new_loss", figures.new_loss},           {"mirrored_acc", figures.mirrored_accuracy},
            {"new_acc", figures.new_accuracy}};
}

Json shares_of(const std::optional<AnswerShares>& shares) {
    return shares ? Json{{"pairs", shares->pairs},
                         {"zero", shares->zero},
                         {"right", shares->right},
                         {"commonest", shares->commonest},
                         {"same", shares->same}}
                  : Json();
}

Json pair_of(const PairReading& pair) {
    return {{"answer", pair.answer},
            {"confidence", pair.confidence},
            {"runner_up", pair.runner_up},
            {"runner_up_confidence", pair.runner_up_confidence},
            {"logits", pair.logits}};
}

/// Values of every pair as an array of rows, one per a.
template <typename Value>
Json rows_of(const std::vector<Value>& values, int p) {
    const auto n = static_cast<std::size_t>(p);
    Json rows = Json::array();
    for (std::size_t a = 0; a < n; ++a) {
        rows.push_back(std::vector<Value>(values.begin() + static_cast<std::ptrdiff_t>(a * n),
                                          values.begin() + static_cast<std::ptrdiff_t>(a * n + n)));
    }
    return rows;
}

Json model_of(const InspectedModel& model, int p, GridText grids) {
    Json json = figures_of(model.figures);
    if (model.pair) {
        json["pair"] = pair_of(*model.pair);
    }
    if (grids == GridText::kWrite) {
        json["answers"] = rows_of(model.answers, p);
        json["confidence"] = rows_of(model.confidence, p);
    }
    return json;
}

Json hand_of(const ClockHand& hand) {
    return {{"angle", hand.angle}, {"length", hand.length}};
}

Json clock_of(const ClockReading& clock) {
    return {{"frequency", clock.frequency},
            {"angle_a", clock.angle_a},
            {"angle_b", clock.angle_b},
            {"angle_sum", clock.angle_answer},
            {"embedding_a", hand_of(clock.embedding_a)},
            {"embedding_b", hand_of(clock.embedding_b)},
            {"logits", hand_of(clock.logits)},
            {"contribution", clock.contribution}};
}

Json attention_of(const InspectReply& reply) {
    const auto p = static_cast<std::size_t>(reply.p);
    const auto positions = static_cast<std::size_t>(reply.positions);
    Json heads = Json::array();
    const std::span<const float> weights = reply.attention;
    for (std::size_t head = 0; head < static_cast<std::size_t>(reply.heads); ++head) {
        Json rows = Json::array();
        for (std::size_t a = 0; a < p; ++a) {
            Json row = Json::array();
            for (std::size_t b = 0; b < p; ++b) {
                const auto of_pair =
                    weights.subspan(((head * p + a) * p + b) * positions, positions);
                row.push_back(std::vector<float>(of_pair.begin(), of_pair.end()));
            }
            rows.push_back(std::move(row));
        }
        heads.push_back(std::move(rows));
    }
    return heads;
}

} // namespace

std::string name_of(Replacement replacement) {
    switch (replacement) {
    case Replacement::kNone:
        return "none";
    case Replacement::kZero:
        return "zero";
    case Replacement::kMean:
        return "mean";
    }
    return "unknown";
}

std::string name_of(FrequencyPlace place) {
    return place == FrequencyPlace::kLogits ? "logits" : "embedding";
}

std::string to_json(const InspectReply& reply, GridText grids) {
    Json json = {{"format", "grokscope inspection 1"}, {"question", question_of(reply.query)}};
    if (!reply.problem.empty()) {
        json["problem"] = reply.problem;
        return json.dump(1) + '\n';
    }
    json["epoch"] = reply.epoch;
    json["p"] = reply.p;
    json["heads"] = reply.heads;
    json["layers"] = reply.layers;
    json["operation"] = std::string(name_of(reply.operation));
    if (!reply.table.empty()) {
        json["table"] = reply.table.text();
    }
    json["key_frequencies"] = reply.key_frequencies;
    json["intact"] = model_of(reply.intact, reply.p, grids);
    json["ablated"] = reply.ablated ? model_of(*reply.ablated, reply.p, grids) : Json();
    json["ablated_elsewhere"] =
        reply.ablated_elsewhere ? figures_of(*reply.ablated_elsewhere) : Json();
    json["intact_shares"] = shares_of(reply.intact_shares);
    json["ablated_shares"] = shares_of(reply.ablated_shares);
    if (!reply.clock.empty()) {
        Json clock = Json::array();
        for (const ClockReading& reading : reply.clock) {
            clock.push_back(clock_of(reading));
        }
        json["clock"] = std::move(clock);
        json["class_means"] = reply.class_means;
    }
    if (grids == GridText::kWrite) {
        json["trains"] = rows_of(reply.trains, reply.p);
        json["attention_layer"] = reply.query.attention_layer;
        json["attention"] = reply.attention.empty() ? Json() : attention_of(reply);
    }
    json["milliseconds"] = reply.milliseconds;
    return json.dump(grids == GridText::kWrite ? -1 : 1) + '\n';
}

} // namespace grokscope

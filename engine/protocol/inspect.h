// What the window asks about recorded weights, and the answer: every pair's prediction, the model
// taken apart, the clock, attention. Nothing here touches a run that trains.
// Threads: the two ends of InspectChannels name theirs.
#pragma once

#include "engine/protocol/arithmetic.h"
#include "engine/protocol/doorbell.h"
#include "engine/protocol/latest.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/study.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// One question, a and b.
struct NumberPair {
    int a = 0;
    int b = 0;
    friend bool operator==(const NumberPair&, const NumberPair&) = default;
};

/// What takes the place of an activation.
enum class Replacement : std::uint8_t {
    kNone, ///< nothing: it stays as it is
    kZero,
    kMean ///< its mean over all pairs, in the intact model
};

/// Where frequencies are removed (science.md section 5).
enum class FrequencyPlace : std::uint8_t {
    kLogits,   ///< L - sum of P_k L: the published direction, a reading
    kEmbedding ///< W_E without its rows of F, '=' untouched, then the whole forward pass: a cause
};

/// Which embeddings are scaled.
enum class ScaledRows : std::uint8_t {
    kZero,   ///< that of the number 0, wherever it stands: row 0 of the embedding
    kFirst,  ///< those of the first operand, at its position alone
    kSecond, ///< those of the second operand, at its position alone
    kBoth    ///< those of all numbers
};
inline constexpr std::array<std::string_view, 4> kScaledRowsNames = {"zero", "a", "b", "both"};

[[nodiscard]] constexpr std::string_view name_of(ScaledRows rows) {
    return kScaledRowsNames[static_cast<std::size_t>(rows)];
}

/// Which parts of a model are taken out. The default takes out nothing.
struct Ablation {
    /// In 1..n/2, n the order of the operation's group, each at most once; none: frequencies are
    /// left alone.
    std::vector<int> frequencies;
    /// Keeps these frequencies and the mean only, instead of removing them.
    bool keep_only = false;
    FrequencyPlace place = FrequencyPlace::kLogits;
    /// Whose heads, MLP and skip connections the next four are, from 0.
    int layer = 0;
    /// Output z of each head of that layer, by head; empty: all stay.
    std::vector<Replacement> heads;
    /// What the MLP adds to the residual stream, W_out mlp_hidden + b_out.
    Replacement mlp = Replacement::kNone;
    /// False: what attention adds goes on alone. (In the only layer of a model this skip carries
    /// the same for every pair, so that its mean changes nothing.)
    bool attention_skip = true;
    /// What the skip around the MLP carries: with kZero what the MLP adds goes on alone.
    Replacement mlp_skip = Replacement::kNone;
    /// Factor s, 0..1, of the embeddings of `scaled`, without their position; 1 leaves them.
    double row_scale = 1;
    ScaledRows scaled = ScaledRows::kZero;

    /// True when a head, the MLP or a skip connection is changed.
    [[nodiscard]] bool changes_parts() const {
        bool changed =
            mlp != Replacement::kNone || !attention_skip || mlp_skip != Replacement::kNone;
        for (const Replacement head : heads) {
            changed = changed || head != Replacement::kNone;
        }
        return changed;
    }
    [[nodiscard]] bool scales_rows() const { return row_scale != 1; }
    [[nodiscard]] bool empty() const {
        return frequencies.empty() && !changes_parts() && !scales_rows();
    }

    friend bool operator==(const Ablation&, const Ablation&) = default;
};

/// A question to the inspector. The newest one wins: those before it may go unanswered.
struct InspectQuery {
    /// Comes back in the answer; the asker counts it up with every question. 0: no question.
    std::uint64_t number = 0;
    RunId run{};
    /// The answer is about the newest recorded weights of this epoch or before.
    std::int32_t epoch = 0;
    Ablation ablation;
    /// For the clock and the query box; each in 0..p-1.
    std::optional<NumberPair> pair;
    /// Frequencies of the clock; none: the key frequencies, or without any the five strongest of
    /// W_L = W_U^T W_out.
    std::vector<int> clock_frequencies;
    /// Whether the attention over the grid is wanted, and of which layer, from 0.
    bool attention = true;
    int attention_layer = 0;

    /// True when both ask the same, whatever their numbers.
    [[nodiscard]] bool asks_the_same(const InspectQuery& other) const {
        return run == other.run && epoch == other.epoch && ablation == other.ablation &&
               pair == other.pair && clock_frequencies == other.clock_frequencies &&
               attention == other.attention && attention_layer == other.attention_layer;
    }
};

/// How well a model does. Loss is the mean cross-entropy in nats, accuracy a share 0..1.
struct ModelFigures {
    double train_loss = std::numeric_limits<double>::quiet_NaN();
    double test_loss = std::numeric_limits<double>::quiet_NaN();
    double train_accuracy = std::numeric_limits<double>::quiet_NaN();
    double test_accuracy = std::numeric_limits<double>::quiet_NaN();
    /// The test pairs in two parts, as MetricSample has them.
    double mirrored_loss = std::numeric_limits<double>::quiet_NaN();
    double new_loss = std::numeric_limits<double>::quiet_NaN();
    double mirrored_accuracy = std::numeric_limits<double>::quiet_NaN();
    double new_accuracy = std::numeric_limits<double>::quiet_NaN();
};

/// What a model says to one pair.
struct PairReading {
    std::vector<float> logits; ///< [p], over the classes c
    int answer = 0;            ///< largest logit, the lowest class on a tie
    int runner_up = 0;         ///< second largest
    double confidence = 0;     ///< softmax probability of the answer, 0..1
    double runner_up_confidence = 0;
};

/// What a model says to every pair; row a*p + b.
struct InspectedModel {
    ModelFigures figures;
    std::vector<std::uint16_t> answers; ///< [p*p], as PairReading::answer
    std::vector<float> confidence;      ///< [p*p], as PairReading::confidence
    std::optional<PairReading> pair;    ///< of the pair that was asked about
};

/// A hand on the face of a clock.
struct ClockHand {
    double angle = 0;  ///< radians, 0 .. 2 pi
    double length = 0; ///< what 1 means stands with each hand
};

/// One frequency's part in the answer to the pair (science.md section 5). It shows what is
/// computed, not that this circuit computes it (Zhong et al. 2023, arXiv 2306.17844).
struct ClockReading {
    int frequency = 0;
    /// Where the ideal clock has a, b and the answer: w_k times their index in the operation's
    /// group, radians, 0 .. 2 pi. The answer's is the sum of both, or the difference.
    double angle_a = 0;
    double angle_b = 0;
    double angle_answer = 0;
    /// Where W_E has the tokens a and b on the ring of this frequency (science.md 3.4); length 1 is
    /// the ring's root mean square radius. Length 0: there is no plane, as for k = p/2.
    ClockHand embedding_a;
    ClockHand embedding_b;
    /// The model's own hand, sum over c of logit_c exp(i w_k c); length in logits, 2/p times the
    /// modulus of the sum (1/p for k = p/2): a logit curve cos(w_k (s - c)) has length 1.
    ClockHand logits;
    /// What this frequency adds to the pair's logits, (P_k L)[pair, c], over the classes: [p].
    std::vector<float> contribution;
};

/// What a model answers to the pairs that blanked numbers are asked about: those without a 0, or,
/// when row 0 is scaled, those with one; only such as have an answer.
struct AnswerShares {
    int pairs = 0;
    double zero = 0;   ///< share of them that it answers with 0
    double right = 0;  ///< that it answers rightly
    int commonest = 0; ///< its commonest answer, the lowest on a tie
    double same = 0;   ///< share of them that it answers with that
};

/// Recorded weights in memory, of all runs.
struct WeightMemoryFacts {
    std::size_t records = 0;   ///< recorded so far
    std::size_t in_memory = 0; ///< the others lie in the notebook, if there is one
    std::size_t bytes = 0;     ///< of those in memory
    std::size_t budget = 0;
};

/// The answer to one question.
struct InspectReply {
    /// The question it answers.
    InspectQuery query;
    /// Why there is no answer, one sentence; then all that follows is void.
    std::string problem;
    /// Resets of the run before the weights were recorded (event::RunReset).
    std::uint32_t life = 0;
    /// Of the weights really used: they are the input of this epoch, theta_e. MetricSample has
    /// train figures of the same weights and test figures of those one epoch later.
    std::int32_t epoch = 0;
    Operation operation = Operation::kAdd;
    OperationTable table = {};
    int p = 0;
    int heads = 0; ///< of a layer
    int layers = 1;
    int positions = 3; ///< of a sequence: a, b, '=', or a, the operation, b, '='
    /// By the final rule on these weights; increasing, often empty.
    std::vector<int> key_frequencies;
    /// 1 where the pair trains, [p*p]; where the operation is not defined it does not.
    std::vector<std::uint8_t> trains;

    InspectedModel intact;
    /// Without all that the question takes out, frequencies at its `place`; absent when it takes
    /// out nothing.
    std::optional<InspectedModel> ablated;
    /// The same with the frequencies removed at the other place; absent when there are none.
    std::optional<ModelFigures> ablated_elsewhere;
    /// What the intact model says to the pairs in question, and what `ablated` does; absent unless
    /// rows are scaled and there are such pairs.
    std::optional<AnswerShares> intact_shares;
    std::optional<AnswerShares> ablated_shares;

    /// Of `ablated` if there is one, else of `intact`: weights of the last position on all
    /// positions, in one layer, [heads, p*p, positions]; those of a pair sum to 1. Empty when not
    /// asked for.
    std::vector<float> attention;
    /// Of the same model, one for each frequency; empty without a pair, of a pair with a number
    /// outside the operation's group, and where there is no group.
    std::vector<ClockReading> clock;
    /// Mean over all pairs of the group of each class's logit, of the same model, [p]: with it and
    /// the contributions what is left of the pair's logits is neither; empty where the clock is.
    std::vector<float> class_means;

    WeightMemoryFacts memory;
    /// True when the weights had to be read back from the notebook.
    bool from_notebook = false;
    /// Time it took to answer, from taking the question to the end.
    double milliseconds = 0;

    /// What its pairs are and what each answers.
    [[nodiscard]] Arithmetic arithmetic() const { return {operation, p, table}; }
};

/// Contact between the front end and the inspector's thread.
struct InspectChannels {
    /// Front end to inspector; newest wins. Publish, then ring `doorbell`.
    Latest<InspectQuery> query;
    /// Inspector to front end; newest wins.
    Latest<InspectReply> reply;
    /// The same for what takes seconds; a question of the other kind goes first.
    Latest<StudyQuery> study;
    Latest<StudyReply> study_reply;
    /// Front end, trainer and notebook's writer to inspector.
    Doorbell doorbell;

    /// Front end's thread; never blocks.
    void ask(InspectQuery question) {
        query.publish(question);
        doorbell.ring();
    }
    /// The same.
    void ask(StudyQuery question) {
        study.publish(question);
        doorbell.ring();
    }
};

} // namespace grokscope

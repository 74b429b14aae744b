#include "app/commands/inspect_command.h"

#include "app/commands/notebook_commands.h"
#include "app/commands/run_description.h"
#include "app/commands/valley_command.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/model_inspector.h"
#include "engine/inspect/reply_json.h"
#include "engine/store/notebook.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

struct EpochWeights {
    std::int32_t epoch = 0;
    std::shared_ptr<const Parameters> parameters;
};

/// The newest weights of `epoch` or before, the state to go on from among them. Of a given epoch
/// what is recorded, rounded or not, so that the answer is the same when the run has gone on.
EpochWeights find_weights(Notebook& notebook, StoredRunId run, std::optional<std::int32_t> epoch) {
    EpochWeights found{-1, nullptr};
    const auto wanted = [&](std::int32_t recorded) {
        return epoch ? recorded >= found.epoch && recorded <= *epoch : recorded > found.epoch;
    };
    std::optional<StoredCheckpoint> checkpoint = notebook.usable_checkpoint(run);
    if (checkpoint && wanted(checkpoint->state.epoch)) {
        found = {checkpoint->state.epoch,
                 std::make_shared<const Parameters>(std::move(checkpoint->state.parameters))};
    }
    const std::vector<std::int32_t> epochs = notebook.weight_epochs(run);
    for (auto recorded = epochs.rbegin(); recorded != epochs.rend(); ++recorded) {
        if (!wanted(*recorded)) {
            continue;
        }
        if (std::optional<Parameters> weights = notebook.usable_weights(run, *recorded)) {
            return {*recorded, std::make_shared<const Parameters>(std::move(*weights))};
        }
    }
    if (found.parameters == nullptr) {
        throw UsageError(
            epoch ? fmt::format("the run has no recorded weights at epoch {} or before", *epoch)
                  : "the run has no recorded weights");
    }
    return found;
}

InspectQuery query_of(const InspectOptions& options, const RunConfig& config, std::int32_t epoch) {
    InspectQuery query;
    query.epoch = options.epoch.value_or(epoch);
    query.ablation = options.ablation;
    query.pair = options.pair;
    query.clock_frequencies = options.clock_frequencies;
    query.attention = !options.json || options.grids;
    query.attention_layer = options.ablation.layer;
    std::vector<Replacement>& heads = query.ablation.heads;
    const auto replace = [&](const std::vector<int>& chosen, Replacement by) {
        for (const int head : chosen) {
            if (head < 0 || head >= config.heads) {
                throw UsageError(
                    fmt::format("heads are numbered from 0 to {}, got {}", config.heads - 1, head));
            }
            heads.resize(static_cast<std::size_t>(config.heads), Replacement::kNone);
            heads[static_cast<std::size_t>(head)] = by;
        }
    };
    replace(options.zero_heads, Replacement::kZero);
    replace(options.mean_heads, Replacement::kMean);
    return query;
}

std::string line_of(const std::string& name, const ModelFigures& figures) {
    return fmt::format("{:<24}{:>12.5g}{:>12.5g}{:>11.3f} %{:>11.3f} %\n", name, figures.train_loss,
                       figures.test_loss, 100 * figures.train_accuracy,
                       100 * figures.test_accuracy);
}

/// The test figures of one part of the test pairs, under those of all; nothing where it is empty.
std::string part_line(const std::string& name, double loss, double accuracy) {
    return std::isnan(loss) ? std::string()
                            : fmt::format("{:<24}{:>12}{:>12.5g}{:>13}{:>11.3f} %\n", name, "",
                                          loss, "", 100 * accuracy);
}

std::string_view symbol_of(const InspectReply& reply) {
    return spec_of(reply.operation).symbol;
}

std::string seen_in_words(const InspectReply& reply, int a, int b) {
    const auto trains = [&](int one, int other) {
        return reply.trains[static_cast<std::size_t>(one * reply.p + other)] != 0;
    };
    if (trains(a, b)) {
        return "trained on";
    }
    return reply.arithmetic().is_commutative() && trains(b, a)
               ? fmt::format("never seen, but {} {} {} was", b, symbol_of(reply), a)
               : "never seen";
}

/// `right`: the answer, none where the operation is not defined.
std::string pair_in_words(const std::string& name, const PairReading& pair,
                          std::optional<int> right) {
    return fmt::format("  {:<22}{} ({:.2f} %), {}; then {} ({:.2g} %)\n", name, pair.answer,
                       100 * pair.confidence,
                       !right                 ? "undefined"
                       : pair.answer == right ? "right"
                                              : "wrong",
                       pair.runner_up, 100 * pair.runner_up_confidence);
}

double degrees(double angle) {
    return angle * 180 / std::numbers::pi;
}

std::string clock_in_words(const InspectReply& reply) {
    if (reply.clock.empty()) {
        return reply.query.pair && group_order(reply.operation, reply.p) > 0
                   ? std::string("no clock of this pair: 0 is no power of the generator, and has "
                                 "no place on "
                                 "it\n")
                   : "no clock: " + reply.arithmetic().why_no_group() + "\n";
    }
    // In the index of the operation's group: of products the exponents are added.
    std::string text =
        fmt::format("clock of this pair, degrees: the ideal hand / the model's\n"
                    "     k         w_k a         w_k b     w_k (a{}b)   length, logits\n",
                    symbol_of(reply));
    for (const ClockReading& clock : reply.clock) {
        text += fmt::format(
            "{:>6}{:>7.1f} /{:>5.1f}{:>7.1f} /{:>5.1f}{:>7.1f} /{:>5.1f}{:>17.4g}\n",
            clock.frequency, degrees(clock.angle_a), degrees(clock.embedding_a.angle),
            degrees(clock.angle_b), degrees(clock.embedding_b.angle), degrees(clock.angle_answer),
            degrees(clock.logits.angle), clock.logits.length);
    }
    return text;
}

std::string attention_in_words(const InspectReply& reply) {
    std::string text =
        "attention" +
        (reply.layers > 1 ? fmt::format(" of layer {}", reply.query.attention_layer) : "") +
        ", mean over all pairs, %\n";
    const Arithmetic arithmetic = reply.arithmetic();
    const double defined = arithmetic.pairs();
    const auto positions = static_cast<std::size_t>(reply.positions);
    const std::vector<std::string> names =
        positions == 4 ? std::vector<std::string>{"a", std::string(symbol_of(reply)), "b", "="}
                       : std::vector<std::string>{"a", "b", "="};
    for (int head = 0; head < reply.heads; ++head) {
        std::vector<double> sums(positions);
        const float* next =
            &reply.attention[static_cast<std::size_t>(head) * reply.trains.size() * positions];
        for (int a = 0; a < reply.p; ++a) {
            for (int b = 0; b < reply.p; ++b, next += positions) {
                for (std::size_t i = 0; i < positions && arithmetic.defined(a, b); ++i) {
                    sums[i] += next[i] * 100.0 / defined;
                }
            }
        }
        text += fmt::format("  head {}:", head);
        for (std::size_t i = 0; i < positions; ++i) {
            text += fmt::format("{} {} {:.2f}", i == 0 ? "" : ",", names[i], sums[i]);
        }
        text += "\n";
    }
    return text;
}

std::string shares_in_words(const std::string& name, const AnswerShares& shares) {
    return fmt::format("  {:<22}0 for {:.2f} %, {} most often, {:.2f} %; {:.2f} % right\n", name,
                       100 * shares.zero, shares.commonest, 100 * shares.same, 100 * shares.right);
}

/// What the model says while embeddings are scaled; nothing where none are.
std::string scaled_in_words(const InspectReply& reply) {
    const Ablation& ablation = reply.query.ablation;
    if (!ablation.scales_rows()) {
        return {};
    }
    const bool zero = ablation.scaled == ScaledRows::kZero;
    const std::string what = zero ? "the number 0"
                             : ablation.scaled == ScaledRows::kBoth
                                 ? "both operands"
                                 : "operand " + std::string(name_of(ablation.scaled));
    std::string text =
        fmt::format("embedding of {} times {:g}; its answers to ", what, ablation.row_scale);
    if (!reply.intact_shares || !reply.ablated_shares) {
        return text + "pairs with a 0: there are none\n";
    }
    text += fmt::format("the {} pairs with{} a 0\n", reply.intact_shares->pairs, zero ? "" : "out");
    return text + shares_in_words("intact", *reply.intact_shares) +
           shares_in_words("scaled", *reply.ablated_shares);
}

std::string in_words(const InspectReply& reply) {
    std::string text = fmt::format("weights of epoch {}\n", reply.epoch);
    text += reply.key_frequencies.empty()
                ? std::string("no key frequencies\n")
                : fmt::format("key frequencies {}\n", fmt::join(reply.key_frequencies, ", "));
    text += fmt::format("{:<24}{:>12}{:>12}{:>13}{:>13}\n", "", "train loss", "test loss",
                        "train acc", "test acc");
    const ModelFigures& intact = reply.intact.figures;
    text += line_of("intact", intact);
    text += part_line(fmt::format("  where b {} a trains", symbol_of(reply)), intact.mirrored_loss,
                      intact.mirrored_accuracy);
    text += part_line("  where neither does", intact.new_loss, intact.new_accuracy);
    const bool in_logits = reply.query.ablation.place == FrequencyPlace::kLogits;
    if (reply.ablated_elsewhere) {
        const ModelFigures& shown = reply.ablated->figures;
        text += line_of("taken out of logits", in_logits ? shown : *reply.ablated_elsewhere);
        text += line_of("taken out of embedding", in_logits ? *reply.ablated_elsewhere : shown);
    } else if (reply.ablated) {
        text += line_of("without these parts", reply.ablated->figures);
    }
    text += scaled_in_words(reply);
    if (reply.query.pair) {
        const auto [a, b] = *reply.query.pair;
        const Arithmetic arithmetic = reply.arithmetic();
        const std::optional<int> right =
            arithmetic.defined(a, b) ? std::optional(arithmetic.answer(a, b)) : std::nullopt;
        text += fmt::format("{} {} {} {}, {}\n", a, symbol_of(reply), b,
                            right ? fmt::format("= {}", *right) : "is not defined",
                            seen_in_words(reply, a, b));
        text += pair_in_words("intact", *reply.intact.pair, right);
        if (reply.ablated) {
            text += pair_in_words("taken apart", *reply.ablated->pair, right);
        }
        text += clock_in_words(reply);
    }
    return text + attention_in_words(reply) +
           fmt::format("answered in {:.1f} ms\n", reply.milliseconds);
}

} // namespace

int run_inspect(const InspectOptions& options, const StopSignal& stop) {
    flush_denormals(); // as the training has it
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    if (options.valley) {
        const int code = run_valley(notebook, run, options, stop);
        tell_left_out(notebook);
        return code;
    }
    const RunSummary summary = notebook.run(run);
    const RunConfig& config = summary.config;
    const EpochWeights weights = find_weights(notebook, run, options.epoch);
    WorkerPool pool(default_worker_threads());
    ModelInspector inspector(config, pool);
    const InspectQuery query = query_of(options, config, weights.epoch);
    const auto began = std::chrono::steady_clock::now();
    InspectReply reply = inspector.answer(query, weights.parameters);
    stop.check();
    reply.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    if (!reply.problem.empty()) {
        throw UsageError(reply.problem);
    }
    reply.epoch = weights.epoch;
    std::cout << (options.json
                      ? to_json(reply, options.grids ? GridText::kWrite : GridText::kLeaveOut)
                      : fmt::format("run {}: {}\n", static_cast<std::int64_t>(run),
                                    configuration_in_words(summary)) +
                            in_words(reply));
    tell_left_out(notebook);
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope

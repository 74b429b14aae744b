#include "tests/ui/fake_inspector.h"

#include "tests/ui/fake_engine.h"
#include "tests/ui/fake_noise.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <map>
#include <mutex>
#include <numbers>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope::fake {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kTurn = 2 * std::numbers::pi;

/// What an ablation leaves of the made-up model.
struct Model {
    int p = 0;
    double memory = 0;           ///< logit of the right class of trained pairs
    double noise = 0;            ///< of every logit
    std::vector<double> heights; ///< of cos(w_k (a+b-c)), at k
};

bool removed(const Ablation& ablation, int k) {
    const auto& all = ablation.frequencies;
    const bool listed = std::find(all.begin(), all.end(), k) != all.end();
    return !all.empty() && listed != ablation.keep_only;
}

double parts_left(const Ablation& ablation) {
    double left = 1;
    for (const Replacement head : ablation.heads) {
        left *= head == Replacement::kZero ? 0.5 : head == Replacement::kMean ? 0.7 : 1;
    }
    left *= ablation.mlp == Replacement::kZero ? 0.2 : ablation.mlp == Replacement::kMean ? 0.4 : 1;
    left *= ablation.attention_skip ? 1 : 0.1;
    left *= ablation.mlp_skip == Replacement::kNone ? 1 : 0.97;
    return left;
}

Model model_of(const RunConfig& config, int epoch, const Ablation& ablation) {
    const double order = order_at(config, epoch);
    const double left = parts_left(ablation);
    Model model;
    model.p = config.p;
    model.memory = 11 * (1 - std::exp(-epoch / 60.0)) * (1 - 0.9 * order) * left;
    model.noise = (0.5 + 2.5 * (1 - std::exp(-epoch / 200.0))) * (1 - 0.85 * order);
    model.heights.assign(static_cast<std::size_t>(config.p / 2 + 1), 0);
    double height = 7;
    for (const int k : key_frequencies(config)) {
        model.heights[static_cast<std::size_t>(k)] =
            removed(ablation, k) ? 0 : height * order * left;
        height -= 0.9;
    }
    return model;
}

bool trains(const RunConfig& config, int a, int b) {
    const double draw = noise(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
                              config.effective_split_seed() + 77);
    return (draw + 1) / 2 < config.train_fraction;
}

std::vector<float> logits_of(const Model& model, const RunConfig& config, int a, int b,
                             const std::vector<double>& waves) {
    std::vector<float> logits(static_cast<std::size_t>(model.p));
    const int sum = (a + b) % model.p;
    const bool trained = trains(config, a, b);
    for (int c = 0; c < model.p; ++c) {
        const auto turn = static_cast<std::size_t>((sum - c + model.p) % model.p);
        double value =
            waves[turn] + model.noise * noise(static_cast<std::uint32_t>(a * 521 + c),
                                              static_cast<std::uint32_t>(b), config.seed);
        value += trained && c == sum ? model.memory : 0;
        logits[static_cast<std::size_t>(c)] = static_cast<float>(value);
    }
    return logits;
}

/// Sum of the model's cosines at each difference a+b-c.
std::vector<double> waves_of(const Model& model) {
    std::vector<double> waves(static_cast<std::size_t>(model.p), 0);
    for (std::size_t r = 0; r < waves.size(); ++r) {
        for (std::size_t k = 1; k < model.heights.size(); ++k) {
            waves[r] += model.heights[k] *
                        std::cos(kTurn * static_cast<double>(k * r) / static_cast<double>(model.p));
        }
    }
    return waves;
}

PairReading reading_of(std::vector<float> logits) {
    PairReading reading;
    const auto top = std::max_element(logits.begin(), logits.end());
    reading.answer = static_cast<int>(top - logits.begin());
    double sum = 0;
    int second = reading.answer == 0 ? 1 : 0;
    for (int c = 0; c < static_cast<int>(logits.size()); ++c) {
        const auto at = static_cast<std::size_t>(c);
        sum += std::exp(static_cast<double>(logits[at] - *top));
        if (c != reading.answer && logits[at] > logits[static_cast<std::size_t>(second)]) {
            second = c;
        }
    }
    reading.runner_up = second;
    reading.confidence = 1 / sum;
    reading.runner_up_confidence =
        std::exp(static_cast<double>(logits[static_cast<std::size_t>(second)] - *top)) / sum;
    reading.logits = std::move(logits);
    return reading;
}

InspectedModel look_at(const Model& model, const RunConfig& config,
                       const std::optional<NumberPair>& pair) {
    InspectedModel result;
    const std::vector<double> waves = waves_of(model);
    struct Tally {
        double loss = 0;
        double right = 0;
        double all = 0;
    };
    Tally train;
    Tally test;
    for (int a = 0; a < model.p; ++a) {
        for (int b = 0; b < model.p; ++b) {
            PairReading reading = reading_of(logits_of(model, config, a, b, waves));
            const int sum = (a + b) % model.p;
            Tally& tally = trains(config, a, b) ? train : test;
            const double truth = reading.logits[static_cast<std::size_t>(sum)];
            const double best = reading.logits[static_cast<std::size_t>(reading.answer)];
            tally.loss += best - truth - std::log(reading.confidence);
            tally.right += reading.answer == sum ? 1 : 0;
            tally.all += 1;
            result.answers.push_back(static_cast<std::uint16_t>(reading.answer));
            result.confidence.push_back(static_cast<float>(reading.confidence));
            if (pair == NumberPair{a, b}) {
                result.pair = std::move(reading);
            }
        }
    }
    result.figures = {train.loss / train.all, test.loss / test.all, train.right / train.all,
                      test.right / test.all};
    return result;
}

ClockReading clock_of(const Model& model, const RunConfig& config, const PairReading& reading,
                      const NumberPair& pair, int k, double order) {
    const auto angle = [&](double number) {
        return std::fmod(kTurn * k * number / model.p, kTurn);
    };
    ClockReading clock;
    clock.frequency = k;
    clock.angle_a = angle(pair.a);
    clock.angle_b = angle(pair.b);
    clock.angle_answer = angle((pair.a + pair.b) % model.p);
    const auto at = [&](int number, std::uint32_t what) {
        const double off =
            (1 - order) * noise(config.seed, static_cast<std::uint32_t>(number), what);
        return ClockHand{std::fmod(angle(number) + 3 * off + kTurn, kTurn), 1 + 0.4 * off};
    };
    clock.embedding_a = at(pair.a, 31);
    clock.embedding_b = at(pair.b, 32);
    std::complex<double> hand;
    for (int c = 0; c < model.p; ++c) {
        hand +=
            std::polar(static_cast<double>(reading.logits[static_cast<std::size_t>(c)]), angle(c));
        const double height = model.heights[static_cast<std::size_t>(k)];
        clock.contribution.push_back(
            static_cast<float>(height * std::cos(clock.angle_answer - angle(c))));
    }
    clock.logits = {std::fmod(std::arg(hand) + kTurn, kTurn), std::abs(hand) * 2 / model.p};
    return clock;
}

std::vector<float> attention_of(const RunConfig& config, double order) {
    std::vector<float> weights;
    for (int head = 0; head < config.heads; ++head) {
        for (int a = 0; a < config.p; ++a) {
            for (int b = 0; b < config.p; ++b) {
                const double wave = std::cos(kTurn * (head + 3) * (a - b) / config.p + head);
                const double own = 0.33 - 0.31 * order;
                const double on_a = (1 - own) * (0.5 + 0.45 * order * wave);
                weights.push_back(static_cast<float>(on_a));
                weights.push_back(static_cast<float>(1 - own - on_a));
                weights.push_back(static_cast<float>(own));
            }
        }
    }
    return weights;
}

} // namespace

InspectReply inspect(const RunConfig& config, const InspectQuery& query) {
    const Clock::time_point begin = Clock::now();
    InspectReply reply;
    reply.query = query;
    reply.epoch = query.epoch / 100 * 100;
    reply.p = config.p;
    reply.heads = config.heads;
    const double order = order_at(config, reply.epoch);
    if (order > 0.2) {
        reply.key_frequencies = key_frequencies(config);
        std::sort(reply.key_frequencies.begin(), reply.key_frequencies.end());
    }
    for (int a = 0; a < config.p; ++a) {
        for (int b = 0; b < config.p; ++b) {
            reply.trains.push_back(trains(config, a, b) ? 1 : 0);
        }
    }
    const Model intact = model_of(config, reply.epoch, {});
    const Model cut = model_of(config, reply.epoch, query.ablation);
    reply.intact = look_at(intact, config, query.pair);
    if (!query.ablation.empty()) {
        reply.ablated = look_at(cut, config, query.pair);
        if (!query.ablation.frequencies.empty()) {
            Model other = cut; // removed from the embedding it loses a little more
            other.noise *= 1.25;
            reply.ablated_elsewhere = look_at(other, config, {}).figures;
        }
    }
    if (query.attention) {
        reply.attention = attention_of(config, order);
    }
    if (query.pair) {
        const InspectedModel& shown = reply.ablated ? *reply.ablated : reply.intact;
        std::vector<int> frequencies = query.clock_frequencies;
        if (frequencies.empty()) {
            frequencies = key_frequencies(config);
            std::sort(frequencies.begin(), frequencies.end());
        }
        for (const int k : frequencies) {
            reply.clock.push_back(
                clock_of(reply.ablated ? cut : intact, config, *shown.pair, *query.pair, k, order));
        }
        reply.class_means.assign(static_cast<std::size_t>(config.p), 0);
    }
    reply.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    return reply;
}

StudyAnswer study(StudyKind kind, const StudySubject& subject, const RunConfig& config) {
    StudyAnswer answer;
    answer.subject = subject;
    answer.epoch = subject.epoch / 100 * 100;
    answer.exact = answer.epoch % 500 == 0;
    const double order = order_at(config, answer.epoch);
    if (kind == StudyKind::kPhases) {
        for (int neuron = 0; neuron < 60; ++neuron) {
            const auto seed = static_cast<std::uint32_t>(neuron);
            const double first = 3 * noise(config.seed, seed, 51);
            const double second = first + 3 * (1 - order) * noise(config.seed, seed, 52);
            const std::vector<int> keys = key_frequencies(config);
            answer.phases.push_back(
                {neuron, keys[seed % keys.size()], first, second,
                 first + second + 3 * (1 - order) * noise(config.seed, seed, 53)});
        }
    } else if (kind == StudyKind::kValley) {
        const double bend = 20 + 400 * order;
        answer.valley = {30, bend, 0.01, {-0.5, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.5}, {}};
        for (const auto& [name, part] :
             {std::pair{"top", 1.0}, std::pair{"random 1", 0.02}, std::pair{"random 2", 0.03}}) {
            ValleyLine line{name, {}, {}};
            for (const double place : answer.valley.places) {
                const double rise = part * bend * place * place;
                line.train.push_back(1e-4 + 4 * rise);
                line.test.push_back(6 * (1 - order) + 1e-3 + 3 * rise);
            }
            answer.valley.lines.push_back(std::move(line));
        }
    } else {
        answer.path.tensors = {"W_E"};
        answer.path.shares = {0.71, 0.18, 0.06};
        for (int epoch = 0; epoch <= answer.epoch; epoch += 100) {
            const double along = epoch / 2000.0;
            const double turned = 4 * order_at(config, epoch);
            answer.path.points.push_back(
                {epoch,
                 {5 * along - 4, 2 * std::cos(turned) * along, 2 * std::sin(turned)},
                 {0.0}});
        }
        answer.exact = false;
    }
    return answer;
}

class Inspector::Impl {
public:
    Impl(InspectChannels& channels, InspectorOptions options)
        : channels_(channels), options_(std::move(options)),
          thread_([this](const std::stop_token& stop) { work(stop); }) {}

    void know(RunId run, const RunConfig& config, std::uint32_t life) {
        const std::lock_guard lock(mutex_);
        runs_[run] = {config, life};
    }

private:
    struct Known {
        RunConfig config;
        std::uint32_t life = 0;
    };

    void work(const std::stop_token& stop) {
        const std::stop_callback wake(stop, [this] { channels_.doorbell.ring(); });
        while (!stop.stop_requested()) {
            if (!channels_.query.refresh()) {
                if (!answer_study()) {
                    channels_.doorbell.wait();
                }
                continue;
            }
            const Clock::time_point due =
                Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(options_.seconds));
            const InspectQuery query = channels_.query.value();
            InspectReply reply = answer(query);
            // A ring does not make it answer sooner: the question in hand comes first.
            while (Clock::now() < due && !stop.stop_requested()) {
                channels_.doorbell.wait_until(due);
            }
            channels_.reply.publish(reply);
            if (options_.wake_front_end) {
                options_.wake_front_end();
            }
        }
    }

    bool answer_study() {
        if (!channels_.study.refresh()) {
            return false;
        }
        StudyReply reply{channels_.study.value(), {}};
        for (const StudySubject& subject : reply.query.subjects) {
            const std::lock_guard lock(mutex_);
            const auto found = runs_.find(subject.run);
            StudyAnswer one;
            if (found == runs_.end()) {
                one.subject = subject;
                one.problem = "There are no recorded weights of this run.";
            } else {
                one = study(reply.query.kind, subject, found->second.config);
                one.life = found->second.life;
            }
            reply.answers.push_back(std::make_shared<const StudyAnswer>(std::move(one)));
        }
        channels_.study_reply.publish(reply);
        if (options_.wake_front_end) {
            options_.wake_front_end();
        }
        return true;
    }

    InspectReply answer(const InspectQuery& query) {
        Known known;
        {
            const std::lock_guard lock(mutex_);
            const auto found = runs_.find(query.run);
            if (found == runs_.end()) {
                InspectReply reply;
                reply.query = query;
                reply.problem = "There are no recorded weights of this run.";
                return reply;
            }
            known = found->second;
        }
        InspectReply reply = inspect(known.config, query);
        reply.life = known.life;
        return reply;
    }

    InspectChannels& channels_;
    InspectorOptions options_;
    std::mutex mutex_;
    std::map<RunId, Known> runs_;
    std::jthread thread_; // last: stopped and joined before what it uses goes
};

Inspector::Inspector(InspectChannels& channels, InspectorOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Inspector::~Inspector() = default;

void Inspector::know(RunId run, const RunConfig& config, std::uint32_t life) {
    impl_->know(run, config, life);
}

} // namespace grokscope::fake

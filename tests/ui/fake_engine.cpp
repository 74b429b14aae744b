#include "tests/ui/fake_engine.h"

#include "engine/protocol/frequencies.h"
#include "engine/protocol/lossless_sender.h"
#include "engine/theory/theorist.h"
#include "tests/ui/fake_inspector.h"
#include "tests/ui/fake_laboratory.h"
#include "tests/ui/fake_noise.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope::fake {

namespace {

using Clock = std::chrono::steady_clock;

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

struct HeldRun {
    RunId id{};
    RunConfig config;
    RunState state = RunState::kIdle;
    std::uint32_t life = 0;
    int epoch = 0;
    int steps_left = 0; // > 0: pause when used up
    int good_since = -1;
    bool memorised = false;
    bool forming = false;
    bool clean = false;
    bool transition = false;
    bool grokked = false;
    bool stable = false;
};

} // namespace

int grok_epoch(const RunConfig& config) {
    double epoch = 5130;
    bool below = false;
    bool above = false;
    for (const int offset : config.stencil.offsets()) {
        below = below || offset < 0;
        above = above || offset > 0;
    }
    const bool zero = config.stencil.contains(0);
    if (below && zero && above) {
        epoch = 1970;
    } else if (zero && above) {
        epoch = 1990;
    } else if (below && above) {
        epoch = 2040;
    } else if (below && zero) {
        epoch = 2350;
    } else if (above) {
        epoch = 2220;
    } else if (zero) {
        epoch = 2320;
    } else if (below) {
        epoch = 2890;
    }
    epoch *= 1 + 0.3 * noise(config.seed, 7, 7) * (config.seed == 999 ? 0 : 1);
    // Small moduli are for tests, which do not want to wait.
    return static_cast<int>(epoch * std::min(1.0, config.p / 113.0));
}

double order_at(const RunConfig& config, int epoch) {
    const double grok = grok_epoch(config);
    return logistic((epoch - grok * 0.6) / (grok / 9));
}

std::vector<int> key_frequencies(const RunConfig& config) {
    const int half = largest_frequency(config.p);
    return {14 % half + 1, 35 % half + 1, 41 % half + 1, 42 % half + 1, 52 % half + 1};
}

MetricSample sample_at(RunId run, const RunConfig& config, int epoch) {
    const double grok = grok_epoch(config);
    const double e = epoch;
    const double chance_loss = std::log(static_cast<double>(config.p));
    const auto jitter = [&](std::uint32_t what) {
        return noise(config.seed * 31 + static_cast<std::uint32_t>(config.stencil.size()),
                     static_cast<std::uint32_t>(epoch), what);
    };
    MetricSample sample;
    sample.run = run;
    sample.epoch = epoch;
    const double memorising = std::exp(-e / 45.0);
    const double floor = config.stencil.empty() ? 3e-7 : 4e-4;
    sample.train_loss = chance_loss * memorising + floor * std::exp(0.35 * jitter(1)) +
                        chance_loss * std::exp(-e / 160.0) * 2e-2;
    // A spike now and then, as AdamW at high decay has them.
    if (epoch > 300 && jitter(2) > 0.992) {
        sample.train_loss *= 400;
    }
    const double width = grok / 14;
    const double jump = logistic((e - grok * 0.955) / (width / 5));
    const double rise = chance_loss + 15 * (1 - std::exp(-e / 260.0));
    sample.test_loss = std::exp(std::log(rise) * (1 - jump) +
                                std::log(1e-3 + 2 * std::exp(-(e - grok) / 300.0)) * jump) *
                       (1 + 0.015 * jitter(3));
    sample.train_accuracy = 1 - (1 - 1.0 / config.p) * std::exp(-std::pow(e / 95.0, 2.2));
    if (sample.train_accuracy > 0.9995) {
        sample.train_accuracy = 1;
    }
    const double creep = 0.012 * (1 - std::exp(-e / 900.0));
    sample.test_accuracy =
        std::clamp(1.0 / config.p + creep +
                       (1 - 1.0 / config.p - creep) * logistic((e - grok * 0.93) / (width / 3.4)) +
                       0.004 * jitter(4) * (1 - jump),
                   0.0, 1.0);
    if (epoch >= grok) {
        sample.test_accuracy = std::max(sample.test_accuracy, 0.9925);
    } else {
        sample.test_accuracy = std::min(sample.test_accuracy, 0.9895);
    }
    for (const int offset : config.stencil.offsets()) {
        if (epoch < std::abs(offset)) {
            continue;
        }
        const double level = 0.45 * std::exp(-e / (350.0 + 90.0 * offset)) + 2e-3;
        sample.mismatch[offset_slot(offset)] =
            level * std::exp(0.12 * jitter(static_cast<std::uint32_t>(10 + offset)));
    }
    sample.weight_sum_squares = 1779 + 900 * (1 - std::exp(-e / 300.0)) - 1400 * jump;
    sample.wall_seconds = e * 0.0071;
    return sample;
}

Snapshot snapshot_at(RunId run, const RunConfig& config, int epoch) {
    const int p = config.p;
    const int d = config.d_model;
    const int half = largest_frequency(p);
    const std::vector<int> keys = key_frequencies(config);
    const double order = order_at(config, epoch);
    Snapshot snapshot;
    snapshot.run = run;
    snapshot.epoch = epoch;
    snapshot.p = p;
    snapshot.d_model = d;
    snapshot.embedding.resize(static_cast<std::size_t>(p) * static_cast<std::size_t>(d));
    for (int x = 0; x < p; ++x) {
        for (int j = 0; j < d; ++j) {
            const auto column = static_cast<std::uint32_t>(j);
            double value = noise(static_cast<std::uint32_t>(x), column, config.seed) *
                           (0.088 - 0.08 * order) * 1.7;
            for (std::size_t n = 0; n < keys.size(); ++n) {
                const double angle = 2 * std::numbers::pi * keys[n] * x / p;
                const auto which = static_cast<std::uint32_t>(100 + n);
                value += order * 0.07 *
                         (std::cos(angle) * noise(column, which, 1) +
                          std::sin(angle) * noise(column, which, 2));
            }
            snapshot.embedding[static_cast<std::size_t>(x * d + j)] = static_cast<float>(value);
        }
    }
    for (int k = 1; k <= half; ++k) {
        double height =
            (1.35 - 1.2 * order) * (1 + 0.12 * noise(static_cast<std::uint32_t>(k),
                                                     static_cast<std::uint32_t>(epoch / 400), 5));
        for (const int key : keys) {
            if (key == k) {
                height += order * (4.2 + 0.6 * noise(static_cast<std::uint32_t>(k), 3, 9));
            }
        }
        snapshot.spectrum.push_back(static_cast<float>(height));
        snapshot.logit_spectrum.push_back(static_cast<float>(height * 1.2));
    }
    snapshot.spectrum_mean = 0.8F;
    snapshot.weight_sum_squares = sample_at(run, config, epoch).weight_sum_squares;
    return snapshot;
}

ProgressRow progress_at(RunId run, const RunConfig& config, int epoch) {
    const double grok = grok_epoch(config);
    const double order = order_at(config, epoch);
    const MetricSample sample = sample_at(run, config, epoch);
    const int half = largest_frequency(config.p);
    ProgressRow row;
    row.run = run;
    row.epoch = epoch;
    row.order = config.p;
    row.full_loss = {0.3 * sample.train_loss + 0.7 * sample.test_loss, sample.train_loss,
                     sample.test_loss};
    if (epoch >= grok / 2) {
        row.key_frequencies = {14 % half + 1, 35 % half + 1};
        const double restricted = std::exp(std::log(4.0) * (1 - order) + std::log(1e-6) * order);
        row.restricted_loss = {restricted, restricted, restricted};
        row.excluded_loss = 0.1 + 20 * order;
        row.excluded_by_frequency = {0.4 * row.excluded_loss, 0.2 * row.excluded_loss};
        row.clock_coherence = {order, order};
        row.fit_r_squared = 0.95 * order;
        row.fit_loss = restricted;
    }
    row.fit_coefficients.assign(static_cast<std::size_t>(half), 0);
    row.gini_W_E = 0.02 + 0.5 * order;
    row.gini_W_L = 0.03 + 0.6 * order;
    row.neurons = config.d_mlp;
    row.clustered_neurons = static_cast<int>(0.84 * order * config.d_mlp);
    row.neurons_by_frequency.assign(static_cast<std::size_t>(half), 0);
    for (const float amplitude : snapshot_at(run, config, epoch).spectrum) {
        row.neuron_amplitude.push_back(300 * amplitude);
    }
    row.total_sum_squares = sample.weight_sum_squares;
    return row;
}

class Engine::Impl {
public:
    Impl(Channels& channels, EngineOptions options)
        : channels_(channels), options_(std::move(options)), events_(channels.events),
          metrics_(channels.metrics), snapshots_(channels.snapshots), progress_(channels.progress),
          inspector_(channels.inspect, {options_.inspect_seconds, options_.wake_front_end}),
          theorist_(channels.theory, {options_.wake_front_end}),
          laboratory_(options_.reading_seconds < 0
                          ? nullptr
                          : std::make_unique<Laboratory>(
                                channels.laboratory,
                                LaboratoryOptions{.seconds = options_.reading_seconds,
                                                  .wake_front_end = options_.wake_front_end})),
          thread_([this](const std::stop_token& stop) { work(stop); }) {}

private:
    void work(const std::stop_token& stop) {
        const std::stop_callback wake(stop, [this] { channels_.ring_doorbell(); });
        double owed = 0;
        Clock::time_point last = Clock::now();
        while (!stop.stop_requested()) {
            bool news = false;
            while (std::optional<Command> command = channels_.commands.try_pop()) {
                obey(*command);
                news = true;
            }
            const Clock::time_point now = Clock::now();
            const double passed = std::chrono::duration<double>(now - last).count();
            last = now;
            const auto running = static_cast<double>(
                std::count_if(runs_.begin(), runs_.end(),
                              [](const HeldRun& run) { return run.state == RunState::kRunning; }));
            const double limit = limit_ > 0 ? std::min(limit_ * running, options_.epochs_per_second)
                                            : options_.epochs_per_second;
            owed = running > 0 ? std::min(owed + passed * limit, 400.0) : 0;
            while (owed >= running && running > 0) {
                for (HeldRun& run : runs_) {
                    if (run.state == RunState::kRunning) {
                        train(run);
                        news = true;
                    }
                }
                owed -= running;
            }
            const bool all_out =
                events_.flush() & metrics_.flush() & snapshots_.flush() & progress_.flush();
            channels_.deferred.store(events_.deferred() + metrics_.deferred() +
                                     snapshots_.deferred() + progress_.deferred());
            if (news && options_.wake_front_end) {
                options_.wake_front_end();
            }
            if (running > 0 || !all_out) {
                channels_.doorbell.wait_until(now + std::chrono::milliseconds(12));
            } else {
                channels_.doorbell.wait();
                last = Clock::now();
            }
        }
    }

    HeldRun* find(RunId id) {
        const auto found = std::find_if(runs_.begin(), runs_.end(),
                                        [id](const HeldRun& run) { return run.id == id; });
        return found == runs_.end() ? nullptr : &*found;
    }

    void tell_laboratory(const HeldRun& run) {
        if (laboratory_) {
            laboratory_->know(run.id, run.config, run.life, run.epoch);
        }
    }

    void set_state(HeldRun& run, RunState state, std::string text = {}) {
        run.state = state;
        tell_laboratory(run);
        events_.send(event::StateChanged{run.id, state, run.epoch, std::move(text)});
    }

    void start(HeldRun& run) {
        if (run.state == RunState::kIdle || run.state == RunState::kPaused) {
            run.steps_left = 0;
            set_state(run, RunState::kRunning);
        }
    }

    void pause(HeldRun& run) {
        if (run.state == RunState::kRunning) {
            set_state(run, RunState::kPaused);
        }
    }

    void obey(const Command& command) {
        Acknowledgement answer{command.number, true, {}};
        const auto with_run = [&](RunId id, auto&& action) {
            if (HeldRun* run = find(id)) {
                action(*run);
            } else {
                answer = {command.number, false, "there is no such run"};
            }
        };
        if (const auto* add = std::get_if<command::AddRun>(&command.body)) {
            runs_.push_back({.id = add->run, .config = add->config});
            inspector_.know(add->run, add->config, 0);
            events_.send(event::RunAdded{add->run, add->config, "made up"});
            snapshots_.send(snapshot_at(add->run, add->config, 0));
            set_state(runs_.back(), RunState::kIdle);
            if (add->start) {
                start(runs_.back());
            }
        } else if (const auto* resume = std::get_if<command::ResumeRun>(&command.body)) {
            take_up(resume->run);
        } else if (const auto* branch = std::get_if<command::BranchRun>(&command.body)) {
            runs_.push_back({.id = branch->run, .config = {}});
            events_.send(
                event::RunAdded{branch->run, {}, "made up", false, BranchPoint{"made up", 100}});
            set_state(runs_.back(), RunState::kIdle);
        } else if (const auto* begin = std::get_if<command::Start>(&command.body)) {
            with_run(begin->run, [&](HeldRun& run) { start(run); });
        } else if (const auto* halt = std::get_if<command::Pause>(&command.body)) {
            with_run(halt->run, [&](HeldRun& run) { pause(run); });
        } else if (const auto* step = std::get_if<command::StepEpochs>(&command.body)) {
            with_run(step->run, [&](HeldRun& run) {
                start(run);
                run.steps_left = step->epochs;
            });
        } else if (const auto* remove = std::get_if<command::Remove>(&command.body)) {
            with_run(remove->run, [&](HeldRun& run) { set_state(run, RunState::kRemoved); });
            std::erase_if(runs_, [&](const HeldRun& run) { return run.id == remove->run; });
            if (laboratory_) {
                laboratory_->forget(remove->run);
            }
        } else if (const auto* reset = std::get_if<command::Reset>(&command.body)) {
            with_run(reset->run, [&](HeldRun& run) {
                run = {.id = run.id, .config = run.config, .life = run.life + 1};
                inspector_.know(run.id, run.config, run.life);
                events_.send(event::RunReset{run.id, run.life});
                set_state(run, RunState::kIdle);
            });
        } else if (std::holds_alternative<command::StartAll>(command.body)) {
            std::for_each(runs_.begin(), runs_.end(), [&](HeldRun& run) { start(run); });
        } else if (std::holds_alternative<command::PauseAll>(command.body)) {
            std::for_each(runs_.begin(), runs_.end(), [&](HeldRun& run) { pause(run); });
        } else if (const auto* speed = std::get_if<command::SetSpeed>(&command.body)) {
            limit_ = speed->epochs_per_second;
        } else if (const auto* measures = std::get_if<command::SetMeasures>(&command.body)) {
            with_run(measures->run, [&](HeldRun& run) {
                run.config.measure = measures->plan;
                tell_laboratory(run);
                events_.send(event::MeasuresSet{run.id, measures->plan});
            });
        } else if (const auto* workers = std::get_if<command::SetWorkers>(&command.body)) {
            events_.send(event::WorkersSet{workers->count == 0 ? options_.workers : workers->count,
                                           options_.workers});
        }
        events_.send(std::move(answer));
    }

    /// A baseline that comes with its whole record.
    void take_up(RunId id) {
        runs_.push_back({.id = id, .config = {}});
        HeldRun& run = runs_.back();
        inspector_.know(id, run.config, 0);
        events_.send(event::RunAdded{id, run.config, "made up", true});
        snapshots_.send(snapshot_at(id, run.config, 0));
        for (int epoch = 0; epoch < options_.recorded_epochs; ++epoch) {
            train(run);
        }
        set_state(run, RunState::kIdle);
    }

    void train(HeldRun& run) {
        const int epoch = run.epoch++;
        tell_laboratory(run);
        if (epoch % run.config.snapshot_every == 0 && epoch > 0) {
            Snapshot snapshot = snapshot_at(run.id, run.config, epoch);
            snapshot.life = run.life;
            snapshots_.send(std::move(snapshot));
        }
        if (run.config.progress_every > 0 && epoch % run.config.progress_every == 0) {
            ProgressRow row = progress_at(run.id, run.config, epoch);
            row.life = run.life;
            progress_.send(std::move(row));
        }
        if (epoch % run.config.eval_every == 0) {
            MetricSample sample = sample_at(run.id, run.config, epoch);
            sample.life = run.life;
            if (epoch >= options_.fail_at_epoch && options_.fail_at_epoch >= 0 &&
                run.id == runs_.front().id) {
                sample.train_loss = std::numeric_limits<double>::quiet_NaN();
                metrics_.send(sample);
                set_state(run, RunState::kFailed,
                          "the training loss became NaN at epoch " + std::to_string(epoch) +
                              ": try a lower learning rate (--lr)");
                return;
            }
            mark(run, sample);
            metrics_.send(sample);
        }
        if (run.epoch >= run.config.epochs) {
            set_state(run, RunState::kFinished, "reached its last epoch");
        } else if (run.steps_left > 0 && --run.steps_left == 0) {
            set_state(run, RunState::kPaused);
        }
    }

    void mark(HeldRun& run, const MetricSample& sample) {
        const auto once = [&](bool& done, bool now, MarkKind kind, int epoch) {
            if (!done && now) {
                done = true;
                events_.send(event::Mark{run.id, kind, epoch});
            }
        };
        const bool good = sample.train_accuracy >= 0.99 && sample.test_accuracy >= 0.99;
        run.good_since = !good ? -1 : run.good_since < 0 ? sample.epoch : run.good_since;
        once(run.memorised, sample.train_accuracy >= 0.99, MarkKind::kMemorised, sample.epoch);
        once(run.forming, sample.epoch >= 0.55 * grok_epoch(run.config),
             MarkKind::kCircuitFormation, sample.epoch);
        once(run.clean, sample.epoch >= 1.3 * grok_epoch(run.config), MarkKind::kCleanupDone,
             sample.epoch);
        once(run.transition, run.memorised && sample.test_loss < 8 && sample.epoch > 800,
             MarkKind::kTransition, sample.epoch);
        once(run.grokked, good, MarkKind::kGrokked, sample.epoch);
        once(run.stable, good && sample.epoch - run.good_since >= 1000, MarkKind::kStable,
             run.good_since);
    }

    Channels& channels_;
    EngineOptions options_;
    LosslessSender<Event> events_;
    LosslessSender<MetricSample> metrics_;
    LosslessSender<Snapshot> snapshots_;
    LosslessSender<ProgressRow> progress_;
    std::vector<HeldRun> runs_;
    double limit_ = 0;
    Inspector inspector_;
    Theorist theorist_;                      ///< the real one: it needs no weights
    std::unique_ptr<Laboratory> laboratory_; ///< may be null
    std::jthread thread_;                    // last: stopped and joined before what it uses goes
};

Engine::Engine(Channels& channels, EngineOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Engine::~Engine() = default;

} // namespace grokscope::fake

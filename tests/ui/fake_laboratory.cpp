#include "tests/ui/fake_laboratory.h"

#include "engine/protocol/frequencies.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/lossless_sender.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/fake_noise.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace grokscope::fake {

namespace {

using Clock = std::chrono::steady_clock;
/// Epochs of a run between two looks at it: a thread that trains fast need not ring every time.
constexpr int kTellEvery = 10;

struct Known {
    RunConfig config;
    std::uint32_t life = 0;
    int epochs = 0;
    /// Epochs read, by instrument.
    std::map<std::string, std::set<int>, std::less<>> read;
    std::map<std::string, double, std::less<>> seconds;
    bool alarmed = false;
};

struct Task {
    RunId run{};
    const InstrumentSpec* instrument = nullptr;
    int epoch = 0;
};

/// All alike at first; in the end the two key frequencies have three quarters.
std::vector<double> shares_at(const RunConfig& config, double order) {
    const int half = largest_frequency(config.p);
    std::vector<double> shares(static_cast<std::size_t>(half), 0.5 / half * (1 - 0.8 * order));
    shares[static_cast<std::size_t>(14 % half)] += 0.45 * order;
    shares[static_cast<std::size_t>(35 % half)] += 0.3 * order;
    return shares;
}

/// Share of the heads that hold nine tenths of the summed size.
double spread(std::vector<double> scores) {
    for (double& score : scores) {
        score = std::abs(score);
    }
    std::ranges::sort(scores, std::ranges::greater{});
    const double all = std::accumulate(scores.begin(), scores.end(), 0.0);
    double sum = 0;
    std::size_t heads = 0;
    while (heads < scores.size() && sum < 0.9 * all) {
        sum += scores[heads++];
    }
    return static_cast<double>(heads) / static_cast<double>(scores.size());
}

/// Scores of heads, layer by layer: everywhere at first, in the end of a few heads of the outer
/// thirds of the layers alone. `own` tells the figures apart, `size` is that of the largest.
std::vector<double> scores_at(const RunConfig& config, double order, std::uint32_t own,
                              double size) {
    const int third = (config.layers + 2) / 3;
    std::vector<double> scores;
    for (int layer = 0; layer < config.layers; ++layer) {
        const bool outer = layer < third || layer >= config.layers - third;
        for (int head = 0; head < config.heads; ++head) {
            const double draw = noise(static_cast<std::uint32_t>(layer * 64 + head), own, 17);
            const double carries = outer && draw > -0.2 ? 0.4 + 0.6 * std::abs(draw) : 0.05 * draw;
            scores.push_back(size * ((1 - order) * (0.15 + 0.25 * draw) + order * carries));
        }
    }
    return scores;
}

/// Accuracy without a window of layers: in the end those in the middle are not missed.
std::vector<double> skipped_at(const RunConfig& config, double intact, double order, double left) {
    const int window = (config.layers + 2) / 3;
    std::vector<double> accuracies;
    for (int first = 0; first + window <= config.layers; ++first) {
        const bool middle = first > 0 && first + window < config.layers;
        const double lost = middle ? 1 - order : 1;
        accuracies.push_back(intact * (1 - lost * (1 - left)));
    }
    return accuracies;
}

/// The figures by head and by layer, and those that belong to them; nothing of others.
std::vector<double> depth_figure(const RunConfig& config, const std::string& id, int epoch) {
    const double order = order_at(config, epoch);
    const double intact = sample_at(RunId{}, config, epoch).test_accuracy;
    if (id == "cms_spread") {
        return {spread(scores_at(config, order, 1, 6))};
    }
    if (id == "cms_total") {
        return {14 * order};
    }
    if (id == "skip_intact") {
        return {intact};
    }
    if (id == "cms_error") {
        return std::vector<double>(static_cast<std::size_t>(config.layers * config.heads), 0.08);
    }
    if (id == "cms_operation" && config.sequence != Sequence::kWithOperation) {
        return {std::numeric_limits<double>::quiet_NaN()};
    }
    for (const auto& [name, own, size] :
         {std::tuple{"cms", 1, 6.0}, std::tuple{"cms_everywhere", 1, 6.5},
          std::tuple{"cms_a", 2, 2.0}, std::tuple{"cms_operation", 3, 0.3},
          std::tuple{"cms_b", 4, 2.0}, std::tuple{"cms_other_head", 5, 0.5},
          std::tuple{"cms_stranger", 6, 0.5}}) {
        if (id == name) {
            return scores_at(config, order, static_cast<std::uint32_t>(own), size);
        }
    }
    for (const auto& [name, left] : {std::pair{"skip_both", 0.02}, std::pair{"skip_attention", 0.1},
                                     std::pair{"skip_mlp", 0.3}}) {
        if (id == name) {
            return skipped_at(config, intact, order, left);
        }
    }
    return {};
}

} // namespace

Reading reading_at(RunId run, const RunConfig& config, const InstrumentSpec& instrument,
                   int epoch) {
    Reading reading;
    reading.run = run;
    reading.epoch = epoch;
    reading.instrument = instrument.id;
    reading.seconds = 0.02;
    const double order = order_at(config, epoch);
    double level = instrument.id.size() % 2 == 0 ? 0.02 : 3;
    for (const FigureSpec& figure : instrument.figures) {
        if (figure.id == "frequency_share") {
            reading.figures.push_back({figure.id, shares_at(config, order)});
            continue;
        }
        if (std::vector<double> values = depth_figure(config, figure.id, epoch); !values.empty()) {
            reading.figures.push_back({figure.id, std::move(values)});
            continue;
        }
        reading.figures.push_back({figure.id, {level * std::exp(3 * order)}});
        level *= 4;
    }
    return reading;
}

int alarm_epoch(const RunConfig& config) {
    return static_cast<int>(0.6 * grok_epoch(config)) / 10 * 10;
}

class Laboratory::Impl {
public:
    Impl(LaboratoryChannels& channels, LaboratoryOptions options)
        : channels_(channels), options_(std::move(options)), readings_(channels.readings),
          alarms_(channels.alarms), thread_([this](const std::stop_token& stop) { work(stop); }) {}

    void know(RunId run, const RunConfig& config, std::uint32_t life, int epochs) {
        {
            const std::lock_guard lock(mutex_);
            Known& known = runs_[run];
            if (known.life != life) {
                known = {};
            }
            const bool same_plan = known.config.measure == config.measure;
            known.config = config;
            known.life = life;
            known.epochs = epochs;
            if (same_plan && epochs % kTellEvery != 0) {
                return;
            }
        }
        channels_.doorbell.ring();
    }

    void forget(RunId run) {
        const std::lock_guard lock(mutex_);
        runs_.erase(run);
    }

private:
    void work(const std::stop_token& stop) {
        const std::stop_callback wake(stop, [this] { channels_.doorbell.ring(); });
        while (!stop.stop_requested()) {
            while (std::optional<LabRequest> request = channels_.requests.try_pop()) {
                obey(*request);
            }
            const std::optional<Task> task = next();
            const bool all_out = readings_.flush() & alarms_.flush();
            publish(); // before it sleeps
            if (task) {
                read(*task, stop);
            } else if (all_out) {
                channels_.doorbell.wait();
            } else {
                channels_.doorbell.wait_until(Clock::now() + std::chrono::milliseconds(12));
            }
        }
    }

    void obey(const LabRequest& request) {
        const std::lock_guard lock(mutex_);
        whole_.reset();
        whole_of_ = 0;
        if (const auto* measure = std::get_if<lab_request::MeasureRecord>(&request)) {
            whole_ = *measure;
            whole_done_ = 0;
            whole_of_ = static_cast<std::int64_t>(tasks_of_whole().size());
            if (whole_of_ == 0) {
                whole_.reset();
            }
        }
    }

    /// Recorded epochs of the run that this plan makes due and that are not read.
    std::vector<Task> unread(RunId id, const Known& run, const MeasurePlan& plan,
                             int weights_every) const {
        std::vector<Task> tasks;
        for (const auto& [name, every] : plan.entries()) {
            const InstrumentSpec* instrument = find_instrument(name);
            if (instrument == nullptr) {
                continue;
            }
            const auto read = run.read.find(name);
            for (int epoch = 0; epoch < run.epochs; epoch += weights_every) {
                if (plan.is_due(name, epoch) &&
                    (read == run.read.end() || !read->second.contains(epoch))) {
                    tasks.push_back({id, instrument, epoch});
                }
            }
        }
        return tasks;
    }

    [[nodiscard]] std::vector<Task> tasks_of_whole() const {
        const auto run = whole_ ? runs_.find(whole_->run) : runs_.end();
        return run == runs_.end()
                   ? std::vector<Task>()
                   : unread(run->first, run->second, whole_->plan, options_.weights_every);
    }

    /// Live readings first: weights are recorded wherever an instrument is due.
    std::optional<Task> next() {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, run] : runs_) {
            for (const auto& [name, every] : run.config.measure.entries()) {
                MeasurePlan one;
                one.set(name, every);
                if (const auto tasks = unread(id, run, one, every); !tasks.empty()) {
                    return tasks.front();
                }
            }
        }
        if (const auto tasks = tasks_of_whole(); !tasks.empty()) {
            ++whole_done_;
            return tasks.front();
        }
        whole_.reset();
        whole_of_ = 0;
        return std::nullopt;
    }

    void read(const Task& task, const std::stop_token& stop) {
        const Clock::time_point due =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(options_.seconds));
        while (Clock::now() < due && !stop.stop_requested()) {
            channels_.doorbell.wait_until(due);
        }
        std::optional<Reading> reading;
        std::optional<RunAlarms> alarms;
        {
            const std::lock_guard lock(mutex_);
            const auto run = runs_.find(task.run);
            if (run == runs_.end()) {
                return; // removed meanwhile
            }
            Known& known = run->second;
            reading = reading_at(task.run, known.config, *task.instrument, task.epoch);
            reading->life = known.life;
            known.read[task.instrument->id].insert(task.epoch);
            known.seconds[task.instrument->id] += reading->seconds;
            const int alarm = alarm_epoch(known.config);
            if (!known.alarmed && task.epoch >= alarm && !task.instrument->alarms.empty()) {
                known.alarmed = true;
                alarms = RunAlarms{task.run,
                                   {{task.run, task.instrument->alarms.front().mark, alarm}},
                                   known.life};
            }
        }
        readings_.send(std::move(*reading));
        if (alarms) {
            alarms_.send(std::move(*alarms));
        }
    }

    void publish() {
        LaboratoryStatus status;
        {
            const std::lock_guard lock(mutex_);
            for (const auto& [id, run] : runs_) {
                for (const InstrumentSpec& instrument : instruments()) {
                    status.standings.push_back(standing(id, run, instrument));
                }
            }
            status.whole_run = whole_ ? whole_->run : RunId{};
            status.whole_done = whole_ ? whole_done_ : 0;
            status.whole_of = whole_ ? whole_of_ : 0;
        }
        channels_.status.publish(status);
        if (options_.wake_front_end) {
            options_.wake_front_end();
        }
    }

    InstrumentStanding standing(RunId id, const Known& run,
                                const InstrumentSpec& instrument) const {
        InstrumentStanding standing{.run = id, .instrument = instrument.id};
        if (const auto read = run.read.find(instrument.id); read != run.read.end()) {
            standing.made = static_cast<std::int64_t>(read->second.size());
            standing.newest = *read->second.rbegin();
            standing.seconds = run.seconds.find(instrument.id)->second;
        }
        if (const int every = run.config.measure.every(instrument.id); every > 0) {
            MeasurePlan one;
            one.set(instrument.id, every);
            standing.waiting = static_cast<std::int64_t>(unread(id, run, one, every).size());
        }
        return standing;
    }

    LaboratoryChannels& channels_;
    LaboratoryOptions options_;
    LosslessSender<Reading> readings_;
    LosslessSender<RunAlarms> alarms_;
    std::mutex mutex_;
    std::map<RunId, Known> runs_;
    std::optional<lab_request::MeasureRecord> whole_;
    std::int64_t whole_done_ = 0;
    std::int64_t whole_of_ = 0;
    std::jthread thread_; // last: stopped and joined before what it uses goes
};

Laboratory::Laboratory(LaboratoryChannels& channels, LaboratoryOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Laboratory::~Laboratory() = default;

void Laboratory::know(RunId run, const RunConfig& config, std::uint32_t life, int epochs) {
    impl_->know(run, config, life, epochs);
}

void Laboratory::forget(RunId run) {
    impl_->forget(run);
}

} // namespace grokscope::fake

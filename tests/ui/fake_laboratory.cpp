#include "tests/ui/fake_laboratory.h"

#include "engine/protocol/frequencies.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/lossless_sender.h"
#include "tests/ui/fake_engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
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

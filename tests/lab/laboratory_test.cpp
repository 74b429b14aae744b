// The laboratory's thread beside a trainer and a notebook: what it reads live is what the record
// gives later.
#include "engine/lab/laboratory.h"

#include "engine/compute/worker_pool.h"
#include "engine/lab/record_meter.h"
#include "engine/protocol/channels.h"
#include "engine/store/notebook_store.h"
#include "engine/train/recorder_list.h"
#include "engine/train/trainer.h"
#include "tests/inspect/small_training.h"
#include "tests/store/scratch_folder.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

constexpr RunId kRun{1};

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    config.epochs = 300;
    config.measure.set("ildr", 20);
    config.measure.set("commutator", 100);
    return config;
}

/// A program without a window.
class Program {
public:
    explicit Program(const std::string& file, int threads = 1)
        : store_({.file = file, .provenance = {}, .owner = "here/1/x", .wake_front_end = {}}) {
        EXPECT_EQ(store_.wait_until_opened(), "");
        laboratory_ = std::make_unique<Laboratory>(
            channels.laboratory,
            LaboratoryOptions{.threads = threads,
                              .in_use = [this] { return store_.in_use_of_laboratory(); },
                              .owner = "here/1/x",
                              .wake_front_end = {}});
        recorders_ = std::make_unique<RecorderList>(
            std::vector<Recorder*>{&laboratory_->recorder(), &store_.recorder()});
        trainer_ = std::make_unique<Trainer>(
            channels, test::fused_parts(),
            TrainerOptions{
                .threads = 1, .wake_front_end = {}, .recorder = recorders_.get(), .here = {}});
    }
    ~Program() { end(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void ask(CommandBody body) {
        Command command{++number_, std::move(body)};
        ASSERT_TRUE(channels.commands.try_push(command));
        channels.ring_doorbell();
    }

    void ask_laboratory(LabRequest request) {
        ASSERT_TRUE(channels.laboratory.requests.try_push(request));
        channels.laboratory.doorbell.ring();
    }

    /// Takes in what comes until `enough`.
    template <typename Enough>
    void drain_until(Enough enough) {
        const test::Deadline deadline;
        while (!enough()) {
            ASSERT_FALSE(deadline.passed());
            while (channels.metrics.try_pop() || channels.snapshots.try_pop() ||
                   channels.progress.try_pop()) {
            }
            while (const std::optional<Event> event = channels.events.try_pop()) {
                if (const auto* change = std::get_if<event::StateChanged>(&*event)) {
                    state = change->state;
                }
            }
            while (std::optional<Reading> reading = channels.readings.try_pop()) {
                replayed.push_back(std::move(*reading));
            }
            while (std::optional<Reading> reading = channels.laboratory.readings.try_pop()) {
                live.push_back(std::move(*reading));
            }
            while (channels.laboratory.alarms.try_pop()) {
                ++alarms;
            }
            (void)channels.laboratory.status.refresh();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    [[nodiscard]] const LaboratoryStatus& status() { return channels.laboratory.status.value(); }

    void end() {
        trainer_.reset();
        laboratory_.reset();
        EXPECT_EQ(store_.finish(), "");
    }

    Channels channels;
    std::optional<RunState> state;
    std::vector<Reading> live;
    std::vector<Reading> replayed;
    int alarms = 0;

private:
    NotebookStore store_;
    std::unique_ptr<Laboratory> laboratory_;
    std::unique_ptr<RecorderList> recorders_;
    std::unique_ptr<Trainer> trainer_;
    std::uint64_t number_ = 0;
};

void expect_same(const std::vector<Reading>& found, const std::vector<Reading>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].epoch, expected[i].epoch);
        EXPECT_EQ(found[i].instrument, expected[i].instrument);
        EXPECT_EQ(found[i].figures, expected[i].figures) << found[i].epoch;
    }
}

std::vector<Reading> sorted(std::vector<Reading> readings) {
    std::ranges::sort(readings, {},
                      [](const Reading& one) { return std::pair(one.epoch, one.instrument); });
    return readings;
}

TEST(Laboratory, ReadsLiveWhatTheRecordGivesLater) {
    const store_test::ScratchFolder folder;
    std::vector<Reading> live;
    {
        Program program(folder / "live.db", 3);
        program.ask(command::AddRun{kRun, small_config(), true});
        program.drain_until([&] { return program.live.size() == 16 + 4; });
        live = sorted(program.live);
        EXPECT_GT(program.alarms, 0) << "which are told, even if there are none";
        for (const Reading& reading : live) {
            EXPECT_EQ(reading.run, kRun);
        }
        program.drain_until([&] {
            return std::ranges::all_of(
                program.status().standings,
                [](const InstrumentStanding& one) { return one.waiting == 0 && one.made > 0; });
        });
        ASSERT_EQ(program.status().standings.size(), 2U);
        EXPECT_EQ(program.status().standings[1].made, 16);
        EXPECT_EQ(program.status().standings[1].newest, 300);
        EXPECT_EQ(program.status().problem, "");
    }
    Notebook notebook(folder / "live.db", Notebook::Access::kReadOnly);
    expect_same(sorted(notebook.readings(StoredRunId{1})), live);

    // The same run without the laboratory, but with the same weights, measured afterwards.
    Notebook later(folder / "later.db", Notebook::Access::kReadWrite);
    const StoredRunId run = later.add_run(small_config(), {});
    for (const std::int32_t epoch : notebook.weight_epochs(StoredRunId{1})) {
        later.add(run, notebook.packed_weights(StoredRunId{1}, epoch));
    }
    WorkerPool pool(1);
    RecordMeter meter(small_config(), pool);
    for (const RecordMeter::Due& due : meter.agenda(later, run, small_config().measure).due) {
        (void)RecordMeter::keep(later, run, meter.measure(later, run, due).value());
    }
    expect_same(sorted(later.readings(run)), live);
}

TEST(Laboratory, LeavesTheTrainingAsItIs) {
    const store_test::ScratchFolder folder;
    const auto train = [&](const char* name, const RunConfig& config) {
        {
            Program program(folder / name);
            program.ask(command::AddRun{kRun, config, true});
            program.drain_until([&] { return program.state == RunState::kFinished; });
        }
        Notebook notebook(folder / name, Notebook::Access::kReadOnly);
        return notebook.metrics(StoredRunId{1});
    };
    RunConfig plain = small_config();
    plain.measure = {};
    const auto with = train("with.db", small_config());
    const auto without = train("without.db", plain);
    ASSERT_EQ(with.size(), without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
        EXPECT_EQ(with[i].train_loss, without[i].train_loss);
        EXPECT_EQ(with[i].test_loss, without[i].test_loss);
    }
}

TEST(Laboratory, AnInstrumentIsSwitchedOnWhileARunTrains) {
    const store_test::ScratchFolder folder;
    RunConfig config = small_config();
    config.measure = {};
    config.epochs = 400;
    {
        Program program(folder / "notes.db");
        program.ask(command::AddRun{kRun, config, false});
        program.ask(command::StepEpochs{kRun, 200});
        program.drain_until([&] { return program.state == RunState::kPaused; });
        EXPECT_TRUE(program.live.empty());
        MeasurePlan plan;
        plan.set("ildr", 50);
        program.ask(command::SetMeasures{kRun, plan});
        program.ask(command::Start{kRun});
        program.drain_until([&] { return program.live.size() == 7; });
    }
    Notebook notebook(folder / "notes.db", Notebook::Access::kReadOnly);
    EXPECT_EQ(notebook.run(StoredRunId{1}).config.measure.text(), "ildr:50");
    // Of what was recorded before, every hundredth epoch; then every fiftieth.
    EXPECT_EQ(notebook.read_epochs(StoredRunId{1}, *find_instrument("ildr")),
              (std::vector<std::int32_t>{0, 100, 200, 250, 300, 350, 400}));
}

TEST(Laboratory, MeasuresTheWholeRecordOnRequest) {
    const store_test::ScratchFolder folder;
    RunConfig config = small_config();
    config.measure = {};
    Program program(folder / "notes.db");
    program.ask(command::AddRun{kRun, config, true});
    program.drain_until([&] { return program.state == RunState::kFinished; });
    MeasurePlan plan;
    plan.set("ildr", 1);
    // What is asked before the record is written is measured as far as it is there: ask again.
    program.drain_until([&] {
        program.ask_laboratory(lab_request::MeasureRecord{kRun, plan});
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return std::ranges::find(program.live, 300, &Reading::epoch) != program.live.end();
    });
    std::vector<std::int32_t> epochs;
    for (const Reading& reading : sorted(program.live)) {
        epochs.push_back(reading.epoch);
    }
    for (const std::int32_t epoch : {0, 100, 200, 300}) { // and those of marks
        EXPECT_TRUE(std::ranges::binary_search(epochs, epoch)) << epoch;
    }
    EXPECT_EQ(std::ranges::adjacent_find(epochs), epochs.end()) << "none twice";
    program.drain_until([&] { return program.status().whole_of == 0; });
}

} // namespace
} // namespace grokscope

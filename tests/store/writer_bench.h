// A run with its recorder and its writer, in the order in which the trainer calls.
#pragma once

#include "engine/store/notebook_recorder.h"
#include "engine/store/notebook_writer.h"
#include "engine/store/process_owner.h"
#include "tests/store/small_run.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace grokscope::store_test {

class WriterBench {
public:
    explicit WriterBench(const std::string& file, std::size_t item_slots = 4096)
        : rings_(item_slots) {
        writer_.emplace(rings_, WriterOptions{.file = file,
                                              .provenance = {.step = "",
                                                             .program_version = "9.9",
                                                             .host = "here",
                                                             .threads = 1,
                                                             .split_hash = "",
                                                             .parent = "",
                                                             .parent_epoch = 0},
                                              .owner = new_owner(),
                                              .wake_front_end = {}});
    }

    void add(const RunConfig& config, const StoredRun* stored = nullptr) {
        run_ = std::make_unique<grokscope::Run>(config, store_test::small_parts(), pool_);
        if (stored != nullptr) {
            recorder_.resumed(kId, *stored);
            run_->restore(stored->state, stored->time);
        }
        recorder_.record(Event(event::RunAdded{kId, config, run_->step_description()}));
        recorder_.record(Event(event::StateChanged{kId, RunState::kIdle, run_->epoch(), ""}));
        if (stored == nullptr) {
            recorder_.between_epochs(kId, run_->state(), 0, Recorder::Moment::kMade);
        }
    }
    /// A new run that trains so many epochs.
    void begin(const RunConfig& config, int epochs) {
        add(config);
        change_state(RunState::kRunning);
        train(epochs);
    }
    void mark(MarkKind kind) { recorder_.record(Event(event::Mark{kId, kind, run_->epoch() - 1})); }
    void change_state(RunState state) {
        if (state != RunState::kRunning) {
            recorder_.between_epochs(kId, run_->state(), run_->time(), Recorder::Moment::kResting);
        }
        recorder_.record(Event(event::StateChanged{kId, state, run_->epoch(), ""}));
    }
    void train(int epochs) {
        for (int i = 0; i < epochs; ++i) {
            if (const auto sample = run_->advance_one_epoch()) {
                MetricSample copy = *sample;
                copy.run = kId;
                recorder_.record(copy);
            }
            if (run_->epoch() % run_->config().snapshot_every == 0) {
                Snapshot snapshot = run_->make_snapshot();
                snapshot.run = kId;
                recorder_.record(snapshot);
            }
            recorder_.between_epochs(kId, run_->state(), run_->time(), Recorder::Moment::kTrained);
            recorder_.flush();
        }
    }
    std::string finish() {
        return writer_->finish([this] { return recorder_.flush(); });
    }

    /// As the window does it.
    void write(store_request::Words words) {
        StoreRequest request = std::move(words);
        ASSERT_TRUE(rings_.requests.try_push(request));
        rings_.doorbell.ring();
    }

    std::string rescue(const std::string& file) { return writer_->rescue(file); }

    /// Waits until the status fulfils the condition.
    template <typename Condition>
    [[nodiscard]] bool wait_for(Condition condition) {
        return deadline_.wait_for([&] {
            (void)rings_.status.refresh();
            recorder_.flush();
            return condition(rings_.status.value());
        });
    }

    StoreRings& rings() { return rings_; }
    NotebookRecorder& recorder() { return recorder_; }
    grokscope::Run& run() { return *run_; }

    static constexpr RunId kId{7};

private:
    test::Deadline deadline_;
    StoreRings rings_;
    NotebookRecorder recorder_{rings_};
    WorkerPool pool_{1};
    std::unique_ptr<grokscope::Run> run_;
    std::optional<NotebookWriter> writer_;
};

} // namespace grokscope::store_test

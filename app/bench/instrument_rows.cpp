#include "app/bench/instrument_rows.h"

#include "engine/compute/worker_pool.h"
#include "engine/inspect/model_inspector.h"
#include "engine/lab/instrument.h"
#include "engine/protocol/instrument.h"
#include "engine/reference/initial_state.h"

#include <chrono>
#include <functional>
#include <memory>

namespace grokscope::bench {

namespace {

double milliseconds_of(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
        .count();
}

Row row_of(const char* name, const char* what) {
    return {name, what, "ms", {}, {}, {}};
}

} // namespace

void add_instrument_rows(Table& table, int rounds, int threads, const StopSignal& stop) {
    const RunConfig config;
    const Parameters start = initial_state(config).parameters;
    WorkerPool one(1);
    ModelInspector inspector(config, one);
    Row full = row_of("inspect.full", "answer about new weights: grid, attention, pair, clock");
    Row apart = row_of("inspect.apart", "the same without a frequency, in logits and embedding");
    Row parts =
        row_of("inspect.parts", "without all heads and the MLP, mean for each, known weights");
    Row cell = row_of("inspect.cell", "another pair of the same model");
    for (int round = 0; round < rounds; ++round) {
        stop.check();
        const auto fresh = [&] { return std::make_shared<const Parameters>(start); };
        InspectQuery query;
        query.pair = NumberPair{7, 13};
        auto weights = fresh();
        full.rounds.push_back(milliseconds_of([&] { (void)inspector.answer(query, weights); }));
        query.pair->b = round;
        cell.rounds.push_back(milliseconds_of([&] { (void)inspector.answer(query, weights); }));
        query.ablation.frequencies = {14};
        weights = fresh();
        apart.rounds.push_back(milliseconds_of([&] { (void)inspector.answer(query, weights); }));
        query.ablation.frequencies = {};
        query.ablation.heads.assign(4, Replacement::kMean);
        query.ablation.mlp = Replacement::kMean;
        parts.rounds.push_back(milliseconds_of([&] { (void)inspector.answer(query, weights); }));
    }
    for (const Row& row : {full, apart, parts}) {
        table.add(at_most(row, 50));
    }
    table.add(cell);

    const Task task = make_task(config);
    WorkerPool all(threads);
    for (const InstrumentSpec& spec : instruments()) {
        const std::unique_ptr<Instrument> instrument =
            make_instrument(spec.id, {config, task, all});
        Row row{"lab." + spec.id, spec.label + ", one reading", "ms", {}, {}, {}};
        for (int round = 0; round < rounds; ++round) {
            stop.check();
            row.rounds.push_back(milliseconds_of([&] {
                (void)instrument->measure({round, start});
            }));
            constexpr double kLong = 1000; // one round says enough
            if (row.rounds.back() > kLong) {
                break;
            }
        }
        table.add(row);
    }
}

} // namespace grokscope::bench

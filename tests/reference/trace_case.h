// A comparison of ReferenceStep with one stored trace, shared by the short and the long test.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "tests/reference/trace.h"

#include <ostream>
#include <string>
#include <vector>

namespace grokscope {

struct TraceCase {
    std::string name;
    std::vector<int> offsets;
    std::int32_t last_epoch;
    Operation operation = Operation::kAdd;
    int p = 113;
    Device device = Device::kCpu;
};

inline void PrintTo(const TraceCase& value, std::ostream* out) {
    *out << value.name << " to epoch " << value.last_epoch;
}

/// Trains seed 999 with the reference step and expects it within the bands of the trace.
inline void expect_follows(const TraceCase& trace_case) {
    RunConfig config;
    config.step = StepKind::kReference;
    config.stencil = Stencil::of(trace_case.offsets);
    config.operation = trace_case.operation;
    config.p = trace_case.p;
    config.device = trace_case.device;
    const auto rows =
        trace::read(std::string(GROKSCOPE_TRACES) + "/" + trace_case.name + ".csv", config.stencil);
    WorkerPool pool(1);
    Run run(config, standard_engine_parts(), pool);
    trace::expect_follows(run, rows, trace_case.last_epoch);
}

} // namespace grokscope

// What of a notebook could not be used, and was therefore not given out: kinds of records of runs,
// each with how many and why the first.
// Threads: belongs to the thread of its notebook.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

/// Kinds of records. A damaged kRun costs the run; of all others the record alone is lost.
enum class RecordKind : std::uint8_t {
    kRun,
    kSample,
    kFigure,
    kMismatch,
    kSpectrum,
    kSpectrumFigure,
    kMeasures,
    kMeasureFigure,
    kReading,
    kReadingFigure,
    kMark,
    kEvent,
    kNote,
    kWeights,
    kWeightEpoch,
    kState
};

/// One record cannot be used; what() says why, without naming the record.
class DamagedRecord : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class LeftOut {
public:
    /// Before the records of that kind are read (again).
    void forget(std::int64_t run, RecordKind kind);
    /// `why` as DamagedRecord::what(); of several the first counts.
    void add(std::int64_t run, RecordKind kind, const std::string& why, std::int64_t count = 1);

    [[nodiscard]] bool empty() const { return found_.empty(); }
    /// Whether that of the run could not be used, as far as it was read.
    [[nodiscard]] bool has(std::int64_t run, RecordKind kind) const;
    /// Numbers of the runs that could not be read at all, increasing.
    [[nodiscard]] std::vector<std::int64_t> runs() const;
    /// One sentence per run and kind.
    [[nodiscard]] std::vector<std::string> sentences() const;
    /// The same of one run.
    [[nodiscard]] std::vector<std::string> sentences(std::int64_t run) const;

private:
    struct Found {
        std::int64_t count = 0;
        std::string why;
    };

    std::map<std::pair<std::int64_t, RecordKind>, Found> found_;
};

} // namespace grokscope

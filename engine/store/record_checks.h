// What a record keeps to, whatever a file says: lengths between lists, ranges of numbers. Checked
// where records are read, and nowhere after.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/store/left_out.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace grokscope {

/// No run trains longer, whatever its configuration.
inline constexpr std::int32_t kLastEpochOfAll = 1'000'000;

/// An epoch that a run can have. Throws DamagedRecord.
[[nodiscard]] std::int32_t epoch_in_range(std::int64_t said);

/// The checks for the records of one run.
class RecordChecks {
public:
    /// `config` outlives this.
    explicit RecordChecks(const RunConfig& config);

    /// Told of each figure that is out of range, and so is missing: "test loss of epoch 20 is ...".
    using OnFigure = std::function<void(const std::string&)>;

    /// An offset of a probe of this run. Throws DamagedRecord.
    [[nodiscard]] int offset(std::int64_t said) const;

    /// Makes figures missing (NaN) that no arithmetic in float32 leads to: losses up to 1e39, sums
    /// of squares up to 1e80, shares from 0 to 1.
    void check(MetricSample& sample, const OnFigure& out) const;
    /// p/2 values in both spectra, none negative. Throws DamagedRecord. Figures as above.
    void check(Snapshot& snapshot, const OnFigure& out) const;
    /// Key frequencies increase from 1 to p/2; lists in their order are as long, lists over all
    /// frequencies have p/2 entries; neurons are no more than the model has. Throws DamagedRecord.
    /// Figures as above.
    void check(ProgressRow& row, const OnFigure& out) const;

private:
    const RunConfig* config_;
    std::size_t frequencies_; ///< p/2
};

/// Gives rows without amplitudes of neurons that follow one with them as many, all missing: the
/// records of a run that programs of two versions trained.
void level_neuron_amplitudes(std::vector<ProgressRow>& rows);

} // namespace grokscope

// Do causal structure, geometry, spectrum and complexity of a run condense together
// (2603.29262)? Its figures on one scale, from memorised to the end, and the epoch at which each is
// half-way.
// Threads: any; values only.
#pragma once

#include "engine/protocol/figure.h"
#include "engine/protocol/metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// A figure that is looked up in a run: of its samples, or of an instrument's readings.
struct CondensedSpec {
    std::string_view id;    ///< FigureSpec::id, or kTestAccuracyId
    std::string_view label; ///< short
};

inline constexpr std::string_view kTestAccuracyId = "test_accuracy";

/// In the order of pictures and tables. A run has those that were measured.
inline constexpr std::array<CondensedSpec, 10> kCondensed{{
    {kTestAccuracyId, "test accuracy"},
    {"gini_W_E", "Gini of the spectrum"},
    {"homomorphism_error", "homomorphism error"},
    {"restricted_loss_all", "restricted loss"},
    {"excluded_loss", "excluded loss"},
    {"sum_sq_total", "weight norm squared"},
    {"bdm_ratio", "complexity ratio"},
    {"curvature_train", "curvature"},
    {"llc", "learning coefficient"},
    {"gini_2d_power", "Gini of DFT2"},
}};

/// One figure over the evaluated epochs, increasing; values that are not finite are left out.
struct CondensedCurve {
    std::size_t spec = 0; ///< in kCondensed
    std::vector<std::int32_t> epochs;
    std::vector<double> values;
};

struct CondensedFigure {
    CondensedCurve curve;
    /// At the epoch of memorising, between the readings around it; where the first reading came
    /// later, that one.
    double at_memorised = 0;
    double at_last = 0;
    bool begins_late = false; ///< the first reading came after memorising
    /// It ends where it stood when memorised: within a twentieth of all that it moved in between,
    /// or to nine digits. Then there is no half, and it is drawn nowhere.
    bool stays = true;
    /// First passing of the half between both, linearly between two readings; counted from
    /// memorised on.
    std::optional<double> half_epoch = {};
    /// It falls below the half again after that, so many times.
    int crosses_back = 0;

    /// 0 at memorised, 1 at the last reading.
    [[nodiscard]] double scaled(double value) const {
        return (value - at_memorised) / (at_last - at_memorised);
    }
};

/// Of one run.
struct Condensation {
    std::optional<std::int32_t> memorised;
    std::optional<std::int32_t> grokked;
    /// Those of which there are two readings or more from memorising on, in the order of
    /// kCondensed. None before the run has memorised.
    std::vector<CondensedFigure> figures;
};

/// Gathers what a run has of the figures in kCondensed.
class CondensedCurves {
public:
    /// In increasing epochs each.
    void add(const MetricSample& sample);
    void add(const Reading& reading);

    [[nodiscard]] Condensation at(std::optional<std::int32_t> memorised,
                                  std::optional<std::int32_t> grokked) const;

private:
    void add(std::size_t spec, std::int32_t epoch, double value);
    std::map<std::size_t, CondensedCurve> curves_;
};

/// What stands beside a figure whose half-way epoch is not all there is to say, "crosses back 2
/// times"; mostly empty.
[[nodiscard]] std::string remark_on(const CondensedFigure& figure);

/// Epochs from the half-way point to the grok epoch: above 0 it leads, below it lags. Nothing where
/// one of the two is missing.
[[nodiscard]] std::optional<double> lead_of(const Condensation& run, const CondensedFigure& figure);

/// Leads of one figure over runs.
struct LeadSpread {
    std::size_t spec = 0;
    int runs = 0;  ///< that have a lead
    int stays = 0; ///< in which it ends where it stood
    double median = 0;
    double least = 0;
    double most = 0;
};

/// Of every figure that one of the runs has, in the order of kCondensed.
[[nodiscard]] std::vector<LeadSpread> lead_spreads(std::span<const Condensation> runs);

} // namespace grokscope

#include "engine/store/record_checks.h"

#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <span>

namespace grokscope {

namespace {

constexpr float kNoFigure = std::numeric_limits<float>::quiet_NaN();

struct Range {
    double low;
    double high;
};
constexpr Range kLoss{-1e39, 1e39}; // float32 logits differ by less
constexpr Range kSquares{0, 1e80};
constexpr Range kSeconds{0, 1e10};
constexpr Range kShare{0, 1};
constexpr Range kRoundedShare{-1e-3, 1 + 1e-3};

/// Calls visit(name, figure, range) for every figure.
template <typename Visit>
void visit_figures(MetricSample& sample, Visit visit) {
    visit("train loss", sample.train_loss, kLoss);
    visit("test loss", sample.test_loss, kLoss);
    visit("train accuracy", sample.train_accuracy, kShare);
    visit("test accuracy", sample.test_accuracy, kShare);
    visit("loss of mirrored pairs", sample.mirrored_loss, kLoss);
    visit("loss of new pairs", sample.new_loss, kLoss);
    visit("accuracy of mirrored pairs", sample.mirrored_accuracy, kShare);
    visit("accuracy of new pairs", sample.new_accuracy, kShare);
    visit("sum of squares", sample.weight_sum_squares, kSquares);
    visit("time", sample.wall_seconds, kSeconds);
    visit("CPU time", sample.cpu_seconds, kSeconds);
    for (double& mismatch : sample.mismatch) {
        visit("mismatch", mismatch, kSquares);
    }
}

template <typename Visit>
void visit_figures(Snapshot& snapshot, Visit visit) {
    visit("mean", snapshot.spectrum_mean, kSquares);
    visit("sum of squares", snapshot.weight_sum_squares, kSquares);
}

template <typename Visit>
void visit_figures(LossBySplit& loss, const char* name, Visit visit) {
    for (double* figure : {&loss.all, &loss.train, &loss.test}) {
        visit(name, *figure, kLoss);
    }
}

template <typename List, typename Visit>
void visit_list(const char* name, List& list, Range range, Visit visit) {
    for (auto& figure : list) {
        visit(name, figure, range);
    }
}

template <typename Visit>
void visit_figures(FinalMeasures& measures, Visit visit) {
    visit_figures(measures.restricted_loss, "final restricted loss", visit);
    visit("final excluded loss", measures.excluded_loss, kLoss);
    visit_list("final excluded loss", measures.excluded_by_frequency, kLoss, visit);
    visit("final R squared", measures.fit_r_squared, kLoss);
    visit("final fit loss", measures.fit_loss, kLoss);
    visit_list("final clock coherence", measures.clock_coherence, kRoundedShare, visit);
}

template <typename Visit>
void visit_figures(ProgressRow& row, Visit visit) {
    visit_figures(row.full_loss, "full loss", visit);
    visit_figures(row.restricted_loss, "restricted loss", visit);
    visit("excluded loss", row.excluded_loss, kLoss);
    visit_list("excluded loss", row.excluded_by_frequency, kLoss, visit);
    visit("R squared", row.fit_r_squared, kLoss);
    visit("fit loss", row.fit_loss, kLoss);
    visit_list("coefficient of the fit", row.fit_coefficients, kLoss, visit);
    visit_list("clock coherence", row.clock_coherence, kRoundedShare, visit);
    visit("Gini coefficient of W_E", row.gini_W_E, kRoundedShare);
    visit("Gini coefficient of W_L", row.gini_W_L, kRoundedShare);
    visit("participation ratio of W_E", row.ipr_W_E, kRoundedShare);
    visit("participation ratio of W_L", row.ipr_W_L, kRoundedShare);
    visit_list("amplitude of neurons", row.neuron_amplitude, Range{0, 1e39}, visit);
    visit_list("sum of squares", row.sum_squares, kSquares, visit);
    visit("sum of squares", row.total_sum_squares, kSquares);
    visit("time", row.compute_seconds, kSeconds);
    if (row.final_measures) {
        visit_figures(*row.final_measures, visit);
    }
}

/// Makes what is out of range missing.
template <typename Record>
void bound_figures(Record& record, const RecordChecks::OnFigure& out) {
    visit_figures(record, [&](const char* name, auto& figure, Range range) {
        if (!std::isnan(figure) && !(figure >= range.low && figure <= range.high)) {
            std::array<char, 32> value{};
            std::snprintf(value.data(), value.size(), "%g", static_cast<double>(figure));
            out(std::string(name) + " of epoch " + std::to_string(record.epoch) + " is " +
                value.data());
            figure = kNoFigure;
        }
    });
}

void require_length(std::int32_t epoch, const char* name, std::size_t length,
                    std::size_t expected) {
    if (length != expected) {
        throw DamagedRecord("at epoch " + std::to_string(epoch) + ", " + name + " has " +
                            std::to_string(length) + " values, " + std::to_string(expected) +
                            " are expected");
    }
}

void check_amplitudes(std::int32_t epoch, const char* name, std::span<const float> values,
                      std::size_t expected) {
    require_length(epoch, name, values.size(), expected);
    if (!std::ranges::all_of(values,
                             [](float value) { return std::isfinite(value) && value >= 0; })) {
        throw DamagedRecord("at epoch " + std::to_string(epoch) + ", a value of " + name +
                            " is not finite or below 0");
    }
}

/// Both lists over key frequencies that each set of measures has.
template <typename Measures>
void check_keys(std::int32_t epoch, const Measures& measures, std::size_t frequencies) {
    const std::vector<int>& keys = measures.key_frequencies;
    const auto not_increasing = std::ranges::adjacent_find(keys, std::greater_equal<>());
    if (not_increasing != keys.end() ||
        (!keys.empty() && (keys.front() < 1 || keys.back() > static_cast<int>(frequencies)))) {
        throw DamagedRecord("at epoch " + std::to_string(epoch) +
                            ", key frequencies do not increase from 1 to " +
                            std::to_string(frequencies) + " at most");
    }
    require_length(epoch, "the list of excluded losses", measures.excluded_by_frequency.size(),
                   keys.size());
    require_length(epoch, "the list of clock coherences", measures.clock_coherence.size(),
                   keys.size());
}

} // namespace

std::int32_t epoch_in_range(std::int64_t said) {
    if (said < 0 || said > kLastEpochOfAll) {
        throw DamagedRecord("its epoch is " + std::to_string(said) + ", epochs go from 0 to " +
                            std::to_string(kLastEpochOfAll));
    }
    return static_cast<std::int32_t>(said);
}

RecordChecks::RecordChecks(const RunConfig& config)
    : config_(&config), frequencies_(static_cast<std::size_t>(largest_frequency(config.order()))) {
}

int RecordChecks::offset(std::int64_t said) const {
    if (said < -kMaxOffset || said > kMaxOffset ||
        !config_->stencil.contains(static_cast<int>(said))) {
        throw DamagedRecord("the run has no probe with the offset " + std::to_string(said));
    }
    return static_cast<int>(said);
}

void RecordChecks::check(MetricSample& sample, const OnFigure& out) const {
    bound_figures(sample, out);
}

void RecordChecks::check(Snapshot& snapshot, const OnFigure& out) const {
    check_amplitudes(snapshot.epoch, "the spectrum of the embedding", snapshot.spectrum,
                     frequencies_);
    check_amplitudes(snapshot.epoch, "the spectrum of the logits", snapshot.logit_spectrum,
                     frequencies_);
    bound_figures(snapshot, out);
}

void RecordChecks::check(ProgressRow& row, const OnFigure& out) const {
    check_keys(row.epoch, row, frequencies_);
    if (row.final_measures) {
        check_keys(row.epoch, *row.final_measures, frequencies_);
    }
    require_length(row.epoch, "the list of the fit's coefficients", row.fit_coefficients.size(),
                   frequencies_);
    require_length(row.epoch, "the list of neurons by frequency", row.neurons_by_frequency.size(),
                   frequencies_);
    if (!row.neuron_amplitude.empty()) { // older versions had none
        require_length(row.epoch, "the list of the neurons' amplitudes",
                       row.neuron_amplitude.size(), frequencies_);
    }
    const auto fits = [&](int neurons) { return neurons >= 0 && neurons <= config_->d_mlp; };
    if (!fits(row.neurons) || !fits(row.clustered_neurons) || !fits(row.dead_neurons) ||
        !std::ranges::all_of(row.neurons_by_frequency, fits)) {
        throw DamagedRecord("at epoch " + std::to_string(row.epoch) +
                            ", a number of neurons is not between 0 and the model's " +
                            std::to_string(config_->d_mlp));
    }
    bound_figures(row, out);
}

void level_neuron_amplitudes(std::vector<ProgressRow>& rows) {
    std::size_t length = 0;
    for (ProgressRow& row : rows) {
        length = std::max(length, row.neuron_amplitude.size());
        row.neuron_amplitude.resize(length, kNoFigure);
    }
}

} // namespace grokscope

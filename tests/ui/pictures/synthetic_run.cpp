#include "tests/ui/pictures/synthetic_run.h"

#include "engine/protocol/channels.h"
#include "engine/protocol/frequencies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <random>

namespace grokscope::ui::testing {
namespace {

/// Standard normals, the same on every system: std::normal_distribution is not.
class Normals {
public:
    explicit Normals(std::uint32_t seed) : generator_(seed) {}
    float next() {
        const double u = (static_cast<double>(generator_()) + 1.0) / 4294967297.0;
        const double v = static_cast<double>(generator_()) / 4294967296.0;
        return static_cast<float>(std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v));
    }

private:
    std::mt19937 generator_;
};

/// A direction orthogonal to those of `others`, which it joins.
std::vector<float> unit_vector(Normals& normals, int d, std::vector<std::vector<float>>& others) {
    std::vector<float> v(static_cast<std::size_t>(d));
    for (float& x : v) {
        x = normals.next();
    }
    for (const std::vector<float>& other : others) {
        const float along = std::inner_product(v.begin(), v.end(), other.begin(), 0.0F);
        for (std::size_t i = 0; i < v.size(); ++i) {
            v[i] -= along * other[i];
        }
    }
    const double square = std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    for (float& x : v) {
        x = static_cast<float>(x / std::sqrt(square));
    }
    others.push_back(v);
    return v;
}

} // namespace

std::vector<float> embedding_of(const SyntheticRun& run, int record) {
    Normals normals(run.seed);
    const float share =
        static_cast<float>(record) / static_cast<float>(std::max(run.records - 1, 1));
    const auto p = static_cast<std::size_t>(run.p);
    const auto d = static_cast<std::size_t>(run.d_model);
    // Weight decay: noise fades, quicker once rings have formed.
    const float fade = 0.15F + 0.85F / (1 + std::exp(14 * (share - 0.55F)));
    const float noise = run.noise * fade / std::sqrt(2 * static_cast<float>(d));
    std::vector<float> embedding(p * d);
    for (float& value : embedding) {
        value = noise * normals.next();
    }
    std::vector<std::vector<float>> directions;
    for (const Ring& ring : run.rings) {
        const std::vector<float> u = unit_vector(normals, run.d_model, directions);
        const std::vector<float> v = unit_vector(normals, run.d_model, directions);
        const float grown = 1 / (1 + std::exp(-18 * (share - ring.from)));
        const float radius = ring.amplitude * grown / std::sqrt(static_cast<float>(run.p));
        for (std::size_t x = 0; x < p; ++x) {
            const double angle = 2 * std::numbers::pi * ring.frequency * static_cast<double>(x) /
                                 static_cast<double>(run.p);
            for (std::size_t i = 0; i < d; ++i) {
                embedding[x * d + i] += radius * (static_cast<float>(std::cos(angle)) * u[i] +
                                                  static_cast<float>(std::sin(angle)) * v[i]);
            }
        }
    }
    return embedding;
}

std::vector<float> amplitudes_of(const std::vector<float>& embedding, int p, int d_model) {
    const auto tokens = static_cast<std::size_t>(p);
    const auto d = static_cast<std::size_t>(d_model);
    std::vector<float> amplitudes;
    std::vector<std::complex<double>> sum(d);
    for (int k = 1; k <= largest_frequency(p); ++k) {
        std::fill(sum.begin(), sum.end(), 0.0);
        for (std::size_t x = 0; x < tokens; ++x) {
            const auto w = std::polar(1.0, -2 * std::numbers::pi * k * static_cast<double>(x) / p);
            for (std::size_t i = 0; i < d; ++i) {
                sum[i] += w * static_cast<double>(embedding[x * d + i]);
            }
        }
        double square = 0;
        for (const auto& value : sum) {
            square += std::norm(value);
        }
        amplitudes.push_back(static_cast<float>(
            std::sqrt(static_cast<double>(frequency_dimensions(k, p)) / p * square)));
    }
    return amplitudes;
}

RunRecord make_record(const SyntheticRun& run, int records) {
    RunRecord result;
    result.id = RunId{1};
    result.config.p = run.p;
    result.task = TaskFacts(result.config);
    result.state = RunState::kRunning;
    for (int record = 0; record < records; ++record) {
        const std::int32_t epoch = record * run.every;
        EmbeddingFrame frame{epoch, run.p, run.d_model, embedding_of(run, record)};
        SpectrumRow row;
        row.epoch = epoch;
        row.amplitude = amplitudes_of(frame.values, run.p, run.d_model);
        row.logit_amplitude = row.amplitude;
        for (const float value : row.amplitude) {
            result.largest_amplitude = std::max(result.largest_amplitude, value);
        }
        MetricSample sample;
        sample.run = result.id;
        sample.epoch = epoch;
        result.samples.push_back(sample);
        result.spectra.push_back(std::move(row));
        result.embeddings.push_back(std::move(frame));
        result.epoch = epoch;
    }
    return result;
}

void feed(RunBook& book, const SyntheticRun& made_up, int records, RunId run,
          const Stencil& stencil) {
    Channels channels(ChannelSizes{.events = 8, .metrics = 8, .snapshots = 8});
    event::RunAdded added;
    added.run = run;
    added.config.p = made_up.p;
    added.config.snapshot_every = made_up.every;
    added.config.progress_every = made_up.every;
    added.config.stencil = stencil;
    ASSERT_TRUE(channels.events.try_push(Event(added)));
    (void)book.drain(channels);
    const RunRecord record = make_record(made_up, records);
    for (std::size_t i = 0; i < record.spectra.size(); ++i) {
        MetricSample sample = record.samples[i];
        sample.run = run;
        ASSERT_TRUE(channels.metrics.try_push(std::move(sample)));
        Snapshot snapshot;
        snapshot.run = run;
        snapshot.epoch = record.spectra[i].epoch;
        snapshot.p = made_up.p;
        snapshot.d_model = made_up.d_model;
        snapshot.embedding = record.embeddings[i].values;
        snapshot.spectrum = record.spectra[i].amplitude;
        snapshot.logit_spectrum = snapshot.spectrum;
        ASSERT_TRUE(channels.snapshots.try_push(std::move(snapshot)));
        ProgressRow row;
        row.run = run;
        row.epoch = record.spectra[i].epoch;
        row.order = made_up.p;
        if (i * 2 > static_cast<std::size_t>(made_up.records)) {
            for (const Ring& ring : made_up.rings) {
                row.key_frequencies.push_back(ring.frequency);
            }
        }
        for (const float amplitude : record.spectra[i].amplitude) { // as if squared: sharper
            row.neuron_amplitude.push_back(200 * amplitude * amplitude);
        }
        ASSERT_TRUE(channels.progress.try_push(std::move(row)));
        (void)book.drain(channels);
    }
}

} // namespace grokscope::ui::testing

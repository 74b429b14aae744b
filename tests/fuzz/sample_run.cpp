#include "tests/fuzz/sample_run.h"

#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/rounded_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope::fuzz {

namespace fs = std::filesystem;

RunConfig sample_config() {
    RunConfig config;
    config.p = 5;
    config.train_fraction = 0.5;
    config.d_model = 32;
    config.d_mlp = 64;
    config.probe_width = 2;
    config.stencil = Stencil::of({-1, 0});
    return config;
}

Parameters sample_weights(std::uint32_t seed) {
    Parameters weights(ModelShape::of(sample_config()));
    std::mt19937 generator(seed);
    for (std::size_t t = 0; t < kTensorCount; ++t) {
        for (float& value : weights.view(static_cast<Tensor>(t))) {
            value = static_cast<float>(generator() % 2001) / 1000.0F - 1.0F;
        }
    }
    return weights;
}

TrainingState sample_state() {
    const RunConfig config = sample_config();
    TrainingState state(ModelShape::of(config));
    state.parameters = sample_weights(3);
    state.epoch = 3;
    state.updates = 3;
    for (const int k : config.stencil.offsets()) {
        state.probes.emplace_back(k, ProbeLayout{config.d_model, config.probe_width, config.d_mlp});
        state.probes.back().adam_steps = 2;
    }
    state.previous.push_front(sample_weights(2));
    return state;
}

void write_sample_notebook(const std::string& file) {
    Notebook notebook(file, Notebook::Access::kReadWrite);
    Provenance provenance;
    provenance.step = "fused";
    provenance.threads = 2;
    const StoredRunId run = notebook.add_run(sample_config(), provenance, std::string(32, 'a'),
                                             "name", "2024-01-01T00:00:00Z");
    notebook.set_state(run, RunState::kPaused, "text");
    for (const int epoch : {0, 1, 2}) {
        MetricSample sample;
        sample.epoch = epoch;
        sample.train_loss = 1.5;
        sample.mismatch[offset_slot(0)] = 0.25;
        sample.mirrored_accuracy = 0.5;
        notebook.add(run, sample);
    }
    Snapshot snapshot;
    snapshot.p = 5;
    snapshot.spectrum = {1, 2};
    snapshot.logit_spectrum = {3, 4};
    notebook.add(run, snapshot);
    ProgressRow row;
    row.order = 5;
    row.key_frequencies = {1};
    row.excluded_by_frequency = {0.5};
    row.clock_coherence = {0.75};
    row.fit_coefficients = {0.5, 0.25};
    row.neurons_by_frequency = {0, 3};
    row.neuron_amplitude = {0.5F, 2.0F};
    notebook.add(run, row);
    notebook.add(run, StoredMark{MarkKind::kGrokked, 2});
    notebook.add(run, StoredEvent{1, "running", "text", ""});
    notebook.add(run, StoredAnnotation{0, 1, "note", ""});
    const Parameters exact = sample_weights(0);
    notebook.add(run, StoredWeights{0, WeightEncoding::kPlain, 0, encode_weights(exact)});
    notebook.add(run, StoredWeights{1, WeightEncoding::kDelta, 0,
                                    encode_weights(sample_weights(1), &exact)});
    const RoundedWeights one(sample_weights(1));
    const RoundedWeights two(sample_weights(2));
    const RoundedWeights three(sample_weights(3));
    notebook.add(run, StoredWeights{2, WeightEncoding::kRounded, 0, one.encode(nullptr, nullptr)});
    notebook.add(run,
                 StoredWeights{3, WeightEncoding::kRoundedPredicted, 2, two.encode(&one, nullptr)});
    notebook.add(run,
                 StoredWeights{4, WeightEncoding::kRoundedPredicted, 3, three.encode(&two, &one)});
    const TrainingState state = sample_state();
    notebook.set_checkpoint(run, state.epoch, 1.5, encode_state(state));
    notebook.set_progress(run, state.epoch, 1.5);
}

void write_full_notebook(const std::string& file) {
    write_sample_notebook(file);
    Notebook notebook(file, Notebook::Access::kReadWrite);
    const StoredRunId run = notebook.runs().front().id;
    for (const int epoch : {1, 2, 3}) {
        Snapshot snapshot;
        snapshot.epoch = epoch;
        snapshot.p = 5;
        snapshot.spectrum = {1, static_cast<float>(2 * epoch)};
        snapshot.logit_spectrum = {3, static_cast<float>(epoch)};
        notebook.add(run, snapshot);
        ProgressRow row;
        row.epoch = epoch;
        row.order = 5;
        row.key_frequencies = {1, 2};
        row.excluded_by_frequency = {2, 1};
        row.clock_coherence = {0.5, 1};
        row.fit_coefficients = {0.5, 0.25};
        row.neuron_amplitude = {1, static_cast<float>(epoch)};
        row.neurons_by_frequency = {1, 2};
        row.full_loss.all = 1;
        row.excluded_loss = 2;
        FinalMeasures& last = row.final_measures.emplace();
        last.key_frequencies = {2};
        last.excluded_by_frequency = {1};
        last.clock_coherence = {1};
        notebook.add(run, row);
        notebook.add(run, StoredAnnotation{0, epoch, "a note about epoch", ""});
    }
    notebook.add(run, StoredMark{MarkKind::kMemorised, 1});
}

namespace {

void require(bool sound) {
    if (!sound) {
        std::abort();
    }
}

bool is_missing_or_within(double figure, double low, double high) {
    return std::isnan(figure) || (figure >= low && figure <= high);
}

void require_sound(const std::vector<int>& keys, std::size_t excluded, std::size_t coherences,
                   int frequencies) {
    require(excluded == keys.size() && coherences == keys.size());
    require(std::ranges::is_sorted(keys, std::less_equal<>()));
    require(keys.empty() || (keys.front() >= 1 && keys.back() <= frequencies));
}

/// What was taken over reads like a run of our own: whole, and all of it fits together.
void require_sound(Notebook& notebook, StoredRunId number) {
    const RunSummary run = notebook.run(number);
    const int frequencies = run.config.p / 2;
    const auto length = static_cast<std::size_t>(frequencies);
    for (const MetricSample& sample : notebook.metrics(number)) {
        require(is_missing_or_within(sample.test_loss, -1e39, 1e39));
        require(is_missing_or_within(sample.test_accuracy, 0, 1));
    }
    for (const Snapshot& one : notebook.spectra(number)) {
        require(one.spectrum.size() == length && one.logit_spectrum.size() == length);
    }
    std::size_t amplitudes = 0;
    for (const ProgressRow& row : notebook.measures(number)) {
        require_sound(row.key_frequencies, row.excluded_by_frequency.size(),
                      row.clock_coherence.size(), frequencies);
        if (row.final_measures) {
            require_sound(row.final_measures->key_frequencies,
                          row.final_measures->excluded_by_frequency.size(),
                          row.final_measures->clock_coherence.size(), frequencies);
        }
        require(row.fit_coefficients.size() == length);
        require(row.neurons_by_frequency.size() == length);
        require(row.neuron_amplitude.size() >= amplitudes);
        require(row.neuron_amplitude.empty() || row.neuron_amplitude.size() == length);
        amplitudes = row.neuron_amplitude.size();
    }
    (void)notebook.marks(number);
    (void)notebook.events(number);
    (void)notebook.annotations(number);
    for (const std::int32_t epoch : notebook.weight_epochs(number)) {
        (void)notebook.weights(number, epoch);
    }
    (void)notebook.checkpoint(number);
    require(notebook.left_out().empty());
}

} // namespace

void import_everything(const std::string& file) {
    Notebook target(":memory:", Notebook::Access::kReadWrite);
    const StoredRunId own = target.add_run(sample_config(), {}, std::string(32, 'b'));
    std::vector<StoredRunId> taken;
    try {
        Notebook source(file, Notebook::Access::kReadOnly);
        source.check_integrity();
        for (const RunSummary& run : source.runs()) {
            if (target.find(run.uuid)) {
                continue;
            }
            taken.push_back(copy_run(source, check_run(source, run.id), target));
        }
    } catch (const std::runtime_error&) { // NotebookError among them: a sentence for the user
    }
    for (const StoredRunId copy : taken) {
        require_sound(target, copy); // what this throws ends the program
    }
    if (target.run(own).uuid != std::string(32, 'b')) {
        std::abort();
    }
    require_sound(target, own);
}

ScratchFile::ScratchFile() {
    std::random_device device;
    const fs::path memory = "/dev/shm";
    const fs::path folder = (fs::exists(memory) ? memory : fs::temp_directory_path()) /
                            ("grokscope-fuzz-" + std::to_string(device()));
    fs::create_directory(folder);
    path_ = (folder / "input.db").string();
}

ScratchFile::~ScratchFile() {
    std::error_code ignored;
    fs::remove_all(fs::path(path_).parent_path(), ignored);
}

} // namespace grokscope::fuzz

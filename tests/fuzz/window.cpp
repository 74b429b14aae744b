// Target: what a window does with a stranger's record. Three bytes choose what is looked at. Then
// either a notebook's values are changed (change_values) and the file is read as `view` reads it,
// or figures, spectra, measures, marks, notes and gestures come in any number and of any length
// straight to the window, whatever a reader would have refused. All panels are drawn at three
// sizes.
#include "engine/store/notebook.h"
#include "engine/store/stored_run_reader.h"
#include "tests/fuzz/changed_notebook.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/window_stage.h"
#include "ui/core/actions.h"
#include "ui/core/plot_axes.h"
#include "ui/core/word_keeper.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <utility>

namespace {

using namespace grokscope;
using fuzz::WindowStage;

/// The input, taken from the front; zeros when it has ended.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const std::uint8_t* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    std::uint8_t byte() {
        if (size_ == 0) {
            return 0;
        }
        --size_;
        return *data_++;
    }
    std::uint64_t bytes(int count) {
        std::uint64_t number = 0;
        for (int i = 0; i < count; ++i) {
            number = number << 8U | byte();
        }
        return number;
    }
    /// Mostly a figure that has made trouble somewhere, else any bits at all.
    double figure() {
        using Limits = std::numeric_limits<double>;
        constexpr std::array kTrouble{0.0,
                                      -0.0,
                                      1.0,
                                      0.5,
                                      -1.0,
                                      1e-10,
                                      1e12,
                                      1.7e308,
                                      -1.7e308,
                                      Limits::max(),
                                      Limits::min(),
                                      1e-320,
                                      1e300,
                                      Limits::infinity(),
                                      -Limits::infinity(),
                                      Limits::quiet_NaN(),
                                      9.2e18,
                                      3.4e38,
                                      1e-300,
                                      2147483648.0,
                                      0.99,
                                      1e16};
        const std::size_t at = byte();
        return at < 4 * kTrouble.size() ? kTrouble[at / 4] : std::bit_cast<double>(bytes(8));
    }
    /// 0 to 255, or as many as any array of a run should hold, and its neighbours.
    std::size_t length() {
        const std::size_t wanted = byte();
        return wanted < 192 ? wanted : 1000 * (wanted - 191);
    }
    template <typename Number>
    std::vector<Number> numbers(std::size_t count) {
        std::vector<Number> all(count);
        const std::array some{figure(), figure(), figure()};
        for (std::size_t i = 0; i < count; ++i) {
            all[i] = static_cast<Number>(some[i % some.size()]);
        }
        return all;
    }
    std::vector<int> integers() {
        std::vector<int> all(length() % 32);
        for (int& number : all) {
            number = std::bit_cast<int>(static_cast<std::uint32_t>(bytes(byte() % 2 == 0 ? 1 : 4)));
        }
        return all;
    }
    /// At or after `least`: epochs only grow, which the reader and the trainer see to.
    std::int32_t epoch_after(std::int32_t least) {
        const std::uint64_t step = byte() % 4 == 0 ? bytes(4) % (1U << 30U) : byte();
        return static_cast<std::int32_t>(std::min<std::uint64_t>(
            static_cast<std::uint64_t>(least) + step, std::uint64_t{1} << 30U));
    }
    std::string text() {
        const std::size_t count = length();
        std::string some;
        for (std::size_t i = 0; i < std::min<std::size_t>(count, 8); ++i) {
            some += static_cast<char>(byte());
        }
        std::string all;
        while (!some.empty() && all.size() < count) {
            all += some;
        }
        return all.substr(0, std::min<std::size_t>(all.size(), 16384));
    }

private:
    const std::uint8_t* data_;
    std::size_t size_;
};

void look_at(ui::ViewState& view, std::uint32_t choice) {
    const auto next = [&choice](std::uint32_t choices) {
        return std::exchange(choice, choice / choices) % choices;
    };
    view.settings.inside.tab = static_cast<ui::InsideTab>(next(5));
    view.settings.wavetable.mode = static_cast<ui::WavetableMode>(next(3));
    view.settings.wavetable.source = static_cast<ui::WavetableSource>(next(3));
    view.settings.wavetable.scale = static_cast<ui::WavetableScale>(next(3));
    view.settings.circle.plane = static_cast<ui::CirclePlane>(next(2));
    view.settings.circle.layout = static_cast<ui::CircleLayout>(next(3));
    view.settings.x_unit = static_cast<ui::XUnit>(next(4));
    view.settings.third_plot = static_cast<ui::ThirdPlot>(next(2));
    view.settings.smoothing = static_cast<ui::Smoothing>(next(3));
    view.settings.epoch_axis.log = next(2) == 1 && view.settings.x_unit != ui::XUnit::kSinceGrok;
    if (next(2) == 1) {
        ui::toggle_log_values(view);
    }
    view.info_open = next(4) == 1;
    if (next(2) == 1) {
        view.sheet = ui::kViews[next(ui::kViews.size())]->action;
    }
    view.settings.presenter.on = next(4) == 1;
}

void send(WindowStage& stage, auto& ring, auto&& value) {
    while (!ring.try_push(value)) { // full: a frame's worth
        (void)stage.book.drain(stage.channels);
    }
}

void add_run(WindowStage& stage, RunId run, const RunConfig& config) {
    event::RunAdded added;
    added.run = run;
    added.config = config;
    added.step_description = "fused";
    added.recorded = true;
    send(stage, stage.channels.events, Event(added));
    (void)stage.book.drain(stage.channels);
}

/// The run of the changed notebook, as the window gets it from `grokscope view`.
void show_notebook(WindowStage& stage, Input& input) {
    static const fuzz::ScratchFile sample;
    static const bool made = [] {
        fuzz::write_full_notebook(sample.path());
        return true;
    }();
    (void)made;
    static const fuzz::ScratchFile file;
    std::filesystem::copy_file(sample.path(), file.path(),
                               std::filesystem::copy_options::overwrite_existing);
    fuzz::change_values(file.path(), input.data(), input.size());
    try {
        Notebook notebook(file.path(), Notebook::Access::kReadOnly);
        for (const RunSummary& summary : notebook.runs()) {
            const auto stored = read_for_viewing(notebook, summary.id);
            const RunId run{static_cast<std::uint32_t>(summary.id)};
            add_run(stage, run, stored->config);
            ui::recall(stage.view, run, words_of(notebook, summary.id));
            for (MetricSample sample_of : stored->metrics) {
                sample_of.run = run;
                send(stage, stage.channels.metrics, sample_of);
            }
            for (Snapshot snapshot : stored->snapshots) {
                snapshot.run = run;
                send(stage, stage.channels.snapshots, snapshot);
            }
            for (ProgressRow row : stored->progress) {
                row.run = run;
                send(stage, stage.channels.progress, row);
            }
            for (const StoredMark& mark : notebook.marks(summary.id)) {
                send(stage, stage.channels.events, Event(event::Mark{run, mark.kind, mark.epoch}));
            }
        }
    } catch (const std::runtime_error&) { // NotebookError among them: a sentence for the user
    }
}

/// A run that is made up as it comes.
class Stream {
public:
    Stream(WindowStage& stage, Input& input) : stage_(stage), input_(input) { begin_run(); }

    void run() {
        while (!input_.empty()) {
            step();
        }
    }

private:
    void begin_run() {
        RunConfig config = fuzz::sample_config();
        constexpr std::array kModuli{5, 6, 7, 23, 113, 251};
        config.p = kModuli[input_.byte() % kModuli.size()];
        config.seed = input_.byte();
        config.heads = 1 << input_.byte() % 6;
        if (input_.byte() % 2 == 0) {
            config.stencil = Stencil::of({-1, 0, 1});
        }
        run_ = RunId{static_cast<std::uint32_t>(run_) + 1};
        p_ = config.p;
        epochs_ = {};
        add_run(stage_, run_, config);
    }

    void step() {
        switch (input_.byte() % 10) {
        case 0:
        case 1:
            add_sample();
            break;
        case 2:
            add_snapshot();
            break;
        case 3:
            add_measures();
            break;
        case 4:
            send(stage_, stage_.channels.events,
                 Event(event::Mark{run_, static_cast<MarkKind>(input_.byte() % 10),
                                   input_.epoch_after(0)}));
            break;
        case 5:
            add_words();
            break;
        case 6:
            send(stage_, stage_.channels.events,
                 Event(event::StateChanged{run_, static_cast<RunState>(input_.byte() % 5),
                                           input_.epoch_after(0), input_.text()}));
            break;
        case 7:
            if (static_cast<std::uint32_t>(run_) < 4) {
                begin_run();
            }
            break;
        case 8:
            gesture();
            break;
        default:
            choose();
            break;
        }
    }

    void add_sample() {
        MetricSample sample;
        sample.run = run_;
        sample.epoch = epochs_[0] = input_.epoch_after(epochs_[0]);
        sample.train_loss = input_.figure();
        sample.test_loss = input_.figure();
        sample.train_accuracy = input_.figure();
        sample.test_accuracy = input_.figure();
        sample.wall_seconds = input_.figure();
        sample.mismatch[offset_slot(0)] = input_.figure();
        sample.mismatch[offset_slot(1)] = input_.figure();
        send(stage_, stage_.channels.metrics, sample);
    }

    void add_snapshot() {
        Snapshot snapshot;
        snapshot.run = run_;
        snapshot.epoch = epochs_[1] = input_.epoch_after(epochs_[1]);
        const auto whole = static_cast<std::size_t>(p_ / 2);
        const unsigned odd = input_.byte(); // mostly as it should be: else the first wrong one is
                                            // all that is ever seen
        snapshot.p = (odd & 1U) != 0 ? static_cast<int>(input_.length()) : p_;
        snapshot.d_model = (odd & 2U) != 0 ? input_.byte() : 32;
        snapshot.embedding = input_.numbers<float>(
            (odd & 4U) != 0 ? input_.length() : static_cast<std::size_t>(p_) * 32);
        snapshot.spectrum = input_.numbers<float>((odd & 8U) != 0 ? input_.length() : whole);
        snapshot.logit_spectrum = input_.numbers<float>((odd & 16U) != 0 ? input_.length() : whole);
        snapshot.spectrum_mean = static_cast<float>(input_.figure());
        send(stage_, stage_.channels.snapshots, snapshot);
    }

    void add_measures() {
        ProgressRow row;
        row.run = run_;
        row.order = p_;
        row.epoch = epochs_[2] = input_.epoch_after(epochs_[2]);
        row.key_frequencies = input_.integers();
        row.full_loss = {input_.figure(), input_.figure(), input_.figure()};
        row.restricted_loss.all = input_.figure();
        row.excluded_loss = input_.figure();
        row.excluded_by_frequency = input_.numbers<double>(input_.length());
        row.clock_coherence = input_.numbers<double>(input_.length());
        row.neurons_by_frequency = input_.integers();
        row.clustered_neurons = static_cast<int>(input_.bytes(2));
        row.neuron_amplitude = input_.numbers<float>(
            input_.byte() % 2 == 0 ? static_cast<std::size_t>(p_ / 2) : input_.length());
        row.gini_W_E = input_.figure();
        row.total_sum_squares = input_.figure();
        if (input_.byte() % 2 == 0) {
            FinalMeasures& last = row.final_measures.emplace();
            last.key_frequencies = input_.integers();
            last.restricted_loss.all = input_.figure();
            last.excluded_loss = input_.figure();
        }
        send(stage_, stage_.channels.progress, row);
    }

    void add_words() {
        store_request::Words words;
        words.name = input_.text();
        const std::string note = input_.text();
        const std::size_t count = input_.length() % 2048;
        for (std::size_t i = 0; i < count; ++i) {
            words.notes.push_back({static_cast<std::int32_t>(17 * i), note});
        }
        ui::recall(stage_.view, run_, words);
    }

    void gesture() {
        const auto place = [this](float size) {
            return static_cast<float>(input_.byte()) / 255 * size;
        };
        const float x = place(kWidth);
        const float y = place(kHeight);
        stage_.move_mouse(x, y);
        stage_.frame(kWidth, kHeight);
        const std::uint8_t what = input_.byte();
        stage_.turn_wheel(static_cast<float>(what % 5) - 2);
        stage_.press_mouse(what % 2, true);
        stage_.frame(kWidth, kHeight);
        stage_.move_mouse(x + place(300) - 150, y + place(300) - 150);
        stage_.frame(kWidth, kHeight);
        stage_.press_mouse(what % 2, false);
        stage_.frame(kWidth, kHeight);
    }

    void choose() {
        ui::ViewState& view = stage_.view;
        look_at(view, static_cast<std::uint32_t>(input_.bytes(4)));
        const std::uint8_t what = input_.byte();
        if (what % 2 == 0) {
            view.cursor.hold(input_.epoch_after(0));
        } else {
            view.follow_latest();
        }
        view.settings.frequency =
            what % 8 < 4 ? std::optional<int>() : std::optional<int>(input_.byte());
        view.pinned = RunId{1U + what / 8 % 4};
        view.selected = RunId{1U + what / 32 % 4};
        stage_.frame(kWidth, kHeight);
    }

    static constexpr float kWidth = 1280;
    static constexpr float kHeight = 800;

    WindowStage& stage_;
    Input& input_;
    RunId run_{};
    int p_ = 5;
    std::array<std::int32_t, 3> epochs_{}; ///< of the newest figures, spectra and measures
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::Surface surface;
    fuzz::WindowStage stage(surface);
    Input input(data, std::min<std::size_t>(size, 4096));
    const bool stored = input.byte() % 2 == 0;
    look_at(stage.view, static_cast<std::uint32_t>(input.bytes(4)));
    if (stored) {
        show_notebook(stage, input);
    } else {
        Stream(stage, input).run();
    }
    for (const auto& [width, height] :
         {std::pair{1600.0F, 1000.0F}, {960.0F, 700.0F}, {500.0F, 330.0F}}) {
        stage.frame(width, height);
        stage.frame(width, height);
    }
    return 0;
}

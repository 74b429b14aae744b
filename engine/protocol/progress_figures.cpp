// The progress measures as figures that describe themselves.
#include "engine/protocol/instrument.h"

#include <cstddef>
#include <utility>

namespace grokscope {

namespace {

using Numbers = std::vector<double>;

template <typename Number>
Numbers as_numbers(const std::vector<Number>& values) {
    return {values.begin(), values.end()};
}

/// The values that stand in the order of `keys`, each at its frequency.
Numbers at_frequencies(const ProgressRow& row, const Numbers& values) {
    Numbers all(static_cast<std::size_t>(row.order / 2), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < values.size() && i < row.key_frequencies.size(); ++i) {
        all.at(static_cast<std::size_t>(row.key_frequencies[i] - 1)) = values[i];
    }
    return all;
}

/// A number of neurons; missing where none were looked at, of an operation without a group.
double neurons(const ProgressRow& row, int count) {
    return row.neurons > 0 ? count : std::numeric_limits<double>::quiet_NaN();
}

/// One figure and how a row has it.
struct Entry {
    FigureSpec spec;
    Numbers (*of)(const ProgressRow& row);
};

constexpr FigureAxis kNone = FigureAxis::kNone;
constexpr FigureAxis kFrequency = FigureAxis::kFrequency;

std::vector<Entry> all_entries() {
    using Row = const ProgressRow&;
    std::vector<Entry> all;
    const auto add = [&all](FigureSpec spec, Numbers (*of)(Row)) {
        all.push_back({std::move(spec), of});
    };
    add({"full_loss_all", "loss, all pairs", "nats", "Of the logits as they are, over all pairs.",
         kNone, true},
        [](Row row) { return Numbers{row.full_loss.all}; });
    add({"full_loss_train", "train loss", "nats", "Of the logits as they are, training pairs.",
         kNone, true},
        [](Row row) { return Numbers{row.full_loss.train}; });
    add({"full_loss_test", "test loss", "nats", "Of the logits as they are, test pairs.", kNone,
         true},
        [](Row row) { return Numbers{row.full_loss.test}; });
    add({"restricted_loss_all", "restricted loss", "nats",
         "Of what the key frequencies alone leave of the logits, over all pairs.", kNone, true},
        [](Row row) { return Numbers{row.restricted_loss.all}; });
    add({"restricted_loss_train", "restricted train loss", "nats",
         "Of what the key frequencies alone leave of the logits, training pairs.", kNone, true},
        [](Row row) { return Numbers{row.restricted_loss.train}; });
    add({"restricted_loss_test", "restricted test loss", "nats",
         "Of what the key frequencies alone leave of the logits, test pairs.", kNone, true},
        [](Row row) { return Numbers{row.restricted_loss.test}; });
    add({"excluded_loss", "excluded loss", "nats",
         "Of the logits without the key frequencies, training pairs.", kNone, true},
        [](Row row) { return Numbers{row.excluded_loss}; });
    add({"fit_r_squared", "explained by the clock", "",
         "Share of the logits' variation that cos(w(u+v-c)) over the key frequencies explains, u, "
         "v "
         "and c the indices of a, b and the answer in the operation's group.",
         kNone, false},
        [](Row row) { return Numbers{row.fit_r_squared}; });
    add({"fit_loss", "loss of the fitted clock", "nats", "Test loss of that fit.", kNone, true},
        [](Row row) { return Numbers{row.fit_loss}; });
    add({"gini_W_E", "Gini of W_E", "",
         "How few frequencies the embedding uses: 0 all alike, near 1 a single one.", kNone, false},
        [](Row row) { return Numbers{row.gini_W_E}; });
    add({"gini_W_L", "Gini of W_L", "",
         "How few frequencies the neurons write on the logits: 0 all alike, near 1 a single one.",
         kNone, false},
        [](Row row) { return Numbers{row.gini_W_L}; });
    add({"ipr_W_E", "IPR of W_E", "",
         "Inverse participation ratio of the embedding's spectrum: 1 over the number of "
         "frequencies in use.",
         kNone, false},
        [](Row row) { return Numbers{row.ipr_W_E}; });
    add({"ipr_W_L", "IPR of W_L", "",
         "Inverse participation ratio of what the neurons write on the logits.", kNone, false},
        [](Row row) { return Numbers{row.ipr_W_L}; });
    add({"clustered_neurons", "neurons of one frequency", "neurons",
         "Neurons of whose variance one frequency explains at least 85 %.", kNone, false},
        [](Row row) { return Numbers{neurons(row, row.clustered_neurons)}; });
    add({"dead_neurons", "dead neurons", "neurons",
         "Neurons whose response does not vary over the pairs.", kNone, false},
        [](Row row) { return Numbers{neurons(row, row.dead_neurons)}; });
    add({"sum_sq_total", "sum of squares", "", "Of all trained weights.", kNone, false},
        [](Row row) { return Numbers{row.total_sum_squares}; });
    add({"sum_sq", "sum of squares by tensor", "", "Of each trained tensor.", FigureAxis::kTensor,
         true},
        [](Row row) { return Numbers(row.sum_squares.begin(), row.sum_squares.end()); });
    add({"neurons_by_frequency", "neurons by frequency", "neurons",
         "Neurons of one frequency, by that frequency.", kFrequency, false},
        [](Row row) { return as_numbers(row.neurons_by_frequency); });
    add({"neuron_amplitude", "amplitude in the MLP", "",
         "Norm over all neurons of what their responses have of each frequency.", kFrequency,
         false},
        [](Row row) { return as_numbers(row.neuron_amplitude); });
    add({"fit_coefficients", "coefficient of the clock", "",
         "How much of cos(w(u+v-c)) the logits have, by frequency, in the group's index.",
         kFrequency, false},
        [](Row row) { return row.fit_coefficients; });
    add({"excluded_by_frequency", "excluded loss by frequency", "nats",
         "Of the logits without one key frequency, training pairs.", kFrequency, true},
        [](Row row) { return at_frequencies(row, row.excluded_by_frequency); });
    add({"clock_coherence", "clock coherence", "",
         "How well the model's hand follows the ideal one, by key frequency: 1 exactly.",
         kFrequency, false},
        [](Row row) { return at_frequencies(row, row.clock_coherence); });
    return all;
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all = all_entries();
    return all;
}

InstrumentSpec described() {
    InstrumentSpec spec;
    spec.id = "progress";
    spec.label = "progress measures";
    spec.sentence = "The progress measures of Nanda et al. (2023): what the key frequencies alone "
                    "can do, and what is left without them.";
    for (const Entry& entry : entries()) {
        spec.figures.push_back(entry.spec);
    }
    return spec;
}

} // namespace

const InstrumentSpec& progress_instrument() {
    static const InstrumentSpec spec = described();
    return spec;
}

Reading reading_of(const ProgressRow& row) {
    Reading reading;
    reading.run = row.run;
    reading.epoch = row.epoch;
    reading.instrument = progress_instrument().id;
    reading.seconds = row.compute_seconds;
    reading.life = row.life;
    for (const Entry& entry : entries()) {
        reading.figures.push_back({entry.spec.id, entry.of(row)});
    }
    return reading;
}

} // namespace grokscope

#include "engine/protocol/instrument.h"

#include <tuple>
#include <utility>

namespace grokscope {

namespace {

std::vector<InstrumentSpec> all_instruments() {
    std::vector<InstrumentSpec> all;
    all.push_back(
        {.id = "ildr",
         .label = "class separation",
         .sentence =
             "How far apart the answers lie in the residual stream before the head, on pairs "
             "that never train. It may rise before test accuracy does; that it rises does "
             "not prove that the run will grok.",
         .default_every = 100,
         .figures = {{.id = "ildr",
                      .label = "ILDR",
                      .sentence = "Mean squared distance between class means over the mean squared "
                                  "width of a class, at most 1,500 test pairs.",
                      .logarithmic = true},
                     {.id = "class_separation",
                      .label = "separation of classes",
                      .sentence =
                          "Mean distance between class means over the mean distance of a row "
                          "from its own, all test pairs.",
                      .logarithmic = true}},
         .alarms = {{.mark = MarkKind::kSeparationAlarm,
                     .figure = "ildr",
                     .baseline = AlarmRule::Baseline::kFirst,
                     .times = 2.5}}});
    all.push_back(
        {.id = "commutator",
         .label = "commutator defect",
         .sentence =
             "Whether the order of two gradient steps matters: a sign of curvature. Raising "
             "it does not hasten grokking: it is a symptom.",
         .default_every = 500,
         .needs_exact = true,
         .figures = {{.id = "commutator_defect",
                      .label = "commutator defect",
                      .sentence = "Median over nine draws of two training batches of how far apart "
                                  "their two orders end, over the product of the two steps.",
                      .logarithmic = true},
                     {.id = "commutator_published",
                      .label = "commutator defect, as published",
                      .sentence = "The same with 1e-12 added to the denominator, which swallows it "
                                  "once the run has memorised.",
                      .logarithmic = true}},
         .alarms = {{.mark = MarkKind::kCommutatorAlarm,
                     .figure = "commutator_defect",
                     .baseline = AlarmRule::Baseline::kLowest,
                     .times = 2}}});
    InstrumentSpec spectrum{
        .id = "spectrum2d",
        .label = "spectrum in two dimensions",
        .sentence = "How few entries of the two-dimensional spectrum of W_E hold the weight. The "
                    "axis of the model's width has no order of its own, so this stands beside the "
                    "spectrum over the numbers, not in its place.",
        .default_every = 100,
        .figures = {},
        .alarms = {}};
    for (const auto& [rows, of_rows] : {std::pair("", ""), std::pair("_numbers", ", numbers")}) {
        for (const auto& [of, label] :
             {std::pair("amplitude", "amplitudes"), std::pair("power", "powers")}) {
            const std::string end = std::string(of) + rows;
            const std::string what = std::string(label) + " of DFT2(W_E)" +
                                     (*rows == '\0' ? ", all tokens" : ", without the token '='");
            spectrum.figures.push_back(
                {.id = "gini_2d_" + end,
                 .label = "Gini, 2-D " + std::string(label) + of_rows,
                 .sentence = "Gini coefficient of the " + what +
                             ": 0 all alike, near 1 a few hold everything."});
            spectrum.figures.push_back({.id = "ipr_2d_" + end,
                                        .label = "IPR, 2-D " + std::string(label) + of_rows,
                                        .sentence = "Inverse participation ratio of the " + what +
                                                    ": one over the number of entries in use."});
        }
    }
    all.push_back(std::move(spectrum));
    all.push_back(
        {.id = "ring",
         .label = "ring of the embedding",
         .sentence = "Whether the numbers lie on a ring in the plane of the two largest principal "
                     "components of W_E, in the order of the operation's group, and the operation "
                     "is a turn along it. Several frequencies at once blur that plane.",
         .default_every = 100,
         .figures =
             {{.id = "homomorphism_error",
               .label = "homomorphism error",
               .unit = "radians",
               .sentence = "Mean of |theta(u+v) - theta(u) - theta(v) + theta(0)|, theta the "
                           "angle in that plane: 0 on a ring, pi/2 for noise."},
              {.id = "ring_quality",
               .label = "ring quality",
               .sentence = "How well the angles follow the best frequency: 1 on a ring, "
                           "about the root of ln n / n for noise of n numbers."},
              {.id = "ring_frequency", .label = "ring frequency", .sentence = "That frequency."},
              {.id = "ring_variance",
               .label = "share of the variance",
               .sentence = "That the two components hold of the embedding's."}},
         .alarms = {}});
    all.push_back(
        {.id = "zero",
         .label = "embedding of 0",
         .sentence = "How long the embedding of 0 is. In products and quotients 0 is outside the "
                     "group whose index makes the ring, and no transform over numbers contains "
                     "it; in sums and differences it is a number like all others.",
         .default_every = 100,
         .figures = {{.id = "zero_norm",
                      .label = "length of 0",
                      .sentence = "Euclidean norm of the column of W_E that embeds 0."},
                     {.id = "zero_norm_relative",
                      .label = "length of 0 over the others",
                      .sentence = "That norm over the mean norm of the other numbers' embeddings: "
                                  "near 1 where 0 is one of them."}},
         .alarms = {}});
    all.push_back({.id = std::string(kCollapseInstrument),
                   .label = "softmax collapse",
                   .sentence =
                       "Whether training pairs have stopped teaching: in float32 their loss is "
                       "exactly 0. Training here computes its loss in double, so this is "
                       "what float32 would lose.",
                   .default_every = 100,
                   .figures = {{.id = std::string(kSoftmaxCollapse),
                                .label = "softmax collapse",
                                .sentence = "Share of training pairs whose float32 loss is exactly "
                                            "0."}},
                   .alarms = {}});
    all.push_back(
        {.id = "complexity",
         .label = "algorithmic complexity",
         .sentence =
             "How short a description the weights have, by the Block Decomposition Method: four "
             "letters for quartiles, blocks of three by three, their complexities counted from "
             "small Turing machines. It sees only what repeats within such blocks, and depends on "
             "the order of rows and columns. The stable rank beside it is simpler; published, "
             "both fall alike, so that complexity is not needed to see a fall.",
         .default_every = 100,
         .figures =
             {{.id = "bdm_ratio",
               .label = "BDM ratio",
               .sentence = "Bits of all weight matrices over those of the same matrices with their "
                           "entries shuffled: 1 for weights without any order."},
              {.id = "bdm_ratio_W_E",
               .label = "BDM ratio, W_E",
               .sentence = "The same of W_E alone, numbers in the order of the operation's group."},
              {.id = "stable_rank_W_E",
               .label = "stable rank, W_E",
               .sentence =
                   "Sum of the squared singular values of W_E over the largest of them: how "
                   "many directions matter."},
              {.id = "bdm_ratio_tensor",
               .label = "BDM ratio of tensors",
               .sentence = "The ratio of each tensor, of all layers together; biases have none.",
               .axis = FigureAxis::kTensor},
              {.id = "stable_rank_tensor",
               .label = "stable rank of tensors",
               .sentence =
                   "The stable rank of each tensor, heads below each other, the mean over layers; "
                   "biases have none.",
               .axis = FigureAxis::kTensor,
               .logarithmic = true},
              {.id = "bdm_missing",
               .label = "blocks not in the table",
               .sentence = "Share of blocks that no Turing machine of the table wrote; each counts "
                           "as one bit more than the most complex one."}},
         .alarms = {}});
    all.push_back(
        {.id = "features",
         .label = "features inside neurons",
         .sentence =
             "How the frequencies share out the hidden units, and whether a unit that has chosen "
             "one "
             "hands it on as a clock needs it. Phases that fit show that single units are built "
             "for it, not that the answers are computed so.",
         .default_every = 100,
         .figures =
             {{.id = "dominant_share",
               .label = "share of the best frequency",
               .sentence = "How much of a living neuron's variance is its best frequency, the mean "
                           "over neurons."},
              {.id = "phase_error",
               .label = "phase error of neurons",
               .unit = "radians",
               .sentence = "Mean distance of a clustered neuron's output phase from the sum of its "
                           "two input phases: 0 aligned, pi/2 by chance."},
              {.id = "phase_difference",
               .label = "phase difference of inputs",
               .unit = "radians",
               .sentence = "Mean distance of the two input phases of a clustered neuron: 0 when it "
                           "takes both numbers alike, pi/2 by chance."},
              {.id = "phase_neurons",
               .label = "neurons with phases",
               .sentence = "How many clustered neurons the phases are those of."},
              {.id = "frequency_share",
               .label = "share of frequencies in neurons",
               .sentence = "How much of a living neuron's variance is frequency k, the mean over "
                           "neurons.",
               .axis = FigureAxis::kFrequency}},
         .alarms = {}});
    InstrumentSpec curvature{
        .id = "curvature",
        .label = "curvature of the loss",
        .sentence =
            "How steeply the loss bends around the weights: ends of the spectrum and trace of its "
            "Hessian. Everything here shrinks with the loss, so each stands over its loss, too. "
            "Rescaled weights that compute the same have another curvature: it does not tell which "
            "solution is flatter, or generalises. Read of models with one layer, without "
            "LayerNorm, "
            "alone.",
        .default_every = 500,
        .needs_exact = true,
        .figures = {},
        .alarms = {}};
    for (const auto& [of, pairs] : {std::pair("train", "all training pairs"),
                                    std::pair("test", "1,024 test pairs at most")}) {
        const std::string end = std::string("_") + of;
        const std::string loss = std::string(of) + " loss";
        curvature.figures.push_back(
            {.id = "curvature" + end,
             .label = "largest eigenvalue, " + loss,
             .sentence = "Of the Hessian of the " + loss + ", " + pairs +
                         ": 20 steps of Lanczos's method, never above the true one.",
             .logarithmic = true});
        curvature.figures.push_back(
            {.id = "curvature_relative" + end,
             .label = "eigenvalue over loss, " + std::string(of),
             .sentence = "The largest eigenvalue over the loss of the same pairs.",
             .logarithmic = true});
        curvature.figures.push_back(
            {.id = "curvature_lowest" + end,
             .label = "lowest eigenvalue, " + loss,
             .sentence = "The most negative one that the same steps found, or the smallest: never "
                         "below the true lowest. Negative: no minimum of this loss."});
        curvature.figures.push_back(
            {.id = "trace" + end,
             .label = "trace, " + loss,
             .sentence = "Trace of the same Hessian, the sum of its eigenvalues: what those steps "
                         "have seen as it is, the rest estimated from 12 random vectors of signs.",
             .logarithmic = true});
        curvature.figures.push_back(
            {.id = "trace_error" + end,
             .label = "error of the trace, " + std::string(of),
             .sentence = "Of that estimate over its random vectors, not over runs.",
             .logarithmic = true});
        curvature.figures.push_back({.id = "trace_relative" + end,
                                     .label = "trace over its loss, " + std::string(of),
                                     .sentence = "The trace over the loss of the same pairs.",
                                     .logarithmic = true});
    }
    all.push_back(std::move(curvature));
    all.push_back(
        {.id = "llc",
         .label = "local learning coefficient",
         .sentence =
             "How fast the train loss grows for random walkers tied to the weights, by two "
             "chains of Langevin dynamics. It depends on step, temperature and tie, which "
             "stand beside it; a negative one says that the step is bad. It does not tell which "
             "solution is simpler or generalises. Read of models with one layer, without "
             "LayerNorm, alone.",
         .default_every = 1000,
         .needs_exact = true,
         .figures =
             {{.id = "llc",
               .label = "LLC",
               .sentence = "n beta times the mean rise of the train loss over 200 draws of each "
                           "chain after 200. Below 0 the walkers found lower loss than they came "
                           "from: the step is bad, or this is no minimum."},
              {.id = "llc_error",
               .label = "standard error of the LLC",
               .sentence = "From means of 40 draws; too small where the tie forgets more slowly.",
               .logarithmic = true},
              {.id = "llc_step",
               .label = "step of the LLC",
               .sentence = "eps = 0.36 / (n beta times the largest eigenvalue + gamma).",
               .logarithmic = true},
              {.id = "llc_nbeta",
               .label = "n beta of the LLC",
               .sentence = "Pairs in a batch over their logarithm."},
              {.id = "llc_gamma",
               .label = "gamma of the LLC",
               .sentence = "Strength of the tie to the weights."},
              {.id = "llc_memory",
               .label = "memory of the LLC",
               .unit = "draws",
               .sentence = "2 / (eps gamma): how long a flat direction takes to settle. Well above "
                           "200 the chains have not settled, and the LLC is too low.",
               .logarithmic = true}},
         .alarms = {}});
    InstrumentSpec mediation{
        .id = "mediation",
        .label = "causal mediation",
        .sentence =
            "Which attention heads carry the answer: what a head says of one pair is put in the "
            "place of what it says of another with another answer, 256 times, the same pairs at "
            "all epochs. Scores of heads do not add up to the total, since heads work through "
            "each other. A head without a score may still do what another does as well.",
        .default_every = 500,
        .figures = {{.id = "cms_spread",
                     .label = "spread over heads",
                     .sentence = "Share of the heads that is needed for 90 % of the summed size of "
                                 "all scores."},
                    {.id = "cms_total",
                     .label = "total effect",
                     .unit = "logits",
                     .sentence =
                         "What the scores would be if everything were exchanged: the margin "
                         "of the other answer there, less that margin here."}},
        .alarms = {}};
    const auto of_heads = [&mediation](const char* id, const char* label, const char* sentence) {
        mediation.figures.push_back({.id = id,
                                     .label = label,
                                     .unit = "logits",
                                     .sentence = sentence,
                                     .axis = FigureAxis::kHead});
    };
    of_heads("cms", "mediation score",
             "How far z of the head at the last position moves the margin of the other answer: "
             "above 0 it carries what tells the two pairs apart.");
    of_heads("cms_error", "error of the score",
             "Standard error over the 256 exchanges, not over runs.");
    of_heads("cms_everywhere", "score, all positions",
             "The same with z exchanged at all positions.");
    of_heads("cms_a", "score, position of a",
             "The same at the position of a alone; 0 in the last layer, where nobody reads it.");
    of_heads("cms_operation", "score, position of the operation",
             "The same at the position of the operation alone, in a op b =.");
    of_heads("cms_b", "score, position of b", "The same at the position of b alone.");
    of_heads("cms_other_head", "control: another head",
             "z of a head drawn from the others takes the place: what any exchange does.");
    of_heads("cms_stranger", "control: another pair",
             "z of a pair with a third answer takes the place: what any other pair does.");
    all.push_back(std::move(mediation));
    InstrumentSpec skip{
        .id = "skip",
        .label = "skipped layers",
        .sentence = "What is left when a third of the layers in a row add nothing to the residual "
                    "stream, by the first of them: test accuracy over at most 1,024 pairs, the "
                    "same at all epochs. A layer that can be skipped need not be idle: "
                    "others may make up for it.",
        .default_every = 500,
        .figures = {{.id = "skip_intact",
                     .label = "accuracy, nothing skipped",
                     .sentence = "Of the same test pairs."}},
        .alarms = {}};
    for (const auto& [id, label, sentence] :
         {std::tuple("skip_both", "accuracy, layers skipped",
                     "Neither attention nor MLP of the window adds anything."),
          std::tuple("skip_attention", "accuracy, attention skipped",
                     "No attention of the window adds anything."),
          std::tuple("skip_mlp", "accuracy, MLPs skipped",
                     "No MLP of the window adds anything.")}) {
        skip.figures.push_back(
            {.id = id, .label = label, .sentence = sentence, .axis = FigureAxis::kLayer});
    }
    all.push_back(std::move(skip));
    return all;
}

} // namespace

const std::vector<InstrumentSpec>& instruments() {
    static const std::vector<InstrumentSpec> all = all_instruments();
    return all;
}

const InstrumentSpec* find_instrument(std::string_view id) {
    const auto found = std::ranges::find(instruments(), id, &InstrumentSpec::id);
    return found == instruments().end() ? nullptr : &*found;
}

const FigureSpec* find_figure(const InstrumentSpec& instrument, std::string_view id) {
    const auto found = std::ranges::find(instrument.figures, id, &FigureSpec::id);
    return found == instrument.figures.end() ? nullptr : &*found;
}

const InstrumentSpec* described_by(std::string_view id, const std::vector<InstrumentSpec>& others) {
    if (const InstrumentSpec* known = find_instrument(id)) {
        return known;
    }
    const auto found = std::ranges::find(others, id, &InstrumentSpec::id);
    return found == others.end() ? nullptr : &*found;
}

std::vector<std::string> mistakes_of(const MeasurePlan& plan) {
    std::string names;
    for (const InstrumentSpec& instrument : instruments()) {
        names += (names.empty() ? "" : ", ") + instrument.id;
    }
    std::vector<std::string> mistakes;
    for (const auto& [name, every] : plan.entries()) {
        if (find_instrument(name) == nullptr) {
            mistakes.push_back("there is no instrument \"" + name + "\"; there are " + names);
        }
    }
    return mistakes;
}

} // namespace grokscope

#include "ui/core/claims.h"

#include "ui/core/guesses.h"
#include "ui/core/operation_text.h"
#include "ui/core/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <tuple>
#include <vector>

namespace grokscope::ui {

namespace {

// Stages that exclude each other; every moment belongs to one.

bool failed(const Facts& f) {
    return f.run.exists && f.run.state == RunState::kFailed && f.run.epoch >= f.run.newest;
}
bool ready(const Facts& f) {
    return f.run.exists && f.run.epoch < 0 && !failed(f);
}
bool has_figures(const Facts& f) {
    return f.run.exists && f.run.epoch >= 0 && !failed(f);
}
bool unknown(const Facts& f) {
    return has_figures(f) && !(std::isfinite(f.run.train) && std::isfinite(f.run.test));
}
bool known(const Facts& f) {
    return has_figures(f) && !unknown(f);
}
bool before(const Facts& f) {
    return known(f) && !f.run.memorised && !f.run.grokked;
}
bool memorised(const Facts& f) {
    return known(f) && f.run.memorised && !f.run.grokked;
}
bool grokked(const Facts& f) {
    return known(f) && f.run.grokked;
}

bool guesses(const Facts& f) {
    return f.run.train <= f.run.train_guessing && f.run.test <= f.run.test_guessing;
}
bool hardly_any(const Facts& f) {
    return f.run.test <= f.run.test_low();
}
bool learns_by_heart(const Facts& f) {
    return f.run.train > f.run.train_guessing && hardly_any(f);
}
bool shown_ones_kept(const Facts& f) {
    return f.run.train >= kLostBelow;
}
/// Memorised, and nothing else is learnt that has a name.
bool waits(const Facts& f) {
    return memorised(f) && shown_ones_kept(f) && !f.run.order_alone;
}
bool stable(const Facts& f) {
    return grokked(f) && f.run.learned_for >= kStableFor;
}
bool can_go_on(const Facts& f) {
    return f.run.state != RunState::kFinished && f.run.state != RunState::kFailed;
}
/// There is something to put together.
bool condensed(const Facts& f) {
    return f.run.exists && f.run.memorised && f.condensed > 0;
}
/// There is a lottery, be it read or not.
bool drawn(const Facts& f) {
    return f.run.exists && f.has_group;
}
/// The loss is looked along in such models.
bool looked(const Facts& f) {
    return f.run.exists && f.plain_model;
}
bool trains(const Facts& f) {
    return f.run.exists && f.run.state == RunState::kRunning;
}
bool announced(const Facts& f) {
    return f.seen_to_grok && f.run.grokked && !f.run.lost;
}

constexpr Claim row(Place place, const char* words, const char* condition,
                    bool (*holds)(const Facts&)) {
    return {.place = place, .words = words, .condition = condition, .holds = holds};
}
constexpr Claim headline(const char* words, const char* brief, const char* condition,
                         bool (*holds)(const Facts&), bool warns = false) {
    return {Place::kHeadline, words, brief, condition, holds, warns};
}

constexpr std::array kClaims{
    headline("No network is being trained yet.", "no run yet", "there is no run",
             [](const Facts& f) { return !f.run.exists; }),
    headline("A network with random weights: it knows nothing yet.",
             "ready: random weights, nothing learnt yet", "no figures yet, and it is no branch",
             [](const Facts& f) { return ready(f) && !f.run.branch; }),
    headline("It begins with the weights of another run.",
             "ready: begins with another run's weights",
             "no figures yet, and it is a branch, no fork",
             [](const Facts& f) { return ready(f) && f.run.branch && !f.run.fork; }),
    headline("It computes its original again, up to where it forks.",
             "computing its original again",
             "no figures yet, and it is a fork that computes its original again",
             [](const Facts& f) { return ready(f) && f.run.fork && f.run.retraces; }),
    headline("It goes on with the whole state of its original.",
             "ready: goes on with its original's state",
             "no figures yet, and it is a fork that computes nothing again, or not yet",
             [](const Facts& f) { return ready(f) && f.run.fork && !f.run.retraces; }),
    headline("This run had to stop.", "failed", "failed, and its newest epoch is shown", failed,
             true),
    headline("Its figures at this epoch are not numbers.", "figures are not numbers",
             "an accuracy is not a number", unknown, true),
    headline("It only guesses so far.", "guesses so far",
             "both accuracies never above what guessing gives (three standard deviations), train "
             "accuracy never at 99 %",
             [](const Facts& f) { return before(f) && guesses(f); }),
    headline("It is learning the {sums} it is shown by heart.", "memorising the training pairs",
             "train accuracy above guessing, never yet at 99 %; test accuracy at most 10 % or what "
             "guessing gives",
             [](const Facts& f) { return before(f) && learns_by_heart(f); }),
    headline("It is learning, and some {sums} it never saw work, too.",
             "learning, some unseen {sums} work",
             "train accuracy never yet at 99 %; test accuracy above guessing, and above 10 % or "
             "train accuracy not above guessing",
             [](const Facts& f) { return before(f) && !guesses(f) && !learns_by_heart(f); }),
    headline(
        "It has memorised. It does not understand yet.", "memorised, does not understand yet",
        "memorised; test accuracy at most 10 % or what guessing gives; test loss above half "
        "its largest; order not learnt as below",
        [](const Facts& f) { return waits(f) && hardly_any(f) && f.run.loss_share > kLossHalved; }),
    headline(
        "It has learnt that order does not matter, but not yet to {add}.",
        "learnt that order does not matter, not yet to {add}",
        "memorised, not grokked; of unseen sums 90 % or more right where b + a was trained on, "
        "less than half where neither was",
        [](const Facts& f) { return memorised(f) && shown_ones_kept(f) && f.run.order_alone; }),
    headline("It has memorised. Test loss has halved: something changes inside.",
             "memorised, test loss has halved",
             "memorised; test accuracy at most 10 % or what guessing gives; test loss at most half "
             "its largest; order not learnt as above",
             [](const Facts& f) {
                 return waits(f) && hardly_any(f) && f.run.loss_share <= kLossHalved;
             }),
    headline("It has memorised, and some {sums} it never saw work.",
             "memorised, some unseen {sums} work",
             "memorised, not grokked; test accuracy above 10 % and above guessing, below 50 %; "
             "order not learnt as above",
             [](const Facts& f) { return waits(f) && !hardly_any(f) && f.run.test < 0.5; }),
    headline("Most {sums} it never saw work. It has not grokked yet.",
             "most unseen {sums} work, not grokked yet",
             "memorised, not grokked; test accuracy 50 % or more; order not learnt as above",
             [](const Facts& f) { return waits(f) && !hardly_any(f) && f.run.test >= 0.5; }),
    headline(
        "It has lost some of what it had memorised.", "lost some of what it had memorised",
        "memorised, not grokked; train accuracy below 90 %",
        [](const Facts& f) { return memorised(f) && !shown_ones_kept(f); }, true),
    headline(
        "It has grokked: it answers {sums} it has never seen.",
        "grokked: it answers {sums} it has never seen",
        "both accuracies at 99 % or more, for less than 1,000 epochs; never below 90 % since "
        "the grok epoch",
        [](const Facts& f) { return grokked(f) && f.run.learned() && !stable(f) && !f.run.lost; }),
    headline("It has grokked, and has kept it for 1,000 epochs.",
             "grokked and stable for 1,000 epochs",
             "both accuracies at 99 % or more for the last 1,000 epochs", stable),
    headline(
        "What it had lost is back: it answers {sums} it has never seen.",
        "grokked again after a loss",
        "both accuracies at 99 % or more, for less than 1,000 epochs; below 90 % at some time "
        "since the grok epoch",
        [](const Facts& f) { return grokked(f) && f.run.learned() && !stable(f) && f.run.lost; }),
    headline("It has grokked, and is a little below 99 % at the moment.",
             "grokked, below 99 % at the moment",
             "grokked; an accuracy below 99 % now, test accuracy 90 % or more; not lost since it "
             "was last at 99 %",
             [](const Facts& f) {
                 return grokked(f) && !f.run.learned() && f.run.test >= kLostBelow &&
                        (!f.run.lost || f.run.returned);
             }),
    headline(
        "It had lost some of what it understood. Most of it is back.",
        "lost some of it, most is back",
        "below 90 % at some time since the grok epoch, and not at 99 % again since; test "
        "accuracy 90 % or more now",
        [](const Facts& f) {
            return grokked(f) && !f.run.learned() && f.run.test >= kLostBelow && f.run.lost &&
                   !f.run.returned;
        },
        true),
    headline(
        "It has lost some of what it had understood.", "lost some of what it had understood",
        "grokked; test accuracy below 90 %, 50 % or more",
        [](const Facts& f) {
            return grokked(f) && !f.run.learned() && f.run.test < kLostBelow && f.run.test >= 0.5;
        },
        true),
    headline(
        "It has lost again what it had understood.", "lost again what it had understood",
        "grokked; test accuracy below 50 %",
        [](const Facts& f) { return grokked(f) && !f.run.learned() && f.run.test < 0.5; }, true),

    row(Place::kStory,
        "Press Start. Some of all {sums} are shown to it, the others are kept for the test.",
        "no run, or one without figures that does not train",
        [](const Facts& f) { return !f.run.exists || (ready(f) && !trains(f)); }),
    row(Place::kStory, "Some of all {sums} are shown to it, the others are kept for the test.",
        "it trains, and there are no figures yet",
        [](const Facts& f) { return ready(f) && trains(f); }),
    row(Place::kStory, "Its record is kept. The run list says why, and what to try.",
        "failed, and its newest epoch is shown", failed),
    row(Place::kStory, "Move the cursor to another epoch.", "an accuracy is not a number", unknown),
    row(Place::kStory, "The thin line: {sums} it was shown. The thick one: {sums} it never saw.",
        "not memorised, and not as in the next row",
        [](const Facts& f) {
            return before(f) && (guesses(f) || f.run.test > f.run.test_guessing);
        }),
    row(Place::kStory,
        "The thin line: {sums} it was shown. The thick one, {sums} it never saw, shows guesses "
        "only.",
        "not memorised; train accuracy above guessing, test accuracy not",
        [](const Facts& f) {
            return before(f) && !guesses(f) && f.run.test <= f.run.test_guessing;
        }),
    row(Place::kStory, "The thick line is still low. The wavetable shows what changes inside.",
        "memorised, not grokked; test accuracy at most 10 % or what guessing gives",
        [](const Facts& f) { return memorised(f) && shown_ones_kept(f) && hardly_any(f); }),
    row(Place::kStory, "The thick line has left the bottom. Press 3 to watch it slowly.",
        "memorised, not grokked; test accuracy above 10 % and above guessing; it trains",
        [](const Facts& f) {
            return memorised(f) && shown_ones_kept(f) && !hardly_any(f) && trains(f);
        }),
    row(Place::kStory, "The thick line has left the bottom. P replays it.",
        "the same, and it does not train",
        [](const Facts& f) {
            return memorised(f) && shown_ones_kept(f) && !hardly_any(f) && !trains(f);
        }),
    row(Place::kStory, "The thin line has fallen under 90 % since it had memorised.",
        "memorised, not grokked; train accuracy below 90 %",
        [](const Facts& f) { return memorised(f) && !shown_ones_kept(f); }),
    row(Place::kStory,
        "Both lines are at 99 % or more. The circle shows how its numbers lie inside.",
        "both accuracies at 99 % or more, for less than 1,000 epochs, and not as in the next row",
        [](const Facts& f) {
            return grokked(f) && f.run.learned() && !stable(f) && !f.run.order_first;
        }),
    row(Place::kStory, "It learnt that order does not matter before it learnt to {add}.",
        "both accuracies at 99 % or more, for less than 1,000 epochs; before the grok epoch, of "
        "unseen sums 90 % or more right where b + a was trained on, less than half elsewhere",
        [](const Facts& f) {
            return grokked(f) && f.run.learned() && !stable(f) && f.run.order_first;
        }),
    row(Place::kStory, "Add a stencil with the same seed and see whether it comes sooner.",
        "both at 99 % for 1,000 epochs; a baseline, no branch",
        [](const Facts& f) { return stable(f) && f.run.baseline && !f.run.branch; }),
    row(Place::kStory, "Compare its grok epoch with that of a baseline of the same seed.",
        "both at 99 % for 1,000 epochs; with a stencil or a control, no branch",
        [](const Facts& f) { return stable(f) && !f.run.baseline && !f.run.branch; }),
    row(Place::kStory, "It began with the weights of another run: compare the two.",
        "both at 99 % for 1,000 epochs; a branch",
        [](const Facts& f) { return stable(f) && f.run.branch; }),
    row(Place::kStory, "Both lines have stood at 99 % together before this epoch.",
        "grokked; an accuracy below 99 % now, test accuracy 90 % or more",
        [](const Facts& f) { return grokked(f) && !f.run.learned() && f.run.test >= kLostBelow; }),
    row(Place::kStory, "Test accuracy is under 90 % after grokking. It may recover: let it run.",
        "grokked; test accuracy below 90 % at the newest epoch, and it can go on",
        [](const Facts& f) {
            return grokked(f) && f.run.test < kLostBelow && f.at_newest && can_go_on(f);
        }),
    row(Place::kStory, "Test accuracy is under 90 % here, after grokking.",
        "grokked; test accuracy below 90 %, at an earlier epoch or at the end of the run",
        [](const Facts& f) {
            return grokked(f) && f.run.test < kLostBelow && !(f.at_newest && can_go_on(f));
        }),

    row(Place::kCursor, "live", "the cursor follows the newest epoch, and the run trains",
        [](const Facts& f) { return f.at_newest && trains(f); }),
    row(Place::kCursor, "latest", "the cursor follows the newest epoch, and the run does not train",
        [](const Facts& f) { return f.at_newest && !trains(f); }),
    row(Place::kCursor, "held", "the cursor is held", [](const Facts& f) { return !f.at_newest; }),

    row(Place::kCard, "grokked at ", "grokked by its newest epoch",
        [](const Facts& f) { return f.run.grokked; }),
    row(Place::kCard, "not grokked yet", "not grokked, and not as in the next row; it can go on",
        [](const Facts& f) { return !f.run.grokked && can_go_on(f) && !f.run.order_alone; }),
    row(Place::kCard, "order learnt, not grokked yet",
        "not grokked, and it can go on; of unseen sums 90 % or more right where b + a was trained "
        "on, less than half elsewhere",
        [](const Facts& f) { return !f.run.grokked && can_go_on(f) && f.run.order_alone; }),
    row(Place::kCard, "did not grok", "not grokked, and finished or failed",
        [](const Facts& f) { return !f.run.grokked && !can_go_on(f); }),
    row(Place::kNews, " has grokked at ",
        "it grokked while it trained in this window, and not with its first figures; test accuracy "
        "never below 90 % since",
        announced),
    row(Place::kNews, "", "otherwise", [](const Facts& f) { return !announced(f); }),
    row(Place::kResting, "stable, rests",
        "paused by the window, and both accuracies at 99 % for the last 1,000 epochs",
        [](const Facts& f) { return f.rested && f.run.state == RunState::kPaused && stable(f); }),
    row(Place::kEnd, ", ended at ", "finished or failed",
        [](const Facts& f) { return !can_go_on(f); }),
    row(Place::kEnd, ", so far at ", "it can go on", can_go_on),

    row(Place::kExperiment, "Nanda et al.",
        "every setting is that of Nanda et al., but for seed, stencil, control and length",
        [](const Facts& f) { return f.published && f.preset == Preset::kNanda; }),
    row(Place::kExperiment, "TransformerLens",
        "every setting is that of TransformerLens' demo, but for the same",
        [](const Facts& f) { return f.published && f.preset == Preset::kTransformerLens; }),
    row(Place::kExperiment, "Own settings",
        "any other; the title of a built-in preset where all but the same equals it",
        [](const Facts& f) { return !f.published; }),

    row(Place::kRing, "a ring",
        "R and roundness above the 99th percentile of random weights, both 0.95 or more, and no "
        "number farther out than 1.5 times the mean",
        [](const Facts& f) { return f.ring == RingShape::kRing; }),
    row(Place::kRing, "an uneven ring",
        "both above that percentile, R 0.95 or more, but roundness less or a number farther out",
        [](const Facts& f) { return f.ring == RingShape::kUneven; }),
    row(Place::kRing, "a blurred ring", "both above that percentile, R below 0.95",
        [](const Facts& f) { return f.ring == RingShape::kBlurred; }),
    row(Place::kRing, "no ring: chance gives as much", "R or roundness not above that percentile",
        [](const Facts& f) { return f.ring == RingShape::kNone; }),
    row(Place::kRingYet, ", not grokked yet",
        "some kind of ring, and not grokked by the cursor's epoch",
        [](const Facts& f) {
            return f.ring != RingShape::kNone && !f.run.grokked && !f.grokked_at_cursor;
        }),
    row(Place::kRingYet, ", not grokked by ",
        "some kind of ring, and grokked after the epoch of these weights, by the cursor's",
        [](const Facts& f) {
            return f.ring != RingShape::kNone && !f.run.grokked && f.grokked_at_cursor;
        }),
    row(Place::kRingYet, "", "no ring, or grokked by the epoch of these weights",
        [](const Facts& f) { return f.ring == RingShape::kNone || f.run.grokked; }),
    row(Place::kFirstCircle, "at the start", "the first recorded weights are those of epoch 0",
        [](const Facts& f) { return f.first_epoch == 0; }),
    row(Place::kFirstCircle, "first recorded", "they are of a later epoch",
        [](const Facts& f) { return f.first_epoch != 0; }),

    row(Place::kTourLines,
        "The thin line is the share of {sums} it was shown and answers correctly. The thick line, "
        "{sums} it never saw, is no better than guessing so far.",
        "there are figures, and at the newest epoch of the selected run test accuracy is not above "
        "guessing",
        [](const Facts& f) { return known(f) && f.run.test <= f.run.test_guessing; }),
    row(Place::kTourLines,
        "The thin line is the share of {sums} it was shown and answers correctly. The thick line "
        "is "
        "the same of {sums} it never saw.",
        "otherwise",
        [](const Facts& f) { return !(known(f) && f.run.test <= f.run.test_guessing); }),
    row(Place::kTourJump,
        "When the thick line comes up to the thin one, both at 99 %, the run has grokked. Keys 1 "
        "to "
        "5 choose how fast you watch.",
        "no run has grokked yet", [](const Facts& f) { return !f.any_grokked; }),
    row(Place::kTourJump,
        "A run has grokked: both its lines came to 99 %, so it answered what it had never seen. P "
        "replays how that came.",
        "a run has grokked", [](const Facts& f) { return f.any_grokked; }),
    row(Place::kTourCircle,
        "The circle shows all numbers along one frequency. Compare an epoch before the jump with "
        "the newest: has a tangle become a ring? Then to {add} is to turn.",
        "the selected run has grokked", [](const Facts& f) { return f.selected_grokked; }),
    row(Place::kTourCircle,
        "The circle shows all numbers along one frequency, of the selected run. That one has not "
        "grokked; another one has.",
        "another run has grokked, the selected one has not",
        [](const Facts& f) { return f.any_grokked && !f.selected_grokked; }),
    row(Place::kTourCircle,
        "The circle shows all numbers along one frequency. No run has grokked yet, so there is "
        "nothing to compare.",
        "no run has grokked yet",
        [](const Facts& f) { return !f.any_grokked && !f.selected_grokked; }),
    row(Place::kTourCircleTask, "Drag the timeline back to before the jump, and forth again.",
        "the selected run has grokked", [](const Facts& f) { return f.selected_grokked; }),
    row(Place::kTourCircleTask, "Select the run that has grokked: PgUp and PgDn go through them.",
        "another run has grokked, the selected one has not",
        [](const Facts& f) { return f.any_grokked && !f.selected_grokked; }),
    row(Place::kTourCircleTask, "Wait for the jump.", "no run has grokked yet",
        [](const Facts& f) { return !f.any_grokked && !f.selected_grokked; }),

    row(Place::kTourStartTask, "Press Start, or the space bar.",
        "no run is selected, or one that has no figures or is trained here",
        [](const Facts& f) { return !f.viewed; }),
    row(Place::kTourStartTask,
        "It was trained before: press Replay, or the space bar, and watch it learn.",
        "a record with figures is looked at", [](const Facts& f) { return f.viewed; }),

    row(Place::kEmptyAccuracy,
        "Every run with figures is hidden; the eye on its card shows it again.",
        "there are figures, all of hidden runs", [](const Facts& f) { return f.hidden; }),
    row(Place::kEmptyAccuracy,
        "As soon as training starts, the share of right answers appears here: on the pairs that "
        "are trained on, and on those never seen.",
        "there are no figures", [](const Facts& f) { return !f.hidden; }),
    row(Place::kEmptyLoss, "Every run with figures is hidden; the eye on its card shows it again.",
        "there are figures, all of hidden runs", [](const Facts& f) { return f.hidden; }),
    row(Place::kEmptyLoss,
        "How wrong the same answers are appears here, and dashed what pure guessing would cost.",
        "there are no figures", [](const Facts& f) { return !f.hidden; }),
    row(Place::kEmptyProgress, "The selected run is hidden; the eye on its card shows it again.",
        "it has measures, and is hidden", [](const Facts& f) { return f.hidden; }),
    row(Place::kEmptyProgress, "The selected run was started without progress measures.",
        "by its configuration it computes none",
        [](const Facts& f) { return !f.hidden && !f.has_progress_measures; }),
    row(Place::kEmptyProgress, "The selected run has no progress measures in its record.",
        "it computes some, none is recorded, and it is finished or failed",
        [](const Facts& f) { return !f.hidden && f.has_progress_measures && !can_go_on(f); }),
    row(Place::kEmptyProgress, "Progress measures of the selected run appear here as it trains.",
        "it computes some, none is recorded, and it can go on, or there is no run",
        [](const Facts& f) { return !f.hidden && f.has_progress_measures && can_go_on(f); }),
    row(Place::kEmptyWavetable,
        "The spectrum appears here once training starts: which frequencies the number embeddings "
        "use, epoch by epoch.",
        "no run, or one without figures", [](const Facts& f) { return f.run.newest < 0; }),
    row(Place::kEmptyWavetable, "There is no spectrum of this run in its record.",
        "it has figures, but no spectrum", [](const Facts& f) { return f.run.newest >= 0; }),
    row(Place::kEmptyNeurons,
        "The neurons' spectrum comes with the next row of progress measures, as the run trains.",
        "it computes progress measures, none is recorded, and it can go on",
        [](const Facts& f) { return f.has_progress_measures && can_go_on(f); }),
    row(Place::kEmptyNeurons,
        "This run has no spectrum of its neurons: it is recorded with the progress measures, and "
        "the run has none, or they are of an older version.",
        "it computes none, or it is finished or failed",
        [](const Facts& f) { return !(f.has_progress_measures && can_go_on(f)); }),
    row(Place::kEmptyCircle,
        "The numbers appear here as points once training starts, along one frequency.",
        "no run, or one without figures", [](const Facts& f) { return f.run.newest < 0; }),
    row(Place::kEmptyCircle, "There are no embeddings of this run in its record, so no circle.",
        "it has figures, but no embedding", [](const Facts& f) { return f.run.newest >= 0; }),

    row(Place::kEmptyFigures,
        "only hidden runs have values of it; the eye on a card shows its run again.",
        "no run that is shown has a value of it, a hidden one has",
        [](const Facts& f) { return f.hidden; }),
    row(Place::kEmptyFigures, "it was read, and no reading has a value.",
        "runs that are shown have readings, none with a value, and no hidden run has one",
        [](const Facts& f) { return !f.hidden && f.has_reading; }),
    row(Place::kEmptyFigures, "no run that is shown computes progress measures.",
        "no reading of the progress measures, and by configuration no run that is shown has them",
        [](const Facts& f) { return !f.hidden && !f.has_reading && !f.measured && f.of_trainer; }),
    row(Place::kEmptyFigures,
        "no reading yet, and no run that is shown is measured: switch it on in the Laboratory.",
        "no reading, and its instrument is in no plan of a run that is shown",
        [](const Facts& f) { return !f.hidden && !f.has_reading && !f.measured && !f.of_trainer; }),
    row(Place::kEmptyFigures, "no reading yet. It is measured, and appears here when it is read.",
        "no reading, and a run that is shown is measured",
        [](const Facts& f) { return !f.hidden && !f.has_reading && f.measured; }),

    row(Place::kLag, "waits for exact weights",
        "due where only rounded weights are recorded, and it needs exact ones",
        [](const Facts& f) { return f.refused > 0; }),
    row(Place::kLag, " readings behind", "more than one is due and not made",
        [](const Facts& f) { return f.refused == 0 && f.waiting > 1; }),
    row(Place::kLag, " reading behind", "one is due and not made",
        [](const Facts& f) { return f.refused == 0 && f.waiting == 1; }),
    row(Place::kLag, "off", "nothing is due, and its instrument is not in the run's plan",
        [](const Facts& f) { return f.refused == 0 && f.waiting == 0 && !f.measured; }),
    row(Place::kLag, "up to date", "in the plan, read, and nothing is due",
        [](const Facts& f) {
            return f.refused == 0 && f.waiting == 0 && f.measured && f.has_reading;
        }),
    row(Place::kLag, "no reading yet", "in the plan, never read, and nothing is due",
        [](const Facts& f) {
            return f.refused == 0 && f.waiting == 0 && f.measured && !f.has_reading;
        }),

    row(Place::kCollapse, "There is no run to look at.", "there is no run",
        [](const Facts& f) { return !f.run.exists; }),
    row(Place::kCollapse, "It has not memorised yet. The collapse is reckoned from that epoch on.",
        "not memorised, and it can go on",
        [](const Facts& f) { return f.run.exists && !f.run.memorised && can_go_on(f); }),
    row(Place::kCollapse, "It ended without having memorised, so there is no epoch to reckon from.",
        "not memorised, and finished or failed",
        [](const Facts& f) { return f.run.exists && !f.run.memorised && !can_go_on(f); }),
    row(Place::kCollapse,
        "It has memorised, and no figure but its accuracy was read twice since then.",
        "memorised, and of the figures listed there only test accuracy has two readings since",
        [](const Facts& f) { return f.run.exists && f.run.memorised && f.condensed == 0; }),
    row(Place::kCollapse, "It has not grokked yet: nothing leads or lags.",
        "memorised, not grokked, figures read, and it can go on",
        [](const Facts& f) { return condensed(f) && !f.run.grokked && can_go_on(f); }),
    row(Place::kCollapse, "It did not grok: nothing leads or lags.",
        "memorised, not grokked, figures read, and finished or failed",
        [](const Facts& f) { return condensed(f) && !f.run.grokked && !can_go_on(f); }),
    row(Place::kCollapse, "", "grokked, and figures read",
        [](const Facts& f) { return condensed(f) && f.run.grokked; }),

    row(Place::kLottery, "There is no run to look at.", "there is no run",
        [](const Facts& f) { return !f.run.exists; }),
    row(Place::kLottery, "Its operation has no group, so there are no frequencies to win.",
        "its operation has no group", [](const Facts& f) { return f.run.exists && !f.has_group; }),
    row(Place::kLottery,
        "Its neurons were not read yet. Switch \"features inside neurons\" on in the laboratory, "
        "or "
        "measure the record there.",
        "a group, no reading, and its instrument is not in the run's plan",
        [](const Facts& f) { return drawn(f) && !f.has_reading && !f.measured; }),
    row(Place::kLottery, "Its neurons are measured. The first reading appears here.",
        "a group, no reading, and its instrument is in the run's plan",
        [](const Facts& f) { return drawn(f) && !f.has_reading && f.measured; }),
    row(Place::kLottery, "At the cursor nothing was read yet.",
        "readings, all of later epochs than the cursor's",
        [](const Facts& f) { return drawn(f) && f.has_reading && !f.read_by_then; }),
    row(Place::kLottery, "No neuron responds to its numbers.",
        "at the newest reading by the cursor's epoch all neurons are dead",
        [](const Facts& f) { return drawn(f) && f.read_by_then && !f.responds; }),
    row(Place::kLottery,
        "No few frequencies have won: four fifths of what single frequencies hold take more than "
        "half of them.",
        "by that reading the fewest frequencies that hold four fifths of the sum of all shares are "
        "more than half of all",
        [](const Facts& f) { return drawn(f) && f.responds && !f.prevails; }),
    row(Place::kLottery, "Four fifths of what single frequencies hold, or more, belong to k = ",
        "by that reading they are half of all or fewer",
        [](const Facts& f) { return drawn(f) && f.responds && f.prevails; }),

    row(Place::kLotteryKeys, "", "no run, no group, or no frequency was key for a while",
        [](const Facts& f) { return !drawn(f) || (f.has_rows && !f.lost_keys); }),
    row(Place::kLotteryKeys, "Without progress measures it is not known which were key.",
        "a group, and no row of progress measures",
        [](const Facts& f) { return drawn(f) && !f.has_rows; }),
    row(Place::kLotteryKeys, "Key for a while, and not in the newest row of measures: k = ",
        "key frequencies of two rows in a row, at least, that are none of the newest row",
        [](const Facts& f) { return drawn(f) && f.has_rows && f.lost_keys; }),

    row(Place::kValley, "There is no run to look at.", "there is no run",
        [](const Facts& f) { return !f.run.exists; }),
    row(Place::kValley,
        "The loss is looked along in models with one layer and ReLU, without LayerNorm. This one "
        "is "
        "another.",
        "its model is another", [](const Facts& f) { return f.run.exists && !f.plain_model; }),
    row(Place::kValley, "It has no figures yet, so there are no weights to look around.",
        "such a model, no figures", [](const Facts& f) { return looked(f) && f.run.epoch < 0; }),
    row(Place::kValley,
        "By its newest epoch it has not memorised: only the cursor's weights are there.",
        "figures, not memorised",
        [](const Facts& f) { return looked(f) && f.run.epoch >= 0 && !f.run.memorised; }),
    row(Place::kValley, "By its newest epoch it has memorised and not grokked.",
        "memorised, not grokked",
        [](const Facts& f) {
            return looked(f) && f.run.epoch >= 0 && f.run.memorised && !f.run.grokked;
        }),
    row(Place::kValley, "", "memorised and grokked",
        [](const Facts& f) {
            return looked(f) && f.run.epoch >= 0 && f.run.memorised && f.run.grokked;
        }),

    row(Place::kPath, "There is no run to look at.", "there is no run",
        [](const Facts& f) { return !f.run.exists; }),
    row(Place::kPath, "It has no figures yet: its path begins with them.", "no figures",
        [](const Facts& f) { return f.run.exists && f.run.epoch < 0; }),
    row(Place::kPath, "", "figures",
        [](const Facts& f) { return f.run.exists && f.run.epoch >= 0; }),

    row(Place::kDepthHeads, "There is no run to look at.", "there is no run",
        [](const Facts& f) { return !f.run.exists; }),
    row(Place::kDepthHeads,
        "Its heads were not read yet. Switch \"causal mediation\" on in the laboratory, or measure "
        "the record there.",
        "no reading, and its instrument is not in the run's plan",
        [](const Facts& f) { return f.run.exists && !f.has_reading && !f.measured; }),
    row(Place::kDepthHeads, "Its heads are measured. The first reading appears here.",
        "no reading, and its instrument is in the run's plan",
        [](const Facts& f) { return f.run.exists && !f.has_reading && f.measured; }),
    row(Place::kDepthHeads, "At the cursor no head was read yet.",
        "readings, all of later epochs than the cursor's",
        [](const Facts& f) { return f.run.exists && f.has_reading && !f.read_by_then; }),
    row(Place::kDepthHeads,
        "Its heads have no scores there: fewer than three answers, or weights that are not "
        "numbers.",
        "at the newest reading by the cursor's epoch scores of the last position are missing, or "
        "not "
        "numbers",
        [](const Facts& f) { return f.run.exists && f.read_by_then && !f.scored; }),
    row(Place::kDepthHeads, "No head's score is three standard errors away from 0.",
        "by that reading there are scores of the last position, all within three standard errors "
        "of 0, or 0",
        [](const Facts& f) { return f.run.exists && f.read_by_then && f.scored && !f.stands_out; }),
    row(Place::kDepthHeads, "Nine tenths of the scores' summed size lie in ",
        "by that reading a score of the last position is three standard errors away from 0, or "
        "more",
        [](const Facts& f) { return f.run.exists && f.read_by_then && f.scored && f.stands_out; }),

    row(Place::kDepthLayers, "", "there is no run", [](const Facts& f) { return !f.run.exists; }),
    row(Place::kDepthLayers,
        "Which layers can be skipped was not read yet. Switch \"skipped layers\" on in the "
        "laboratory, or measure the record there.",
        "no reading, and its instrument is not in the run's plan",
        [](const Facts& f) { return f.run.exists && !f.has_reading && !f.measured; }),
    row(Place::kDepthLayers,
        "Which layers can be skipped is measured. The first reading appears here.",
        "no reading, and its instrument is in the run's plan",
        [](const Facts& f) { return f.run.exists && !f.has_reading && f.measured; }),
    row(Place::kDepthLayers, "At the cursor no layer was skipped yet.",
        "readings, all of later epochs than the cursor's",
        [](const Facts& f) { return f.run.exists && f.has_reading && !f.read_by_then; }),
    row(Place::kDepthLayers, "It has no test pairs, so there is no accuracy that could fall.",
        "at the newest reading by the cursor's epoch no accuracy is a number",
        [](const Facts& f) { return f.run.exists && f.read_by_then && !f.asked; }),
    row(Place::kDepthLayers,
        "With nothing skipped it answers fewer than nine tenths of the test pairs right: before "
        "that "
        "nothing is called bypassed.",
        "by that reading accuracy with nothing skipped is below 0.9",
        [](const Facts& f) { return f.run.exists && f.read_by_then && f.asked && !f.answers; }),
    row(Place::kDepthLayers,
        "Nothing is bypassed: no layers that once cost a point of accuracy or more when skipped "
        "cost "
        "less now.",
        "by that reading it is 0.9 or more, and no window whose accuracy, with attention and MLP "
        "skipped, fell by a point or more at an earlier reading falls by less at this one",
        [](const Facts& f) {
            return f.run.exists && f.read_by_then && f.asked && f.answers && !f.bypasses;
        }),
    row(Place::kDepthLayers, "Bypassed, ",
        "by that reading it is 0.9 or more, and there is such a window",
        [](const Facts& f) {
            return f.run.exists && f.read_by_then && f.asked && f.answers && f.bypasses;
        }),

    row(Place::kGuesses, "Nobody has guessed yet.", "no guess, not grokked by then",
        [](const Facts& f) { return !f.guesses && !f.run.grokked; }),
    row(Place::kGuesses, "The jump has not come yet.", "guesses, not grokked by then",
        [](const Facts& f) { return !f.run.grokked; }),
    row(Place::kGuesses, "It has jumped, and nobody had guessed.", "no guess, grokked by then",
        [](const Facts& f) { return !f.guesses; }),
    row(Place::kGuesses, "It has jumped. Nearest: ", "guesses, grokked by then",
        [](const Facts& f) { return f.guesses; }),
};

constexpr Claim kNothing{};

/// The rows in the words of one operation.
class WordedClaims {
public:
    explicit WordedClaims(Operation operation) : rows_(kClaims.begin(), kClaims.end()) {
        for (Claim& row : rows_) {
            row.words = texts_.emplace_back(in_operation(row.words, operation)).c_str();
            row.brief = texts_.emplace_back(in_operation(row.brief, operation)).c_str();
        }
    }
    WordedClaims(const WordedClaims&) = delete; // rows point into texts
    WordedClaims& operator=(const WordedClaims&) = delete;

    [[nodiscard]] const std::vector<Claim>& rows() const { return rows_; }

private:
    std::vector<Claim> rows_;
    std::deque<std::string> texts_;
};

const std::vector<Claim>& worded(Operation operation) {
    static const std::array all{WordedClaims(Operation::kAdd), WordedClaims(Operation::kSubtract),
                                WordedClaims(Operation::kMultiply),
                                WordedClaims(Operation::kDivide), WordedClaims(Operation::kTable)};
    static_assert(std::tuple_size_v<decltype(all)> == kOperations.size());
    return all[static_cast<std::size_t>(operation)].rows();
}

} // namespace

std::span<const Claim> claims() {
    return kClaims;
}

const Claim& claim(Place place, const Facts& facts) {
    const std::vector<Claim>& rows = worded(facts.run.operation);
    const auto found = std::ranges::find_if(
        rows, [&](const Claim& one) { return one.place == place && one.holds(facts); });
    return found == rows.end() ? kNothing : *found;
}

Facts facts_of(const RunBook& book, const ViewState& view) {
    const RunRecord* run = view.selected ? book.find(*view.selected) : nullptr;
    const Moment newest = moment_at(run, run == nullptr ? -1 : run->last_epoch());
    Facts facts;
    facts.at_newest = view.cursor.live;
    facts.run = view.cursor.live ? newest : moment_at(run, view.cursor.held_epoch);
    if (run == nullptr && view.draft) {
        facts.run.operation = view.draft->operation;
    }
    facts.selected_grokked = newest.grokked;
    facts.viewed = run != nullptr && run->recorded && !run->samples.empty();
    facts.any_grokked = std::ranges::any_of(book.runs(), [](const auto& any) {
        return moment_at(any.get(), any->last_epoch()).grokked;
    });
    facts.guesses = run != nullptr && !guesses_of(view.arrangement.notes, run->id).empty();
    facts.has_progress_measures = run == nullptr || run->config.progress_every > 0;
    return facts;
}

std::string place_in_words(const Facts& facts, std::int32_t epoch) {
    const bool beyond = facts.run.newest >= 0 && epoch > facts.run.newest;
    return text::kEpoch + text::grouped(std::max(epoch, 0)) +
           (beyond ? claim(Place::kEnd, facts).words + text::grouped(facts.run.newest)
                   : std::string());
}

Facts facts_of_circle(const RunRecord& run, RingShape ring, std::int32_t epoch,
                      std::int32_t cursor) {
    Facts facts;
    facts.run = moment_at(&run, epoch);
    facts.ring = ring;
    facts.grokked_at_cursor = moment_at(&run, std::max(cursor, epoch)).grokked;
    return facts;
}

std::string circle_in_words(const Facts& facts, std::int32_t epoch) {
    const Claim& yet = claim(Place::kRingYet, facts);
    const bool names_epoch = std::string_view(yet.words).ends_with(' ');
    return std::string(claim(Place::kRing, facts).words) + yet.words +
           (names_epoch ? text::grouped(epoch) : std::string());
}

std::string_view name_of(Place place) {
    static constexpr std::array<std::string_view, 32> kNames{"headline",
                                                             "beside it",
                                                             "cursor",
                                                             "card: grokked",
                                                             "announcement",
                                                             "card: paused",
                                                             "read-out: end",
                                                             "strip: settings",
                                                             "circle",
                                                             "circle, after that",
                                                             "circle before",
                                                             "tour 2",
                                                             "tour 4",
                                                             "tour 5",
                                                             "tour 5, its task",
                                                             "tour 1, its task",
                                                             "empty accuracy",
                                                             "empty loss",
                                                             "empty progress",
                                                             "empty wavetable",
                                                             "empty neurons",
                                                             "empty circle",
                                                             "empty figures",
                                                             "laboratory: lag",
                                                             "collapse",
                                                             "lottery",
                                                             "lottery: keys",
                                                             "valley",
                                                             "path",
                                                             "depth: heads",
                                                             "depth: layers",
                                                             "guesses"};
    return kNames[static_cast<std::size_t>(place)];
}

bool is_published(const RunConfig& config) {
    RunConfig published = RunConfig::of(config.preset);
    published.seed = config.seed;
    return is_paired(published, config);
}

} // namespace grokscope::ui

// Labels and sentences of the window that hold for every run, and how numbers are written. What is
// said of a run as it stands is in claims.cpp, tooltips and keys are in shortcuts.cpp.
#pragma once

#include "engine/protocol/bounded.h"
#include "engine/protocol/inspect.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/protocol/rerun_check.h"
#include "ui/core/actions.h"
#include "ui/core/phase_bands.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace grokscope::ui::text {

// Strip.
inline constexpr const char* kSoftmaxCollapsed = "softmax collapse ";

/// Braces hold the words of an operation (operation_text.h).
inline constexpr const char* kTaskDetail = "%.0f %% of pairs";
inline constexpr const char* kReset = "Reset";
inline constexpr const char* kResetSure = "Sure?";
inline constexpr const char* kStep = "Step";
inline constexpr const char* kSpeedUnlimited = "epochs/s, no limit";
inline constexpr const char* kSpeedOf = "epochs/s of ";
inline constexpr const char* kSpeedSlowed = "slowed: fast change";
inline constexpr const char* kRecorded = "RECORDED";
inline constexpr const char* kFromNotebook = "from the notebook";
inline constexpr const char* kElapsed = "trained";
inline constexpr const char* kTrainOn = "Train on";
inline constexpr const char* kReplayHow =
    "Plays this record from the cursor, or from its beginning. Nothing is trained.";
inline constexpr const char* kTrainsOn = "Trains on: ";
inline constexpr const char* kFromEpoch = " from epoch ";
inline constexpr const char* kKeepsRecord = ". What is recorded stays as it is.";
inline constexpr const char* kAllFinished =
    "Every run is finished. Add a stencil or a baseline, or reset one.";
/// Stands where there is no figure: a dash.
inline constexpr const char* kNoValue = "\xE2\x80\x93";
inline constexpr const char* kSeed = "seed";

// Run list.
inline constexpr const char* kRuns = "RUNS";
inline constexpr const char* kNoRuns =
    "No run yet. Press Start: a small transformer begins to learn {addition}.";
inline constexpr const char* kRunOrder = "ORDER";
inline constexpr std::array<const char*, kRunOrders> kRunOrderNames{
    "as made", "name", "seed", "epoch", "test accuracy", "grok epoch", "speed-up"};
inline constexpr const char* kAddStencil = "ADD STENCIL";
inline constexpr const char* kAddBaseline = "Add baseline";
inline constexpr const char* kTrain = "train";
inline constexpr const char* kTest = "test";
/// The parts of the test pairs: b + a was trained on, and neither was.
inline constexpr const char* kMirrored = "mirrored";
inline constexpr const char* kTrulyNew = "truly new";
inline constexpr const char* kLastsFrom = "lasts from ";
inline constexpr const char* kNotKnownToLast = "not yet known to last";
inline constexpr const char* kAdd = "Add";

// Plots.
inline constexpr const char* kAccuracy = "ACCURACY";
inline constexpr const char* kLoss = "LOSS";
inline constexpr const char* kMismatch = "MISMATCH";
inline constexpr const char* kProgress = "PROGRESS";
inline constexpr const char* kFollowingPaused = "following paused, End to follow";
inline constexpr const char* kEmptyMismatch = "Runs with a stencil show here how far their probes "
                                              "are off. Add one with its button or Shift+7.";
inline constexpr const char* kEmptyProbes =
    "How far the probes are off appears here as soon as training starts.";
inline constexpr const char* kEmptySinceGrok =
    "Nothing shown here has grokked yet, so there is no epoch to count from. Choose another x "
    "axis, or wait.";

inline constexpr const char* kFit = "fit";
inline constexpr const char* kLogEpochs = "log epochs";
inline constexpr const char* kLogValues = "log";
inline constexpr const char* kChance = "chance ";
inline constexpr const char* kGuessing = "guessing, ln p = ";
/// Where some answers are more frequent than others, and one knows which.
inline constexpr const char* kGuessingUneven = "guessing by frequency, ";
inline constexpr const char* kExcluded = "excluded loss";
inline constexpr const char* kRestricted = "restricted loss";
inline constexpr const char* kFull = "loss, all pairs";
inline constexpr const char* kGini = "Gini of W_L";
inline constexpr const char* kGiniEmbedding = "Gini of W_E";
inline constexpr const char* kSumSquares = "sum of squares";
// Read-out of the progress measures.
inline constexpr const char* kMeasuredAt = "measured at epoch ";
inline constexpr const char* kKeyFrequencies = "key frequencies";
inline constexpr const char* kFullLosses = "loss, all / train / test";
inline constexpr const char* kRestrictedLosses = "restricted, all / train / test";
inline constexpr const char* kExcludedLoss = "excluded, train";
inline constexpr const char* kFitShare = "explained by cos w({u+v-c})";
inline constexpr const char* kGinis = "Gini W_E / W_L";
inline constexpr const char* kClusteredNeurons = "neurons of one frequency";
inline constexpr const char* kOf = " of ";
inline constexpr const char* kKeysProvisional = ", key frequencies provisional";
inline constexpr const char* kNoKeyFrequency = "none yet";
inline constexpr const char* kNotANumber = "not a number at";
inline constexpr const char* kEpoch = "epoch ";
inline constexpr const char* kAt = " at ";
inline constexpr std::array<const char*, 4> kReadOutTitles{"train", "test", "train loss",
                                                           "test loss"};

// Hints: the sentence for the picture under the mouse.
inline constexpr const char* kHintRest = "Move the mouse over a picture to read what it shows.";
inline constexpr const char* kHintAccuracy = "Share of {sums} answered correctly: thick on pairs "
                                             "never seen, thin on training pairs. When the "
                                             "thick line follows late, that is grokking.";
inline constexpr const char* kHintLoss =
    "How wrong the answers are, in nats: thick on pairs never seen, thin on training pairs. Above "
    "the dashed line it is worse than guessing.";
inline constexpr const char* kHintMismatch =
    "Error of the probes that predict the hidden layer from one epoch before, the same, or one "
    "after. The stencil's loss pulls it down.";
inline constexpr const char* kHintProgress =
    "Restricted loss keeps only the key frequencies, excluded loss removes them. In runs that wait "
    "long they part before the jump: the circuit forms.";
inline constexpr const char* kHintRuns =
    "Each run has its colour, dash and marker everywhere. Click one to look inside it.";
inline constexpr const char* kHintTimeline =
    "The whole record. Drag to look back; every picture follows, training is not touched.";
inline constexpr const char* kHintStencils =
    "A stencil adds small probes that tie neighbouring epochs together. Does a run with one grok "
    "sooner than without?";

// Inside the model.
inline constexpr const char* kComputing = "computing\xE2\x80\xA6";
inline constexpr const char* kWeightsOf = "weights of epoch ";
inline constexpr const char* kIntact = "intact";
inline constexpr const char* kAblated = "mutilated";
inline constexpr const char* kNot = "not ";
/// Of a pair that has no right answer, as division by 0.
inline constexpr const char* kUndefined = "not defined";
inline constexpr const char* kSure = " sure";
inline constexpr const char* kRunnerUp = "then ";
inline constexpr const char* kTrainedOn = "trained on";
inline constexpr const char* kNeverSeen = "never seen";
inline constexpr const char* kMirrorTrainedOn = "{b+a} trained on";
inline constexpr const char* kShareRight = "share right";
inline constexpr const char* kRight = "right";
inline constexpr const char* kWrong = "wrong";
inline constexpr const char* kUnsureToSure = ", unsure to sure";
inline constexpr const char* kHandSum = "{a+b}";
inline constexpr const char* kHandModel = "the model's own hand";
/// Where W_E has the two numbers.
inline constexpr const char* kDotsEmbedding = "a and b in W_E";
inline constexpr const char* kAllLogits = "all logits";
/// Of answers, before the generator of their group.
inline constexpr const char* kInOrderOfPowers = "in the order of powers of ";
inline constexpr const char* kPowersOf = "powers of ";
inline constexpr const char* kButSumPeaksAt = ", the clocks say ";
inline constexpr const char* kNoClock =
    "No frequency to show: the model's weights have no spectrum at this epoch.";
inline constexpr const char* kNoClockOfZero =
    "0 has no place on this clock: it is no power of the generator. Ask about other numbers.";
inline constexpr const char* kNoGroup = "There is no clock here: {no waves}.";
inline constexpr const char* kClockCaution =
    "It shows what is computed, not that this\ncircuit computes it (arXiv 2306.17844).";
inline constexpr const char* kHead = "head ";
inline constexpr const char* kLayer = "layer ";
inline constexpr const char* kOfLayers = " of 0 to ";
inline constexpr const char* kAttentionOn = "on ";
inline constexpr const char* kMean = "mean";
inline constexpr const char* kTakeOut = "take out";
inline constexpr const char* kKeepOnly = "keep only";
inline constexpr const char* kTheKeys = "the key frequencies";
inline constexpr const char* kResetApart = "reset";
inline constexpr const char* kHeads = "heads";
inline constexpr const char* kMlp = "MLP";
inline constexpr const char* kSkips = "skip around";
inline constexpr const char* kAroundAttention = "attention";
inline constexpr const char* kAroundMlp = "MLP";
inline constexpr const char* kAttentionSkip = "skip around attention";
inline constexpr const char* kMlpSkip = "skip around MLP";
inline constexpr const char* kWithoutK = "without k = ";
inline constexpr const char* kOnlyK = "only k = ";
inline constexpr const char* kAKeyFrequency = ", a key frequency";
inline constexpr const char* kTakenOut = "taken out";
inline constexpr const char* kStaysIn = "stays in";
inline constexpr const char* kInLogits = "k out of logits";
inline constexpr const char* kInEmbedding = "k out of W_E";
inline constexpr const char* kOnACopy = " on a copy of the weights; training is never touched";
/// In the place of the rows of a model that something is taken out of.
inline constexpr const char* kScaleRows = "scale";
inline constexpr const char* kBothRows = "both";
inline constexpr const char* kRowScale = "s = %.2f";
inline constexpr float kMostRowScale = 0.99F;
inline constexpr const char* kNoPairsWithZero = "There is no pair with a 0 in it.";
inline constexpr const char* kNothingTakenOut = "Take something out: what is left stands here.";
inline constexpr const char* kTrainLoss = "train loss";
inline constexpr const char* kTestLoss = "test loss";
inline constexpr const char* kHintMap =
    "Each cell is a {sum}: a downwards, b across. Blue is right, orange wrong, bright is sure, a "
    "dot "
    "was trained on{stroke}. Click a cell to ask it.";
inline constexpr const char* kHintClock =
    "Each frequency turns a and b into angles and {adds them}. "
    "Its curve votes for answers; in a model "
    "that has grokked they peak together at the {sum}.";
inline constexpr const char* kHintAttention =
    "How much each head looks at a, at b and at '=' for every pair of numbers. Bright is more.";
inline constexpr const char* kHintApart =
    "Click a frequency to take it out. A model that has grokked fails without a key frequency and "
    "hardly notices any other.";

// Status bar, banner, help.
inline constexpr const char* kFramesPerSecond = " frames/s";
inline constexpr const char* kEpochsPerSecond = " epochs/s";
inline constexpr const char* kRecords = "embeddings ";
inline constexpr const char* kThinned = "older embeddings thinned out";
inline constexpr const char* kCopy = "Copy";
inline constexpr const char* kClose = "Close";
inline constexpr const char* kHelpTitle = "Keys";
inline constexpr const char* kInfoTitle = "Figures";
inline constexpr const char* kInfoRenderer = "picture drawn by";
inline constexpr const char* kInfoWindow = "window";
inline constexpr const char* kInfoFrames = "frames";
inline constexpr const char* kInfoFrameTime = "work for a frame";
inline constexpr const char* kInfoTraining = "training, all runs";
inline constexpr const char* kInfoWorkers = "training threads";
inline constexpr const char* kInfoDeferred = "late data";
inline constexpr const char* kInfoWaited = " figures waited for the window; none is lost";
inline constexpr const char* kInfoMisplaced = "records out of order, left out";
inline constexpr const char* kInfoWeights = "embeddings in memory";
inline constexpr const char* kInfoThinned = ", older ones thinned";
inline constexpr const char* kInfoRecords = " records";
inline constexpr const char* kInfoScale = " pixels, at ";
inline constexpr const char* kInfoPerEpoch = " ms an epoch";
// The form for a new run.
inline constexpr const char* kFormTitle = "New run";
inline constexpr const char* kNewRun = "New run";
inline constexpr const char* kFormOperation = "what it is to learn";
inline constexpr const char* kFormOperationMeaning =
    "Answers are taken modulo p. To divide, p must be a prime.";
inline constexpr const char* kTheTable = "the table ";
inline constexpr const char* kFormTableMeaning =
    "Answers stand in the table; p is the number of its rows.";
inline constexpr const char* kFormPreset = "weights and split as in";
inline constexpr const char* kFormPresetMeaning =
    "Whose initial weights, split and warm-up it takes. The other settings are those of the form.";
inline constexpr const char* kFormOwn = "Own settings";
inline constexpr const char* kFormOwnMeaning =
    "Choose a published or a quick experiment to begin with.";
inline constexpr const char* kFormSeed = "seed";
inline constexpr const char* kFormSeedMeaning =
    "0 to 4,294,967,295. The same settings and seed give the same curve.";
inline constexpr const char* kFormOffsets = "stencil: offsets of the probes, in epochs";
inline constexpr const char* kFormOffsetsMeaning =
    "None is the baseline. Negative offsets tie an epoch to earlier ones, positive to later ones; "
    "each costs time in every epoch.";
inline constexpr const char* kFormStart = "Start new run";
inline constexpr const char* kFormShow = "Show that run";
inline constexpr const char* kFormWrong = "Mend what is outlined, then it can start.";
inline constexpr const char* kFormNoRecord =
    "Once runs with these settings are recorded, it says here at which epochs they grokked.";
inline constexpr const char* kFormNoEstimate =
    "How long it takes is known once a run has trained for a few epochs on this machine.";
inline constexpr const char* kLookFor = "WHAT TO LOOK FOR";
// The tour.
inline constexpr const char* kTour = "TOUR, ";
inline constexpr const char* kTourStart = "Tour";
inline constexpr const char* kTourAgain = "Take the tour";
inline constexpr const char* kDropPanel = "Drop it on another panel: the two change places.";
inline constexpr const char* kTourBack = "Back";
inline constexpr const char* kTourNext = "Next";
inline constexpr const char* kTourSkip = "Skip";
inline constexpr const char* kTourEnd = "End";
// Notes, looks and axes.
inline constexpr const char* kNoteTitle = "Note at epoch ";
inline constexpr const char* kNoteHint = "Enter keeps it, Esc puts it away.";
inline constexpr const char* kRunName = "NAME";
inline constexpr const char* kRunColor = "COLOUR";
inline constexpr const char* kPlainLook = "As at first";
inline constexpr const char* kXAxis = "X AXIS";
inline constexpr const char* kSmoothing = "SMOOTHING";
inline constexpr const char* kSmoothingMeaning = "Off shows every sample. Else the raw curves stay "
                                                 "behind, pale.";
inline constexpr std::array<const char*, 4> kXUnits{"epochs", "time", "operations",
                                                    "since grokking"};
inline constexpr std::array<const char*, 3> kSmoothings{"off", "light", "strong"};
// Guesses.
inline constexpr const char* kGuess = "Guess";
inline constexpr const char* kGuessTitle = "When will it jump?";
inline constexpr const char* kGuessWho = "initials";
inline constexpr const char* kGuessAt = "at epoch";
inline constexpr const char* kGuessMark = "Mark";
inline constexpr const char* kGuessEarly = " too early";
inline constexpr const char* kGuessLate = " too late";
inline constexpr const char* kGuessExact = "exactly";
// What was done, and can be undone.
inline constexpr const char* kActRemoved = "Removed ";
inline constexpr const char* kActRuns = " runs";
inline constexpr const char* kActRenamed = "Renamed to ";
inline constexpr const char* kActOwnName = "Its own name again: ";
inline constexpr const char* kActColour = "Changed the colour of ";
inline constexpr const char* kActNoteMade = "Wrote a note at epoch ";
inline constexpr const char* kActNoteChanged = "Changed the note at epoch ";
inline constexpr const char* kActNoteRemoved = "Removed the note at epoch ";
inline constexpr const char* kActGuessed = "Marked a guess at epoch ";
inline constexpr const char* kActGuessRemoved = "Took back a guess at epoch ";
inline constexpr const char* kActOrder = "Runs listed by: ";
inline constexpr const char* kActReversed = ", reversed.";
inline constexpr const char* kActLayout = "Layout: ";
inline constexpr std::array<const char*, kLayouts> kLayoutNames{"lesson", "compare", "inside"};
inline constexpr const char* kActDelivered = "Layout as delivered.";
inline constexpr const char* kActPlaces = "Panels changed places.";
inline constexpr const char* kActFolded = "Side columns folded.";
inline constexpr const char* kActUnfolded = "Side columns unfolded.";
inline constexpr const char* kActSizes = "Panels resized.";
inline constexpr const char* kUndo = "Undo";
inline constexpr const char* kLookInside = "Look inside";
inline constexpr const char* kMoreEvents = " more";
// Why something cannot be done now.
inline constexpr const char* kWhyNoRun = "There is no run.";
inline constexpr const char* kWhyBranch =
    "This run began in another's record, which a view does not carry: export it as a notebook.";
inline constexpr const char* kWhyNoFigures = "This run has no figures yet.";
inline constexpr const char* kWhyFinished = "This run is finished.";
inline constexpr const char* kWhyFailed = "This run has failed.";
inline constexpr const char* kWhyNoRecord = "No recorded run has epochs left to train.";
inline constexpr const char* kWhyElsewhere = "Another process trains it at the moment.";
inline constexpr const char* kElsewhere = "trained elsewhere";
inline constexpr const char* kNowAt = ", now at ";
inline constexpr const char* kShownTo = ", shown to ";
inline constexpr const char* kReadAgain = "Read again";
inline constexpr const char* kWhyRunning = "Runs train already.";
inline constexpr const char* kWhyNoOther = "There is no other run.";
inline constexpr const char* kWhyFewerRuns = "There are fewer runs.";
inline constexpr const char* kWhyNoLog = "Epochs before grokking are negative.";
inline constexpr const char* kWhyNoUndo = "There is nothing to undo.";
inline constexpr const char* kWhyNoRedo = "Nothing was undone.";
inline constexpr const char* kWhyNoPin = "No run is pinned.";
inline constexpr const char* kWhyPresenting = "Not in presenter mode: F5 ends it.";
inline constexpr const char* kWhyNoFiles = "Files can be neither written nor read here.";
// Everything that can be done.
inline constexpr const char* kPaletteTitle = "Do anything";
inline constexpr const char* kPaletteHint = "A few letters of what you want to do";
inline constexpr const char* kPaletteNothing = "Nothing is called so. Fewer letters find more.";
// Presenter mode.
inline constexpr const char* kPresentTrain = "{sums} it was shown";
inline constexpr const char* kPresentTest = "{sums} it never saw";
inline constexpr const char* kPresentTrainBrief = "shown";
inline constexpr const char* kPresentTestBrief = "never seen";
inline constexpr const char* kPresentCircle = "inside";
inline constexpr const char* kPresentWavetable = "wavetable";
inline constexpr const char* kPresentLoss = "loss";
inline constexpr const char* kPresentBeforeAfter = "before, after";
inline constexpr const char* kPresentBeforeAfterBrief = "b / a";
inline constexpr const char* kTabCurves = "Curves";
inline constexpr const char* kTabPictures = "Wavetable and circle";

// Timeline.
inline constexpr const char* kReplayRates = "REPLAY RATE";
inline constexpr const char* kReplayRateMeaning = "1x is 20 epochs per second.";
inline constexpr const char* kReplayLoop = "begin again at the end";
inline constexpr const char* kAutoStop = "rest once stable";
inline constexpr const char* kAutoSlow = "slow down at the jump";
inline constexpr const char* kReplayAt = "replay, ";
inline constexpr const char* kReplaySlowed = "replay, slowed";

// Files.
inline constexpr const char* kExport = "Export";
inline constexpr const char* kExportPicture = "Picture";
inline constexpr const char* kExportFilm = "Film";
inline constexpr const char* kExportCsv = "Figures, CSV";
inline constexpr const char* kExportJson = "Figures, JSON";
inline constexpr const char* kExportNpz = "Weights, NumPy";
inline constexpr const char* kExportPt = "Weights, PyTorch";
inline constexpr const char* kExportNotebook = "The whole run";
inline constexpr const char* kExportView = "This view";
inline constexpr const char* kExportLine = "TO PASTE";
inline constexpr const char* kCopyView = "Copy this view";
inline constexpr const char* kExportViewHow =
    "All settings of the runs that are shown, the cursor and the look, as one line of text: pasted "
    "into another window (Ctrl+Shift+V), or opened there as a file, it shows the same.";
inline constexpr const char* kViewCopied =
    "The view is in the clipboard, as one line of text. Ctrl+Shift+V in another window shows it.";
inline constexpr const char* kNoViewYet = "There is no run to show to anybody yet.";
inline constexpr const char* kNothingToPaste =
    "The clipboard holds no view. Copy the line that \"Copy this view\" gives.";
inline constexpr const char* kViewShown = "The view is shown.";
inline constexpr const char* kViewMade =
    " of its runs are not in this notebook: Start trains them, to the same figures.";
inline constexpr const char* kViewNotShown = "The view is not shown: its runs could not be made.";
inline constexpr const char* kExportWhat = "WHAT IT SHOWS";
inline constexpr const char* kExportSize = "SIZE";
inline constexpr const char* kExportControls = "With controls";
inline constexpr const char* kExportTransparent = "Transparent";
inline constexpr const char* kExportLens = "As in TransformerLens";
inline constexpr const char* kExportNoRun = "There is no run to export yet.";
inline constexpr const char* kExportNames = "NAMES OF THE WEIGHTS";
inline constexpr const char* kExportSeed = ", seed ";
inline constexpr const char* kExportFile = "FILE";
inline constexpr const char* kExportSave = "Save";
inline constexpr const char* kExportFilming = "One film at a time: wait for it, or cancel it.";
inline constexpr const char* kExportFilmHow = "The replay as it plays now, 30 frames a second at ";
inline constexpr const char* kSaved = "Saved as ";
inline constexpr const char* kNotDone = "That was not done: ";
inline constexpr const char* kReplace = "Replace it";
inline constexpr const char* kKeep = "Keep it";
inline constexpr const char* kFilmCancelled = "The film was cancelled; nothing of it is kept.";
inline constexpr const char* kFilming = "Making the film, frame ";
inline constexpr const char* kCancel = "Cancel";
inline constexpr const char* kOpenTitle = "Open a notebook";
inline constexpr const char* kOpenHow = "Its runs are copied into your own notebook and shown. Or "
                                        "drop a file anywhere on the window.";
inline constexpr const char* kOpenGo = "Open";
inline constexpr const char* kOpenExample = "/path/to/notebook.db";
inline constexpr const char* kNotSaving = "Not saving: ";
inline constexpr const char* kWaitingRecords =
    " records wait in memory; training goes on. Mend the cause, or go on in another file:";
inline constexpr const char* kSaveAs = "Save in this file";
inline constexpr const char* kTryAgain = "Try again";
inline constexpr const char* kMoreCutOff = " more were cut off, too.";
inline constexpr const char* kGoOn = "Go on with it";
inline constexpr const char* kNotNow = "Not now";

// Seeds.
inline constexpr const char* kMoreSeeds = "3 more seeds";
inline constexpr const char* kSeedBands = "Bands in the plots";
inline constexpr const char* kNoSeeds =
    "A table of all variants stands here once a run has grokked, or ended without.";
/// The last one only where softmax collapse was measured.
inline constexpr std::array<const char*, 11> kSeedColumns{
    "variant", "grokked", "mean epoch", "sd",   "median",  "geo. mean",
    "95 %",    "pairs",   "lasting",    "lost", "collapse"};
inline constexpr const char* kSeedsNote =
    "Speed-ups of pairs of equal seed and split, their geometric mean, 95 % by Student's t from 4 "
    "pairs on. > and <: bounds, since a run had not grokked. Lasting: by the epoch from which test "
    "accuracy stays at 95 %, of how many runs; lost: how often a grok was lost again.";
inline constexpr const char* kSeedsCollapse =
    " Collapse: share of training pairs whose float32 loss is exactly 0, mean of the newest "
    "readings; of N: of so many runs.";
inline constexpr const char* kOfRuns = " of ";
/// Of the picture: the columns beside the dots, the axis below them, and what they are.
inline constexpr std::array<const char*, 4> kPairColumns{"grokked", "median", "geo. mean", "95 %"};
inline constexpr const char* kPairAxis =
    "grok epoch of the baseline over that of the variant, seed by seed";
inline constexpr const char* kPairNote =
    "A dot: a pair of equal seed and split; triangles: bounds, since a run had not grokked; "
    "hollow: "
    "neither had. Line: 95 %, by Student's t from 4 pairs on, of the median by order statistics "
    "where there are bounds; stroke: that mean or median, where it is known.";
inline constexpr const char* kNoPairs =
    "No run here has grokked, or ended without: a picture of pairs needs some";
/// Under the curves of the share of runs that have not grokked.
inline constexpr const char* kSurvival = "share that has not grokked (Kaplan-Meier)";
inline constexpr const char* kLogRank = "  log-rank p = ";
inline constexpr const char* kSeedsHere = " seeds";

// Replies.
inline constexpr const char* kLive = "live";
inline constexpr const char* kLatest = "latest";

/// Text of the big button.
[[nodiscard]] const char* start_label(StartLabel label);
/// What stands in place of the state of a run that another process trains.
[[nodiscard]] std::string elsewhere(const TrainedElsewhere& other);
/// The same at length: who, how far, and what is shown of it.
[[nodiscard]] std::string elsewhere_at_length(const TrainedElsewhere& other, std::int32_t shown);
/// Name of a phase band.
[[nodiscard]] const char* stage(Stage stage);
/// State of a run as shown in the list.
[[nodiscard]] const char* state(RunState state);
/// The same; a run that stands at an epoch and may go on is paused, be it recorded or not.
[[nodiscard]] const char* state(const RunRecord& run);
/// Short name of a mark for a tag; of an alarm that came when the run had grokked, another.
[[nodiscard]] const char* mark(MarkKind kind, bool late = false);
[[nodiscard]] const char* preset(Preset preset);

/// "8,210"; a minus sign in front of negative numbers.
[[nodiscard]] std::string grouped(std::int64_t number);
/// "-1", "0", "+1".
[[nodiscard]] std::string offset(int offset);
/// "+1", with the name of the run it belongs to unless that is empty: "+1 of [-1,0,+1] frozen".
[[nodiscard]] std::string probe_name(const std::string& offset, const std::string& run);
/// "99.8 %".
[[nodiscard]] std::string percent(double share);
/// The same with as many digits as tell it from 0 and from 1: "99.98 %", "0.3 %", "over 99.99 %".
[[nodiscard]] std::string confidence(double share);
/// What the model was shown of a pair: "trained on"; "never seen"; "never seen, but 13 + 7 was" of
/// 7 + 13 when its mirror was.
[[nodiscard]] std::string seen(Operation operation, const NumberPair& pair, bool trained,
                               bool mirror_trained);
/// "Of sums never seen, 100.0 % are right where b + a was trained on, 0.6 % where neither was.";
/// empty unless both shares are known.
[[nodiscard]] std::string parts_right(Operation operation, const MetricSample& sample);
/// "a must lie between 0 and 112, got 200".
[[nodiscard]] std::string number_out_of_range(const char* name, int number, int largest);
/// "sum of the 4 clocks".
[[nodiscard]] std::string sum_of_clocks(int count);
/// "answered in 412 ms".
[[nodiscard]] std::string answered_in(double seconds);
/// " zero", " mean"; empty when nothing is replaced.
[[nodiscard]] const char* replaced(Replacement replacement);
/// Beside the epochs per second of all runs: what was asked for, "epochs/s of 3 x 60" when three
/// train.
[[nodiscard]] std::string speed_wanted(int runs, double epochs_per_second);
/// "1 of 2".
[[nodiscard]] std::string of_workers(int working, int available);
/// "Train with 1 thread".
[[nodiscard]] std::string train_with(int threads);
/// "All 2 threads again".
[[nodiscard]] std::string all_workers(int available);
/// What is wrong when the window starves, and what fewer threads would change.
[[nodiscard]] std::string starved(int working, int available);
/// That fewer threads train now.
[[nodiscard]] std::string training_with(int working, int available);
/// In so many significant digits, "0.03195"; the exponent as on the axes, a raised one of ten.
[[nodiscard]] std::string value(double number, int digits = 4);
/// "2.6x (1 pair)", "> 2.6x (1 pair)".
[[nodiscard]] std::string speed_up(const Bounded& ratio, int pairs);
/// "lasts from 1,950 \xE2\x80\xA2 2.3x (1 pair) \xE2\x80\xA2 lost 1 time"; empty of a run that has
/// not grokked.
[[nodiscard]] std::string lasting(const LastingGrok& grok, const std::optional<Bounded>& speed_up);
/// "softmax collapse 12.3 %"; empty where it was not measured.
[[nodiscard]] std::string softmax_collapse(const std::optional<double>& share);
/// "1:07" or "1:02:03".
[[nodiscard]] std::string duration(double seconds);
/// "20x".
[[nodiscard]] std::string replay_rate(int rate);
/// In capital letters, as titles of cards and groups are; beyond ASCII as it is.
[[nodiscard]] std::string in_capitals(std::string words);
/// Keys as they are read: a full stop alone would be a speck.
[[nodiscard]] std::string shown_keys(std::string_view keys);
/// The same words with a capital letter in front.
[[nodiscard]] std::string capitalised(std::string words);
/// Name of a panel as a person reads it: "All plots" for "plots".
[[nodiscard]] std::string panel(std::string_view name);
/// In place of a panel: `why` is a sentence.
[[nodiscard]] std::string cannot_be_drawn(const std::string& panel, const std::string& why);
/// A path of at most `most` letters (at least 3), its middle left out where it is longer; the
/// file's name stays whole as far as it fits.
[[nodiscard]] std::string short_path(std::string_view path, std::size_t most);
/// The estimate at the foot of the form for a new run.
[[nodiscard]] std::string form_estimate(int epochs, double seconds_per_epoch, bool measured);
/// "In 4 recorded runs with these settings: grokked at 3,140 to 4,980."; empty when none is known.
[[nodiscard]] std::string recorded_grokking(const KnownRuns& known);
/// The same for a run's card: "not yet; others at 3,140 to 4,980"; empty when none has grokked.
[[nodiscard]] std::string recorded_grokking_short(const KnownRuns& known);
/// How a rerun compares with its record: "Same bits as the record of 2026-11-20 up to epoch
/// 1,240.", or the first epoch that differs and what may be why.
[[nodiscard]] std::string rerun(const RerunCheck& check);
/// The same for a run's card: "= record of 2026-11-20 to 1,240".
[[nodiscard]] std::string rerun_short(const RerunCheck& check);
/// A place on the x axis, e.g. "epoch 8,210", "1:07 of training".
[[nodiscard]] std::string x_place(XUnit unit, double x);
/// What those figures count, in a word, e.g. "epochs".
[[nodiscard]] const char* x_unit(XUnit unit);
/// A tick of the x axis.
[[nodiscard]] std::string x_tick(XUnit unit, double x);
/// "12 MB".
[[nodiscard]] std::string megabytes(std::size_t bytes);
/// Name of a run beside its chip: the stencil, with the seed when several seeds are shown.
[[nodiscard]] std::string run_name(const RunConfig& config, bool with_seed);
/// The same; a branch says where it began, "baseline from 2,300", a fork what it changed there,
/// "decay 0 from 4,000".
[[nodiscard]] std::string plain_name(const RunRecord& run, bool with_seed);
/// The same; the second run of that name says so: "baseline from 2,300 (2)".
[[nodiscard]] std::string run_name(const RunRecord& run, bool with_seed);
/// "Run 12 (baseline, seed 999) was cut off at epoch 2,340. ".
[[nodiscard]] std::string cut_off(std::int64_t number, const RunConfig& config, std::int32_t epoch);
/// Start of the banner for a run that failed.
[[nodiscard]] std::string failure_of(const RunConfig& config);
/// Ten with a raised exponent, for 5e-4 with a factor; plain digits between 0.001 and 1,000.
[[nodiscard]] std::string power_of_ten(double number);

} // namespace grokscope::ui::text

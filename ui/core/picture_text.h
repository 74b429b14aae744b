// Sentences and labels of the wavetable and the circle; the other texts are in text.h.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kWavetable = "WAVETABLE";
inline constexpr const char* kRidge = "ridge";
inline constexpr const char* kHeat = "heat";
inline constexpr const char* kBars = "bars";
inline constexpr const char* kLinear = "linear";
inline constexpr const char* kDecibel = "dB";
inline constexpr const char* kShape = "shape";
inline constexpr const char* kView = "view";
inline constexpr const char* kTilt = "TILT";
inline constexpr const char* kShear = "SLANT";
inline constexpr const char* kFrequencyAxis = "frequency k";
inline constexpr const char* kEpochAxis = "epoch";
inline constexpr const char* kAmplitude = "amplitude";
inline constexpr const char* kShapeOnly = "shape only: each row to its own maximum";
inline constexpr const char* kShapeShort = "shape only";
inline constexpr const char* kIsKey = " (key)";
inline constexpr const char* kStrongest = "strongest";
inline constexpr const char* kProvisional = "(provisional)";
inline constexpr const char* kHintNeurons =
    "How strongly the MLP's neurons respond to each frequency, over all pairs. Noise while a run "
    "memorises; in one that has grokked most neurons follow one frequency each.";
inline constexpr const char* kHintRidge =
    "Each line is the spectrum of the embedding at one epoch, oldest at the back. Noise at first; "
    "in "
    "a run that groks a few frequencies rise and the rest fades.";
inline constexpr const char* kHintHeat =
    "The same spectra from above: frequency across, epochs downwards, brighter is stronger.";
inline constexpr const char* kHintBars =
    "How strongly the embedding uses each frequency at the cursor's epoch. The thin marks are "
    "epoch 0.";

inline constexpr const char* kCircle = "CIRCLE";
inline constexpr const char* kOne = "one";
inline constexpr const char* kBeforeNow = "before | now";
inline constexpr const char* kKeys = "keys";
inline constexpr const char* kPlanes = "planes";
inline constexpr const char* kFourier = "Fourier";
inline constexpr const char* kPca = "PCA";
inline constexpr const char* kGlide = "glide";
inline constexpr const char* kComponents = "components";
inline constexpr const char* kOfVariance = " of the variance";
inline constexpr const char* kNoComponents = "no plane: the embedding has fewer dimensions";
inline constexpr const char* kAlternates =
    "no plane: half of an even p tells even numbers from odd, on a line";
inline constexpr const char* kAlternatesInGroup =
    "no plane: half of the order tells squares from the other numbers, on a line";
inline constexpr const char* kNoPlane = "no plane: this frequency has no direction of its own";
inline constexpr const char* kRoundness = ", roundness ";
inline constexpr const char* kRound = ", round ";
inline constexpr const char* kChanceHere = "- - chance"; ///< the dashed line
inline constexpr const char* kByChance = ", chance up to ";
inline constexpr const char* kCosineAxis = "cos";
inline constexpr const char* kSineAxis = "sin";
inline constexpr const char* kPlainOrder = "plain order";
inline constexpr const char* kShareAPlace = " numbers share each place";
inline constexpr const char* kHintPlainOrder =
    "The same embedding with the numbers in their own order: a perfect clock of the exponents "
    "looks "
    "like noise here, all waves equally strong. That is the lesson of Gauss sums.";
inline constexpr const char* kHintPlainCircle =
    "The same embeddings, seen along a wave of the numbers in their own order. Along that no step "
    "is "
    "a product: what is a ring in the order of powers is a cloud here.";
inline constexpr const char* kHintNoGroup =
    "The embedding with the numbers in their own order: {no waves}, and no order is better than "
    "another.";
inline constexpr const char* kHintPca =
    "The same points along their principal components, which know nothing of frequencies: they are "
    "joined and coloured by the frequency that fits best.";
inline constexpr const char* kHintCircle =
    "Every number's embedding, seen along one frequency and joined in the order of that ring. A "
    "ring means: along it, to {add} is to turn.";
} // namespace grokscope::ui::text

// What the window asks about recorded weights that takes longer than a picture: the loss on lines
// away from them, the path of all that are recorded, the phases of their neurons. And the answers.
// Threads: values only; the two ends of InspectChannels name theirs.
#pragma once

#include "engine/protocol/metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grokscope {

/// Mean losses, nats, at each place of Valley::places.
struct ValleyLine {
    std::string direction; ///< "top", "random 1", ...
    std::vector<double> train;
    std::vector<double> test;
};

/// The loss on straight lines away from some weights (engine/analysis/valley.h).
struct Valley {
    double length = 0;          ///< of the trained weights, as one vector
    double eigenvalue = 0;      ///< of the train loss's Hessian, along "top"
    double residual = 0;        ///< the Hessian has an eigenvalue within this of it
    std::vector<double> places; ///< distance over that length, increasing, 0 in the middle
    std::vector<ValleyLine> lines;
};

/// Components of a path that are kept.
inline constexpr std::size_t kPathComponents = 3;

/// One recorded epoch of a path.
struct PathPoint {
    std::int32_t epoch = 0;
    /// Where theta_epoch - mean of all records lies along the components. Missing ones are 0.
    std::array<double, kPathComponents> coordinates{};
    /// ||theta_epoch - theta_before|| / (epoch - before) of each tensor in storage order, `before`
    /// the record before; NaN at the first.
    std::vector<double> speeds;
};

/// The path of the weights of a run in its own principal components
/// (engine/analysis/weight_path.h).
struct WeightPath {
    /// Names of the tensors, in storage order.
    std::vector<std::string> tensors;
    std::vector<PathPoint> points;
    /// Share of each component in the sum of squared distances from the mean; NaN when nothing
    /// moves.
    std::array<double, kPathComponents> shares{};
};

/// Phases of one clustered neuron, radians: of its input waves in the two numbers, and of what it
/// writes on the logits (science.md 3.5).
struct NeuronPhases {
    int neuron = 0;
    int frequency = 0;
    double first = 0;
    double second = 0;
    double output = 0;
};

enum class StudyKind : std::uint8_t {
    kPhases, ///< of the neurons of each subject
    kValley, ///< around the weights of each subject
    kPath    ///< of all recorded weights of each subject's run up to its epoch
};

/// Which weights are meant: the newest recorded of this epoch or before.
struct StudySubject {
    RunId run{};
    std::int32_t epoch = 0;
    friend bool operator==(const StudySubject&, const StudySubject&) = default;
};

/// A question to the inspector. The newest one wins and ends the work on the one before.
struct StudyQuery {
    /// Comes back in the reply; the asker counts it up with every question. 0: no question.
    std::uint64_t number = 0;
    StudyKind kind = StudyKind::kPhases;
    std::vector<StudySubject> subjects;

    /// True when both ask the same, whatever their numbers.
    [[nodiscard]] bool asks_the_same(const StudyQuery& other) const {
        return kind == other.kind && subjects == other.subjects;
    }
};

/// The answer about one subject.
struct StudyAnswer {
    StudySubject subject;
    /// Why there is none, one sentence; then all that follows is void.
    std::string problem;
    /// Resets of the run before the weights were recorded (event::RunReset).
    std::uint32_t life = 0;
    /// Of the weights really used, of a path the last: they are the input of this epoch.
    std::int32_t epoch = -1;
    /// They are those that trained; else they are recorded in rounded form. Of a path: all are.
    bool exact = false;
    // One of these, by the kind of the question.
    std::vector<NeuronPhases> phases;
    Valley valley;
    WeightPath path;
    double seconds = 0; ///< that it took
};

/// As far as the question is answered; told after each subject.
struct StudyReply {
    StudyQuery query;
    /// In the order of the subjects. None is null.
    std::vector<std::shared_ptr<const StudyAnswer>> answers;

    [[nodiscard]] bool complete() const { return answers.size() == query.subjects.size(); }
};

} // namespace grokscope

#include "engine/theory/theorist.h"

#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/theory/laws.h"
#include "engine/theory/singular_feature_machine.h"

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

/// How often an answer that takes longer is shown as far as it is.
constexpr std::chrono::milliseconds kShownEvery{100};

double milliseconds_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

} // namespace

SfmAnswer answer_theory(const SfmQuestion& question,
                        const std::function<bool(const SfmAnswer&)>& told) {
    const Clock::time_point begin = Clock::now();
    SfmAnswer answer;
    answer.question = question;
    try {
        answer.laws = sfm_laws(question.settings);
        SingularFeatureMachine machine(question.settings);
        answer.order = machine.order();
        answer.rule_features = machine.rule_features();
        while (!answer.complete()) {
            answer.iterations.push_back(machine.iterate());
            machine.append_shades(answer.shades);
            answer.milliseconds = milliseconds_since(begin);
            if (told && !told(answer)) {
                break;
            }
        }
    } catch (const std::exception& error) {
        answer.problem = sentence_of(error);
    }
    return answer;
}

class Theorist::Impl {
public:
    Impl(TheoryChannels& channels, TheoristOptions options)
        : channels_(channels), options_(std::move(options)),
          thread_(
              start_thread("the theorist", [this](const std::stop_token& stop) { work(stop); })) {}

private:
    void work(const std::stop_token& stop) {
        lower_thread_priority();
        flush_denormals();
        const std::stop_callback wake(stop, [this] { channels_.doorbell.ring(); });
        bool asked = false;
        while (!stop.stop_requested()) {
            asked = channels_.question.refresh() || asked;
            if (!asked || channels_.question.value().number == 0) {
                channels_.doorbell.wait();
                continue;
            }
            asked = !answer(SfmQuestion(channels_.question.value()), stop);
        }
    }

    /// False when a newer question has taken its place.
    bool answer(const SfmQuestion& question, const std::stop_token& stop) {
        Clock::time_point shown = Clock::now();
        bool newer = false;
        SfmAnswer whole = answer_theory(question, [&](const SfmAnswer& so_far) {
            newer = channels_.question.refresh();
            if (newer || stop.stop_requested()) {
                return false;
            }
            if (!so_far.complete() && Clock::now() - shown >= kShownEvery) {
                shown = Clock::now();
                publish(so_far);
            }
            return true;
        });
        if (!newer && !stop.stop_requested()) {
            publish(std::move(whole));
        }
        return !newer;
    }

    void publish(SfmAnswer answer) {
        channels_.answer.publish(answer);
        if (options_.wake_front_end) {
            options_.wake_front_end();
        }
    }

    TheoryChannels& channels_;
    TheoristOptions options_;
    std::jthread thread_; // last: joined before anything it uses goes
};

Theorist::Theorist(TheoryChannels& channels, TheoristOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Theorist::~Theorist() = default;

} // namespace grokscope

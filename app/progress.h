// Training told in text: a bar that redraws itself on a terminal, plain lines elsewhere.
// Threads: the front end's.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace grokscope {

/// kBar redraws its last line, kLines prints a line about every 100 epochs, kNone nothing.
enum class ProgressStyle : std::uint8_t { kNone, kLines, kBar };

/// Hours, minutes and seconds as people write them: "0:07", "12:30", "3:05:00".
[[nodiscard]] std::string clock_text(double seconds);

/// Epochs between two printed lines: the smallest multiple of eval_every that is 100 or more.
[[nodiscard]] int line_interval(int eval_every);

/// Writes progress to a stream.
class Progress {
public:
    using Clock = std::chrono::steady_clock;

    /// `out` outlives this. `columns` is the width of the terminal, for kBar.
    /// Times of samples count from `first_epoch`.
    Progress(std::ostream& out, ProgressStyle style, const RunConfig& config, int columns = 80,
             std::int32_t first_epoch = 0);

    /// What is trained and how.
    void begin(const std::string& step_description);
    void show(const MetricSample& sample, Clock::time_point now);
    void show(const event::Mark& mark);
    /// How far a fork has computed its original's epochs anew.
    void show_retraced(std::int32_t epoch, std::int32_t until);
    /// A line of its own, above the bar; also ends the bar when it is the last one.
    void say(const std::string& line);

    /// The bar for a sample, without what redraws it. Seconds left are estimated from the sample's
    /// own pace.
    [[nodiscard]] std::string bar(const MetricSample& sample) const;

private:
    void show_line(const MetricSample& sample);
    /// Epochs per second so far; the sample's epoch is included in its time.
    [[nodiscard]] double pace(const MetricSample& sample) const;
    void clear_bar();

    std::ostream& out_;
    ProgressStyle style_;
    RunConfig config_;
    int columns_;
    std::int32_t first_epoch_;
    bool bar_is_shown_ = false;
    Clock::time_point last_drawn_{};
    std::optional<std::int32_t> grok_epoch_;
};

} // namespace grokscope

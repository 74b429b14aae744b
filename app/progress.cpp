#include "app/progress.h"

#include "engine/protocol/alarm.h"
#include "engine/store/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace grokscope {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};
/// Epochs between two lines on how far a fork has come.
constexpr std::int32_t kRetracedLines = 1000;
constexpr int kEpochsPerLine = 100;

} // namespace

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(std::max(seconds, 0.0)));
    const std::int64_t hours = whole / 3600;
    const std::int64_t minutes = whole / 60 % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                     : fmt::format("{}:{:02}", minutes, whole % 60);
}

int line_interval(int eval_every) {
    return (kEpochsPerLine + eval_every - 1) / eval_every * eval_every;
}

Progress::Progress(std::ostream& out, ProgressStyle style, const RunConfig& config, int columns,
                   std::int32_t first_epoch)
    : out_(out), style_(style), config_(config), columns_(columns), first_epoch_(first_epoch) {
}

void Progress::begin(const std::string& step_description) {
    if (style_ == ProgressStyle::kNone) {
        return;
    }
    out_ << fmt::format("a {} b{}, {} of {} pairs train, seed {}, {}, preset {}\nstep: {}\n",
                        spec_of(config_.operation).symbol, config_.arithmetic().qualifier(),
                        config_.train_pairs(), config_.all_pairs(), config_.seed, config_.label(),
                        name_of(config_.preset), step_description);
    if (style_ == ProgressStyle::kLines) {
        std::string header = fmt::format("{:>7}  {:>11}  {:>11}  {:>9}  {:>9}", "epoch",
                                         "train_loss", "test_loss", "train_acc", "test_acc");
        for (const int k : config_.stencil.offsets()) {
            header += fmt::format("  {:>11}", "mismatch_" + offset_name(k));
        }
        out_ << header << "  epochs/s  left\n";
    }
    out_.flush();
}

void Progress::show(const MetricSample& sample, Clock::time_point now) {
    if (style_ == ProgressStyle::kLines && sample.epoch % line_interval(config_.eval_every) == 0) {
        show_line(sample);
    }
    if (style_ == ProgressStyle::kBar && now >= last_drawn_ + kRedrawInterval) {
        last_drawn_ = now;
        out_ << '\r' << bar(sample) << "\033[K" << std::flush;
        bar_is_shown_ = true;
    }
}

namespace {

std::string time_left(const MetricSample& sample, int epochs, double speed) {
    return speed > 0 ? clock_text((epochs - sample.epoch - 1) / speed) : "?";
}

} // namespace

double Progress::pace(const MetricSample& sample) const {
    return sample.wall_seconds > 0 ? (sample.epoch + 1 - first_epoch_) / sample.wall_seconds : 0;
}

void Progress::show_line(const MetricSample& sample) {
    std::string line = fmt::format("{:>7}  {:>11.5g}  {:>11.5g}  {:>9.4f}  {:>9.4f}", sample.epoch,
                                   sample.train_loss, sample.test_loss, sample.train_accuracy,
                                   sample.test_accuracy);
    for (const int k : config_.stencil.offsets()) {
        const double mismatch = sample.mismatch[offset_slot(k)];
        // Offsets into the past have none until that past exists.
        line += std::isnan(mismatch) ? fmt::format("  {:>11}", "-")
                                     : fmt::format("  {:>11.4g}", mismatch);
    }
    out_ << line
         << fmt::format("  {:>8.1f}  {}\n", pace(sample),
                        time_left(sample, config_.epochs, pace(sample)))
         << std::flush;
}

std::string Progress::bar(const MetricSample& sample) const {
    const int done = sample.epoch + 1;
    const std::string before = fmt::format("epoch {:>6} of {} ", sample.epoch, config_.epochs);
    const bool may_end_sooner = config_.stop_when_grokked || config_.stop_when_stable;
    const std::string after = fmt::format(
        " {:.1f} epochs/s, {}{} left, loss {:.3g} / {:.3g}, accuracy {:.3f} / {:.3f}", pace(sample),
        may_end_sooner ? "at most " : "", time_left(sample, config_.epochs, pace(sample)),
        sample.train_loss, sample.test_loss, sample.train_accuracy, sample.test_accuracy);
    const int room = columns_ - 3 - static_cast<int>(before.size() + after.size());
    std::string text = before;
    if (room >= 8) {
        const int width = std::min(room, 40);
        const int filled =
            static_cast<int>(static_cast<std::int64_t>(width) * done / config_.epochs);
        text += fmt::format("[{}{}]", std::string(static_cast<std::size_t>(filled), '#'),
                            std::string(static_cast<std::size_t>(width - filled), '.'));
    }
    text += after;
    // A line that wraps could not be redrawn.
    return text.substr(0, static_cast<std::size_t>(std::max(columns_ - 1, 1)));
}

void Progress::show(const event::Mark& mark) {
    if (mark.kind == MarkKind::kGrokked) {
        grok_epoch_ = mark.epoch;
    }
    say(fmt::format("epoch {}: {}", mark.epoch, name_of(mark.kind, mark.epoch, grok_epoch_)));
}

void Progress::show_retraced(std::int32_t epoch, std::int32_t until) {
    const std::string line =
        fmt::format("computing its original again: epoch {} of {}", epoch, until);
    if (style_ == ProgressStyle::kBar) {
        out_ << '\r' << line.substr(0, static_cast<std::size_t>(std::max(columns_ - 1, 1)))
             << "\033[K" << std::flush;
        bar_is_shown_ = epoch < until;
        if (!bar_is_shown_) {
            out_ << '\r' << "\033[K" << std::flush;
        }
    } else if (style_ == ProgressStyle::kLines && (epoch % kRetracedLines == 0 || epoch == until)) {
        say(line);
    }
}

void Progress::say(const std::string& line) {
    if (style_ == ProgressStyle::kNone) {
        return;
    }
    clear_bar();
    out_ << line << std::endl;
}

void Progress::clear_bar() {
    if (bar_is_shown_) {
        out_ << "\r\033[K";
        bar_is_shown_ = false;
    }
}

} // namespace grokscope

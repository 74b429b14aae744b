#include "ui/core/lab_controller.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

void LabController::flush(LaboratoryChannels& channels) {
    bool moved = false;
    while (!waiting_.empty() && channels.requests.try_push(waiting_.front())) {
        waiting_.pop_front();
        moved = true;
    }
    if (moved) {
        channels.doorbell.ring();
    }
}

bool LabController::take(LaboratoryChannels& channels, double now) {
    if (!channels.status.refresh()) {
        return false;
    }
    watch(channels.status.value(), now);
    status_ = channels.status.value();
    asked_ = asked_ && status_->whole_of == 0 && !waiting_.empty();
    return true;
}

void LabController::watch(const LaboratoryStatus& status, double now) {
    const bool same = status_ && status_->whole_of > 0 && status.whole_of == status_->whole_of &&
                      status.whole_run == watched_ && status.whole_done >= first_done_;
    if (!same) {
        watched_ = status.whole_run;
        first_done_ = status.whole_done;
        first_time_ = now;
    }
    last_time_ = now;
}

void LabController::measure_record(RunId run, std::string_view instrument, int every) {
    lab_request::MeasureRecord request{run, {}};
    request.plan.set(instrument, every);
    waiting_.emplace_back(std::move(request));
    asked_ = true;
}

void LabController::stop_measuring() {
    waiting_.emplace_back(lab_request::StopMeasuring{});
    asked_ = false;
}

const LaboratoryStatus& LabController::status() const {
    static const LaboratoryStatus kNothing;
    return status_ ? *status_ : kNothing;
}

const InstrumentStanding* LabController::standing(RunId run, std::string_view instrument) const {
    const auto& all = status().standings;
    const auto found = std::ranges::find_if(all, [&](const InstrumentStanding& one) {
        return one.run == run && one.instrument == instrument;
    });
    return found == all.end() ? nullptr : &*found;
}

bool LabController::measuring() const {
    return asked_ || status().whole_of > 0;
}

std::optional<double> LabController::seconds_left() const {
    const std::int64_t made = status().whole_done - first_done_;
    if (status().whole_of == 0 || made <= 0 || last_time_ <= first_time_) {
        return std::nullopt;
    }
    return (last_time_ - first_time_) / static_cast<double>(made) *
           static_cast<double>(status().whole_of - status().whole_done);
}

double exact_weight_bytes(const RunConfig& config) {
    const double p = config.p;
    const double d = config.d_model;
    const double hidden = config.d_mlp;
    const double context = config.sequence == Sequence::kWithOperation ? 4 : 3;
    const double embeddings = d * (p + context - 2) + context * d + d * p; // tokens, places, W_U
    const double attention = 4 * d * d;
    const double mlp = 2 * d * hidden + hidden + d;
    const double norms = config.norm == Norm::kPre ? 2 * d : 0; // gain and bias of one
    return 4 * (embeddings + config.layers * (attention + mlp + 2 * norms) + norms);
}

} // namespace grokscope::ui

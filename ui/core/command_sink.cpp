#include "ui/core/command_sink.h"

#include <utility>

namespace grokscope::ui {

std::uint64_t CommandSink::send(CommandBody body) {
    const std::uint64_t number = next_number_++;
    pending_.emplace(number, body);
    sent_.push_back({number, body});
    waiting_.push_back({number, std::move(body)});
    return number;
}

bool CommandSink::flush(Channels& channels) {
    bool moved = false;
    while (!waiting_.empty() && channels.commands.try_push(waiting_.front())) {
        waiting_.pop_front();
        moved = true;
    }
    if (moved) {
        channels.ring_doorbell();
    }
    return moved;
}

void CommandSink::acknowledged(const Acknowledgement& acknowledgement) {
    pending_.erase(acknowledgement.number);
}

std::vector<Command> CommandSink::take_sent() {
    return std::exchange(sent_, {});
}

const char* name_of(const CommandBody& body) {
    struct Namer {
        const char* operator()(const command::AddRun&) const { return "add_run"; }
        const char* operator()(const command::ResumeRun&) const { return "resume_run"; }
        const char* operator()(const command::BranchRun&) const { return "branch_run"; }
        const char* operator()(const command::Start&) const { return "start"; }
        const char* operator()(const command::Pause&) const { return "pause"; }
        const char* operator()(const command::StepEpochs&) const { return "step_epochs"; }
        const char* operator()(const command::Reset&) const { return "reset"; }
        const char* operator()(const command::Remove&) const { return "remove"; }
        const char* operator()(const command::StartAll&) const { return "start_all"; }
        const char* operator()(const command::PauseAll&) const { return "pause_all"; }
        const char* operator()(const command::SetSpeed&) const { return "set_speed"; }
        const char* operator()(const command::SetWorkers&) const { return "set_workers"; }
        const char* operator()(const command::SetMeasures&) const { return "set_measures"; }
    };
    return std::visit(Namer{}, body);
}

} // namespace grokscope::ui

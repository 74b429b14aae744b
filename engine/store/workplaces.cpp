#include "engine/store/workplaces.h"

#include <string>

namespace grokscope {

namespace {

// Kinds of events: the sentence, then the facts, of which the host is the last.
constexpr const char* kResumed = "resumed";
constexpr const char* kVersionMark = "version";
constexpr const char* kStep = "step";
constexpr const char* kHost = "host";

} // namespace

void add_workplace(Notebook& notebook, StoredRunId run, const event::WorkplaceChanged& changed) {
    const auto add = [&](const char* kind, const std::string& text) {
        notebook.add(run, StoredEvent{changed.epoch, kind, text, ""});
    };
    add(kResumed, in_words(changed));
    add(kVersionMark, changed.now.program_version);
    add(kStep, changed.now.step);
    add(kHost, changed.now.host);
}

std::vector<WorkplaceSince> workplaces_of(Notebook& notebook, StoredRunId run) {
    const Provenance began = notebook.run(run).provenance;
    std::vector<WorkplaceSince> all{{0, {began.program_version, began.step, began.host}}};
    Workplace next;
    for (const StoredEvent& event : notebook.events(run)) {
        if (event.state == kVersionMark) {
            next.program_version = event.text;
        } else if (event.state == kStep) {
            next.step = event.text;
        } else if (event.state == kHost) {
            next.host = event.text;
            while (all.size() > 1 && all.back().epoch >= event.epoch) {
                all.pop_back(); // what was computed there was taken back, and computed again
            }
            if (!changes_of_workplace(all.back().workplace, next).empty()) {
                all.push_back({event.epoch, next});
            }
        }
    }
    return all;
}

} // namespace grokscope

#include "ui/core/window_report.h"

#include "ui/core/view_look.h"

namespace grokscope::ui {

namespace {

/// What the user named, coloured and noted; `written`: the notes that the log has already.
void write_arrangement(UiLog& log, const ViewState& view,
                       std::optional<std::vector<Note>>& written) {
    std::string names;
    std::string colors;
    std::string notes;
    const auto add = [](std::string& list, RunId run, const std::string& value) {
        list += (list.empty() ? "" : "; ") + std::to_string(static_cast<std::uint32_t>(run)) + "=" +
                value;
    };
    for (const auto& [run, look] : view.arrangement.looks) {
        if (!look.name.empty()) {
            add(names, run, look.name);
        }
        if (look.color) {
            add(colors, run, std::to_string(*look.color));
        }
    }
    log.fact("names", names);
    log.fact("colours", colors);
    if (view.arrangement.notes == written) {
        return;
    }
    for (const Note& note : view.arrangement.notes) {
        add(notes, note.run, std::to_string(note.epoch) + " " + note.text.get());
    }
    log.fact("notes", notes);
    written = view.arrangement.notes;
}

/// Words that appear are written, not that they go.
void write_words(UiLog& log, const char* what, const std::string& words, std::string& last) {
    if (words != last && !words.empty()) {
        log.note(what, words);
    }
    last = words;
}

} // namespace

void WindowReport::write(UiLog& log, const ActionContext& context, const FileController& files,
                         const Frame& frame) {
    for (const Command& command : context.commands.take_sent()) {
        log.command(command);
    }
    if (!log.on()) {
        return;
    }
    const ViewState& view = context.view;
    write_arrangement(log, view, notes_);
    log.fact("look", look_text(view));
    write_words(log, "banner", view.banner, banner_);
    write_words(log, "notice", files.notice ? files.notice->text : std::string(), notice_);
    write_words(log, "question", files.question() == nullptr ? std::string() : *files.question(),
                question_);
    const RunRecord* run = selected_run(context);
    log.fact("selected", run == nullptr ? std::string("none")
                                        : std::to_string(static_cast<std::uint32_t>(run->id)));
    log.cursor(view.cursor, view.cursor.at(run == nullptr ? -1 : run->last_epoch()));
    log.frame(frame.number, frame.milliseconds, frame.panels, frame.input);
}

} // namespace grokscope::ui

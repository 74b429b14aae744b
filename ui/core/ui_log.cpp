#include "ui/core/ui_log.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace grokscope::ui {

namespace {

using Json = nlohmann::ordered_json;

Json start_line(const char* event) {
    Json line;
    line["event"] = event;
    return line;
}

/// ASCII, whatever a text holds: a log is read in terminals, and by programs.
std::string text_of(const Json& line) {
    return line.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::uint32_t number_of(RunId run) {
    return static_cast<std::uint32_t>(run);
}

} // namespace

UiLog::UiLog(TakeLine take) : take_(std::move(take)) {
    if (!on()) {
        return;
    }
    // What "t" counts from, on the clock that every process of the machine shares.
    Json line = start_line("clock");
    line["monotonic"] = std::chrono::duration<double>(start_.time_since_epoch()).count();
    write_line(text_of(line));
}

void UiLog::write_line(std::string line) {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    char stamp[40];
    std::snprintf(stamp, sizeof stamp, "{\"t\":%.4f,", since.count());
    take_(stamp + std::move(line).substr(1) + '\n');
}

bool UiLog::changed(const std::string& key, const std::string& line) {
    std::string& last = last_[key];
    if (last == line) {
        return false;
    }
    last = line;
    return true;
}

void UiLog::command(const Command& command) {
    if (!on()) {
        return;
    }
    Json line = start_line("command");
    line["number"] = command.number;
    line["command"] = name_of(command.body);
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { body.run; }) {
                line["run"] = number_of(body.run);
            }
            if constexpr (requires { body.config; }) {
                line["stencil"] = body.config.label();
                line["seed"] = body.config.seed;
            }
            if constexpr (requires { body.epochs; }) {
                line["epochs"] = body.epochs;
            }
            if constexpr (requires { body.epochs_per_second; }) {
                line["epochs_per_second"] = body.epochs_per_second;
            }
            if constexpr (requires { body.count; }) {
                line["count"] = body.count;
            }
            if constexpr (requires { body.plan; }) {
                line["plan"] = body.plan.text();
            }
        },
        command.body);
    write_line(text_of(line));
}

void UiLog::event(const Event& event) {
    if (!on()) {
        return;
    }
    Json line;
    if (const auto* answer = std::get_if<Acknowledgement>(&event)) {
        line = start_line("acknowledgement");
        line["number"] = answer->number;
        line["accepted"] = answer->accepted;
        line["reason"] = answer->reason;
    } else if (const auto* changed_state = std::get_if<event::StateChanged>(&event)) {
        line = start_line("state");
        line["run"] = number_of(changed_state->run);
        line["state"] = name_of(changed_state->state);
        line["epoch"] = changed_state->epoch;
        line["text"] = changed_state->text;
    } else if (const auto* added = std::get_if<event::RunAdded>(&event)) {
        line = start_line("run_added");
        line["run"] = number_of(added->run);
        line["stencil"] = added->config.label();
        line["seed"] = added->config.seed;
        line["operation"] = std::string(name_of(added->config.operation));
        line["p"] = added->config.p;
        line["step"] = added->step_description;
        line["recorded"] = added->recorded;
        if (added->branch) {
            line["branch_epoch"] = added->branch->epoch;
            line["fork"] = added->branch->fork;
        }
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        line = start_line("run_reset");
        line["run"] = number_of(reset->run);
    } else if (const auto* mark = std::get_if<event::Mark>(&event)) {
        line = start_line("mark");
        line["run"] = number_of(mark->run);
        line["kind"] = name_of(mark->kind);
        line["epoch"] = mark->epoch;
    } else if (const auto* moved = std::get_if<event::WorkplaceChanged>(&event)) {
        line = start_line("workplace_changed");
        line["run"] = number_of(moved->run);
        line["epoch"] = moved->epoch;
        line["text"] = in_words(*moved);
    } else if (const auto* workers = std::get_if<event::WorkersSet>(&event)) {
        line = start_line("workers_set");
        line["working"] = workers->working;
        line["available"] = workers->available;
    } else if (const auto* retraced = std::get_if<event::Retraced>(&event)) {
        line = start_line("retraced");
        line["run"] = number_of(retraced->run);
        line["epoch"] = retraced->epoch;
        line["until"] = retraced->until;
    } else if (const auto* measures = std::get_if<event::MeasuresSet>(&event)) {
        line = start_line("measures_set");
        line["run"] = number_of(measures->run);
        line["plan"] = measures->plan.text();
    }
    write_line(text_of(line));
}

void UiLog::control(std::string_view name, const Rect& rect, bool enabled) {
    if (!on()) {
        return;
    }
    Json line = start_line("control");
    line["name"] = name;
    line["x"] = rect.x;
    line["y"] = rect.y;
    line["w"] = rect.width;
    line["h"] = rect.height;
    line["enabled"] = enabled;
    std::string text = text_of(line);
    if (changed("control " + std::string(name), text)) {
        write_line(std::move(text));
    }
}

void UiLog::end_focus(bool ring_shown) {
    const std::string name = std::exchange(focused_, {});
    fact("tooltip", std::exchange(tooltip_, {}));
    if (!on()) {
        return;
    }
    Json line = start_line("focus");
    line["name"] = !ring_shown ? "" : name.empty() ? "?" : name;
    std::string text = text_of(line);
    if (changed("focus", text)) {
        write_line(std::move(text));
    }
}

void UiLog::axis(std::string_view plot, double x_min, double x_max, double y_min, double y_max,
                 bool follow) {
    if (!on()) {
        return;
    }
    Json line = start_line("axis");
    line["plot"] = plot;
    line["x"] = {x_min, x_max};
    line["y"] = {y_min, y_max};
    line["follow"] = follow;
    std::string text = text_of(line);
    if (changed("axis " + std::string(plot), text)) {
        write_line(std::move(text));
    }
}

void UiLog::cursor(const EpochCursor& cursor, std::int32_t epoch) {
    if (!on()) {
        return;
    }
    Json line = start_line("cursor");
    line["live"] = cursor.live;
    line["epoch"] = epoch;
    std::string text = text_of(line);
    if (changed("cursor", text)) {
        write_line(std::move(text));
    }
}

void UiLog::progress(RunId run, std::int32_t epoch, double test_accuracy) {
    if (!on()) {
        return;
    }
    Json line = start_line("progress");
    line["run"] = number_of(run);
    line["epoch"] = epoch;
    line["test_acc"] = test_accuracy;
    std::string text = text_of(line);
    if (changed("progress " + std::to_string(number_of(run)), text)) {
        write_line(std::move(text));
    }
}

void UiLog::frame(std::uint64_t number, double milliseconds, double panels, bool input) {
    if (!on()) {
        return;
    }
    Json line = start_line("frame");
    line["number"] = number;
    line["ms"] = milliseconds;
    line["panels_ms"] = panels;
    if (input) {
        line["input"] = true;
    }
    write_line(text_of(line));
}

void UiLog::note(std::string_view what, std::string_view value) {
    if (!on()) {
        return;
    }
    Json line = start_line("note");
    line["what"] = what;
    line["value"] = value;
    write_line(text_of(line));
}

void UiLog::fact(std::string_view what, std::string_view value) {
    if (on() && changed("fact " + std::string(what), std::string(value))) {
        note(what, value);
    }
}

} // namespace grokscope::ui

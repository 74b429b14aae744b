// A window that rests: the real panels with a recorded run under the real pacer and a clock of the
// test's own, drawn to nothing.
#pragma once

#include "tests/fuzz/window_stage.h"
#include "tests/ui/recorded_run.h"
#include "ui/window/frame_pacer.h"

#include <imgui.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope::ui {

inline constexpr float kWidth = 1600;
inline constexpr float kHeight = 1000;

/// Nothing trains. `hertz`: the screen's, 0 without vsync.
class RestingWindow {
public:
    explicit RestingWindow(double hertz, float across = kWidth, float down = kHeight)
        : width(across), height(down), hertz_(hertz) {
        stage.log = UiLog([this](const std::string& line) { read(line); });
        RunConfig config;
        config.p = 23;
        config.stencil = Stencil::of({-1, 0, 1});
        record(stage.channels, RunId{1}, config, 20);
        stage.view.selected = RunId{1};
        touch();
        run(3);
    }

    /// The frame loop of Program for so many seconds.
    void run(double seconds) {
        for (const double end = now_ + seconds; now_ < end;) {
            PaceInput pace{.now = now_, .input = std::exchange(touched_, false)};
            pace.software_gl = hertz_ == 0;
            pace.wanted_at = stage.wanted_at;
            if (pacer_.should_draw(pace)) {
                stage.seconds_per_frame = std::max(now_ - stage.seconds(), 1e-6);
                stage.frame(width, height);
                ++frames;
                if (hertz_ > 0) { // the swap waits for the screen
                    now_ = (std::floor(now_ * hertz_ + 1e-6) + 1) / hertz_;
                }
            }
            pace.now = now_;
            pace.wanted_at = stage.wanted_at;
            now_ = std::min(now_ + pacer_.timeout(pace), std::max(end, now_));
        }
    }
    void touch() { touched_ = true; }
    void move(float x, float y) {
        stage.move_mouse(x, y);
        touch();
    }
    /// Clicks there and lets the window settle.
    void click(const Rect& rect) {
        move(rect.x + rect.width / 2, rect.y + rect.height / 2);
        run(0.1);
        for (const bool down : {true, false}) {
            stage.press_mouse(0, down);
            touch();
            run(0.1);
        }
    }
    /// Types into the field that has the caret, in place of what is selected.
    void type(const std::string& text) {
        ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
        touch();
        run(0.3);
    }
    void press(ImGuiKey key) {
        for (const bool down : {true, false}) {
            ImGui::GetIO().AddKeyEvent(key, down);
            touch();
            run(0.1);
        }
    }
    /// The controls that a frame draws now.
    std::map<std::string, Rect> drawn_controls() {
        std::map<std::string, Rect> drawn;
        stage.on_control = [&](std::string_view name) { drawn[std::string(name)] = {}; };
        touch();
        run(0.5);
        stage.on_control = {};
        for (auto& [name, rect] : drawn) {
            rect = controls.at(name);
        }
        return drawn;
    }
    /// Seconds until `holds`, by steps of the loop.
    template <typename Holds>
    double until(const Holds& holds, double at_most) {
        const double begin = now_;
        while (!holds() && now_ < begin + at_most) {
            run(1e-3);
        }
        return now_ - begin;
    }

    const float width;
    const float height;
    fuzz::Surface surface;
    fuzz::WindowStage stage{surface};
    int frames = 0;
    std::map<std::string, Rect> controls; ///< of the frames since it was last cleared
    std::string tooltip;
    std::map<std::string, std::string> notes; ///< the newest of each kind

private:
    void read(const std::string& line) {
        const auto json = nlohmann::json::parse(line);
        if (json["event"] == "control") {
            controls[json["name"]] = {json["x"], json["y"], json["w"], json["h"]};
        } else if (json["event"] == "note") {
            notes[json["what"]] = json["value"];
            if (json["what"] == "tooltip") {
                tooltip = json["value"];
            }
        }
    }

    double hertz_;
    double now_ = 0;
    bool touched_ = false;
    FramePacer pacer_;
};

} // namespace grokscope::ui

#include "ui/window/program.h"

#include "ui/core/actions.h"
#include "ui/core/arrange.h"
#include "ui/core/awaited_epoch.h"
#include "ui/core/command_sink.h"
#include "ui/core/free_memory.h"
#include "ui/core/lab_controller.h"
#include "ui/core/news.h"
#include "ui/core/one_sheet.h"
#include "ui/core/other_trainers.h"
#include "ui/core/playback.h"
#include "ui/core/record_controller.h"
#include "ui/core/row_budget.h"
#include "ui/core/run_book.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/run_order.h"
#include "ui/core/study_controller.h"
#include "ui/core/text.h"
#include "ui/core/toast.h"
#include "ui/core/ui_log.h"
#include "ui/core/view_settings.h"
#include "ui/core/window_report.h"
#include "ui/core/word_keeper.h"
#include "ui/dialogs/export_panel.h"
#include "ui/gl/load.h"
#include "ui/gl/screen.h"
#include "ui/kit/panel_guard.h"
#include "ui/plots/plot_marks.h"
#include "ui/views/circle/circle_panel.h"
#include "ui/views/inside/inside_panel.h"
#include "ui/views/list.h"
#include "ui/views/theory/theory_controller.h"
#include "ui/views/wavetable/wavetable_panel.h"
#include "ui/window/frame_pacer.h"
#include "ui/window/frame_times.h"
#include "ui/window/imgui_layer.h"
#include "ui/window/imgui_times.h"
#include "ui/window/kept_screen.h"
#include "ui/window/keyboard.h"
#include "ui/window/main_view.h"
#include "ui/window/picture_maker.h"
#include "ui/window/rate_meter.h"
#include "ui/window/starvation.h"
#include "ui/window/type_ahead.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope::ui {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

gl::ContextInfo load_gl() {
    try {
        return gl::load_functions();
    } catch (const std::runtime_error& error) {
        throw DisplayError(error.what());
    }
}

Window::Purpose purpose_of(const ProgramOptions& options) {
    return options.picture_order     ? Window::Purpose::kPicture
           : options.save_screenshot ? Window::Purpose::kScreenshot
                                     : Window::Purpose::kUse;
}

WavetablePanel make_wavetable(gl::ShaderLibrary& shaders) {
    try {
        return WavetablePanel(shaders);
    } catch (const std::runtime_error& error) {
        throw DisplayError(std::string("the graphics driver refuses a shader: ") + error.what());
    }
}

/// The window's colour, and under the cards theirs, for pictures that are drawn before ImGui's.
void clear_grounds(gl::Size size, const Theme& theme, std::span<const Ground> grounds) {
    const auto opaque = [](const Color& color) {
        return std::array<float, 4>{color.r, color.g, color.b, 1};
    };
    gl::clear_screen(size, opaque(theme.palette->window));
    for (const auto& [rect, color] : grounds) {
        const auto x = static_cast<int>(rect.x);
        const auto y = static_cast<int>(rect.y);
        gl::clear_part(
            size, {x, y, static_cast<int>(rect.right()) - x, static_cast<int>(rect.bottom()) - y},
            opaque(color));
    }
}

/// Frames between the last change and the picture: popups and layout settle.
constexpr int kSettlingFrames = 4;
/// Seconds between two looks while a file is being made.
constexpr double kBusyPause = 0.002;
/// Seconds until words are told again that the notebook could not take.
constexpr double kRefusedPause = 0.1;
constexpr double kTidying = 60; // seconds from one give_free_memory_back() to the next

} // namespace

class Program::Impl {
public:
    Impl(Channels& channels, ProgramOptions options)
        : channels_(channels), options_(std::move(options)), log_(std::move(options_.log)),
          window_("Grokscope", options_.size, purpose_of(options_)), gl_(load_gl()),
          imgui_(window_),
          settings_(options_.settings_path, std::move(options_.save_settings), view_),
          shaders_(options_.shader_folder), wavetable_(make_wavetable(shaders_)),
          main_(Pictures{[this](const PanelInput& input) { wavetable_.draw(input); },
                         [this](const PanelInput& input) {
                             inside_.draw(input,
                                          [this](const PanelInput& same) { circle_.draw(same); });
                         },
                         [this](const PanelInput& input) { return inside_.taken_apart(input); }},
                options_.sweep_statistics),
          files_(std::move(options_.files)), words_(std::move(options_.keep_words)) {
        view_.settings.theme = options_.theme.value_or(view_.settings.theme);
        view_.plane = options_.plane.value_or(view_.plane);
        view_.seeds = options_.seeds;
        workers_ = {options_.training_threads, options_.training_threads};
        log_.note("renderer", gl_.renderer);
        for (OpenedRun& recorded : options_.recorded) {
            const RunId run = commands_.new_run_id();
            files_.note_opened(view_, run, recorded);
            if (!view_.selected) {
                view_.selected = run;
                first_run_ = run;
            }
            commands_.send(command::ResumeRun{run, std::move(recorded.stored), false});
        }
        if (!options_.notice.empty()) {
            files_.notice = FileController::Notice{std::move(options_.notice), {}};
        }
        for (const RunConfig& config : options_.runs) {
            const RunId run = commands_.new_run_id();
            if (!view_.selected) {
                view_.selected = run;
                first_run_ = run;
                view_.baseline_seed = config.seed + 1;
            }
            commands_.send(command::AddRun{run, config, options_.start, options_.preset});
        }
        window_.watch_display([this] {
            remember_settings();
            if (options_.display_lost) {
                options_.display_lost();
            }
        });
    }

    void run() {
        while (!window_.should_close() && !done_ && !told_to_end()) {
            const double asked = now();
            window_.wait_events(timeout_);
            LoopTurn turn{.overslept = std::max(now() - asked - timeout_, 0.0)};
            bool new_data = take_data();
            for (const std::string& path : window_.take_dropped_files()) {
                log_.note("dropped", path);
                files_.open(path);
            }
            const bool files_changed = update_files();
            const double wanted_at = woken_at();
            new_data = files_changed || new_data;
            if (options_.picture_order) {
                fill_order();
                timeout_ = kBusyPause;
                continue;
            }
            PaceInput pace;
            pace.now = now();
            // A notice or a question takes frames to find its place, as a popup does.
            pace.input = window_.take_input() || files_changed;
            input_seen_ = input_seen_ || pace.input;
            pace.input = pace.input || input_waits() || typed_ahead_.waits();
            pace.new_data = new_data;
            pace.training = any_running(book_);
            pace.focused = window_.focused();
            pace.visible = window_.visible();
            pace.animating =
                view_.replaying || settling_ > 0 || input_waits() || typed_ahead_.waits();
            pace.wanted_at = wanted_at;
            pace.software_gl = gl_.software;
            turn.drawn = pacer_.should_draw(pace);
            if (turn.drawn) {
                frame();
            }
            if (now() >= next_tidying_) {
                next_tidying_ = now() + kTidying;
                give_free_memory_back();
            }
            turn.now = now();
            // Without software GL a swap waits for the screen, or for a window to come to the
            // front.
            turn.frame = gl_.software ? turn.now - pace.now : frame_times_.last() / 1000;
            if (turn.drawn) {
                film_seconds_ = film_share(turn.frame);
            }
            turn.counts = pace.training && pace.visible && !files_.busy() && workers_.working > 1 &&
                          !options_.save_screenshot;
            if (starvation_.add(turn)) {
                view_.workers_notice = WorkersNotice::kOffered;
                log_.note("starved", std::to_string(workers_.working));
            }
            pace.now = turn.now;
            pace.wanted_at = woken_at();
            timeout_ = files_.busy() ? kBusyPause : pacer_.timeout(pace);
        }
        remember_settings();
        if (window_.destroyed()) {
            throw DisplayError("the window was destroyed from outside, so the program ends");
        }
        if (options_.save_screenshot && !done_ && !told_to_end()) {
            throw std::runtime_error("the window was closed before epoch " +
                                     std::to_string(options_.after_epoch) +
                                     " at which the picture was wanted");
        }
    }

private:
    [[nodiscard]] double now() const { return seconds_between(start_, Clock::now()); }
    [[nodiscard]] bool told_to_end() const { return options_.should_end && options_.should_end(); }
    [[nodiscard]] ActionContext context() { return {book_, view_, commands_}; }

    std::optional<Picture> draw_picture(const ViewState& view, const PictureWanted& wanted) {
        // A film's has parts of a frame yet to be drawn, which another picture must not disturb.
        std::unique_ptr<PictureMaker>& maker = wanted.film_frame > 0 ? films_ : pictures_;
        if (!maker) {
            maker = std::make_unique<PictureMaker>(
                shaders_, study_,
                [this](const PanelInput& input, InsidePictures& pictures, const DrawPanel& circle) {
                    inside_.draw(input, pictures, circle);
                },
                options_.sweep_statistics);
        }
        const Size size = window_.framebuffer_size();
        const float monitor = options_.scale > 0 ? options_.scale : window_.content_scale();
        const Look look = look_of(view, monitor, wanted.panel == kWholeWindow);
        const PictureSetting setting{.theme = look.theme,
                                     .scale = look.scale,
                                     .presenting = look.presenting,
                                     .window = size,
                                     .version = options_.version};
        if (wanted.film_frame == 0) {
            return maker->draw(book_, view, setting, wanted);
        }
        return maker->draw_on(book_, view, setting, wanted, film_seconds_);
    }

    /// True when something changed that the window shows.
    bool update_files() {
        const std::string trouble = files_.trouble() == nullptr ? "" : files_.trouble()->problem;
        const bool news = trouble != std::exchange(trouble_, trouble);
        if (news) {
            log_.note("store", trouble);
        }
        try {
            const bool gone = files_.let_notice_go(now(), window_.visible());
            files_.held = mouse_is_held();
            bool changed = files_.update(context(), draw_) || gone || news;
            set_aside();
            if (const auto text = std::exchange(files_.to_clipboard, std::nullopt)) {
                ImGui::SetClipboardText(text->c_str());
                log_.note("clipboard", *text);
            }
            if (films_ && !files_.busy()) {
                films_->forget();
            }
            changed = others_.update(context(), files_, now()) || changed;
            return records_.update(context(), files_) || changed;
        } catch (const std::exception& error) { // a picture that cannot be drawn
            refuse_picture(error.what());
            if (options_.picture_order) {
                throw; // it is for the terminal
            }
            return true;
        }
    }

    void set_aside() {
        std::vector<RunId> runs = files_.unseen();
        runs.insert(runs.end(), view_.arrangement.removed.begin(), view_.arrangement.removed.end());
        book_.set_aside(runs);
    }

    void refuse_picture(const std::string& why) {
        files_.cancel_film();
        view_.banner = text::kNotDone + why;
    }

    /// Whether what a picture needs of the inspector is answered; asks for it. Throws
    /// std::runtime_error where there is no answer to be had.
    bool is_studied(const PictureWanted& wanted) {
        const ViewInfo* const of_view = view_named(wanted.panel);
        if (of_view == nullptr || !of_view->studied) {
            return true;
        }
        if (study_.waiting()) {
            return false;
        }
        try {
            (void)draw_picture(view_, wanted);
            return true;
        } catch (const std::exception&) {
            if (study_.ask(channels_.inspect, now(), false)) {
                return false;
            }
            throw;
        }
    }

    /// Takes the ordered picture once the whole record is here, and ends with it.
    void fill_order() {
        const PictureOrder& order = *options_.picture_order;
        const RunRecord* run = book_.find(first_run_);
        if (!ordered_) {
            if ((run == nullptr && !options_.plane && options_.seeds == nullptr) ||
                !commands_.idle()) {
                return; // an answer comes after all the figures before it
            }
            if (order.epoch) {
                view_.cursor.hold(*order.epoch);
            }
            view_.replay_rate = order.rate;
            const bool possible =
                !order.film || has_films(order.wanted.panel); // else it is refused
            if (possible && !is_studied(order.wanted)) {
                return;
            }
            ordered_ = true;
            if (order.film) {
                files_.begin_film(context(), order.wanted, order.target);
            } else {
                files_.save_picture_as(context(), draw_, order.wanted, order.target);
            }
            return;
        }
        if (const auto& end = files_.last_end()) {
            if (const auto* failed = std::get_if<file_reply::Failed>(&*end)) {
                if (failed->exists) {
                    throw PictureRefused(failed->sentence);
                }
                throw std::runtime_error(failed->sentence);
            }
            const auto* saved = std::get_if<file_reply::Saved>(&*end);
            if (saved != nullptr && options_.picture_saved) {
                options_.picture_saved(*saved);
            }
            done_ = true;
        }
    }

    /// Hands over commands, takes what the trainer published. True when something changed.
    bool take_data() {
        commands_.flush(channels_);
        laboratory_.flush(channels_.laboratory);
        const bool answered = inside_.take(channels_.inspect, now());
        const bool told = laboratory_.take(channels_.laboratory, now());
        const bool iterated = theory_controller_.take(channels_.theory, now());
        const bool studied = study_.take(channels_.inspect, now());
        const bool changed = book_.drain(channels_);
        for (const Event& event : book_.take_events()) {
            log_.event(event);
            news_.take(event, view_.news);
            if (const auto* answer = std::get_if<Acknowledgement>(&event)) {
                commands_.acknowledged(*answer);
                if (!answer->accepted) {
                    view_.banner = in_plain_words(answer->reason);
                }
            } else if (const auto* moved = std::get_if<event::WorkplaceChanged>(&event)) {
                view_.banner = text::capitalised(in_words(*moved)) + ".";
            } else if (const auto* workers = std::get_if<event::WorkersSet>(&event)) {
                workers_ = {workers->working, workers->available};
            } else if (const auto* state = std::get_if<event::StateChanged>(&event)) {
                if (state->state == RunState::kFailed) {
                    const RunRecord* run = book_.find(state->run);
                    view_.banner =
                        (run == nullptr ? std::string() : text::failure_of(run->config)) +
                        in_plain_words(state->text);
                }
            }
        }
        keep_selection_valid(context());
        if (changed && !options_.save_screenshot) {
            slow_training_at_jumps(context());
            rest_stable_runs(context());
        }
        if (changed) {
            for (const auto& run : book_.runs()) {
                if (!run->samples.empty()) {
                    log_.progress(run->id, run->last_epoch(), run->samples.back().test_accuracy);
                }
            }
            rate_.add(now(), book_);
            if (options_.save_screenshot && settling_ == 0 &&
                awaited_.reached(book_, first_run_, options_.after_epoch)) {
                settling_ = kSettlingFrames;
            }
        }
        return changed || answered || told || iterated || studied;
    }

    void frame() {
        const Clock::time_point begin = Clock::now();
        const float monitor = options_.scale > 0 ? options_.scale : window_.content_scale();
        choose_theme(monitor);
        view_.begin_frame();
        const bool list_open = // ImGui shuts it on Escape, and that is then all Escape does
            ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
        const std::vector<KeyPress> presses =
            typed_ahead_.let_through(window_.take_key_presses(), [this](Action action) {
                return opens_field(action, view_) ||
                       (action == Action::kOpen && files_.available() && !files_.open_open);
            });
        imgui_.begin_frame(options_.save_screenshot ? Pointer::kAbsent : Pointer::kFollowed);
        std::vector<Action> actions = actions_of(presses);
        actions.insert(actions.end(), view_.asked.begin(), view_.asked.end());
        view_.asked.clear();
        for (const Action action : actions) {
            if (action == Action::kEscape && (list_open || files_.close_topmost())) {
                continue;
            }
            const WindowRequest request = perform(action, context());
            try {
                obey(request);
            } catch (const std::runtime_error& error) {
                refuse_picture(error.what());
            }
        }
        const ImGuiIO& io = ImGui::GetIO();
        hold_flip(view_, ImGui::IsKeyDown(ImGuiKey_B) && !io.WantTextInput && !io.KeyCtrl);
        const bool form = view_.new_run_open;
        fork_open_ = view_.fork.has_value();
        sheet_open_ = view_.sheet != Action::kNone;
        one_sheet_.keep(std::array{&sheet_open_, &view_.info_open, &view_.new_run_open, &fork_open_,
                                   &files_.export_open, &files_.open_open});
        if (!sheet_open_) {
            view_.sheet = Action::kNone;
        }
        if (!fork_open_) {
            view_.fork.reset();
        }
        if (form && !view_.new_run_open) {
            view_.draft.reset(); // as closing the form by hand does
        }
        const double time = now();
        advance_replay(context(), std::min(time - last_frame_, 0.1));
        last_frame_ = time;
        reload_shaders(time);
        frames_.add(time, static_cast<double>(frame_number_));
        const Size size = window_.framebuffer_size();
        const FrameFacts facts{.frames_per_second = frames_.rate(),
                               .epochs_per_second = any_running(book_) ? rate_.rate() : 0,
                               .seconds = time,
                               .software_gl = gl_.software,
                               .renderer = gl_.renderer,
                               .width = size.width,
                               .height = size.height,
                               .frame_milliseconds = frame_times_.last(),
                               .worst_frame_milliseconds = frame_times_.worst(),
                               .workers = workers_};
        settle_arrangement(time);
        wish_.at(order_runs(book_, view_, time));
        grounds_.clear();
        panels_.clear();
        places_.begin_frame();
        const PanelInput input{.book = book_,
                               .view = view_,
                               .commands = commands_,
                               .theme = imgui_.theme(),
                               .log = log_,
                               .facts = facts,
                               .presets = options_.presets,
                               .grounds = &grounds_,
                               .panels = &panels_,
                               .files = &files_,
                               .records = &records_,
                               .laboratory = &laboratory_,
                               .study = &study_,
                               .theory = &theory_controller_,
                               .wish = &wish_,
                               .places = &places_};
        const Rect window{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
        draw_guarded(input, "window", window, [&] { main_.draw(input); });
        const double panels = seconds_between(begin, Clock::now()) * 1000;
        if (const auto problem = problem_in( // a picture that cannot be drawn
                [&] { file_panels_.draw(input, files_, draw_, panels_); })) {
            refuse_picture(*problem);
        }
        inside_.ask(input, channels_.inspect);
        (void)theory_controller_.ask(channels_.theory, time);
        (void)study_.ask(channels_.inspect, time, any_running(book_));
        wish_.at(imgui_.has_new_characters() ? time : time + seconds_to_imgui_change());
        wanted_at_ = wish_.take();
        log_.end_focus(focus_ring_shown());
        const bool changed = draw_description(size);
        if (settling_ > 0 && --settling_ == 0) {
            options_.save_screenshot(
                {size.width, size.height, gl::read_screen({size.width, size.height})});
            done_ = true;
        }
        const double milliseconds = seconds_between(begin, Clock::now()) * 1000;
        frame_times_.add(milliseconds);
        const bool touched = std::exchange(input_seen_, false);
        report_.write(log_, context(), files_, {frame_number_, milliseconds, panels, touched});
        // What the system has lost of the window it asks for, and that counts as input.
        if (changed || touched) {
            window_.swap();
        }
        commands_.flush(channels_);
        laboratory_.flush(channels_.laboratory);
        ++frame_number_;
    }

    /// False when the window already looks so.
    bool draw_description(Size size) {
        const Theme& theme = imgui_.theme();
        const ImVec2 described = ImGui::GetIO().DisplaySize;
        const bool same_pixels = described.x == static_cast<float>(size.width) &&
                                 described.y == static_cast<float>(size.height);
        if (gl_.software && same_pixels && size.width > 0 && size.height > 0) {
            imgui_.end_description();
            gl::bind_screen({size.width, size.height});
            return screen_.draw({size.width, size.height}, theme.palette->window, grounds_,
                                *ImGui::GetDrawData());
        }
        clear_grounds({size.width, size.height}, theme, grounds_);
        imgui_.end_frame();
        return true;
    }

    /// After a gesture has ended: what it changed becomes a step that can be undone, removed runs
    /// go out of sight, the layout is remembered.
    /// When the loop is to turn at the latest.
    [[nodiscard]] double woken_at() const {
        return std::min({wanted_at_, files_.notice_goes(), others_.next()});
    }

    void settle_arrangement(double time) {
        set_aside();
        keep_selection_valid(context());
        const ImGuiIO& io = ImGui::GetIO();
        if (ImGui::IsAnyMouseDown() || io.WantTextInput) {
            return;
        }
        view_.history.observe(view_.arrangement);
        acts_.tell(
            view_.history, [this](RunId run) { return name_of(run); }, view_.toast);
        if (!words_.tell(book_, view_)) {
            wish_.at(time + kRefusedPause);
        }
        log_.fact("undo", std::to_string(view_.history.steps_back()));
        for (const RunId run : view_.arrangement.removed) {
            if (!view_.history.can_return(run) && freed_.insert(run).second) {
                commands_.send(command::Remove{run});
            }
        }
        if (time >= next_settings_look_) {
            next_settings_look_ = time + 1;
            remember_settings();
        } else {
            wish_.at(next_settings_look_);
        }
    }

    /// As it is called in the list, also when it has just left it.
    [[nodiscard]] std::string name_of(RunId run) const {
        const RunRecord* record = book_.find_removed_too(run);
        return record == nullptr ? std::string() : run_label(view_, *record, several_seeds(book_));
    }

    void remember_settings() {
        if (const std::optional<std::string> problem = settings_.remember(view_)) {
            log_.fact("settings", *problem);
        }
    }

    struct Look {
        ThemeKind theme = ThemeKind::kDark;
        float scale = 1;
        bool presenting = false;
    };

    /// `whole`: of the window; a single panel looks the same in presenter mode.
    [[nodiscard]] Look look_of(const ViewState& view, float monitor, bool whole) const {
        const PresenterView& presenter = view.settings.presenter;
        if (!presenter.on || !whole) {
            return {view.settings.theme, monitor * view.settings.scale, false};
        }
        const Size size = window_.framebuffer_size();
        return {presenter.theme,
                presenter_scale(static_cast<float>(size.width), static_cast<float>(size.height)) *
                    presenter.zoom,
                true};
    }

    void choose_theme(float monitor) {
        const Look look = look_of(view_, monitor, true);
        imgui_.set_theme(look.theme, look.scale, look.presenting);
        const Theme& theme = imgui_.theme();
        log_.fact("smallest text", std::to_string(theme.small->FontSize));
        log_.fact("thinnest curve", std::to_string(theme.curve(false)));
        log_.fact("theme", theme.kind == ThemeKind::kDark ? "dark" : "light");
    }

    /// With --shaders: a changed file is built at its next use; what is wrong goes to the banner.
    void reload_shaders(double time) {
        if (options_.shader_folder.empty()) {
            return;
        }
        if (time < next_shader_look_) {
            wish_.at(next_shader_look_);
            return;
        }
        next_shader_look_ = time + 0.5;
        wish_.at(next_shader_look_);
        shaders_.poll();
        if (std::string problems = shaders_.problems(); problems != shader_problems_) {
            shader_problems_ = std::move(problems);
            view_.banner = shader_problems_;
        }
    }

    void obey(WindowRequest request) {
        if (request == WindowRequest::kQuit) {
            window_.close();
        } else if (request == WindowRequest::kToggleFullScreen) {
            window_.set_full_screen(!window_.full_screen());
        } else if (request == WindowRequest::kExport) {
            files_.export_open = !files_.export_open;
            if (files_.export_open) {
                files_.show_export(context());
            }
        } else if (request == WindowRequest::kPicture) {
            files_.save_window_picture(context(), draw_);
        } else if (request == WindowRequest::kOpen) {
            files_.show_open();
        } else if (request == WindowRequest::kCopyView) {
            files_.copy_view(context());
        } else if (request == WindowRequest::kPasteView) {
            const char* const text = ImGui::GetClipboardText();
            files_.take_view(context(), text == nullptr ? "" : text);
        }
    }

    Channels& channels_;
    ProgramOptions options_;
    UiLog log_;
    Window window_;
    gl::ContextInfo gl_;
    ImguiLayer imgui_;
    RunBook book_;
    ViewState view_;
    SettingsKeeper settings_;
    CommandSink commands_;
    FramePacer pacer_;
    TypeAhead typed_ahead_;
    FrameWish wish_;       ///< of the frame that is being described
    double wanted_at_ = 0; ///< what the last one wished for
    StarvationWatch starvation_;
    Workers workers_;
    TrainingRate rate_;
    RateMeter frames_;
    FrameTimes frame_times_;
    gl::ShaderLibrary shaders_;
    WavetablePanel wavetable_;
    CirclePanel circle_;
    InsidePanel inside_;
    MainView main_; // calls the two pictures above
    FileController files_;
    RecordController records_;
    LabController laboratory_;
    OtherTrainers others_;
    TheoryController theory_controller_;
    StudyController study_;
    WordKeeper words_;
    ActTeller acts_;
    NewsTeller news_;
    WindowReport report_;
    std::unique_ptr<PictureMaker> pictures_; ///< made when the first one is taken
    std::unique_ptr<PictureMaker> films_;    ///< likewise, of films
    /// That a film may take of a turn; all, while there is no window to keep alive.
    double film_seconds_ = std::numeric_limits<double>::infinity();
    const DrawPicture draw_ = [this](const ViewState& view, const PictureWanted& wanted) {
        return draw_picture(view, wanted);
    };
    std::vector<Ground> grounds_;
    KeptScreen screen_;
    ControlPlaces places_;
    std::vector<PanelRect> panels_;
    FilePanels file_panels_;
    RunId first_run_{};
    AwaitedEpoch awaited_;
    Clock::time_point start_ = Clock::now();
    double last_frame_ = 0;
    double next_shader_look_ = 0;
    OneSheet one_sheet_;
    bool fork_open_ = false; ///< for the line above, which looks at switches
    bool sheet_open_ = false;
    std::string trouble_; ///< of the record, as of the last turn
    bool ordered_ = false;
    std::string shader_problems_;
    double next_settings_look_ = 0;
    double next_tidying_ = 0;
    std::set<RunId> freed_; ///< removed for good
    double timeout_ = 0;
    std::uint64_t frame_number_ = 0;
    int settling_ = 0;
    bool input_seen_ = false; ///< since the last frame
    bool done_ = false;
};

Program::Program(Channels& channels, ProgramOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Program::~Program() = default;

void Program::run() {
    impl_->run();
}

} // namespace grokscope::ui

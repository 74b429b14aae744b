#include "ui/window/picture_maker.h"

#include "ui/core/plot_axes.h"
#include "ui/core/text.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/widgets.h"
#include "ui/views/list.h"
#include "ui/window/matte.h"

#include <imgui.h>
#include <implot.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace grokscope::ui {

namespace {

/// Height of the caption line at 100 %, in pixels.
constexpr float kCaption = 28;
/// Descriptions until text and axes have found their places.
constexpr int kSettling = 4;
/// Frames are no shorter than the driver's own limit allows; this is what every driver takes.
constexpr int kLargestSide = 16384;

/// A picture without a ground is drawn on both.
constexpr Color kBlack = rgb(0x000000);
constexpr Color kWhite = rgb(0xffffff);

/// Makes a layer ImGui's current one while it lives.
class Current {
public:
    explicit Current(ImguiLayer& layer)
        : imgui_(ImGui::GetCurrentContext()), implot_(ImPlot::GetCurrentContext()) {
        layer.make_current();
    }
    ~Current() {
        ImGui::SetCurrentContext(imgui_);
        ImPlot::SetCurrentContext(implot_);
    }
    Current(const Current&) = delete; // a scope, not a value
    Current& operator=(const Current&) = delete;

private:
    ImGuiContext* imgui_;
    ImPlotContext* implot_;
};

/// What a still picture shows of the view: nothing under the mouse, nothing on top, nothing
/// gliding.
ViewState still(const ViewState& view) {
    ViewState copy = view;
    copy.hovered.reset();
    copy.hovered_next.reset();
    copy.hovered_epoch.reset();
    copy.hovered_epoch_next.reset();
    copy.hovered_x.reset();
    copy.hovered_x_next.reset();
    copy.hint = nullptr;
    copy.banner.clear();
    copy.sheet = Action::kNone;
    copy.info_open = false;
    copy.fork.reset();
    copy.new_run_open = false;
    copy.note_draft.reset();
    copy.settings.circle.glide = false;
    for (ValueAxis* axis : {&copy.loss_axis, &copy.mismatch_axis, &copy.progress_axis}) {
        if (!axis->user) {
            refit(*axis);
        }
    }
    for (ValueAxis& axis : copy.figure_axes) {
        if (!axis.user) {
            refit(axis);
        }
    }
    return copy;
}

} // namespace

PictureMaker::PictureMaker(gl::ShaderLibrary& shaders, StudyController& study, DrawInside inside,
                           SweepStatistics statistics)
    : study_(study), inside_(std::move(inside)), wavetable_(shaders),
      main_(Pictures{[this](const PanelInput& input) { wavetable_.draw(input); },
                     [this](const PanelInput& input) {
                         inside_(input, tabs_,
                                 [this](const PanelInput& same) { circle_.draw(same); });
                     }},
            std::move(statistics)) {
}

Picture PictureMaker::draw(const RunBook& book, const ViewState& view,
                           const PictureSetting& setting, const PictureWanted& wanted) {
    const Current current(imgui_);
    begun_.reset(); // what it describes goes
    Begun begun = begin(book, view, setting, wanted);
    draw_all(begun);
    if (wanted.transparent) {
        const std::vector<std::uint8_t> on_black = std::move(begun.picture.pixels);
        dress(begun, setting, kWhite);
        describe(book, begun, setting);
        make_ready(begun);
        draw_all(begun);
        begun.picture.pixels = without_ground(on_black, begun.picture.pixels);
    }
    return std::move(begun.picture);
}

std::optional<Picture> PictureMaker::draw_on(const RunBook& book, const ViewState& view,
                                             const PictureSetting& setting,
                                             const PictureWanted& wanted, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    const Current current(imgui_);
    const Clock::time_point start = Clock::now();
    double spent = 0;
    if (!begun_ || begun_->wanted.film_frame != wanted.film_frame) {
        begun_ = begin(book, view, setting, wanted);
        spent = since(start);
    }
    // Not to the last moment: the few rows that fit into it cost as much in calls as in pixels. But
    // each turn gets on.
    while (begun_->rows_left() > 0 && spent <= seconds / 2) {
        const double before = spent;
        const int rows = draw_rows(*begun_, budget_.rows(begun_->rows_left(), seconds - spent));
        spent = since(start);
        budget_.took(rows, spent - before);
    }
    if (begun_->rows_left() > 0) {
        return std::nullopt;
    }
    Picture picture = std::move(begun_->picture);
    begun_.reset();
    return picture;
}

void PictureMaker::forget() {
    begun_.reset();
    target_ = {};
}

PictureMaker::Begun PictureMaker::begin(const RunBook& book, const ViewState& view,
                                        const PictureSetting& setting,
                                        const PictureWanted& wanted) {
    const int times = std::clamp(wanted.magnification, 1, 4);
    Begun begun{.wanted = wanted,
                .view = still(view),
                .inside = {setting.window.width * times, setting.window.height * times},
                .caption = static_cast<int>(
                    std::round(kCaption * setting.scale * static_cast<float>(times)))};
    const gl::Size size{begun.inside.width, begun.inside.height + begun.caption};
    if (size.width > kLargestSide || size.height > kLargestSide) {
        throw PictureRefused("a picture of " + std::to_string(size.width) + " x " +
                             std::to_string(size.height) +
                             " pixels is too large; choose a smaller magnification or window");
    }
    dress(begun, setting, kBlack);
    const bool fresh = !target_ || target_.size() != size;
    if (fresh) {
        target_ = gl::Framebuffer(size);
    }
    for (int i = fresh || wanted.film_frame <= 1 ? kSettling : 1; i > 1; --i) {
        describe(book, begun, setting);
        ImGui::EndFrame();
    }
    describe(book, begun, setting);
    if (imgui_.has_new_characters()) {
        ImGui::EndFrame();
        dress(begun, setting, kBlack);
        describe(book, begun, setting);
    }
    make_ready(begun);
    return begun;
}

void PictureMaker::dress(const Begun& begun, const PictureSetting& setting, const Color& ground) {
    const auto times = static_cast<float>(std::clamp(begun.wanted.magnification, 1, 4));
    imgui_.set_theme(setting.theme, setting.scale * times, setting.presenting);
    if (begun.wanted.transparent) {
        imgui_.set_ground(ground);
    }
}

void PictureMaker::make_ready(Begun& begun) {
    imgui_.end_description();
    const Color& ground = imgui_.theme().palette->window;
    target_.clear({ground.r, ground.g, ground.b, 1});
    begun.rect = cut_out(begun);
    begun.rows = 0;
    begun.picture.width = static_cast<int>(begun.rect.width);
    begun.picture.height = static_cast<int>(begun.rect.height) + begun.caption;
    begun.picture.pixels.resize(static_cast<std::size_t>(begun.picture.width) *
                                static_cast<std::size_t>(begun.picture.height) * 4);
}

Rect PictureMaker::cut_out(const Begun& begun) const {
    Rect rect{0, 0, static_cast<float>(begun.inside.width),
              static_cast<float>(begun.inside.height)};
    if (begun.wanted.panel == kWholeWindow) {
        return rect;
    }
    const auto found = std::ranges::find(panels_, begun.wanted.panel, &PanelRect::name);
    if (found == panels_.end()) {
        std::string names = kWholeWindow;
        for (const PanelRect& panel : panels_) {
            names += ", " + panel.name;
        }
        throw PictureRefused("there is no panel \"" + begun.wanted.panel +
                             "\" in a window of this size; there are " + names);
    }
    if (!found->problem.empty()) {
        throw std::runtime_error(found->problem);
    }
    const Rect& panel = found->rect;
    const Rect window = rect;
    rect.x = std::clamp(std::floor(panel.x), 0.0F, window.width - 1);
    rect.y = std::clamp(std::floor(panel.y), 0.0F, window.height - 1);
    rect.width = std::min(std::ceil(panel.width), window.width - rect.x);
    rect.height = std::min(std::ceil(panel.height), window.height - rect.y);
    return rect;
}

int PictureMaker::draw_rows(Begun& begun, int most) {
    // The caption lies under the window, and in the picture under the panel that was cut out.
    const auto above = static_cast<int>(begun.rect.height);
    const bool caption = begun.rows >= above;
    const int y = caption ? begun.inside.height + begun.rows - above
                          : static_cast<int>(begun.rect.y) + begun.rows;
    const int rows = std::min(most, (caption ? begun.picture.height : above) - begun.rows);
    const gl::Size part{begun.picture.width, rows};
    {
        const gl::DrawInto into(target_);
        imgui_.draw_part(
            {begun.rect.x, static_cast<float>(y), begun.rect.width, static_cast<float>(rows)});
    }
    std::vector<std::uint8_t> pixels = target_.read_part(static_cast<int>(begun.rect.x), y, part);
    for (std::size_t i = 3; i < pixels.size(); i += 4) {
        pixels[i] = 255; // what blending left there means nothing
    }
    std::ranges::copy(pixels, begun.picture.pixels.begin() +
                                  4 * static_cast<std::ptrdiff_t>(begun.rows) * part.width);
    begun.rows += rows;
    return rows;
}

void PictureMaker::draw_all(Begun& begun) {
    while (begun.rows_left() > 0) {
        (void)draw_rows(begun, begun.rows_left());
    }
}

void PictureMaker::describe(const RunBook& book, Begun& begun, const PictureSetting& setting) {
    const PictureWanted& wanted = begun.wanted;
    const Size inside = begun.inside;
    const int caption = begun.caption;
    ViewState& view = begun.view;
    const Theme& theme = imgui_.theme();
    view.begin_frame();
    imgui_.begin_picture(inside.width, inside.height + caption);
    panels_.clear();
    const FrameFacts facts;
    const bool whole = wanted.panel == kWholeWindow;
    const ViewInfo* const of_view = view_named(wanted.panel);
    const bool is_sheet = of_view != nullptr && of_view->picture != ViewPicture::kNone;
    const bool of_one_run = !is_sheet || (of_view->picture != ViewPicture::kOfRuns &&
                                          of_view->picture != ViewPicture::kOfNotebook);
    const PictureLook look{
        .size = {static_cast<float>(inside.width), static_cast<float>(inside.height)},
        .controls = wanted.controls,
        .bare = whole && !wanted.controls,
        .sheet = is_sheet ? std::string_view(wanted.panel) : std::string_view()};
    const PanelInput input{.book = book,
                           .view = view,
                           .commands = commands_,
                           .theme = theme,
                           .log = log_,
                           .facts = facts,
                           .presets = {},
                           .grounds = nullptr,
                           .picture = &look,
                           .panels = &panels_,
                           .study = of_view != nullptr && of_view->studied ? &study_ : nullptr};
    draw_guarded(input, kWholeWindow, {0, 0, look.size.x, look.size.y}, [&] { main_.draw(input); });
    (void)commands_.take_sent();

    // The caption stands under the picture, or under the panel that is cut out of it.
    float x = 0;
    float width = look.size.x;
    if (const auto found = std::ranges::find(panels_, wanted.panel, &PanelRect::name);
        found != panels_.end()) {
        x = found->rect.x;
        width = found->rect.width;
    }
    const float room = theme.px(12);
    const float y =
        look.size.y + (static_cast<float>(caption) - theme.small->FontSize) / 2 - theme.px(1);
    draw_text(*ImGui::GetForegroundDrawList(), theme.small, {x + room, y}, theme.palette->muted,
              fitted(theme.small,
                     caption_of(of_one_run ? input.selected() : nullptr, input.cursor_epoch(),
                                setting.version),
                     width - 2 * room));
}

} // namespace grokscope::ui

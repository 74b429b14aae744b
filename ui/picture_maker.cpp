#include "ui/picture_maker.h"

#include "ui/matte.h"
#include "ui/panel_guard.h"
#include "ui/plot_axes.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <imgui.h>
#include <implot.h>

#include <algorithm>
#include <array>
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
    copy.help_open = false;
    copy.info_open = false;
    copy.seeds_open = false;
    copy.new_run_open = false;
    copy.note_draft.reset();
    copy.circle.glide = false;
    for (ValueAxis* axis : {&copy.loss_axis, &copy.mismatch_axis, &copy.progress_axis}) {
        if (!axis->user) {
            refit(*axis);
        }
    }
    return copy;
}

Picture part_of(const std::vector<std::uint8_t>& pixels, int width, const Rect& rect,
                const Rect& caption, bool transparent) {
    Picture picture;
    picture.width = static_cast<int>(rect.width);
    picture.height = static_cast<int>(rect.height) + static_cast<int>(caption.height);
    picture.pixels.reserve(static_cast<std::size_t>(picture.width) *
                           static_cast<std::size_t>(picture.height) * 4);
    for (const Rect& part : {rect, caption}) {
        for (int y = 0; y < static_cast<int>(part.height); ++y) {
            const auto row =
                pixels.begin() + 4 * ((static_cast<std::ptrdiff_t>(part.y) + y) * width +
                                      static_cast<std::ptrdiff_t>(part.x));
            picture.pixels.insert(picture.pixels.end(), row, row + 4 * picture.width);
        }
    }
    for (std::size_t i = 3; i < picture.pixels.size() && !transparent; i += 4) {
        picture.pixels[i] = 255; // what blending left there means nothing
    }
    return picture;
}

} // namespace

PictureMaker::PictureMaker(gl::ShaderLibrary& shaders, DrawInside inside)
    : inside_(std::move(inside)), wavetable_(shaders),
      main_(Pictures{[this](const PanelInput& input) { wavetable_.draw(input); },
                     [this](const PanelInput& input) {
                         inside_(input, [this](const PanelInput& same) { circle_.draw(same); });
                     }}) {
}

Picture PictureMaker::draw(const RunBook& book, const ViewState& view,
                           const PictureSetting& setting, const PictureWanted& wanted) {
    const int times = std::clamp(wanted.magnification, 1, 4);
    const Size inside{setting.window.width * times, setting.window.height * times};
    const auto caption =
        static_cast<int>(std::round(kCaption * setting.scale * static_cast<float>(times)));
    const gl::Size size{inside.width, inside.height + caption};
    if (size.width > kLargestSide || size.height > kLargestSide) {
        throw PictureRefused("a picture of " + std::to_string(size.width) + " x " +
                             std::to_string(size.height) +
                             " pixels is too large; choose a smaller magnification or window");
    }
    const Current current(imgui_);
    const auto dress = [&](const Color& ground) {
        imgui_.set_theme(setting.theme, setting.scale * static_cast<float>(times),
                         setting.presenting);
        if (wanted.transparent) {
            imgui_.set_ground(ground);
        }
    };
    dress(kBlack);
    const bool fresh = !target_ || target_.size() != size;
    if (fresh) {
        target_ = gl::Framebuffer(size);
    }
    ViewState copy = still(view);
    const auto drawn = [&] {
        describe(book, copy, setting, wanted, inside, caption);
        const gl::DrawInto into(target_);
        const Color& ground = imgui_.theme().palette->window;
        target_.clear({ground.r, ground.g, ground.b, 1});
        imgui_.end_frame();
        return target_.read_pixels();
    };
    for (int i = fresh || !wanted.moving ? kSettling : 1; i > 1; --i) {
        describe(book, copy, setting, wanted, inside, caption);
        ImGui::EndFrame();
    }
    std::vector<std::uint8_t> pixels = drawn();
    if (imgui_.has_new_characters()) {
        dress(kBlack);
        pixels = drawn();
    }
    if (wanted.transparent) {
        dress(kWhite);
        pixels = without_ground(pixels, drawn());
    }
    Rect rect{0, 0, static_cast<float>(inside.width), static_cast<float>(inside.height)};
    if (wanted.panel != kWholeWindow) {
        const auto found = std::ranges::find(panels_, wanted.panel, &PanelRect::name);
        if (found == panels_.end()) {
            std::string names = kWholeWindow;
            for (const PanelRect& panel : panels_) {
                names += ", " + panel.name;
            }
            throw PictureRefused("there is no panel \"" + wanted.panel +
                                 "\" in a window of this size; there are " + names);
        }
        if (!found->problem.empty()) {
            throw std::runtime_error(found->problem);
        }
        const Rect& panel = found->rect;
        rect.x = std::clamp(std::floor(panel.x), 0.0F, rect.width - 1);
        rect.y = std::clamp(std::floor(panel.y), 0.0F, rect.height - 1);
        rect.width = std::min(std::ceil(panel.width), static_cast<float>(inside.width) - rect.x);
        rect.height = std::min(std::ceil(panel.height), static_cast<float>(inside.height) - rect.y);
    }
    return part_of(
        pixels, size.width, rect,
        {rect.x, static_cast<float>(inside.height), rect.width, static_cast<float>(caption)},
        wanted.transparent);
}

void PictureMaker::describe(const RunBook& book, ViewState& view, const PictureSetting& setting,
                            const PictureWanted& wanted, Size inside, int caption) {
    const Theme& theme = imgui_.theme();
    view.begin_frame();
    imgui_.begin_picture(inside.width, inside.height + caption);
    panels_.clear();
    const FrameFacts facts;
    const bool whole = wanted.panel == kWholeWindow;
    const PictureLook look{
        .size = {static_cast<float>(inside.width), static_cast<float>(inside.height)},
        .controls = wanted.controls,
        .bare = whole && !wanted.controls};
    const PanelInput input{.book = book,
                           .view = view,
                           .commands = commands_,
                           .theme = theme,
                           .log = log_,
                           .facts = facts,
                           .presets = {},
                           .grounds = nullptr,
                           .picture = &look,
                           .panels = &panels_};
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
                     caption_of(input.selected(), input.cursor_epoch(), setting.version),
                     width - 2 * room));
}

} // namespace grokscope::ui

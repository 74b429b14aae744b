// Dear ImGui and ImPlot: contexts, fonts, back ends. One per window.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/font_atlas.h"
#include "ui/kit/theme.h"
#include "ui/window/window.h"

#include <cstdint>
#include <memory>
#include <optional>

struct ImGuiContext;
struct ImPlotContext;

namespace grokscope::ui {

/// Whether the window reacts to the mouse. Absent in a picture that a command takes: wherever the
/// mouse happens to rest, no tooltip covers the curves.
enum class Pointer : std::uint8_t { kFollowed, kAbsent };

class ImguiLayer {
public:
    /// The window's context must be current; the window outlives this. Throws DisplayError when
    /// the back ends cannot start.
    explicit ImguiLayer(Window& window);
    /// Without a window, for pictures: nobody's mouse and keyboard. An OpenGL context must be
    /// current. The layer before stays ImGui's current one. Throws DisplayError as above.
    ImguiLayer();
    ~ImguiLayer();
    ImguiLayer(const ImguiLayer&) = delete; // ImGui's contexts are found by address
    ImguiLayer& operator=(const ImguiLayer&) = delete;

    /// Between frames: builds fonts and style for this theme and scale if they differ from the
    /// present ones, or when new characters came up. Scale is clamped to 0.5..4. `presenting`: the
    /// sizes of presenter mode.
    void set_theme(ThemeKind kind, float scale, bool presenting = false);
    /// Until the next set_theme(): the theme's colours on another ground (palette.h, on_ground).
    void set_ground(const Color& ground);
    [[nodiscard]] const Theme& theme() const { return theme_; }
    /// After a frame: it had characters that set_theme() will build fonts with.
    [[nodiscard]] bool has_new_characters() const;

    /// The layer that ImGui's and ImPlot's functions mean from now on.
    void make_current();
    /// As begin_frame() of a layer without a window: a picture of this size in pixels.
    void begin_picture(int width, int height);

    void begin_frame(Pointer pointer = Pointer::kFollowed);
    /// Draws what was described since begin_frame() into the bound framebuffer.
    void end_frame();
    /// In its place, where it is drawn part by part: ends the description, and then draws what of
    /// it lies in `part`, as often as wanted until the next frame of this layer begins. What is
    /// drawn of a part is the same as of the whole.
    void end_description();
    void draw_part(const Rect& part);

private:
    void make_contexts();

    Window* window_ = nullptr; ///< null for pictures
    /// Input comes from GLFW's window, else from nobody.
    bool has_input_ = false;
    ImGuiContext* imgui_ = nullptr;
    ImPlotContext* implot_ = nullptr;
    std::unique_ptr<FontAtlas> fonts_;
    Theme theme_;
    std::uint32_t atlases_ = 0;    ///< that were built
    std::optional<Palette> moved_; ///< the palette on another ground, while there is one
};

/// Whether input still waits: ImGui spreads quick keys and clicks over several frames, which have
/// to be drawn.
[[nodiscard]] bool input_waits();
/// Whether a mouse button is down, or goes down or up in input that waits.
[[nodiscard]] bool mouse_is_held();
/// Whether the ring of keyboard navigation is shown on some item.
[[nodiscard]] bool focus_ring_shown();

} // namespace grokscope::ui

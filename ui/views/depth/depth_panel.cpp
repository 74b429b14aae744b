#include "ui/views/depth/depth_panel.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/ablation/ablation.h"
#include "ui/views/depth/depth_strip.h"
#include "ui/views/depth/depth_text.h"
#include "ui/views/depth/info.h"
#include "ui/views/reading_foot.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

// At 100 %.
constexpr float kWideDepth = 820; ///< content from which the strip stands beside the layers
constexpr float kStrip = 320;     ///< its least width there
constexpr float kWidestLayer = 150;
constexpr float kWidestBelow = 300; ///< with the strip below, which leaves it all the width
constexpr float kDepthGap = 22;
constexpr float kLow = 300;    ///< least height of the content
constexpr float kChoices = 30; ///< a row of choices with what is under it

constexpr std::array<std::string_view, kHeadScores> kScoreControls{
    "depth_last", "depth_everywhere", "depth_a",       "depth_operation",
    "depth_b",    "depth_other_head", "depth_stranger"};
constexpr std::array<std::string_view, kSkipParts> kPartControls{"depth_both", "depth_attention",
                                                                 "depth_mlp"};

float height_of(ImFont* font, const char* words, float width) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, width, words).y;
}

/// An area of a picture that answers the mouse: where that is, when it is there, and whether it was
/// pressed.
struct DepthTouch {
    std::optional<ImVec2> mouse;
    bool pressed = false;
};

DepthTouch touch(const PanelInput& input, const char* name, const Rect& area) {
    DepthTouch touch;
    if (input.picture != nullptr || area.width < 1 || area.height < 1) {
        return touch;
    }
    ImGui::SetCursorScreenPos({area.x, area.y});
    touch.pressed = ImGui::InvisibleButton(name, {area.width, area.height});
    describe_area(input, name, area, ImGui::GetItemID());
    if (ImGui::IsItemHovered()) {
        touch.mouse = ImGui::GetIO().MousePos;
    }
    return touch;
}

std::string percents(const std::vector<double>& accuracies) {
    std::string words;
    for (const double accuracy : accuracies) {
        words += " " + text::percent(accuracy);
    }
    return words;
}

} // namespace

void DepthPanel::look_at(const PanelInput& input) {
    const RunRecord* run = input.selected();
    const std::optional<RunId> id = run == nullptr ? std::nullopt : std::optional(run->id);
    const std::uint64_t now = run == nullptr ? 0 : 1 + run->growth({"mediation", "skip"});
    if (run_ != id || grown_ != now) {
        run_ = id;
        grown_ = now;
        depth_ = run == nullptr ? Depth() : depth_of(*run);
        hover_.reset();
        window_.reset();
    }
    ablation_ = {};
    if (run != nullptr && input.picture == nullptr) {
        ablation_ = input.view.settings.inside.ablation;
        fit_to_model(ablation_, run->task.group.order(), run->config);
    }
}

DepthPanel::Said DepthPanel::said(const PanelInput& input) const {
    const RunRecord* run = input.selected();
    const std::int32_t cursor = input.cursor_epoch();
    Facts heads;
    heads.run = moment_at(run, cursor);
    Facts layers = heads;
    std::string carriers;
    std::string windows;
    if (run != nullptr) {
        heads.measured = run->config.measure.every("mediation") > 0;
        heads.has_reading = !depth_.mediated.empty();
        if (const auto at = depth_.mediated_at(cursor)) {
            const HeadReading& reading = depth_.mediated[*at];
            heads.read_by_then = true;
            heads.stands_out = reading.stands_out();
            heads.scored = reading.scored() && (std::isfinite(reading.spread) || !heads.stands_out);
            const int all = depth_.layers * depth_.heads;
            carriers = std::isfinite(reading.spread)
                           ? text::grouped(std::llround(reading.spread * all)) + " of " +
                                 text::grouped(all) + (all == 1 ? " head." : " heads.")
                           : std::string();
        }
        layers.measured = run->config.measure.every("skip") > 0;
        layers.has_reading = !depth_.skipped.empty();
        if (const auto at = depth_.skipped_at(cursor)) {
            const SkipReading& reading = depth_.skipped[*at];
            const std::vector<int> gone = bypassed(depth_, *at);
            layers.read_by_then = true;
            layers.asked = std::isfinite(reading.intact);
            layers.answers = reading.intact >= kAnswersFrom;
            layers.bypasses = !gone.empty();
            windows = windows_in_words(gone, depth_.window) + ".";
        }
    }
    const auto completed = [](const std::string& words, const std::string& what) {
        return words.ends_with(' ') ? words + what : words;
    };
    return {completed(claim(Place::kDepthHeads, heads).words, carriers),
            completed(claim(Place::kDepthLayers, layers).words, windows)};
}

std::vector<SkipCurve> DepthPanel::curves_at_cursor(const PanelInput& input) const {
    const RunRecord& run = *input.selected();
    return skip_curves(depth_, run.mark(MarkKind::kMemorised), input.cursor_epoch(),
                       !run.branch.has_value());
}

void DepthPanel::draw_score_choice(const PanelInput& input) const {
    ImGui::AlignTextToFramePadding();
    text_in(input.theme.small, input.theme.palette->muted, text::kDepthScoreOf);
    DepthView& view = input.view.depth;
    const auto group = [&](std::initializer_list<HeadScore> scores) {
        std::vector<Choice> choices;
        std::vector<HeadScore> of;
        for (const HeadScore score : scores) {
            if (depth_.offers(score)) {
                const auto at = static_cast<std::size_t>(score);
                of.push_back(score);
                choices.push_back(
                    {kScoreControls[at], text::kDepthScores[at], view.score == score});
            }
        }
        if (choices.empty()) {
            return;
        }
        continue_line(input, choices);
        if (const auto pressed = choose(input, choices)) {
            view.score = of[*pressed];
        }
    };
    group({HeadScore::kLast, HeadScore::kEverywhere, HeadScore::kA, HeadScore::kOperation,
           HeadScore::kB});
    group({HeadScore::kOtherHead, HeadScore::kStranger});
}

void DepthPanel::draw_layers(const PanelInput& input, const Rect& area, float widest) {
    const Theme& theme = input.theme;
    const std::int32_t cursor = input.cursor_epoch();
    const float left = depth_names_left(theme);
    const float across = area.width - left - depth_names_right(theme);
    LayerAxis axis{area.x + left, 1, depth_.layers};
    axis.column = std::min(std::max(across / static_cast<float>(depth_.layers), 1.0F), widest);
    const bool both = !depth_.mediated.empty() && !depth_.skipped.empty();
    float y = area.y;
    if (!depth_.mediated.empty()) {
        const float most = both ? area.height * 0.5F : area.height;
        const float height = std::min(tallest_head_map(theme, depth_.heads), most);
        const Rect map{area.x, y, area.width, height};
        if (const auto at = depth_.mediated_at(cursor)) {
            const DepthTouch cells =
                touch(input, "depth_heads", head_cells(theme, map, axis, depth_.heads));
            const auto hover = draw_head_map(input, map, axis, depth_, *at, ablation_, cells.mouse);
            hover_ = hover ? hover : hover_;
            if (cells.pressed && hover && hover->head) {
                InsideView& inside = input.view.settings.inside;
                ablate_head(inside.ablation, *hover->head, depth_.heads);
                inside.tab = InsideTab::kAblation;
            }
            y += height + theme.px(8);
        }
    }
    if (depth_.skipped.empty()) {
        return;
    }
    if (input.picture == nullptr) {
        ImGui::SetCursorScreenPos({area.x, y});
        ImGui::AlignTextToFramePadding();
        text_in(theme.small, theme.palette->muted, text::kDepthSkip);
        std::vector<Choice> parts;
        for (std::size_t i = 0; i < kSkipParts; ++i) {
            parts.push_back({kPartControls[i], text::kDepthParts[i],
                             static_cast<std::size_t>(input.view.depth.part) == i});
        }
        continue_line(input, parts);
        if (const auto pressed = choose(input, parts)) {
            input.view.depth.part = static_cast<SkipPart>(*pressed);
        }
        y += theme.px(kChoices);
    }
    const Rect plot{area.x, y, area.width, area.bottom() - y};
    const std::vector<SkipCurve> curves = curves_at_cursor(input);
    std::optional<ImVec2> mouse;
    if (input.picture == nullptr && ImGui::IsWindowHovered() &&
        plot.contains(ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y)) {
        mouse = ImGui::GetIO().MousePos;
    }
    window_ = draw_skip_curves(input, plot, axis, depth_, curves, mouse);
    if (input.log.on()) {
        std::string told;
        for (const SkipCurve& curve : curves) {
            const SkipReading& read = depth_.skipped[curve.reading];
            told += (told.empty() ? "" : "; ") + curve.name + ": " + text::percent(read.intact) +
                    " |" + percents(read.of(input.view.depth.part));
        }
        input.log.fact("depth_skip", told);
    }
}

void DepthPanel::draw_strip(const PanelInput& input, const Rect& area) {
    const RunRecord& run = *input.selected();
    const DepthTouch strip = touch(input, "depth_strip", strip_plot(input.theme, area, depth_));
    const auto hover =
        draw_head_strip(input, area, depth_, run.last_epoch(), input.cursor_epoch(), strip.mouse);
    hover_ = hover ? hover : hover_;
    if (strip.pressed && hover && hover->epoch) {
        input.view.cursor.hold(std::clamp(*hover->epoch, 0, std::max(run.last_epoch(), 0)));
    }
}

void DepthPanel::draw_words(const PanelInput& input, const AblatedAnswer& ablated) const {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const auto at = depth_.mediated_at(input.cursor_epoch());
    std::optional<HeadPlace> place = ablated_head(ablation_, depth_.layers, depth_.heads);
    std::optional<std::size_t> reading = at;
    if (hover_ && hover_->head) {
        place = hover_->head;
        reading = hover_->reading;
    }
    const bool in_window = input.picture == nullptr;
    const std::string head = place && reading
                                 ? head_in_words(depth_, *reading, *place, input.view.depth.score)
                             : in_window ? std::string(text::kDepthPoint)
                                         : std::string();
    paragraph(theme.text, place && reading ? palette.text : palette.muted, head);
    std::string total;
    if (reading) {
        total = text::kDepthTotal + signed_logits(depth_.mediated[*reading].total) + " " +
                text::kDepthLogits + ".";
        paragraph(theme.text, palette.muted, total);
    }
    std::string out;
    if (in_window && !ablation_.empty()) {
        const InspectReply* reply = ablated ? ablated(input) : nullptr;
        out = text::kDepthAblated + ablation_in_words(ablation_, depth_.layers);
        if (reply == nullptr) {
            out += std::string(": ") + text::kComputing;
        } else if (!reply->problem.empty() || !reply->ablated) {
            out += ": " + reply->problem;
        } else {
            out += text::kDepthWeights + text::grouped(reply->epoch) + text::kDepthTestAccuracy +
                   text::percent(reply->ablated->figures.test_accuracy) + ", " +
                   text::kDepthIntact + text::percent(reply->intact.figures.test_accuracy) + ".";
        }
        paragraph(theme.text, palette.text, out);
    }
    if (window_) {
        const std::vector<SkipCurve> curves = curves_at_cursor(input);
        std::string words = "Without " + window_in_words(*window_, depth_.window) + ": ";
        for (std::size_t i = 0; i < curves.size(); ++i) {
            const SkipReading& read = depth_.skipped[curves[i].reading];
            words +=
                (i == 0 ? "" : "; ") + curves[i].name + " " +
                text::percent(read.of(input.view.depth.part)[static_cast<std::size_t>(*window_)]);
        }
        paragraph(theme.text, palette.text, words + ".");
        input.log.fact("depth_window", words);
    }
    input.log.fact("depth_head", head);
    input.log.fact("depth_total", total);
    input.log.fact("depth_ablated", out);
}

void DepthPanel::tell_test(const PanelInput& input) const {
    const auto at = depth_.mediated_at(input.cursor_epoch());
    if (!input.log.on() || !at) {
        return;
    }
    const HeadReading& reading = depth_.mediated[*at];
    std::string told = std::to_string(reading.epoch) + ":";
    for (const double score : reading.of(input.view.depth.score)) {
        told += " " + signed_logits(score);
    }
    input.log.fact("depth", told);
}

void DepthPanel::draw_content(const PanelInput& input, const Rect& area,
                              const AblatedAnswer& ablated) {
    const Theme& theme = input.theme;
    const float gap = theme.px(kDepthGap);
    const std::optional<DepthHover> before = std::exchange(hover_, std::nullopt);
    const bool strip = !depth_.mediated.empty();
    const bool beside = area.width >= theme.px(kWideDepth);
    Rect layers = area;
    Rect aside{};
    const float words = 7 * ImGui::GetTextLineHeightWithSpacing();
    if (beside) {
        const float names = depth_names_left(theme) + depth_names_right(theme);
        const float wanted = names + theme.px(kWidestLayer) * static_cast<float>(depth_.layers);
        const float most = std::max(area.width * 0.6F, area.width - gap - theme.px(560));
        layers.width = std::min({wanted, most, area.width - gap - theme.px(kStrip)});
        aside = {layers.right() + gap, area.y, area.right() - layers.right() - gap, area.height};
    } else {
        layers.height = strip ? (area.height - words) * 0.6F : area.height - words;
        aside = {area.x, layers.bottom() + theme.px(10), area.width,
                 area.bottom() - layers.bottom() - theme.px(10)};
    }
    draw_layers(input, layers, theme.px(beside ? kWidestLayer : kWidestBelow));
    float y = aside.y;
    if (strip) {
        const float height = std::max(aside.height - words, theme.px(90));
        draw_strip(input, {aside.x, y, aside.width, height});
        y += height + theme.px(8);
    }
    ImGui::SetCursorScreenPos({aside.x, y});
    ImGui::BeginGroup(); // its lines begin there
    draw_words(input, ablated);
    ImGui::EndGroup();
    tell_test(input);
    if (before.has_value() != hover_.has_value() ||
        (before && (before->head != hover_->head || before->reading != hover_->reading))) {
        input.draw_again(input.facts.seconds);
    }
}

bool DepthPanel::draw(const PanelInput& input, const Rect& window) {
    look_at(input);
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    const std::string name = run == nullptr ? std::string() : run_label(input.view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##depth",
                                    .title = kDepthInfo.title,
                                    .subtitle = name,
                                    .close = "close_depth",
                                    .width = 1240});
    const Said words = said(input);
    paragraph(theme.text, theme.palette->text, words.heads);
    if (!words.layers.empty()) {
        paragraph(theme.text, theme.palette->text, words.layers);
    }
    input.log.fact("depth said", words.heads);
    input.log.fact("depth layers said", words.layers);
    if (any()) {
        if (!depth_.offers(input.view.depth.score)) {
            input.view.depth.score = HeadScore::kLast; // another run has none of that
        }
        if (!depth_.mediated.empty()) {
            draw_score_choice(input);
        }
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const float above = corner.y - ImGui::GetWindowPos().y;
        // A room has the (i), and needs the lines for the pictures.
        const float note = theme.presenting ? 0 : height_of(theme.small, text::kDepthNote, width);
        const float foot = note + theme.px(theme.presenting ? 92 : 66);
        const float height = std::max(window.height - theme.px(24) - above - foot, theme.px(kLow));
        const float most = width >= theme.px(kWideDepth) ? width * 0.62F : width * 1.5F;
        draw_content(input, {corner.x, corner.y, width, std::min(height, most)}, ablated_);
        ImGui::SetCursorScreenPos(
            {corner.x, std::max(corner.y + std::min(height, most), ImGui::GetCursorScreenPos().y) +
                           theme.px(4)});
        if (!theme.presenting) {
            paragraph(theme.small, theme.palette->muted, text::kDepthNote);
        }
    }
    if (run != nullptr) {
        draw_reading_foot(input, {.view = kDepthInfo.name,
                                  .measure = "depth_measure",
                                  .exported = "depth_export",
                                  .measure_label = text::kDepthMeasure,
                                  .command = text::kDepthCommand});
    }
    about_sheet_button(input, kDepthInfo.name);
    end_sheet();
    return stays;
}

void DepthPanel::draw_picture(const PanelInput& input, const Rect& area) {
    look_at(input);
    const Said words = said(input);
    if (!any()) {
        throw std::runtime_error(words.heads);
    }
    const Theme& theme = input.theme;
    const float pad = theme.px(22);
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    ImGui::BeginGroup();
    text_in(theme.figure, theme.palette->text, kDepthInfo.title);
    paragraph(theme.text, theme.palette->text, words.heads);
    if (!words.layers.empty()) {
        paragraph(theme.text, theme.palette->text, words.layers);
    }
    ImGui::EndGroup();
    const float top = ImGui::GetCursorScreenPos().y + theme.px(6);
    draw_content(input, {area.x + pad, top, area.width - 2 * pad, area.bottom() - top - pad}, {});
}

} // namespace grokscope::ui

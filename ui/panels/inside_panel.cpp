#include "ui/panels/inside_panel.h"

#include "ui/ablation.h"
#include "ui/operation_text.h"
#include "ui/panel_guard.h"
#include "ui/panels/about_button.h"
#include "ui/panels/apart_panel.h"
#include "ui/panels/picture_kit.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace grokscope::ui {
namespace {

/// What the (i) beside the tabs tells, one per tab.
constexpr std::array<std::string_view, kInsideTabs> kTopics{"circle", "map", "clock", "attention",
                                                            "apart"};

constexpr std::array<const char*, kInsideTabs> kTabNames{"tab_circle", "tab_map", "tab_clock",
                                                         "tab_attention", "tab_apart"};

/// Heights at 100 % below which map and attention are scrolled rather than squeezed.
constexpr float kLeastMap = 150;
constexpr float kLeastAttention = 190;

float least_height(const InsideFrame& frame) {
    switch (frame.input.view.inside.tab) {
    case InsideTab::kCircle:
        break;
    case InsideTab::kMap:
        return frame.theme().px(kLeastMap);
    case InsideTab::kClock:
        return ClockPanel::least_height(frame);
    case InsideTab::kAttention:
        return frame.theme().px(kLeastAttention);
    case InsideTab::kTakeApart:
        return least_apart_height(frame);
    }
    return 0;
}

std::size_t index_of(InsideTab tab) {
    return static_cast<std::size_t>(tab);
}

/// The epoch whose weights belong to what the cursor shows: of a run that does not train, at its
/// last figures, the weights it stands at, whose figures those are.
std::int32_t epoch_asked(const PanelInput& input, const RunRecord& run) {
    const std::int32_t epoch = std::max(input.cursor_epoch(), 0);
    const bool at_the_end = run.state != RunState::kRunning && epoch >= run.last_epoch();
    return at_the_end ? std::max(run.epoch, epoch) : epoch;
}

/// What the tab in front wants to know.
InspectQuery question(const PanelInput& input, const RunRecord& run) {
    InsideView& inside = input.view.inside;
    inside.ablation.layer = std::clamp(inside.ablation.layer, 0, run.config.layers - 1);
    InspectQuery query;
    query.run = run.id;
    query.epoch = epoch_asked(input, run);
    if (inside.tab == InsideTab::kTakeApart || inside.mutilated) {
        query.ablation = inside.ablation;
        fit_to_model(query.ablation, run.task.group.order(), run.config);
    }
    if (inside.tab == InsideTab::kMap || inside.tab == InsideTab::kClock) {
        query.pair = valid_pair(inside, run.config.p);
    }
    query.attention = inside.tab == InsideTab::kAttention;
    query.attention_layer = query.attention ? inside.ablation.layer : 0;
    return query;
}

/// Whether the answer holds what the panels draw of this run: one figure for each pair.
bool complete(const InspectReply& reply, const RunConfig& config) {
    const auto pairs = static_cast<std::size_t>(reply.p) * static_cast<std::size_t>(reply.p);
    const auto classes = static_cast<std::size_t>(reply.p);
    const auto whole = [&](const InspectedModel& model) {
        return model.answers.size() == pairs && model.confidence.size() == pairs &&
               (!model.pair || model.pair->logits.size() == classes);
    };
    const auto of_all_classes = [&](const ClockReading& clock) {
        return clock.contribution.size() == classes;
    };
    return reply.operation == config.operation && reply.table == config.table &&
           reply.p == config.p && std::ranges::all_of(reply.clock, of_all_classes) &&
           reply.p >= 2 && reply.heads >= 1 && reply.positions >= 3 && reply.positions <= 4 &&
           reply.trains.size() == pairs && whole(reply.intact) &&
           (!reply.ablated || whole(*reply.ablated)) &&
           (reply.attention.empty() ||
            reply.attention.size() == static_cast<std::size_t>(reply.positions) * pairs *
                                          static_cast<std::size_t>(reply.heads));
}

/// Whether the picture of a reply is of another question than the one asked, as far as `tab`
/// shows: a pair that is not yet answered does not make the map old.
bool outdated(InsideTab tab, const InspectQuery& answered, const InspectQuery& asked) {
    InspectQuery relevant = answered;
    if (tab != InsideTab::kClock) {
        relevant.pair = asked.pair;
    }
    if (tab != InsideTab::kAttention) {
        relevant.attention = asked.attention;
        relevant.attention_layer = asked.attention_layer;
    }
    return !relevant.asks_the_same(asked);
}

/// What a complete answer shows; fills the frame's area.
void draw_tab(const InsideFrame& frame, InsidePictures& pictures) {
    switch (frame.input.view.inside.tab) {
    case InsideTab::kCircle:
        break;
    case InsideTab::kMap:
        pictures.map.draw(frame);
        break;
    case InsideTab::kClock:
        pictures.clock.draw(frame);
        break;
    case InsideTab::kAttention:
        pictures.attention.draw(frame);
        break;
    case InsideTab::kTakeApart:
        draw_apart_panel(frame);
        break;
    }
}

} // namespace

void InsidePanel::draw_tabs(const PanelInput& input, const InspectReply* reply) {
    const Theme& theme = input.theme;
    InsideView& inside = input.view.inside;
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float right = start.x + ImGui::GetContentRegionAvail().x;
    const float height = theme.px(24);
    float words_width = theme.px(kAboutSize);
    for (const char* name : text::kInsideTabs) {
        words_width += std::ceil(text_size(theme.small, name).x) + theme.px(1);
    }
    // A little closer to each other rather than one alone on a second line.
    const float padding = std::clamp((right - start.x - words_width) / kInsideTabs - theme.px(0.2F),
                                     theme.px(6), theme.px(14));
    float x = start.x;
    float y = start.y;
    for (std::size_t i = 0; i < kInsideTabs; ++i) {
        const float width =
            std::floor(std::ceil(text_size(theme.small, text::kInsideTabs[i]).x) + padding);
        if (x + width > right && x > start.x) {
            x = start.x;
            y += height + theme.px(1);
        }
        ImGui::SetCursorScreenPos({std::round(x), y});
        if (button(input, {.control = kTabNames[i],
                           .label = text::kInsideTabs[i],
                           .look = index_of(inside.tab) == i ? Look::kSelected : Look::kQuiet,
                           .size = {width, height}})) {
            inside.tab = static_cast<InsideTab>(i);
        }
        x += width + theme.px(1);
    }
    const float about = theme.px(kAboutSize);
    if (x + about > right) {
        x = start.x;
        y += height + theme.px(1);
    }
    about_button(input, kTopics[index_of(inside.tab)], {x + about / 2, y + height / 2});
    x += about;
    float bottom = y + height;
    if (reply != nullptr && reply->problem.empty() && inside.tab != InsideTab::kCircle) {
        const std::string epoch = text::grouped(reply->epoch);
        std::string words = text::kWeightsOf + epoch;
        float line = y + (height - theme.small->FontSize) / 2;
        const auto fits = [&] {
            return text_size(theme.small, words).x <= right - x - theme.px(8);
        };
        if (!fits()) {
            words = text::kEpoch + epoch;
        }
        const bool beside = fits();
        if (!beside && !theme.presenting) {
            line = bottom + theme.px(1); // no room beside the tabs: below them
            bottom = line + theme.small->FontSize;
        }
        if (beside || !theme.presenting) { // a room needs the line for the picture
            put_text(*ImGui::GetWindowDrawList(), theme.small, theme.palette->muted, {right, line},
                     Align::kRight, words);
        }
        input.log.fact("inside_epoch", std::to_string(reply->epoch));
    }
    ImGui::SetCursorScreenPos({start.x, bottom + theme.px(4)});
}

void InsidePanel::draw_model_choice(const PanelInput& input) {
    InsideView& inside = input.view.inside;
    if (inside.ablation.empty()) {
        return;
    }
    const Theme& theme = input.theme;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(4)});
    const std::array models{Choice{"show_intact", text::kIntact, !inside.mutilated},
                            Choice{"show_mutilated", text::kMutilated, inside.mutilated}};
    if (const auto pressed = choose(input, models)) {
        inside.mutilated = *pressed == 1;
    }
    if (inside.mutilated) {
        ImGui::SameLine(0, theme.px(10));
        ImGui::AlignTextToFramePadding();
        const float room = ImGui::GetContentRegionAvail().x;
        text_in(theme.small, theme.palette->warning,
                fitted(theme.small, in_words(inside.ablation), room));
    }
    ImGui::PopStyleVar();
}

void InsidePanel::draw_answer(const PanelInput& input, InsidePictures& pictures,
                              const RunRecord& run, const InspectReply* reply) {
    const InsideView& inside = input.view.inside;
    const Theme& theme = input.theme;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const Rect area{std::floor(corner.x), std::floor(corner.y), std::floor(room.x),
                    std::floor(room.y)};
    if (area.width < 80 || area.height < 24) {
        return; // nothing readable fits
    }
    const auto say = [&](std::string_view words) {
        put_paragraph(*ImGui::GetWindowDrawList(), theme.text, theme.palette->muted, area,
                      theme.px(340), words);
    };
    if (reply == nullptr) {
        say(run.samples.empty()
                ? in_operation(text::kEmptyInside[index_of(inside.tab)], input.operation())
                : text::kComputing);
        return;
    }
    if (!reply->problem.empty()) {
        input.log.fact("inside_problem", reply->problem);
        say(reply->problem);
        return;
    }
    if (!complete(*reply, run.config)) {
        say(text::kComputing);
        return;
    }
    const bool mutilated = reply->ablated.has_value() && inside.mutilated;
    const bool old = desk_.asked() && outdated(inside.tab, reply->query, *desk_.asked());
    InsideFrame frame{.input = input,
                      .run = run,
                      .area = area,
                      .reply = *reply,
                      .model = mutilated ? *reply->ablated : reply->intact,
                      .mutilated = mutilated,
                      .grey = old ? desk_.greyness(input.facts.seconds) : 0,
                      .answered_after = desk_.answered_after()};
    input.log.fact("inside_grey", frame.grey >= 1 ? "yes" : "no");
    if (inside.tab == InsideTab::kAttention && reply->attention.empty()) {
        say(text::kComputing);
        return;
    }
    if (least_height(frame) <= area.height) {
        draw_tab(frame, pictures);
        return;
    }
    // At a large scale or in a small window the picture keeps a height at which it can be read, and
    // is scrolled.
    frame.area.width -= ImGui::GetStyle().ScrollbarSize;
    frame.area.height = std::ceil(least_height(frame));
    ImGui::SetNextWindowContentSize({frame.area.width, frame.area.height});
    ImGui::BeginChild("scrolled", {area.width, area.height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    frame.area.x = top.x;
    frame.area.y = top.y;
    draw_tab(frame, pictures);
    ImGui::SetCursorScreenPos(top);
    ImGui::Dummy({0, 0}); // ImGui asserts that something stands where the cursor was put last
    ImGui::EndChild();
    input.log.control("inside_scrolled", area);
}

void InsidePanel::draw(const PanelInput& input, InsidePictures& pictures,
                       const std::function<void(const PanelInput&)>& circle) {
    if (input.theme.presenting && input.view.presenter.picture == PresenterPicture::kBeforeAfter) {
        if (circle) {
            circle(input); // the picture alone, whatever tab is in front
        }
        return;
    }
    const InsideView& inside = input.view.inside;
    const RunRecord* run = input.selected();
    const InspectReply* reply = run == nullptr ? nullptr : desk_.reply(run->id, run->life);
    draw_tabs(input, reply);
    if (inside.tab == InsideTab::kCircle) {
        if (circle) {
            circle(input);
        }
        return;
    }
    if (run != nullptr) {
        desk_.want(question(input, *run), run->life);
    }
    if (inside.tab != InsideTab::kTakeApart) {
        draw_model_choice(input);
    }
    if (inside.tab == InsideTab::kMap || inside.tab == InsideTab::kClock) {
        draw_order_choice(input, run, "inside_order", !inside.ablation.empty());
    }
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    draw_guarded(input, kTopics[index_of(inside.tab)], {corner.x, corner.y, room.x, room.y}, [&] {
        if (run == nullptr) {
            draw_answer(input, pictures, RunRecord{}, nullptr);
        } else {
            draw_answer(input, pictures, *run, reply);
        }
    });
}

void InsidePanel::ask(const PanelInput& input, InspectChannels& channels) {
    const RunRecord* run = input.selected();
    const bool live = run != nullptr && run->state == RunState::kRunning && input.view.cursor.live;
    if (desk_.ask(channels, input.facts.seconds, live)) {
        const InspectQuery& asked = *desk_.asked();
        input.log.note("inspect_asked", "number " + std::to_string(asked.number) + " epoch " +
                                            std::to_string(asked.epoch));
    }
    input.draw_again(desk_.next_change(input.facts.seconds));
}

} // namespace grokscope::ui

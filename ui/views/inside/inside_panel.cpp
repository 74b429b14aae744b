#include "ui/views/inside/inside_panel.h"

#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/ablation/ablation.h"
#include "ui/views/ablation/ablation_panel.h"
#include "ui/views/attention/attention_panel.h"
#include "ui/views/clock/clock_panel.h"
#include "ui/views/map/map_panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace grokscope::ui {
namespace {

/// The epoch whose weights belong to what the cursor shows: of a run that does not train, at its
/// last figures, the weights it stands at, whose figures those are.
std::int32_t epoch_asked(const PanelInput& input, const RunRecord& run) {
    const std::int32_t epoch = std::max(input.cursor_epoch(), 0);
    const bool at_the_end = run.state != RunState::kRunning && epoch >= run.last_epoch();
    return at_the_end ? std::max(run.epoch, epoch) : epoch;
}

/// What the tab in front wants to know; `apart`: of the model without what TAKE APART takes out,
/// whichever tab that is.
InspectQuery question(const PanelInput& input, const RunRecord& run, bool apart = false) {
    InsideView& inside = input.view.settings.inside;
    inside.ablation.layer = std::clamp(inside.ablation.layer, 0, run.config.layers - 1);
    InspectQuery query;
    query.run = run.id;
    query.epoch = epoch_asked(input, run);
    const InsideTabInfo& tab = info_of(inside.tab);
    if (apart || tab.always_ablated || inside.ablated) {
        query.ablation = inside.ablation;
        fit_to_model(query.ablation, run.task.group.order(), run.config);
    }
    if (tab.asks_pair) {
        query.pair = valid_pair(inside, run.config.p);
    }
    query.attention = tab.asks_attention;
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
    if (!info_of(tab).needs_pair) {
        relevant.pair = asked.pair;
    }
    if (!info_of(tab).asks_attention) {
        relevant.attention = asked.attention;
        relevant.attention_layer = asked.attention_layer;
    }
    return !relevant.asks_the_same(asked);
}

/// Whether it shows the model that it is asked for without an ablation, and the answer, which
/// another place asked for, is of the ablated one.
bool is_of_another_model(const InsideView& inside, const InspectReply& reply) {
    const InsideTabInfo& tab = info_of(inside.tab);
    return (tab.needs_pair || tab.asks_attention) && !inside.ablated && reply.ablated.has_value();
}

} // namespace

InsidePictures::InsidePictures() {
    const auto add = [this](InsideTab tab, std::unique_ptr<InsideTabView> view) {
        views_[static_cast<std::size_t>(tab)] = std::move(view);
    };
    add(InsideTab::kMap, std::make_unique<MapPanel>());
    add(InsideTab::kClock, std::make_unique<ClockPanel>());
    add(InsideTab::kAttention, std::make_unique<AttentionPanel>());
    add(InsideTab::kAblation, std::make_unique<AblationPanel>());
}

void InsidePanel::draw_tabs(const PanelInput& input, const InspectReply* reply) {
    const Theme& theme = input.theme;
    InsideView& inside = input.view.settings.inside;
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float right = start.x + ImGui::GetContentRegionAvail().x;
    const float height = theme.px(24);
    float words_width = theme.px(kAboutSize);
    for (const InsideTabInfo& tab : kInsideTabs) {
        words_width += std::ceil(text_size(theme.small, tab.topic.title).x) + theme.px(1);
    }
    // A little closer to each other rather than one alone on a second line.
    const float padding = std::clamp(
        (right - start.x - words_width) / static_cast<float>(kInsideTabs.size()) - theme.px(0.2F),
        theme.px(6), theme.px(14));
    float x = start.x;
    float y = start.y;
    for (const InsideTabInfo& tab : kInsideTabs) {
        const float width =
            std::floor(std::ceil(text_size(theme.small, tab.topic.title).x) + padding);
        if (x + width > right && x > start.x) {
            x = start.x;
            y += height + theme.px(1);
        }
        ImGui::SetCursorScreenPos({std::round(x), y});
        if (button(input, {.control = tab.control.name,
                           .label = tab.topic.title,
                           .look = inside.tab == tab.tab ? Look::kSelected : Look::kQuiet,
                           .size = {width, height}})) {
            inside.tab = tab.tab;
        }
        x += width + theme.px(1);
    }
    const float about = theme.px(kAboutSize);
    if (x + about > right) {
        x = start.x;
        y += height + theme.px(1);
    }
    about_button(input, info_of(inside.tab).topic.name, {x + about / 2, y + height / 2});
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
    InsideView& inside = input.view.settings.inside;
    if (inside.ablation.empty()) {
        return;
    }
    const Theme& theme = input.theme;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(4)});
    const std::array models{Choice{"show_intact", text::kIntact, !inside.ablated},
                            Choice{"show_ablated", text::kAblated, inside.ablated}};
    if (const auto pressed = choose(input, models)) {
        inside.ablated = *pressed == 1;
    }
    if (inside.ablated) {
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
    const InsideView& inside = input.view.settings.inside;
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
        say(run.samples.empty() ? in_operation(info_of(inside.tab).empty, input.operation())
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
    const bool ablated = reply->ablated.has_value() && inside.ablated;
    const bool old =
        controller_.asked() && outdated(inside.tab, reply->query, *controller_.asked());
    InsideFrame frame{.input = input,
                      .run = run,
                      .area = area,
                      .reply = *reply,
                      .model = ablated ? *reply->ablated : reply->intact,
                      .ablated = ablated,
                      .grey = is_of_another_model(inside, *reply) ? 1
                              : old ? controller_.greyness(input.facts.seconds)
                                    : 0,
                      .answered_after = controller_.answered_after()};
    input.log.fact("inside_grey", frame.grey >= 1 ? "yes" : "no");
    if (info_of(inside.tab).asks_attention && reply->attention.empty()) {
        say(text::kComputing);
        return;
    }
    InsideTabView& picture = pictures.of(inside.tab);
    const float least = picture.least_height(frame);
    if (least <= area.height) {
        picture.draw(frame);
        return;
    }
    // At a large scale or in a small window the picture keeps a height at which it can be read, and
    // is scrolled.
    frame.area.width -= ImGui::GetStyle().ScrollbarSize;
    frame.area.height = std::ceil(picture.least_height(frame));
    ImGui::SetNextWindowContentSize({frame.area.width, frame.area.height});
    ImGui::BeginChild("scrolled", {area.width, area.height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    frame.area.x = top.x;
    frame.area.y = top.y;
    picture.draw(frame);
    ImGui::SetCursorScreenPos(top);
    ImGui::Dummy({0, 0}); // ImGui asserts that something stands where the cursor was put last
    ImGui::EndChild();
    input.log.control("inside_scrolled", area);
}

void InsidePanel::draw(const PanelInput& input, InsidePictures& pictures,
                       const std::function<void(const PanelInput&)>& circle) {
    if (input.theme.presenting &&
        input.view.settings.presenter.picture == PresenterPicture::kBeforeAfter) {
        if (circle) {
            circle(input); // the picture alone, whatever tab is in front
        }
        return;
    }
    const InsideView& inside = input.view.settings.inside;
    const RunRecord* run = input.selected();
    const InspectReply* reply = run == nullptr ? nullptr : controller_.reply(run->id, run->life);
    draw_tabs(input, reply);
    if (inside.tab == InsideTab::kCircle) {
        if (circle) {
            circle(input);
        }
        return;
    }
    if (run != nullptr) {
        controller_.want(question(input, *run), run->life);
    }
    if (!info_of(inside.tab).always_ablated) {
        draw_model_choice(input);
    }
    if (info_of(inside.tab).asks_pair) {
        draw_order_choice(input, run, "inside_order", !inside.ablation.empty());
    }
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    draw_guarded(input, info_of(inside.tab).topic.name, {corner.x, corner.y, room.x, room.y}, [&] {
        if (run == nullptr) {
            draw_answer(input, pictures, RunRecord{}, nullptr);
        } else {
            draw_answer(input, pictures, *run, reply);
        }
    });
}

const InspectReply* InsidePanel::taken_apart(const PanelInput& input) {
    const RunRecord* run = input.selected();
    if (run == nullptr || input.view.settings.inside.ablation.empty()) {
        return nullptr;
    }
    InspectQuery wanted = question(input, *run, true);
    const InspectReply* reply = controller_.reply(run->id, run->life);
    const bool fits = reply != nullptr && reply->query.ablation == wanted.ablation &&
                      (reply->query.epoch == wanted.epoch || input.view.cursor.live);
    controller_.want(std::move(wanted), run->life);
    return fits ? reply : nullptr;
}

void InsidePanel::ask(const PanelInput& input, InspectChannels& channels) {
    const RunRecord* run = input.selected();
    const bool live = run != nullptr && run->state == RunState::kRunning && input.view.cursor.live;
    if (controller_.ask(channels, input.facts.seconds, live)) {
        const InspectQuery& asked = *controller_.asked();
        input.log.note("inspect_asked", "number " + std::to_string(asked.number) + " epoch " +
                                            std::to_string(asked.epoch));
    }
    input.draw_again(controller_.next_change(input.facts.seconds));
}

} // namespace grokscope::ui

#include "ui/views/lottery/lottery_panel.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/study_controller.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/lottery/info.h"
#include "ui/views/lottery/lottery_text.h"
#include "ui/views/reading_foot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr const char* kInstrument = "features";
constexpr float kWideLottery =
    760;                      ///< content from which the table stands beside the bands, at 100 %
constexpr float kAside = 372; ///< its width there
constexpr float kLotteryGap = 20;

std::string names_of(std::vector<int> frequencies) {
    std::ranges::sort(frequencies);
    std::string words;
    for (const int k : frequencies) {
        words += (words.empty() ? "" : ", ") + std::to_string(k);
    }
    return words;
}

/// A sentence that ends with a blank names what follows.
std::string completed(const std::string& words, const std::vector<int>& frequencies) {
    return words.ends_with(' ') ? words + names_of(frequencies) + "." : words;
}

struct Said {
    std::string shares; ///< who has won at the cursor's epoch
    std::string keys;   ///< who was key and is not
};

Said words_of_lottery(const PanelInput& input, const Lottery& lottery) {
    const RunRecord* run = input.selected();
    const std::int32_t cursor = input.cursor_epoch();
    Facts facts;
    facts.run = moment_at(run, cursor);
    std::vector<int> winners;
    std::vector<int> lost;
    if (run != nullptr) {
        const std::optional<std::size_t> at = lottery.at(cursor);
        facts.has_group = !run->task.group.empty();
        facts.measured = run->config.measure.every(kInstrument) > 0;
        facts.has_reading = !lottery.epochs.empty();
        facts.read_by_then = at.has_value();
        facts.responds = at && std::isfinite(lottery.shares[*at].front());
        winners = at ? winners_of(lottery.shares[*at]) : std::vector<int>();
        facts.prevails = !winners.empty();
        facts.has_rows = !run->progress.empty();
        for (const KeySpan& key : lottery.keys) {
            if (key.lost) {
                lost.push_back(key.frequency);
            }
        }
        facts.lost_keys = !lost.empty();
    }
    return {completed(claim(Place::kLottery, facts).words, winners),
            completed(claim(Place::kLotteryKeys, facts).words, lost)};
}

/// Each clustered neuron as a dot: the sum of its input phases across, its output phase up. On the
/// diagonal it hands its frequency on as a clock needs it.
void draw_scatter(const PanelInput& input, const Lottery& lottery, const StudyAnswer& answer,
                  const Rect& area) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, u32(palette.panel));
    list.AddRect({area.x, area.y}, {area.right(), area.bottom()}, u32(palette.line));
    list.AddLine({area.x, area.bottom()}, {area.right(), area.y}, u32(palette.muted), theme.px(1));
    constexpr double kTwoPi = 2 * std::numbers::pi;
    for (const NeuronPhases& neuron : answer.phases) {
        const auto share = [](double radians) {
            return static_cast<float>(std::remainder(radians, kTwoPi) / kTwoPi + 0.5);
        };
        const std::optional<std::size_t> place = lottery.place_of(neuron.frequency);
        const Color ink =
            place ? lottery_color(*place, lottery.named.size(), theme.kind) : palette.muted;
        list.AddCircleFilled({area.x + area.width * share(neuron.first + neuron.second),
                              area.bottom() - area.height * share(neuron.output)},
                             theme.px(2.2F), u32(ink));
    }
    const float x = area.right() + theme.px(10);
    const float room = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - x;
    const std::string words = text::kLotteryScatter + text::grouped(answer.epoch) +
                              (answer.exact ? text::kLotteryExact : text::kLotteryRounded);
    list.AddText(theme.small, theme.small->FontSize, {x, area.y}, u32(palette.muted), words.c_str(),
                 nullptr, room);
    input.log.fact("lottery phases",
                   std::to_string(answer.phases.size()) + " at " + std::to_string(answer.epoch));
}

/// The dots of the weights at the cursor, or what is in their place. Asks for them.
void draw_dots(const PanelInput& input, const Lottery& lottery, float most) {
    const RunRecord& run = *input.selected();
    const Theme& theme = input.theme;
    const StudySubject subject{run.id, std::max(input.cursor_epoch(), 0)};
    if (input.study == nullptr || run.task.group.empty()) {
        return;
    }
    auto answer = input.study->answer(StudyKind::kPhases, subject, run.life);
    if (input.picture == nullptr) {
        input.study->want(StudyKind::kPhases, {subject}, {run.life});
        input.draw_again(input.study->next_change());
    }
    if (answer == nullptr && input.view.cursor.live) {
        answer = input.study->newest(StudyKind::kPhases, run.id, subject.epoch, run.life);
    }
    const float side =
        std::min(std::min(theme.px(150), most), ImGui::GetContentRegionAvail().x * 0.5F);
    if (side < theme.px(60)) {
        return;
    }
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    if (answer != nullptr && answer->problem.empty()) {
        draw_scatter(input, lottery, *answer, {corner.x, corner.y, side, side});
    } else {
        paragraph(theme.small, theme.palette->muted,
                  answer == nullptr ? text::kLotteryReading : as_sentence(answer->problem));
        ImGui::SetCursorScreenPos(corner); // the place of the dots stays theirs
    }
    ImGui::Dummy({side, side});
}

/// What the newest reading by the cursor's epoch has of phases.
void draw_phases(const PanelInput& input) {
    const RunRecord* run = input.selected();
    const Reading* reading = run->reading_at(kInstrument, input.cursor_epoch());
    if (reading == nullptr) {
        return;
    }
    const Theme& theme = input.theme;
    text_in(theme.strong, theme.palette->text, text::kLotteryPhases);
    const auto row = [&](const char* what, const std::string& figure) {
        text_in(theme.text, theme.palette->muted, what);
        ImGui::SameLine();
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x -
                             text_size(theme.text, figure).x);
        text_in(theme.text, theme.palette->text, figure);
    };
    const double count = reading->number("phase_neurons");
    row(text::kLotteryNeurons,
        std::isfinite(count) ? text::grouped(std::llround(count)) : text::kNoValue);
    for (const auto& [what, id] : {std::pair{text::kLotteryError, "phase_error"},
                                   std::pair{text::kLotteryDifference, "phase_difference"}}) {
        const double value = reading->number(id);
        row(what,
            std::isfinite(value) ? text::value(value, 3) + text::kLotteryRadians : text::kNoValue);
    }
    paragraph(theme.small, theme.palette->muted, text::kLotteryPhaseNote);
}

} // namespace

void LotteryPanel::look_at(const PanelInput& input) {
    const RunRecord* run = input.selected();
    const std::optional<RunId> id = run == nullptr ? std::nullopt : std::optional(run->id);
    const std::uint64_t now =
        run == nullptr ? 0 : 1 + run->progress.size() + run->growth({kInstrument});
    if (run_ != id || grown_ != now) {
        run_ = id;
        grown_ = now;
        lottery_ = run == nullptr ? Lottery() : lottery_of(*run);
    }
}

void LotteryPanel::draw_table(const PanelInput& input) const {
    const Theme& theme = input.theme;
    const RunRecord& run = *input.selected();
    const std::int32_t cursor = input.cursor_epoch();
    const std::optional<std::size_t> at = lottery_.at(cursor);
    const ProgressRow* row = run.progress_at(cursor);
    text_in(theme.strong, theme.palette->text,
            at ? text::kLotteryReadAt + text::grouped(lottery_.epochs[*at])
               : text::kLotteryEpoch + text::grouped(std::max(cursor, 0)));
    constexpr auto kColumns = static_cast<int>(text::kLotteryColumns.size());
    std::string told;
    if (ImGui::BeginTable("frequencies", kColumns, ImGuiTableFlags_SizingStretchProp)) {
        constexpr std::array kWeights{1.15F, 0.9F, 0.9F, 1.3F, 1.75F};
        for (int i = 0; i < kColumns; ++i) {
            const auto column = static_cast<std::size_t>(i);
            ImGui::TableSetupColumn(text::kLotteryColumns[column],
                                    ImGuiTableColumnFlags_WidthStretch, kWeights[column]);
        }
        const auto cell = [&](ImFont* font, const Color& ink, const std::string& words) {
            ImGui::TableNextColumn();
            text_in(font, ink, fitted(font, words, ImGui::GetContentRegionAvail().x));
        };
        ImGui::TableNextRow();
        for (const char* const title : text::kLotteryColumns) {
            cell(theme.small, theme.palette->muted, title);
        }
        for (const int k : lottery_.named) {
            const auto index = static_cast<std::size_t>(k - 1);
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            const ImVec2 corner = ImGui::GetCursorScreenPos();
            const float line = theme.text->FontSize;
            ImGui::GetWindowDrawList()->AddRectFilled(
                {corner.x, corner.y + line * 0.22F},
                {corner.x + theme.px(9), corner.y + line * 0.86F},
                u32(lottery_color(*lottery_.place_of(k), lottery_.named.size(), theme.kind)));
            ImGui::Dummy({theme.px(10), line});
            ImGui::SameLine(0, theme.px(4));
            text_in(theme.text, theme.palette->text, text::kLotteryK + std::to_string(k));
            const auto share_in = [&](const std::vector<double>& shares) {
                return index < shares.size() ? text::percent(shares[index])
                                             : std::string(text::kNoValue);
            };
            const std::string now = at ? share_in(lottery_.shares[*at]) : text::kNoValue;
            cell(theme.text, theme.palette->text, now);
            cell(theme.text, theme.palette->muted,
                 lottery_.shares.empty() ? text::kNoValue : share_in(lottery_.shares.back()));
            const bool counted = row != nullptr && index < row->neurons_by_frequency.size();
            const int neurons = counted ? row->neurons_by_frequency[index] : 0;
            cell(theme.text, theme.palette->text,
                 counted ? text::grouped(neurons) + text::kOf + text::grouped(row->neurons)
                         : text::kNoValue);
            const auto key = std::ranges::find(lottery_.keys, k, &KeySpan::frequency);
            cell(theme.text, theme.palette->muted,
                 key == lottery_.keys.end() ? text::kNoValue
                 : key->lost                ? text::grouped(key->first()) + text::kLotteryKeyLost +
                                   text::grouped(key->last())
                             : text::kLotteryKeySince + text::grouped(key->first()));
            told += (told.empty() ? "" : "; ") + std::to_string(k) + " " + now + " " +
                    (key == lottery_.keys.end() ? "-"
                     : key->lost                ? "lost"
                                                : "key");
        }
        ImGui::EndTable();
    }
    input.log.fact("lottery", told);
}

void LotteryPanel::draw_bands(const PanelInput& input, const Rect& area) {
    const RunRecord& run = *input.selected();
    const bool in_window = input.picture == nullptr;
    ImGui::SetCursorScreenPos({area.x, area.y});
    std::optional<ImVec2> mouse;
    bool pressed = false;
    if (in_window) {
        pressed = ImGui::InvisibleButton("bands", {area.width, area.height});
        describe_area(input, "lottery_bands", area, ImGui::GetItemID());
        if (ImGui::IsItemHovered()) {
            mouse = ImGui::GetIO().MousePos;
        }
    }
    hover_ = draw_lottery(input, area, lottery_, run.last_epoch(), input.cursor_epoch(), mouse);
    if (pressed && hover_) {
        input.view.cursor.hold(std::clamp(hover_->epoch, 0, std::max(run.last_epoch(), 0)));
    }
}

void LotteryPanel::draw_content(const PanelInput& input, const Rect& area) {
    const Theme& theme = input.theme;
    const bool beside = area.width >= theme.px(kWideLottery);
    const float aside = beside ? theme.px(kAside) : area.width;
    const float wide = beside ? area.width - aside - theme.px(kLotteryGap) : area.width;
    const float rows = static_cast<float>(lottery_.named.size()) + 2;
    const float table =
        rows * (theme.text->FontSize + 2 * ImGui::GetStyle().CellPadding.y + theme.px(3)) +
        theme.px(150); // with the phases
    const float high = beside ? area.height : std::max(area.height - table, theme.px(160));
    draw_bands(input, {area.x, area.y, wide, high});
    ImGui::SetCursorScreenPos(beside ? ImVec2(area.x + wide + theme.px(kLotteryGap), area.y)
                                     : ImVec2(area.x, area.y + high + theme.px(8)));
    ImGui::BeginChild("aside", {aside, beside ? area.height : 0},
                      beside ? ImGuiChildFlags_None : ImGuiChildFlags_AutoResizeY,
                      ImGuiWindowFlags_NoBackground);
    draw_table(input);
    ImGui::Dummy({0, theme.px(4)});
    draw_phases(input);
    draw_dots(input, lottery_, area.bottom() - ImGui::GetCursorScreenPos().y - theme.px(30));
    const std::string words =
        hover_ ? text::kLotteryEpoch + text::grouped(hover_->epoch) + ": " +
                     (hover_->frequency ? text::kLotteryK + std::to_string(*hover_->frequency)
                                        : std::string(text::kLotteryRest))
               : std::string();
    text_in(theme.text, theme.palette->text, words.empty() ? " " : words);
    input.log.fact("lottery_hover", words);
    ImGui::EndChild();
}

bool LotteryPanel::draw(const PanelInput& input, const Rect& window) {
    look_at(input);
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    const std::string name = run == nullptr ? std::string() : run_label(input.view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##lottery",
                                    .title = kLotteryInfo.title,
                                    .subtitle = name,
                                    .close = "close_lottery",
                                    .width = 1180});
    const Said said = words_of_lottery(input, lottery_);
    paragraph(theme.text, theme.palette->text, said.shares);
    if (!said.keys.empty()) {
        paragraph(theme.text, theme.palette->muted, said.keys);
    }
    input.log.fact("lottery said", said.shares);
    input.log.fact("lottery keys", said.keys);
    if (!lottery_.epochs.empty()) {
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const float above = corner.y - ImGui::GetWindowPos().y;
        const float foot = theme.px(92); // the note and the buttons
        const float height = std::max(
            std::min(width * 0.62F, window.height - theme.px(24) - above - foot), theme.px(220));
        draw_content(input, {corner.x, corner.y, width, height});
        ImGui::SetCursorScreenPos(
            {corner.x, std::max(corner.y + height, ImGui::GetCursorScreenPos().y) + theme.px(4)});
        paragraph(theme.small, theme.palette->muted, text::kLotteryNote);
    }
    if (run != nullptr) {
        draw_reading_foot(input, {.view = kLotteryInfo.name,
                                  .measure = "lottery_measure",
                                  .exported = "lottery_export",
                                  .measure_label = text::kLotteryMeasure,
                                  .command = text::kLotteryCommand});
    }
    about_sheet_button(input, kLotteryInfo.name);
    end_sheet();
    return stays;
}

void LotteryPanel::draw_picture(const PanelInput& input, const Rect& area) {
    look_at(input);
    const Said said = words_of_lottery(input, lottery_);
    if (lottery_.epochs.empty()) {
        throw std::runtime_error(said.shares);
    }
    const Theme& theme = input.theme;
    const float pad = theme.px(22);
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    ImGui::BeginGroup();
    text_in(theme.figure, theme.palette->text, kLotteryInfo.title);
    paragraph(theme.text, theme.palette->text, said.shares);
    if (!said.keys.empty()) {
        paragraph(theme.text, theme.palette->muted, said.keys);
    }
    ImGui::EndGroup();
    const float top = ImGui::GetCursorScreenPos().y + theme.px(6);
    draw_content(input, {area.x + pad, top, area.width - 2 * pad, area.bottom() - top - pad});
}

} // namespace grokscope::ui

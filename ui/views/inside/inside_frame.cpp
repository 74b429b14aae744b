#include "ui/views/inside/inside_frame.h"

#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"

#include <cstdio>

namespace grokscope::ui {

std::optional<NumberPair> valid_pair(const InsideView& view, int p) {
    const auto inside = [p](int number) { return number >= 0 && number < p; };
    return inside(view.typed.a) && inside(view.typed.b) ? std::optional(view.typed) : std::nullopt;
}

std::optional<NumberPair> InsideFrame::pair() const {
    return valid_pair(input.view.settings.inside, p());
}

std::optional<int> answer_to(const InspectReply& reply, const NumberPair& pair) {
    const Arithmetic arithmetic = reply.arithmetic();
    return arithmetic.defined(pair.a, pair.b) ? std::optional(arithmetic.answer(pair.a, pair.b))
                                              : std::nullopt;
}

std::vector<int> InsideFrame::numbers() const {
    const GroupIndex& index = run.task.index(input.view.settings.plain_order);
    std::vector<int> all;
    for (int number = 0; number < index.numbers(); ++number) {
        if (index.log(number) < 0) {
            all.push_back(number);
        }
    }
    all.insert(all.end(), index.elements().begin(), index.elements().end());
    return all;
}

bool InsideFrame::mirrored(const NumberPair& pair) const {
    return run.config.arithmetic().is_commutative() && reply.trains[index_of(pair, p())] == 0 &&
           reply.trains[index_of({pair.b, pair.a}, p())] != 0;
}

std::uint64_t InsideFrame::content() const {
    const std::uint64_t ground = u32(palette().panel) & 0xffffffU; // it differs between themes, too
    const std::uint64_t asked = 2 * reply.query.number + (ablated ? 1 : 0);
    return ground << 40U ^ (2 * asked + (input.view.settings.plain_order ? 1 : 0));
}

void InsideFrame::veil(const Rect& rect) const {
    if (grey <= 0) {
        return;
    }
    list().AddRectFilled({rect.x, rect.y}, {rect.right(), rect.bottom()},
                         u32(palette().panel.with_alpha(0.72F * static_cast<float>(grey))));
    if (grey >= 1) {
        put_outlined(
            list(), theme(), palette().text,
            {rect.x + rect.width / 2, rect.y + (rect.height - theme().small->FontSize) / 2},
            Align::kCentre, text::kComputing);
    }
}

std::string reading_in_words(const InspectReply& reply, const InspectedModel& model,
                             const NumberPair& pair) {
    const std::size_t at = index_of(pair, reply.p);
    char words[64];
    std::snprintf(words, sizeof words, " = %d confidence %.4f %s", model.answers[at],
                  static_cast<double>(model.confidence[at]),
                  reply.trains[at] != 0 ? "seen" : "unseen");
    return std::to_string(pair.a) + " " + std::string(spec_of(reply.operation).symbol) + " " +
           std::to_string(pair.b) + words;
}

} // namespace grokscope::ui

#include "ui/panels/inside_frame.h"

#include "ui/panels/picture_kit.h"
#include "ui/text.h"

#include <cstdio>

namespace grokscope::ui {

std::optional<NumberPair> valid_pair(const InsideView& view, int p) {
    const auto inside = [p](int number) { return number >= 0 && number < p; };
    return inside(view.typed.a) && inside(view.typed.b) ? std::optional(view.typed) : std::nullopt;
}

std::optional<NumberPair> InsideFrame::pair() const {
    return valid_pair(input.view.inside, p());
}

bool InsideFrame::mirrored(const NumberPair& pair) const {
    return is_commutative(run.config.operation) && reply.trains[index_of(pair, p())] == 0 &&
           reply.trains[index_of({pair.b, pair.a}, p())] != 0;
}

std::uint64_t InsideFrame::content() const {
    const std::uint64_t ground = u32(palette().panel) & 0xffffffU; // it differs between themes, too
    return ground << 40U ^ (2 * reply.query.number + (mutilated ? 1 : 0));
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
    char words[96];
    std::snprintf(words, sizeof words, "%d + %d = %d confidence %.4f %s", pair.a, pair.b,
                  model.answers[at], static_cast<double>(model.confidence[at]),
                  reply.trains[at] != 0 ? "seen" : "unseen");
    return words;
}

} // namespace grokscope::ui

#include "ui/core/news.h"

#include <variant>

namespace grokscope::ui {

void NewsTeller::take(const Event& event, std::deque<News>& news) {
    if (const auto* changed = std::get_if<event::StateChanged>(&event)) {
        if (changed->state == RunState::kRunning) {
            training_.insert(changed->run);
        } else {
            training_.erase(changed->run);
        }
    } else if (const auto* mark = std::get_if<event::Mark>(&event)) {
        if (mark->kind == MarkKind::kGrokked && training_.contains(mark->run)) {
            news.push_back({mark->run, mark->epoch});
        }
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        std::erase_if(news, [&](const News& one) { return one.run == reset->run; });
    }
}

Facts facts_of(const RunBook& book, const News& news) {
    const RunRecord* run = book.find(news.run);
    Facts facts;
    facts.run = moment_at(run, run == nullptr ? -1 : run->last_epoch());
    facts.seen_to_grok = run != nullptr && run->mark(MarkKind::kGrokked) == news.epoch &&
                         !run->samples.empty() && run->samples.front().epoch < news.epoch;
    return facts;
}

void drop_stale_news(const RunBook& book, std::deque<News>& news) {
    std::erase_if(news, [&](const News& one) {
        const Facts facts = facts_of(book, one);
        // The figures of the grok epoch may still be on their way.
        const bool awaited = facts.run.exists && facts.run.newest < one.epoch;
        return !awaited && (!facts.seen_to_grok || facts.run.lost);
    });
}

} // namespace grokscope::ui

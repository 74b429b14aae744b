#include "engine/store/left_out.h"

#include <string_view>

namespace grokscope {

namespace {

struct Words {
    std::string_view one;
    std::string_view several;
};

Words words_of(RecordKind kind) {
    switch (kind) {
    case RecordKind::kRun:
        return {"run", "runs"};
    case RecordKind::kSample:
        return {"row of figures", "rows of figures"};
    case RecordKind::kFigure:
        return {"figure", "figures"};
    case RecordKind::kSpectrumFigure:
        return {"figure of a spectrum", "figures of spectra"};
    case RecordKind::kMeasureFigure:
        return {"progress measure", "progress measures"};
    case RecordKind::kReading:
        return {"reading of an instrument", "readings of instruments"};
    case RecordKind::kReadingFigure:
        return {"figure of an instrument", "figures of instruments"};
    case RecordKind::kMismatch:
        return {"mismatch of a probe", "mismatches of probes"};
    case RecordKind::kSpectrum:
        return {"spectrum", "spectra"};
    case RecordKind::kMeasures:
        return {"row of progress measures", "rows of progress measures"};
    case RecordKind::kMark:
        return {"mark", "marks"};
    case RecordKind::kEvent:
        return {"event", "events"};
    case RecordKind::kNote:
        return {"note", "notes"};
    case RecordKind::kWeights:
        return {"record of weights", "records of weights"};
    case RecordKind::kWeightEpoch:
        return {"epoch of recorded weights", "epochs of recorded weights"};
    case RecordKind::kState:
        return {"state to go on from", "states to go on from"};
    }
    return {"record", "records"};
}

std::string sentence_of(std::int64_t run, RecordKind kind, std::int64_t count,
                        const std::string& why) {
    const std::string number = "run " + std::to_string(run);
    if (kind == RecordKind::kRun) {
        return number + " cannot be read and is left out: " + why;
    }
    const Words words = words_of(kind);
    std::string sentence = "of " + number + ", " + std::to_string(count) + " ";
    sentence += count == 1 ? words.one : words.several;
    sentence += count == 1 ? " cannot be used and is left out: "
                           : " cannot be used and are left out; the first one: ";
    return sentence + why;
}

} // namespace

void LeftOut::forget(std::int64_t run, RecordKind kind) {
    found_.erase({run, kind});
}

void LeftOut::add(std::int64_t run, RecordKind kind, const std::string& why, std::int64_t count) {
    Found& found = found_[{run, kind}];
    if (found.count == 0) {
        found.why = why;
    }
    found.count += count;
}

bool LeftOut::has(std::int64_t run, RecordKind kind) const {
    return found_.contains({run, kind});
}

std::vector<std::int64_t> LeftOut::runs() const {
    std::vector<std::int64_t> numbers;
    for (const auto& [key, found] : found_) {
        if (key.second == RecordKind::kRun) {
            numbers.push_back(key.first);
        }
    }
    return numbers;
}

std::vector<std::string> LeftOut::sentences() const {
    std::vector<std::string> all;
    for (const auto& [key, found] : found_) {
        all.push_back(sentence_of(key.first, key.second, found.count, found.why));
    }
    return all;
}

std::vector<std::string> LeftOut::sentences(std::int64_t run) const {
    std::vector<std::string> all;
    for (const auto& [key, found] : found_) {
        if (key.first == run) {
            all.push_back(sentence_of(run, key.second, found.count, found.why));
        }
    }
    return all;
}

} // namespace grokscope

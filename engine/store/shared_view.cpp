#include "engine/store/shared_view.h"

#include "engine/store/config_json.h"
#include "engine/store/notebook_file.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

/// More than any view has.
constexpr std::uintmax_t kLongestView = 1 << 20;
constexpr std::size_t kMostRuns = 64;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

ConfigTextError no_view(const std::string& why) {
    return ConfigTextError("this is no view that can be shown: " + why +
                           "; copy the whole line that \"Copy this view\" gave");
}

std::int64_t whole_number(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) {
        throw no_view(std::string("\"") + key + "\" is no whole number");
    }
    return found->get<std::int64_t>();
}

} // namespace

std::string to_text(const SharedView& view) {
    Json runs = Json::array();
    for (const RunConfig& run : view.runs) {
        runs.push_back(Json::parse(config_to_json(run)));
    }
    Json whole{{"runs", runs}, {"selected", view.selected}};
    if (view.epoch) {
        whole["epoch"] = *view.epoch;
    }
    whole["look"] = Json::parse(view.look, nullptr, false);
    return std::string(kSharedViewMark) + whole.dump();
}

SharedView shared_view_from(std::string_view text) {
    text = trimmed(text);
    if (!text.starts_with(kSharedViewMark)) {
        throw no_view("it does not begin with \"" + std::string(kSharedViewMark) + "\"");
    }
    const Json whole = Json::parse(text.substr(kSharedViewMark.size()), nullptr, false);
    const auto runs = whole.is_object() ? whole.find("runs") : whole.end();
    if (!whole.is_object() || runs == whole.end() || !runs->is_array() || runs->empty() ||
        runs->size() > kMostRuns) {
        throw no_view("it was cut off, or names no run");
    }
    SharedView view;
    for (const Json& run : *runs) {
        view.runs.push_back(config_from_json(run.dump()));
    }
    const std::int64_t selected = whole_number(whole, "selected");
    if (selected < 0 || selected >= static_cast<std::int64_t>(view.runs.size())) {
        throw no_view("the run that it selects is not in it");
    }
    view.selected = static_cast<std::size_t>(selected);
    if (whole.contains("epoch")) {
        const std::int64_t epoch = whole_number(whole, "epoch");
        if (epoch < 0 || epoch > INT32_MAX) {
            throw no_view("\"epoch\" is none that a run can have");
        }
        view.epoch = static_cast<std::int32_t>(epoch);
    }
    if (const auto look = whole.find("look"); look != whole.end()) {
        view.look = look->dump();
    }
    return view;
}

std::optional<std::string> shared_view_file(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error) ||
        std::filesystem::file_size(path, error) > kLongestView || error || is_notebook(path)) {
        return std::nullopt;
    }
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return file && trimmed(text).starts_with(kSharedViewMark) ? std::optional(std::move(text))
                                                              : std::nullopt;
}

} // namespace grokscope

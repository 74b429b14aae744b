// The notebook's tables for readings, and what notebooks before version 6 had in their place.
#pragma once

#include "engine/protocol/instrument.h"
#include "engine/store/sqlite.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace grokscope {

/// The version of the tables from which on there are some for readings.
inline constexpr std::int64_t kReadingsSince = 6;

/// How the tables call the values of FigureAxis.
inline constexpr std::array<std::string_view, 5> kFigureAxes = {"", "frequency", "tensor", "head",
                                                                "layer"};

/// Keeps a reading and the description of its instrument. Figures that stand there already stay as
/// they are: they were read of the same weights, or of more exact ones.
void write_reading(Statements& statements, std::int64_t run, const Reading& reading,
                   const InstrumentSpec& instrument);

/// Of a notebook before version 6: class separation, which those versions called ILDR, and the
/// commutator defect, both kept among the details of a row of progress measures. By epoch; what is
/// damaged is left out.
[[nodiscard]] std::vector<Reading> readings_of_old_details(Database& database, std::int64_t run);

/// Moves those of all runs into the tables; the details keep theirs, and nobody reads them any
/// more.
void move_old_readings(Database& database);

} // namespace grokscope

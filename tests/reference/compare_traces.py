#!/usr/bin/python3
"""Prints how far a learning curve lies from a stored one: relative differences at chosen epochs.

    compare_traces.py OURS.csv TRACE.csv [EPOCH ...]

Both files have the columns that reference_train.py and `grokscope train --csv` write, whose names for
mismatches differ: mismatch_-1 is mismatch_m1, mismatch_1 is mismatch_p1. The last
column says whether the row keeps the bands of R7 (train loss, test loss) and R8 (mismatches at
epoch 10); the exit code is 1 when one does not.
"""
import csv
import math
import sys


def name_of(column):
    """Of a mismatch as the program writes it, whoever wrote it."""
    kind, _, offset = column.rpartition('_')
    if kind != 'mismatch' or not offset.lstrip('-').isdigit() or offset == '0':
        return column
    return f'mismatch_m{offset[1:]}' if offset.startswith('-') else f'mismatch_p{offset}'


def read(path):
    with open(path, newline='') as file:
        return {int(row['epoch']): {name_of(column): value for column, value in row.items()}
                for row in csv.DictReader(file)}


def band(epoch):
    """Relative differences allowed in train loss, test loss and mismatches."""
    for last, bands in ((0, (1e-6, 1e-6, 1e-5)), (10, (1e-4, 1e-4, 1e-2)), (50, (2e-3, 2e-3, 1e-2)),
                        (100, (1e-2, 1e-2, 5e-2)), (400, (0.2, 0.03, 5e-2))):
        if epoch <= last:
            return bands
    return (math.inf,) * 3


def main():
    ours, trace = read(sys.argv[1]), read(sys.argv[2])
    epochs = [int(e) for e in sys.argv[3:]] or sorted(set(ours) & set(trace))
    columns = [c for c in next(iter(trace.values())) if c.endswith('loss') or c.startswith('mismatch')]
    print('| epoch | ' + ' | '.join(columns) + ' | in band |')
    print('|---' * (len(columns) + 2) + '|')
    kept = True
    for epoch in epochs:
        if epoch not in trace or epoch not in ours:
            continue
        cells, good = [], True
        for column in columns:
            value, stored = float(ours[epoch][column] or 'nan'), float(trace[epoch][column])
            if math.isnan(stored):
                good &= math.isnan(value)
                cells.append('missing in both' if math.isnan(value) else 'MISSING IN TRACE')
                continue
            difference = abs(value - stored) / abs(stored)
            which = 2 if column.startswith('mismatch') else int(column.startswith('test'))
            good &= difference <= band(epoch)[which]
            cells.append(f'{difference:.1e}')
        kept &= good
        print(f'| {epoch} | ' + ' | '.join(cells) + f' | {"yes" if good else "NO"} |')
    return 0 if kept else 1


if __name__ == '__main__':
    sys.exit(main())

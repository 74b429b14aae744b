#!/usr/bin/env python3
"""`grokscope train` as a user meets it: files, exit codes, signals, messages."""
import csv
import json
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
NOTEBOOK = tempfile.TemporaryDirectory(prefix='grokscope-notebook-')  # not the user's own
os.environ['GROKSCOPE_NOTEBOOK'] = os.path.join(NOTEBOOK.name, 'notebook.db')
SMALL = ['--p', '13', '--frac', '0.6', '--d-model', '32', '--d-mlp', '64']
LONG = SMALL + ['--epochs', '1000000', '--eval-every', '1000']


class Train(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='grokscope-train-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def train(self, *arguments, code=0):
        """Runs to the end in the test's folder; fails unless the exit code is as expected."""
        done = subprocess.run([PROGRAM, 'train', *arguments], cwd=self.folder, timeout=200,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_same_run_twice_gives_the_same_bytes(self):
        for name, threads in (('a', '1'), ('b', '1'), ('c', '2')):
            self.train(*SMALL, '--stencil=-1,0,1', '--epochs', '60', '--engine', 'reference',
                       '--threads', threads, '--csv', name + '.csv', '--quiet')
        first = (self.folder / 'a.csv').read_bytes()
        self.assertEqual(first, (self.folder / 'b.csv').read_bytes())
        self.assertEqual(first, (self.folder / 'c.csv').read_bytes())
        self.train(*SMALL, '--stencil=-1,0,1', '--epochs', '60', '--seed', '1', '--csv', 'd.csv',
                   '--quiet')
        self.assertNotEqual(first, (self.folder / 'd.csv').read_bytes())

    def test_cpu_seconds_are_those_of_the_newest_evaluated_epoch_and_say_so(self):
        for epochs, words in (('21', r'\d CPU seconds in all\n'), ('25', r'\d CPU seconds up to epoch 20\n')):
            done = self.train(*SMALL, '--epochs', epochs, '--eval-every', '10')
            self.assertRegex(done.stdout, words)

    def test_a_stencil_takes_any_layer_of_several(self):
        deep = SMALL + ['--layers', '2', '--norm', 'pre', '--epochs', '21', '--stencil=-1,0,1']
        figures = {}
        for name, options in (('last', []), ('named', ['--probe-layer', '2']),
                              ('first', ['--probe-layer', '1']),
                              ('reference', ['--probe-layer', '1', '--engine', 'reference'])):
            done = self.train(*deep, *options, '--threads', '1', '--csv', name + '.csv')
            self.assertIn('reference' if name == 'reference' else 'layers,', done.stdout)
            with open(self.folder / (name + '.csv'), newline='') as stream:
                figures[name] = [{column: float(cell) for column, cell in row.items()}
                                 for row in csv.DictReader(stream)]
        self.assertEqual(str(figures['last']), str(figures['named']))
        self.assertNotEqual(figures['last'][-1], figures['first'][-1])
        for row, other in zip(figures['first'], figures['reference'], strict=True):
            for name in ('train_loss', 'mismatch_0', 'mismatch_m1', 'mismatch_p1'):
                if row['epoch'] == 0 and name in ('mismatch_m1', 'mismatch_p1'):
                    self.assertTrue(math.isnan(row[name]))
                else:
                    self.assertAlmostEqual(row[name] / other[name], 1, delta=1e-3)
        done = self.train(*deep, '--probe-layer', '3', code=2)
        self.assertIn('--probe-layer', done.stderr)
        self.assertIn('got 3', done.stderr)
        done = self.train(*deep, '--batch', '20', code=2)
        self.assertIn('--stencil', done.stderr)

    def test_the_device_is_said_or_refused(self):
        done = self.train(*SMALL, '--epochs', '5', '--engine', 'reference', '--device', 'auto')
        self.assertRegex(done.stdout, r'reference, libtorch [^,]+, (cpu|CUDA)')
        if ', CUDA' not in done.stdout:  # no device: what auto takes is what there is without it
            for engine in 'auto', 'reference':
                refused = self.train(*SMALL, '--epochs', '5', '--engine', engine, '--device', 'cuda', code=2)
                self.assertIn('--device', refused.stderr)
                self.assertIn('give --device cpu, or auto', refused.stderr)
                self.assertEqual(len(refused.stderr.splitlines()), 1)
                self.assertEqual(refused.stdout, '')
            self.assertIn('fused', self.train(*SMALL, '--epochs', '5', '--device', 'auto').stdout)
        refused = self.train(*SMALL, '--epochs', '5', '--engine', 'layers', '--device', 'cuda', code=2)
        self.assertIn('computes on the processor alone', refused.stderr)

    def test_simd_sets_the_instruction_set_of_everything(self):
        losses = {}
        for name in 'portable', 'auto':
            self.train(*SMALL, '--epochs', '31', '--simd', name, '--json', name + '.json', '--quiet')
            run = json.loads((self.folder / (name + '.json')).read_text())
            losses[name] = run['metrics']['train_loss'][-1]
            self.assertEqual('portable' in json.dumps(run), name == 'portable')
        self.assertAlmostEqual(losses['portable'] / losses['auto'], 1, delta=1e-3)

    def test_progress_rows_reach_both_files_and_do_not_depend_on_the_threads(self):
        tables = []
        for threads in '1', '2':
            self.train(*SMALL, '--epochs', '25', '--progress-every', '10', '--threads', threads,
                       '--progress-csv', 'p.csv', '--json', 'p.json', '--quiet', '--force')
            with open(self.folder / 'p.csv', newline='') as stream:
                rows = list(csv.DictReader(stream))
            progress = json.loads((self.folder / 'p.json').read_text())['progress']
            self.assertEqual([row['epoch'] for row in rows], ['0', '10', '20', '25'])
            for row, told in zip(rows, progress, strict=True):
                self.assertEqual(float(row['full_loss_all']), told['full_loss_all'])
                self.assertEqual(float(row['sum_sq_total']), told['sum_sq_total'])
                self.assertEqual(row['excluded_loss'] == 'nan', told['excluded_loss'] is None)
                del row['compute_seconds']
            tables.append(rows)
        self.assertEqual(tables[0], tables[1])

    def test_csv_and_json_tell_the_same(self):
        done = self.train(*SMALL, '--stencil=0,1', '--epochs', '25', '--csv', 'a.csv', '--json',
                          'a.json')
        self.assertIn('wrote', done.stdout)
        self.assertNotIn('\r', done.stdout, 'no bar where there is no terminal')
        with open(self.folder / 'a.csv', newline='') as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual([row['epoch'] for row in rows], ['0', '10', '20'])
        self.assertEqual(list(rows[0]), ['epoch', 'train_loss', 'test_loss', 'train_acc',
                                         'test_acc', 'mismatch_0', 'mismatch_p1',
                                         'mirrored_loss', 'new_loss', 'mirrored_acc', 'new_acc'])
        self.assertTrue(math.isnan(float(rows[0]['mismatch_p1'])))
        run = json.loads((self.folder / 'a.json').read_text())
        for name in list(rows[0])[1:]:
            for row, value in zip(rows, run['metrics'][name], strict=True):
                if value is None:
                    self.assertEqual(row[name], 'nan')
                else:
                    self.assertEqual(float(row[name]), value)
        self.assertEqual(run['config']['p'], 13)
        self.assertEqual(run['config']['stencil'], [0, 1])
        self.assertEqual(run['run']['state'], 'finished')
        self.assertEqual(run['run']['epochs_trained'], 25)

    def test_both_parts_make_up_the_test_pairs(self):
        self.train('--p', '13', '--frac', '0.4', '--d-model', '32', '--d-mlp', '64', '--epochs', '61',
                   '--csv', 'a.csv', '--quiet')
        pairs = [(a, b) for a in range(13) for b in range(13)]
        random.Random(999).shuffle(pairs)
        trained, unseen = set(pairs[:67]), pairs[67:]
        mirrored = sum((b, a) in trained for a, b in unseen)
        with open(self.folder / 'a.csv', newline='') as stream:
            rows = [{name: float(cell) for name, cell in row.items()}
                    for row in csv.DictReader(stream)]
        self.assertEqual(len(rows), 7)
        for row in rows:
            for figure in ('loss', 'acc'):
                parts = (mirrored * row[f'mirrored_{figure}'] +
                         (len(unseen) - mirrored) * row[f'new_{figure}']) / len(unseen)
                self.assertAlmostEqual(row[f'test_{figure}'], parts, delta=1e-12 * (1 + parts))
            for part, count in (('mirrored', mirrored), ('new', len(unseen) - mirrored)):
                right = row[f'{part}_acc'] * count
                self.assertAlmostEqual(right, round(right), places=9)
        self.assertNotEqual(rows[-1]['mirrored_loss'], rows[-1]['new_loss'])

    def test_until_grok_ends_at_the_grok_epoch(self):
        self.train('--p', '23', '--frac', '0.8', '--d-model', '64', '--d-mlp', '128', '--epochs',
                   '3000', '--until-grok', '--json', 'a.json', '--quiet')
        run = json.loads((self.folder / 'a.json').read_text())
        grokked = [mark['epoch'] for mark in run['marks'] if mark['kind'] == 'grokked']
        self.assertEqual(len(grokked), 1, run['marks'])
        self.assertEqual(run['run']['epochs_trained'], grokked[0] + 1)
        self.assertEqual(run['metrics']['epoch'][-1], grokked[0])
        self.assertGreaterEqual(run['metrics']['test_acc'][-1], 0.99)
        self.assertLess(run['metrics']['test_acc'][-2], 0.99)

    def test_every_mistake_is_named(self):
        done = self.train('--p', '4', '--lr', 'fast', '--frac', '2', '--nonsense', '--seed', '-1',
                          code=2)
        for option in ('--p', '--lr', '--frac', '--nonsense', '--seed'):
            self.assertIn(option, done.stderr)
        self.assertEqual(done.stdout, '')

    def test_unwritable_places_are_found_before_training(self):
        (self.folder / 'kept.json').write_text('precious')
        done = self.train(*LONG, '--csv', 'missing/a.csv', '--json', 'kept.json', code=2)
        self.assertIn('missing', done.stderr)
        self.assertIn('kept.json', done.stderr)
        self.assertIn('--force', done.stderr)
        self.assertEqual((self.folder / 'kept.json').read_text(), 'precious')
        self.assertEqual(self.names(), ['kept.json'])
        self.train(*SMALL, '--epochs', '5', '--json', 'kept.json', '--force')
        self.assertEqual(json.loads((self.folder / 'kept.json').read_text())['config']['p'], 13)

    def stopped_by(self, number):
        program = subprocess.Popen([PROGRAM, 'train', *LONG, '--csv', 'a.csv', '--json', 'a.json'],
                                   cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        for line in program.stdout:
            if line.split()[:1] == ['2000']:  # it has trained for a while
                break
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
        self.assertEqual(program.returncode, 128 + number, out + err)
        self.assertIn('stopped', out)
        with open(self.folder / 'a.csv', newline='') as stream:
            epochs = [int(row['epoch']) for row in csv.DictReader(stream)]
        self.assertEqual(epochs, list(range(0, 1000 * len(epochs), 1000)))
        run = json.loads((self.folder / 'a.json').read_text())
        self.assertEqual(run['run']['state'], 'paused')
        self.assertEqual(run['metrics']['epoch'], epochs)
        self.assertGreater(run['run']['epochs_trained'], epochs[-1])
        self.assertLessEqual(run['run']['epochs_trained'], epochs[-1] + 1000)
        self.assertEqual(self.names(), ['a.csv', 'a.json'])

    def test_interrupt_writes_what_there_is(self):
        self.stopped_by(signal.SIGINT)

    def test_termination_writes_what_there_is(self):
        self.stopped_by(signal.SIGTERM)

    def test_closed_output_stops_it_and_the_file_is_written(self):
        program = subprocess.Popen([PROGRAM, 'train', *LONG, '--csv', 'a.csv'], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        program.stdout.readline()
        program.stdout.close()
        self.assertEqual(program.wait(timeout=60), 128 + signal.SIGPIPE)
        self.assertEqual(self.names(), ['a.csv'])

    def test_progress_bar_on_a_terminal(self):
        import pty
        leader, follower = pty.openpty()
        program = subprocess.Popen([PROGRAM, 'train', *SMALL, '--epochs', '3000'],
                                   cwd=self.folder, stdout=follower, stderr=follower,
                                   env={**os.environ, 'TERM': 'xterm'})
        os.close(follower)
        shown = b''
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(leader)
        self.assertEqual(program.wait(timeout=60), 0)
        self.assertIn(b'\r', shown)
        self.assertIn(b'left', shown)
        self.assertIn(b'finished', shown)


class Program(unittest.TestCase):
    def test_version_and_help(self):
        for arguments, text in ((['--version'], 'grokscope '), (['--help'], 'Examples:'),
                                (['train', '--help'], 'Examples:')):
            done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0)
            self.assertIn(text, done.stdout)
            self.assertEqual(done.stderr, '')


if __name__ == '__main__':
    unittest.main(verbosity=2)

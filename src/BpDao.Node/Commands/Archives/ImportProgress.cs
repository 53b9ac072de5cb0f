using System.Globalization;
using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Node.Commands.Archives;

/// <summary>Tells on standard error how far an import is: a line that is written over on a terminal, else a line every two seconds.</summary>
internal sealed class ImportProgress(TextWriter output, bool isTerminal, ulong total, TimeProvider time) : IImportObserver
{
    private const int BarLength = 30;
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(250), LogInterval = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _interval = isTerminal ? TerminalInterval : LogInterval;
    private readonly long _started = time.GetTimestamp();
    private long _shown = time.GetTimestamp();
    private ulong _blocksShown, _gasShown, _height, _gas;
    private int _lineLength;

    public ulong Blocks { get; private set; }

    public ulong Known { get; private set; }

    public void AlreadyThere(ulong count) => Known += count;

    public void Imported(Block block)
    {
        Blocks++;
        _gas += block.Header.GasUsed;
        _height = block.Number;
        if (time.GetElapsedTime(_shown) >= _interval) Show();
    }

    /// <summary>Leaves the line that is written over.</summary>
    public void End()
    {
        if (_lineLength > 0) output.WriteLine();
        _lineLength = 0;
    }

    /// <summary>What was done, for standard output.</summary>
    public string Summary(BlockHeader head)
    {
        double seconds = time.GetElapsedTime(_started).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Blocks} blocks imported, {Known} were there already, in {seconds:F1} s: {Blocks / seconds:F0} blocks/s, {_gas / 1e6 / seconds:F2} Mgas/s; "
            + $"head {head.Number} {head.Hash}, state root {head.StateRoot}");
    }

    private void Show()
    {
        double seconds = time.GetElapsedTime(_shown).TotalSeconds;
        double done = total == 0 ? 1 : (Blocks + Known) / (double)total;
        ulong left = total - Math.Min(total, Blocks + Known);
        TimeSpan rest = TimeSpan.FromSeconds(Math.Min(left * time.GetElapsedTime(_started).TotalSeconds / Blocks, TimeSpan.MaxValue.TotalSeconds / 2));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Blocks + Known} of {total} blocks, {100 * done:F0} %, height {_height}, {(Blocks - _blocksShown) / seconds:F0} blocks/s, "
            + $"{(_gas - _gasShown) / 1e6 / seconds:F2} Mgas/s, {(int)rest.TotalHours}:{rest:mm\\:ss} left");
        (_shown, _blocksShown, _gasShown) = (time.GetTimestamp(), Blocks, _gas);
        if (!isTerminal)
        {
            output.WriteLine(line);
            return;
        }

        int filled = (int)(BarLength * Math.Min(done, 1));
        line = $"[{new string('#', filled)}{new string('.', BarLength - filled)}] {line}";
        output.Write("\r" + line.PadRight(_lineLength));
        _lineLength = line.Length;
    }
}

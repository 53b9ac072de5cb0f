using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Prints a line for each benchmark as it ends, medians of its runs, then the count.</summary>
internal sealed class BlockReport(TextWriter output, bool json)
{
    private readonly List<double> _judged = [];

    public int Rows { get; private set; }

    public int Failures { get; private set; }

    public void Add(BlockRow row)
    {
        if (Rows++ == 0 && !json) output.WriteLine($"{"ok",-4}{"Mgas",8}{"txs",8}{"Mgas/s",10}{"+roots",10}{"+disk",10}{"tx/s",10}{"alloc/tx",10}{"B/tx",8}{"disk/tx",9}  name");
        if (row.Error is not null) Failures++;
        else if (row.Gas > 0 && row.Judge.Count > 0) _judged.Add(Rate(row.Gas, row.Judge));
        output.WriteLine(json ? ToJson(row) : ToText(row));
        output.Flush();
    }

    public void Close()
    {
        double mean = _judged.Count == 0 ? 0 : Math.Exp(_judged.Average(Math.Log));
        if (!json) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"geometric mean with roots {mean:F1} Mgas/s, least {_judged.DefaultIfEmpty().Min():F1}"));
        output.WriteLine($"{Rows - Failures} right, {Failures} wrong");
    }

    private static string ToText(BlockRow row)
    {
        if (row.Error is not null) return $"{"NO",-4}{row.Name}: {row.Error}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{"yes",-4}{row.Gas / 1e6,8:F1}{row.Transactions,8}{Text(Rate(row.Gas, row.Execute), "F1"),10}{Text(Rate(row.Gas, row.Judge), "F1"),10}{Text(Rate(row.Gas, row.Import), "F1"),10}{Text(TxRate(row), "F0"),10}{Each(row, row.Allocated),10}{Each(row, row.Written),8}{Each(row, row.WrittenToDisk),9}  {row.Name}");
    }

    private static string ToJson(BlockRow row)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter w = new(buffer))
        {
            w.WriteStartObject();
            w.WriteString("name", row.Name);
            w.WriteBoolean("ok", row.Error is null);
            if (row.Error is { } error) w.WriteString("error", error);
            w.WriteNumber("blocks", row.Blocks);
            w.WriteNumber("transactions", row.Transactions);
            w.WriteNumber("gas", row.Gas);
            WriteSeconds(w, "execute", row.Execute);
            WriteSeconds(w, "judge", row.Judge);
            WriteSeconds(w, "import", row.Import);
            w.WriteNumber("allocatedBytes", row.Allocated);
            w.WriteNumber("writtenBytes", row.Written);
            if (row.WrittenToDisk is { } disk) w.WriteNumber("writtenToDiskBytes", disk);
            w.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteSeconds(Utf8JsonWriter w, string name, IReadOnlyList<double> seconds)
    {
        w.WriteStartArray(name + "Seconds");
        foreach (double second in seconds) w.WriteNumberValue(second);
        w.WriteEndArray();
    }

    /// <summary>Mgas a second by the median run; zero without one.</summary>
    private static double Rate(ulong gas, IReadOnlyList<double> seconds) => seconds.Count == 0 ? 0 : Spread.Of(seconds).Rate(gas / 1e6).Median;

    private static double TxRate(BlockRow row) =>
        (row.Import.Count > 0 ? row.Import : row.Judge) is { Count: > 0 } seconds ? Spread.Of(seconds).Rate(row.Transactions).Median : 0;

    private static string Text(double value, string format) => value == 0 ? "-" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Each(BlockRow row, long? bytes) =>
        bytes is null or 0 || row.Transactions == 0 ? "-" : (bytes.Value / row.Transactions).ToString(CultureInfo.InvariantCulture);
}

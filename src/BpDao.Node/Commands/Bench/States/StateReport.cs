using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>Prints each row as soon as it is measured, beside how much slower it is than the same on the size before.</summary>
internal sealed class StateReport(TextWriter output, bool json)
{
    private readonly Dictionary<string, double> _medians = [];

    public void Open()
    {
        if (!json) output.WriteLine($"{"accounts",10}  {"operation",-18} {"µs each, min",12} {"median",9} {"max",9} {"growth",8} {"runs",5}");
    }

    public void Add(StateRow row)
    {
        double? growth = _medians.TryGetValue(row.Operation, out double smaller) ? row.Each.Median / smaller : null;
        _medians[row.Operation] = row.Each.Median;
        output.WriteLine(json ? ToJson(row, growth) : ToText(row, growth));
        output.Flush();
    }

    private static string ToText(StateRow row, double? growth)
    {
        string times = growth is { } g ? g.ToString("0.00", CultureInfo.InvariantCulture) + "×" : "";
        return $"{row.Accounts,10}  {row.Operation,-18} {Micro(row.Each.Min),12} {Micro(row.Each.Median),9} {Micro(row.Each.Max),9} {times,8} {row.Runs,5}";
    }

    private static string Micro(double seconds) => (seconds * 1e6).ToString("0.00", CultureInfo.InvariantCulture);

    private static string ToJson(StateRow row, double? growth)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("accounts", row.Accounts);
            writer.WriteString("operation", row.Operation);
            writer.WriteNumber("secondsEachMin", row.Each.Min);
            writer.WriteNumber("secondsEachMedian", row.Each.Median);
            writer.WriteNumber("secondsEachMax", row.Each.Max);
            if (growth is { } times) writer.WriteNumber("growth", times);
            writer.WriteNumber("runs", row.Runs);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

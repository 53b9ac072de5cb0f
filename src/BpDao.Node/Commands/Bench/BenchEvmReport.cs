using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BpDao.Node.Commands.Bench;

/// <summary>Prints each program as soon as it is measured, and the geometric mean at the end.</summary>
internal sealed class BenchEvmReport(TextWriter output, bool json)
{
    private readonly List<double> _medians = [];

    public int Total { get; private set; }

    public int Failures { get; private set; }

    public void Open()
    {
        if (!json) output.WriteLine($"{"program",-24} {"ok",-4} {"Mgas/s min",10} {"median",8} {"max",8} {"ns/op",8} {"B/call",9} {"runs",5}");
    }

    public void Add(EvmMeasurement measured)
    {
        Total++;
        if (measured.Timing is null) Failures++;
        else _medians.Add(measured.MgasPerSecond.Median);
        output.WriteLine(json ? ToJson(measured) : ToRow(measured));
        output.Flush();
    }

    public void Close()
    {
        if (json) return;
        if (_medians.Count > 0) output.WriteLine($"{"geometric mean",-40} {Number(Math.Exp(_medians.Average(Math.Log))),8}");
        output.WriteLine($"{Total - Failures} right, {Failures} wrong");
    }

    private static string ToRow(EvmMeasurement measured)
    {
        if (measured.Timing is not { } timing) return $"{measured.Program.Name,-24} {"NO",-4} {measured.Error}";
        Spread rate = measured.MgasPerSecond;
        string nanoseconds = measured.NanosecondsPerOperation.ToString("0.00", CultureInfo.InvariantCulture);
        return $"{measured.Program.Name,-24} {"yes",-4} {Number(rate.Min),10} {Number(rate.Median),8} {Number(rate.Max),8} {nanoseconds,8} {timing.AllocatedBytes,9} {timing.Runs,5}";
    }

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string ToJson(EvmMeasurement measured)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("name", measured.Program.Name);
            writer.WriteBoolean("ok", measured.Timing is not null);
            if (measured.Timing is { } timing) Write(writer, measured, timing);
            else writer.WriteString("error", measured.Error);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, EvmMeasurement measured, Timing timing)
    {
        Spread rate = measured.MgasPerSecond;
        writer.WriteNumber("mgasPerSecondMin", rate.Min);
        writer.WriteNumber("mgasPerSecondMedian", rate.Median);
        writer.WriteNumber("mgasPerSecondMax", rate.Max);
        writer.WriteNumber("nanosecondsPerOperation", measured.NanosecondsPerOperation);
        writer.WriteNumber("allocatedBytes", timing.AllocatedBytes);
        writer.WriteNumber("runs", timing.Runs);
    }
}

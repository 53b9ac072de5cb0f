using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary><c>{"height", "hash", "epoch", "untilEpoch", "lost": [slot…], "signatures": {"slot": "0x…"}}</c>: what operators hand round, and
/// <c>--por.rescue</c> reads.</summary>
public static class RescueFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Format(BenchRescue rescue) => JsonSerializer.Serialize(
        new
        {
            height = rescue.Height,
            hash = rescue.Hash.ToString(),
            epoch = rescue.Epoch,
            untilEpoch = rescue.UntilEpoch,
            lost = rescue.Lost,
            signatures = rescue.Signatures.OrderBy(s => s.Slot).ToDictionary(s => s.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture), s => Hex.Encode(s.Signature.Span)),
        },
        Indented) + "\n";

    /// <param name="error">One line: what is wrong.</param>
    public static bool TryParse(string json, [NotNullWhen(true)] out BenchRescue? rescue, [NotNullWhen(false)] out string? error)
    {
        (rescue, error) = (null, null);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            List<RescueSignature> signatures = [];
            foreach (JsonProperty s in root.GetProperty("signatures").EnumerateObject())
            {
                signatures.Add(new RescueSignature(uint.Parse(s.Name, System.Globalization.CultureInfo.InvariantCulture), Hex.Decode(s.Value.GetString()!)));
            }

            rescue = new BenchRescue(
                root.GetProperty("height").GetUInt64(), Hash256.Parse(root.GetProperty("hash").GetString()!), root.GetProperty("epoch").GetUInt64(),
                root.GetProperty("untilEpoch").GetUInt64(), [.. root.GetProperty("lost").EnumerateArray().Select(l => l.GetUInt32()).Order().Distinct()], signatures);
            return true;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            error = $"no rescue file: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
            return false;
        }
    }
}
